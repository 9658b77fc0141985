#include "neural/band/hands.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <string>

#include "neural/infer/exact_math.h"
#include "neural/infer/kernels.h"

namespace cantus::band {
namespace {

using rolls::Player;
using Out = HandOutputs;

constexpr std::uint64_t kMostNeurons = 1024;
constexpr float kHaste = 1.0F;  ///< how strongly a hand that is behind hurries

/// `x` times the matrix, added to `out`.
void add_product(const infer::Kernels& kernels,
                 const infer::PackedMatrix& matrix,
                 const float* x,
                 float* out) {
  infer::FloatProduct product;
  product.blocks = matrix.floats();
  product.block_stride = matrix.block_stride();
  product.block_end = matrix.blocks();
  product.depth = matrix.depth;
  product.x = x;
  product.x_stride = static_cast<std::size_t>(matrix.depth);
  product.columns = 1;
  product.out = out;
  product.out_stride = static_cast<std::size_t>(infer::padded(matrix.rows));
  kernels.multiply(product, infer::Finish::add);
}

void rectify(std::span<float> values) {
  for (float& value : values)
    value = std::max(value, 0.0F);
}

double exponential(double x) {
  return infer::exact_exp(std::max(x, -700.0));
}

}  // namespace

/// One player's way through a phrase.
class HandAtPlay {
 public:
  HandAtPlay(const Hands& hands,
             const Conditions& asked,
             const Rules& rules,
             Player player,
             HandView& view,
             infer::Isa isa)
      : manner_(hands.manners_[static_cast<std::size_t>(player)]),
        hand_(hands.hands_[static_cast<std::size_t>(player)]),
        asked_(asked),
        rules_(rules),
        player_(player),
        p_(static_cast<std::size_t>(player)),
        view_(view),
        kernels_(infer::kernels_for(isa)),
        phrase_(hand_.in_bias),
        place_(phrase_.size()),
        first_(phrase_.size()),
        second_(static_cast<std::size_t>(infer::padded(hands.second_))),
        out_(static_cast<std::size_t>(infer::padded(Out::count))) {
    row_.clear();
    view_.write_phrase(row_);
    add_row(phrase_);
  }

  void play(BeatGrid& grid, std::span<const Random, rolls::kBars> chances) {
    const std::string name(rolls::to_text(player_));
    for (int bar = 0; bar < rolls::kBars; ++bar) {
      if (!asked_.plays[p_][static_cast<std::size_t>(bar)]) continue;
      Random random = chances[static_cast<std::size_t>(bar)].fork(name);
      bool any = false;
      for (int inside = 0; inside < grid.beats_of_bar; ++inside) {
        for (int place = 0; place < kPlaces; ++place) {
          const int beat = bar * kBeatsOfBar + inside;
          const bool last = inside + 1 == grid.beats_of_bar && place + 1 == kPlaces;
          const Stroke stroke = decide(beat, place, random, last && !any);
          any = any || stroke.keys != 0;
          view_.decided(beat, place, stroke);
          grid.at(beat, player_)[static_cast<std::size_t>(place)] = stroke;
        }
      }
    }
  }

 private:
  /// Adds the rows of the first matrix that row_ names.
  void add_row(std::span<float> to) const {
    const std::size_t width = to.size();
    for (int i = 0; i < row_.size(); ++i) {
      const float* from = hand_.in.data() + static_cast<std::size_t>(row_.index(i)) * width;
      const float value = row_.value(i);
      for (std::size_t k = 0; k < width; ++k)
        to[k] += value * from[k];
    }
  }

  void hear_place(int beat, int place) {
    row_.clear();
    view_.write_place(beat, place, row_);
    std::ranges::copy(phrase_, place_.begin());
    add_row(place_);
  }

  /// Fills out_ for the keys chosen so far.
  void think(int beat, int place, std::uint64_t chosen) {
    std::ranges::copy(place_, first_.begin());
    if (chosen != 0) {
      row_.clear();
      view_.write_chosen(beat, place, chosen, row_);
      add_row(first_);
    }
    rectify(first_);
    std::ranges::copy(hand_.mid_bias, second_.begin());
    add_product(kernels_, hand_.mid, first_.data(), second_.data());
    rectify(second_);
    std::ranges::copy(hand_.out_bias, out_.begin());
    add_product(kernels_, hand_.out, second_.data(), out_.data());
  }

  std::uint64_t allowed(int beat, int place) const {
    if (player_ == Player::drums) return (std::uint64_t{1} << kKeys) - 1;
    const int steps = beats_of_bar(asked_.metre) * rolls::kStepsPerBeat;
    const auto& chord = asked_.chords[static_cast<std::size_t>(half_bar_of(beat, place, steps))];
    const unsigned classes = rules_.strict ? allowed_classes(chord) : 0xFFFU;
    std::uint64_t keys = 0;
    for (int key = 0; key < kKeys; ++key) {
      const int sounding = lowest_key(player_) + key;
      if (sounding < rules_.lowest[p_] || sounding > rules_.highest[p_]) continue;
      if ((classes >> key % 12 & 1U) != 0) keys |= std::uint64_t{1} << key;
    }
    return keys;
  }

  bool strikes(Random& random, bool must) const {
    const double u = random.uniform();  // drawn in any case: one a place
    if (must) return true;
    const double logit = static_cast<double>(out_[Out::strike] + kHaste * view_.behind()) /
                         static_cast<double>(manner_.strike_temperature);
    const double chance = 1.0 / (1.0 + exponential(-logit));
    const auto least = static_cast<double>(manner_.strike_least);
    if (chance < least || chance > 1.0 - least) return chance > 0.5;
    return u < chance;
  }

  /// One of `scores`, by lot; `open` says which may be drawn.
  int drawn(std::span<const float> scores, std::uint64_t open, double temperature, double u) const {
    double most = -1e300;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if ((open >> i & 1U) != 0) most = std::max(most, static_cast<double>(scores[i]));
    }
    std::array<double, 64> shares{};
    double all = 0.0;
    int last = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if ((open >> i & 1U) == 0) continue;
      const double share = exponential((static_cast<double>(scores[i]) - most) / temperature);
      if (share < static_cast<double>(manner_.key_least)) continue;
      shares[i] = share;
      all += share;
      last = static_cast<int>(i);
    }
    double at = u * all;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (shares[i] > 0.0 && at < shares[i]) return static_cast<int>(i);
      at -= shares[i];
    }
    return last;
  }

  /// The scores of keys and of "no more".
  std::array<float, kKeys + 1> key_scores(int beat, int place, std::uint64_t chosen) const {
    const KeyReferences leans = view_.references(beat, place, chosen);
    std::array<float, kKeys + 1> scores;
    for (int key = 0; key < kKeys; ++key) {
      float score = out_[static_cast<std::size_t>(Out::keys + key)];
      if (leans.root >= 0)
        score += out_[static_cast<std::size_t>(Out::classes + (key - leans.root + 12) % 12)];
      const int move = key - leans.from;
      if (leans.from >= 0 && std::abs(move) <= kMoves / 2)
        score += out_[static_cast<std::size_t>(Out::moves + kMoves / 2 + move)];
      for (std::size_t i = 0; i < kHandCopies; ++i) {
        if ((leans.copies[i] >> key & 1U) != 0) score += out_[Out::copies + i];
      }
      score += out_[Out::copies + kHandCopies] * view_.chance(beat, place, key);
      scores[static_cast<std::size_t>(key)] = score;
    }
    scores[kKeys] = out_[Out::keys + kKeys] - manner_.fullness;
    return scores;
  }

  Stroke decide(int beat, int place, Random& random, bool must) {
    const std::uint64_t open = allowed(beat, place);
    hear_place(beat, place);
    think(beat, place, 0);
    if (!strikes(random, must) || open == 0) return {};
    Stroke stroke;
    const int most = is_line(player_)           ? 1
                     : player_ == Player::drums ? rules_.most_drums
                                                : rules_.most_keys;
    const auto temperature = static_cast<double>(manner_.key_temperature);
    while (std::popcount(stroke.keys) < most) {
      std::uint64_t may = open;
      if (stroke.keys != 0) {
        const int top = 63 - std::countl_zero(stroke.keys);
        may = open & ~((std::uint64_t{2} << top) - 1);
        may |= std::uint64_t{1} << kKeys;
      }
      const int key =
          drawn(key_scores(beat, place, stroke.keys), may, temperature, random.uniform());
      if (key == kKeys) break;
      stroke.keys |= std::uint64_t{1} << key;
      think(beat, place, stroke.keys);
    }
    const auto among = [&](int from, int count) {
      return static_cast<std::uint8_t>(
          drawn(std::span<const float>(out_).subspan(static_cast<std::size_t>(from),
                                                     static_cast<std::size_t>(count)),
                ~std::uint64_t{0}, temperature, random.uniform()));
    };
    stroke.length = among(Out::lengths, kLengths);
    stroke.band = among(Out::bands, kBands);
    return stroke;
  }

  const HandManner& manner_;
  const Hands::One& hand_;
  const Conditions& asked_;
  const Rules& rules_;
  Player player_;
  std::size_t p_;
  HandView& view_;
  const infer::Kernels& kernels_;
  SparseRow row_;
  std::vector<float> phrase_, place_, first_, second_, out_;
};

BeatGrid Hands::play(std::span<const float> logits,
                     const Conditions& asked,
                     const Rules& rules,
                     std::span<const Random, rolls::kBars> chances,
                     infer::Isa isa) const {
  BeatGrid grid;
  grid.beats_of_bar = beats_of_bar(asked.metre);
  std::array<bool, kPlayers> heard = asked.given;
  for (const Player player : rolls::kAllPlayers) {
    if (!asked.given[static_cast<std::size_t>(player)]) continue;
    for (int beat = 0; beat < kBeats; ++beat)
      grid.at(beat, player) = asked.grid.at(beat, player);
  }
  for (const Player player : rolls::kAllPlayers) {
    const auto p = static_cast<std::size_t>(player);
    if (asked.given[p]) continue;
    if (std::ranges::count(asked.plays[p], true) > 0) {
      HandView view(asked, logits, grid, heard, player, manners_[p].trust);
      HandAtPlay(*this, asked, rules, player, view, isa).play(grid, chances);
    }
    heard[p] = true;
  }
  return grid;
}

Result<Hands> Hands::read(const infer::SafeTensors& file) {
  Hands hands;
  const infer::Tensor* in = file.find("hands.in");
  if (in == nullptr) return hands;
  const infer::Tensor* mid = file.find("hands.mid");
  const bool sized = in->shape.size() == 3 && mid != nullptr && mid->shape.size() == 3;
  const std::uint64_t first = sized ? in->shape[2] : 0;
  const std::uint64_t second = sized ? mid->shape[1] : 0;
  if (first == 0 || second == 0 || first > kMostNeurons || second > kMostNeurons ||
      first % infer::kLanes != 0 || second % infer::kLanes != 0) {
    return fail(ErrorCode::invalid_input,
                "the hands' layers must be whole sixteens of neurons, 1,024 at most");
  }
  const auto wanted = [&](const char* name, infer::Shape shape) {
    return file.floats(name, shape);
  };
  const auto in_all = wanted("hands.in", {kPlayers, kHandFeatures, first});
  const auto in_bias = wanted("hands.in_bias", {kPlayers, first});
  const auto mid_all = wanted("hands.mid", {kPlayers, second, first});
  const auto mid_bias = wanted("hands.mid_bias", {kPlayers, second});
  const auto out_all = wanted("hands.out", {kPlayers, Out::count, second});
  const auto out_bias = wanted("hands.out_bias", {kPlayers, Out::count});
  const auto manner = wanted("hands.manner", {kPlayers, kHandManner});
  for (const auto* part : {&in_all, &in_bias, &mid_all, &mid_bias, &out_all, &out_bias, &manner}) {
    if (!*part) return tl::unexpected<Error>(part->error());
  }
  hands.first_ = static_cast<int>(first);
  hands.second_ = static_cast<int>(second);
  for (std::size_t p = 0; p < kPlayers; ++p) {
    const float* of = manner->data() + p * kHandManner;
    hands.manners_[p] = {of[0], of[1], of[2], of[3], of[4], of[5], of[6]};
    if (!(of[1] > 0.01F) || !(of[3] > 0.01F))
      return fail(ErrorCode::invalid_input, "the hands' temperatures must be above 0.01");
  }
  const std::size_t mid_size = infer::PackedMatrix::size(hands.second_, hands.first_);
  const std::size_t out_size = infer::PackedMatrix::size(Out::count, hands.second_);
  hands.weights_ = infer::AlignedFloats(kPlayers * (mid_size + out_size));
  float* room = hands.weights_.data();
  for (std::size_t p = 0; p < kPlayers; ++p) {
    const auto part = [&](const std::vector<float>& all) {
      const std::size_t each = all.size() / kPlayers;
      return std::span(all).subspan(p * each, each);
    };
    const auto copy = [&](const std::vector<float>& all) {
      const auto from = part(all);
      return std::vector<float>(from.begin(), from.end());
    };
    One& hand = hands.hands_.emplace_back();
    hand.in = copy(*in_all);
    hand.in_bias = copy(*in_bias);
    hand.mid_bias = copy(*mid_bias);
    hand.out_bias = copy(*out_bias);
    hand.mid = infer::pack(part(*mid_all), hands.second_, hands.first_, room);
    hand.out = infer::pack(part(*out_all), Out::count, hands.second_, room + mid_size);
    room += mid_size + out_size;
  }
  return hands;
}

rolls::Roll played_roll(const BeatGrid& grid,
                        const Conditions& conditions,
                        const HandManners& manners,
                        const Rules& rules) {
  rolls::Roll roll = roll_of(grid, conditions.metre, conditions.chords);
  std::array<float, kPlayers> legato{};
  for (std::size_t p = 0; p < legato.size(); ++p)
    legato[p] = manners[p].legato;
  close_gaps(roll, legato, conditions.given);
  if (rules.strict) keep_in_harmony(roll, conditions.given);
  return roll;
}

}  // namespace cantus::band
