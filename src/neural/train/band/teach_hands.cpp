#include "neural/train/band/teach_hands.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <map>
#include <numbers>

#include <fmt/format.h>
#include <torch/torch.h>

#include "base/random.h"
#include "neural/band/network.h"
#include "neural/train/band/batch.h"
#include "neural/train/band/evaluate.h"
#include "neural/train/band/fit.h"
#include "neural/train/band/weights_file.h"

namespace cantus::train_band {
namespace {

using at::Tensor;
using band::BeatGrid;
using band::Conditions;
using band::kHandFeatures;
using band::kKeys;
using band::kPlayers;
using band::Stroke;
using Out = band::HandOutputs;
using rolls::Player;

constexpr std::int64_t kNothing = -100;  ///< a target that is not asked for
constexpr float kNever = -1e9F;
constexpr int kLeans = band::kHandCopies + 1;

/// Decisions of one player, a row each.
struct Decisions {
  std::vector<float> features;        ///< [rows, kHandFeatures]
  std::vector<float> strike, weight;  ///< [rows]; weight 0: not asked for
  std::vector<std::int64_t> key;      ///< [rows]: kKeys is "no more"
  std::vector<std::int64_t> length, band;
  std::vector<float> leans;           ///< [rows, kLeans, kKeys]: earlier strokes, the generator
  std::vector<float> closed;          ///< [rows, kKeys + 1]: kNever where not to be chosen
  std::vector<std::int64_t> classes;  ///< [rows, kKeys]: 12 where there is no chord
  std::vector<std::int64_t> moves;    ///< [rows, kKeys]: kMoves where there is none

  std::int64_t rows() const { return static_cast<std::int64_t>(strike.size()); }
};

class Collector {
 public:
  Collector(Decisions& out, const band::HandView& view) : out_(out), view_(view) {
    view.write_phrase(phrase_);
  }

  void place(int beat, int place, const Stroke& stroke, bool line, float weight) {
    place_ = phrase_;
    view_.write_place(beat, place, place_);
    begin(place_);
    out_.weight.back() = weight;
    if (stroke.keys == 0) {
      add_choice(beat, place, 0, false);
      return;
    }
    out_.strike.back() = 1.0F;
    out_.key.back() = std::countr_zero(stroke.keys);
    add_choice(beat, place, 0, true);
    std::uint64_t chosen = 0;
    for (std::uint64_t left = stroke.keys; left != 0;) {
      chosen |= left & (~left + 1);
      left &= left - 1;
      band::SparseRow row = place_;
      view_.write_chosen(beat, place, chosen, row);
      begin(row);
      if (!line) out_.key.back() = left != 0 ? std::countr_zero(left) : kKeys;
      add_choice(beat, place, chosen, !line);
      if (left != 0) continue;
      out_.length.back() = stroke.length;
      out_.band.back() = stroke.band;
    }
  }

 private:
  void begin(const band::SparseRow& row) {
    const std::size_t from = out_.features.size();
    out_.features.resize(from + kHandFeatures, 0.0F);
    for (int i = 0; i < row.size(); ++i)
      out_.features[from + static_cast<std::size_t>(row.index(i))] = row.value(i);
    out_.strike.push_back(0.0F);
    out_.weight.push_back(0.0F);
    out_.key.push_back(kNothing);
    out_.length.push_back(kNothing);
    out_.band.push_back(kNothing);
  }

  void add_choice(int beat, int place, std::uint64_t chosen, bool asked) {
    const std::size_t row = out_.strike.size();
    out_.leans.resize(row * kLeans * kKeys, 0.0F);
    out_.closed.resize(row * (kKeys + 1), 0.0F);
    out_.classes.resize(row * kKeys, 12);
    out_.moves.resize(row * kKeys, band::kMoves);
    if (!asked) return;
    const band::KeyReferences refs = view_.references(beat, place, chosen);
    float* leans = out_.leans.data() + (row - 1) * kLeans * kKeys;
    float* closed = out_.closed.data() + (row - 1) * (kKeys + 1);
    const int top = chosen == 0 ? -1 : 63 - std::countl_zero(chosen);
    for (int key = 0; key < kKeys; ++key) {
      const std::size_t at = (row - 1) * kKeys + static_cast<std::size_t>(key);
      for (std::size_t i = 0; i < band::kHandCopies; ++i)
        leans[i * kKeys + static_cast<std::size_t>(key)] =
            static_cast<float>(refs.copies[i] >> key & 1U);
      leans[std::size_t{band::kHandCopies} * kKeys + static_cast<std::size_t>(key)] =
          view_.chance(beat, place, key);
      if (refs.root >= 0) out_.classes[at] = (key - refs.root + 12) % 12;
      const int move = key - refs.from;
      if (refs.from >= 0 && std::abs(move) <= band::kMoves / 2)
        out_.moves[at] = band::kMoves / 2 + move;
      if (key <= top) closed[key] = kNever;
    }
    if (chosen == 0) closed[kKeys] = kNever;
  }

  Decisions& out_;
  const band::HandView& view_;
  band::SparseRow phrase_, place_;
};

/// What the hand remembers of its own stroke: mostly what was struck, else nothing, or its last
/// stroke where there was none. So it learns to find back to a pattern that it has strayed from.
Stroke remembered(const Stroke& stroke, const Stroke& last, double slips, Random& random) {
  if (slips <= 0.0 || random.uniform() >= (stroke.keys != 0 ? slips : 0.25 * slips)) return stroke;
  return stroke.keys != 0 ? Stroke{} : last;
}

/// All decisions of the players that are not given. Empty places stand for several: so many are
/// kept.
void collect(const Conditions& asked,
             std::span<const float> logits,
             float trust,
             double kept,
             double slips,
             Random& random,
             std::array<Decisions, kPlayers>& out) {
  std::array<bool, kPlayers> heard = asked.given;
  for (const Player player : rolls::kAllPlayers) {
    const auto p = static_cast<std::size_t>(player);
    if (asked.given[p]) continue;
    band::HandView view(asked, logits, asked.grid, heard, player, trust);
    Collector collector(out[p], view);
    Stroke last;
    for (int beat = 0; beat < band::kBeats; ++beat) {
      if (beat % band::kBeatsOfBar >= band::beats_of_bar(asked.metre) ||
          !asked.plays[p][static_cast<std::size_t>(band::bar_of(beat))])
        continue;
      for (int place = 0; place < band::kPlaces; ++place) {
        const Stroke& stroke = asked.grid.at(beat, player)[static_cast<std::size_t>(place)];
        const bool triplet = place == 2 || place == 4;
        const double share = stroke.keys != 0 ? 1.0 : triplet ? 0.5 * kept : kept;
        if (share >= 1.0 || random.uniform() < share)
          collector.place(beat, place, stroke, band::is_line(player),
                          static_cast<float>(1.0 / share));
        view.decided(beat, place, remembered(stroke, last, slips, random));
        if (stroke.keys != 0) last = stroke;
      }
    }
    heard[p] = true;
  }
}

struct Nats {
  Tensor strike, keys, lengths, bands;
  Tensor sum() const { return strike + keys + lengths + 0.3 * bands; }
};

/// The hands in LibTorch.
class LearningHands {
 public:
  LearningHands(int first, int second) {
    const auto drawn = [](at::IntArrayRef shape, double deviation) {
      return (torch::randn(shape) * deviation).set_requires_grad(true);
    };
    in_ = drawn({kPlayers, kHandFeatures, first}, 0.12);
    in_bias_ = torch::zeros({kPlayers, first}).set_requires_grad(true);
    mid_ = drawn({kPlayers, second, first}, std::sqrt(2.0 / first));
    mid_bias_ = torch::zeros({kPlayers, second}).set_requires_grad(true);
    out_ = drawn({kPlayers, Out::count, second}, 0.3 / std::sqrt(second));
    Tensor bias = torch::zeros({kPlayers, Out::count});
    bias.select(1, Out::strike).fill_(-1.5);
    out_bias_ = bias.set_requires_grad(true);
  }

  std::vector<std::pair<std::string, Tensor>> weights() const {
    return {{"hands.in", in_},   {"hands.in_bias", in_bias_},
            {"hands.mid", mid_}, {"hands.mid_bias", mid_bias_},
            {"hands.out", out_}, {"hands.out_bias", out_bias_}};
  }

  /// Sums over the decisions of one player.
  Nats nats(const Decisions& d,
            std::size_t player,
            double forgetting = 0.0,
            double deafness = 0.0) const {
    const auto p = static_cast<std::int64_t>(player);
    const std::int64_t n = d.rows();
    const auto floats = [](const std::vector<float>& v, at::IntArrayRef shape) {
      return torch::from_blob(const_cast<float*>(v.data()), shape);
    };
    const auto wholes = [](const std::vector<std::int64_t>& v, at::IntArrayRef shape) {
      return torch::from_blob(const_cast<std::int64_t*>(v.data()), shape, torch::kInt64);
    };
    Tensor x = floats(d.features, {n, kHandFeatures});
    if (deafness > 0.0) x = torch::dropout(x, deafness, true);
    Tensor h = torch::relu(torch::addmm(in_bias_[p], x, in_[p]));
    if (forgetting > 0.0) h = torch::dropout(h, forgetting, true);
    h = torch::relu(torch::addmm(mid_bias_[p], h, mid_[p].t()));
    const Tensor out = torch::addmm(out_bias_[p], h, out_[p].t());
    const Tensor strike = out.select(1, Out::strike);
    Nats nats;
    nats.strike =
        ((torch::softplus(strike) - strike * floats(d.strike, {n})) * floats(d.weight, {n})).sum();
    const Tensor none = torch::zeros({n, 1});
    const Tensor classes = torch::cat({out.narrow(1, Out::classes, 12), none}, 1);
    const Tensor moves = torch::cat({out.narrow(1, Out::moves, band::kMoves), none}, 1);
    const Tensor leans =
        (out.narrow(1, Out::copies, kLeans).unsqueeze(-1) * floats(d.leans, {n, kLeans, kKeys}))
            .sum(1);
    const Tensor more = leans + classes.gather(1, wholes(d.classes, {n, kKeys})) +
                        moves.gather(1, wholes(d.moves, {n, kKeys}));
    const Tensor keys = out.narrow(1, Out::keys, kKeys + 1) + torch::cat({more, none}, 1) +
                        floats(d.closed, {n, kKeys + 1});
    const auto choice = [&](const Tensor& scores, const std::vector<std::int64_t>& target) {
      return torch::nn::functional::cross_entropy(
          scores, wholes(target, {n}),
          torch::nn::functional::CrossEntropyFuncOptions().ignore_index(kNothing).reduction(
              torch::kSum));
    };
    nats.keys = choice(keys, d.key);
    nats.lengths = choice(out.narrow(1, Out::lengths, band::kLengths), d.length);
    nats.bands = choice(out.narrow(1, Out::bands, band::kBands), d.band);
    return nats;
  }

 private:
  Tensor in_, in_bias_, mid_, mid_bias_, out_, out_bias_;
};

double rate_at(double peak, std::int64_t step, std::int64_t steps) {
  constexpr std::int64_t kWarmup = 50;
  if (step < kWarmup) return peak * static_cast<double>(step + 1) / kWarmup;
  const double at = static_cast<double>(step) / static_cast<double>(steps);
  return peak * (0.02 + 0.98 * 0.5 * (1.0 + std::cos(std::numbers::pi * at)));
}

class Lessons {
 public:
  Lessons(const HandLessons& how,
          band::BandNet net,
          const std::function<void(const std::string&)>& said)
      : how_(how), net_(std::move(net)), work_(net_), hands_(how.first, how.second), said_(said) {}

  Result<void> go(const std::vector<rolls::Phrase>& phrases) {
    if (auto done = resume(); !done) return done;
    for (const rolls::Phrase& phrase : phrases) {
      if (phrase.split == rolls::Split::train)
        (is_band(phrase) ? bands_ : others_[phrase.set]).push_back(&phrase);
      if (phrase.split == rolls::Split::validation && is_band(phrase))
        validation_.push_back(&phrase);
    }
    if (bands_.size() < 8 || validation_.size() < 8) {
      return fail(ErrorCode::invalid_input,
                  "fewer than eight phrases of bands to learn from or to look at; read more music");
    }
    std::vector<Tensor> weights;
    for (const auto& [name, weight] : hands_.weights())
      weights.push_back(weight);
    torch::optim::AdamW adam(
        weights, torch::optim::AdamWOptions(how_.rate).betas({0.9, 0.99}).weight_decay(how_.decay));
    const auto begin = std::chrono::steady_clock::now();
    double sum = 0.0;
    constexpr int kEvery = 100;
    for (std::int64_t step = 0; step < how_.steps; ++step) {
      if (how_.stop != nullptr && how_.stop->load()) break;
      for (auto& group : adam.param_groups())
        group.options().set_lr(rate_at(how_.rate, step, how_.steps));
      sum += learn(adam, step);
      if ((step + 1) % kEvery != 0) continue;
      const double seconds =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      said_(fmt::format("step {}: {:.1f} nats a phrase, {:.0f} s{}", step + 1, sum / kEvery,
                        seconds, (step + 1) % (5 * kEvery) == 0 ? looked() : ""));
      sum = 0.0;
      if ((step + 1) % (5 * kEvery) == 0) {
        if (auto done = write(); !done) return done;
      }
    }
    return write();
  }

 private:
  /// Hands of the same size that the weights have already are taught further.
  Result<void> resume() {
    const auto file = infer::SafeTensors::open(how_.from);
    if (!file) return tl::unexpected<Error>(file.error());
    if (file->find("hands.in") == nullptr) return {};
    for (const auto& [name, weight] : hands_.weights()) {
      infer::Shape shape;
      for (const std::int64_t size : weight.sizes())
        shape.push_back(static_cast<std::uint64_t>(size));
      auto values = file->floats(name, shape);
      if (!values) return tl::unexpected<Error>(values.error());
      torch::NoGradGuard no_grad;
      Tensor(weight).copy_(torch::from_blob(values->data(), weight.sizes()));
    }
    return {};
  }

  /// Logits from noise that is `trust` of the phrase's own and for the rest a draw.
  void listen(const Conditions& asked, const Random& random, float trust) {
    const band::Latents draw = band::draw_latents(random);
    logits_.resize(static_cast<std::size_t>(asked.tokens()) * band::kContentFeatures);
    band::Latents noise = draw;
    if (trust > 0.0F) {
      Conditions whole = asked;
      whole.given = {};
      noise = band::between(draw, net_.prior().draw_of(net_.encode(whole, work_)), trust);
    }
    net_.generate(asked, net_.prior().noise_of(noise), work_, logits_);
  }

  /// A hand that knew to the stroke how many are left would wait for the last ones to be forced on
  /// it, and lose count once it strays.
  static Conditions about(Conditions asked, Random& random) {
    for (band::Manner& manner : asked.manners) {
      for (auto* value : {&manner.strokes, &manner.keys}) {
        const auto by = static_cast<float>(0.8 + 0.45 * random.uniform());
        if (*value) **value *= by;
      }
      if (manner.keys) *manner.keys = std::max(1.0F, *manner.keys);
    }
    return asked;
  }

  const rolls::Phrase& drawn(Random& random) const {
    if (others_.empty() || random.uniform() < how_.bands)
      return *bands_[random.below(bands_.size())];
    auto set = others_.begin();
    std::advance(set, static_cast<std::ptrdiff_t>(random.below(others_.size())));
    return *set->second[random.below(set->second.size())];
  }

  double learn(torch::optim::AdamW& adam, std::int64_t step) {
    Random random = Random(how_.seed).fork("lesson " + std::to_string(step));
    torch::manual_seed(random.next());
    std::array<Decisions, kPlayers> decisions;
    for (int i = 0; i < how_.phrases_a_step; ++i) {
      const Conditions asked = about(asked_of(conditions_of(drawn(random)), random), random);
      const bool blind = random.uniform() >= how_.trusting;
      const float trust = blind ? 0.0F : static_cast<float>(random.uniform());
      listen(asked, random.fork("noise " + std::to_string(i)), trust);
      const double slips = random.uniform() < 0.5 ? how_.slips : 0.0;
      collect(asked, logits_, trust, 0.5, slips, random, decisions);
    }
    adam.zero_grad();
    double sum = 0.0;
    for (std::size_t p = 0; p < kPlayers; ++p) {
      if (decisions[p].rows() == 0) continue;
      const Tensor loss =
          hands_.nats(decisions[p], p, how_.forgetting, how_.deafness).sum() / how_.phrases_a_step;
      sum += loss.item<double>();
      loss.backward();
    }
    std::vector<Tensor> weights;
    for (const auto& [name, weight] : hands_.weights())
      weights.push_back(weight);
    torch::nn::utils::clip_grad_norm_(weights, 200.0);
    adam.step();
    return sum;
  }

  /// Nats a phrase of each kind of decision, nothing being given, of 200 phrases spread over all.
  std::array<double, 4> nats_of(const std::vector<const rolls::Phrase*>& phrases, float trust) {
    torch::NoGradGuard no_grad;
    std::array<Decisions, kPlayers> decisions;
    Random random(3);
    const std::size_t count = std::min<std::size_t>(200, phrases.size());
    for (std::size_t i = 0; i < count; ++i) {
      Conditions asked = conditions_of(*phrases[i * phrases.size() / count]);
      asked.given = {};
      listen(asked, random.fork("noise " + std::to_string(i)), trust);
      collect(asked, logits_, trust, 0.5, 0.0, random, decisions);
    }
    std::array<double, 4> sums{};
    for (std::size_t p = 0; p < kPlayers; ++p) {
      if (decisions[p].rows() == 0) continue;
      const Nats nats = hands_.nats(decisions[p], p);
      const std::array<const Tensor*, 4> kinds = {&nats.strike, &nats.keys, &nats.lengths,
                                                  &nats.bands};
      for (std::size_t kind = 0; kind < kinds.size(); ++kind)
        sums[kind] += kinds[kind]->item<double>() / static_cast<double>(count);
    }
    return sums;
  }

  /// Phrases that it does not learn from beside those that it does, the noise drawn.
  std::string looked() {
    std::string text;
    for (const bool known : {false, true}) {
      text += known ? "; training" : "; validation";
      for (const double nats : nats_of(known ? bands_ : validation_, 0.0F))
        text += fmt::format(" {:.1f}", nats);
    }
    return text + " (strikes, keys, lengths, bands)";
  }

  Result<void> write() const {
    std::vector<std::vector<float>> kept;
    std::vector<infer::NamedTensor> tensors;
    kept.reserve(8);
    const auto add = [&](const std::string& name, infer::Shape shape, std::vector<float> values) {
      kept.push_back(std::move(values));
      tensors.emplace_back(name, std::move(shape), std::span<const float>(kept.back()));
    };
    for (const auto& [name, weight] : hands_.weights()) {
      infer::Shape shape;
      for (const std::int64_t size : weight.sizes())
        shape.push_back(static_cast<std::uint64_t>(size));
      const Tensor plain = weight.detach().contiguous();
      add(name, shape, {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()});
    }
    std::vector<float> manners;
    for (const band::HandManner& m : how_.manners.value_or(net_.hands().manners()))
      manners.insert(manners.end(), {m.trust, m.strike_temperature, m.strike_least,
                                     m.key_temperature, m.key_least, m.legato, m.fullness});
    add("hands.manner", {kPlayers, band::kHandManner}, std::move(manners));
    infer::Metadata metadata;
    if (how_.preferred) metadata["preferred"] = *how_.preferred;
    return write_changed(how_.from, tensors, metadata, how_.out);
  }

  const HandLessons& how_;
  band::BandNet net_;
  band::BandNet::Workspace work_;
  LearningHands hands_;
  const std::function<void(const std::string&)>& said_;
  std::vector<const rolls::Phrase*> bands_, validation_;
  std::map<std::string, std::vector<const rolls::Phrase*>> others_;
  std::vector<float> logits_;
};

}  // namespace

Result<void> teach_hands(const HandLessons& lessons,
                         const std::vector<rolls::Phrase>& phrases,
                         const std::function<void(const std::string&)>& said) {
  torch::manual_seed(lessons.seed);
  auto net = band::BandNet::load(lessons.from);
  if (!net) return tl::unexpected<Error>(net.error());
  return Lessons(lessons, std::move(*net), said).go(phrases);
}

}  // namespace cantus::train_band
