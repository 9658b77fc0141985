#include "neural/train/band/fit.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/random.h"
#include "neural/band/network.h"
#include "neural/rolls/phrase_file.h"
#include "neural/train/band/table.h"
#include "neural/train/safetensors.h"

namespace cantus::train_band {
namespace {

namespace fs = std::filesystem;
using band::Conditions;
using Clock = std::chrono::steady_clock;
using nlohmann::ordered_json;

constexpr std::size_t kGeneratedTogether = 32;

/// What kinds of ensemble teach, and how often each is drawn: bands are what is asked for, the
/// others bring drumming, harmony and melodies that bands have too few of.
enum class Kind { band, drummer, song, quartet, orchestra };
constexpr std::array<std::pair<Kind, double>, 5> kShares = {{{Kind::band, 0.62},
                                                             {Kind::drummer, 0.10},
                                                             {Kind::song, 0.12},
                                                             {Kind::quartet, 0.08},
                                                             {Kind::orchestra, 0.08}}};

Kind kind_of(const rolls::Phrase& phrase) {
  if (phrase.set == "groove") return Kind::drummer;
  if (phrase.set == "openscore_lieder") return Kind::song;
  if (phrase.set == "openscore_quartets") return Kind::quartet;
  if (phrase.set == "hauptstimme") return Kind::orchestra;
  return Kind::band;
}

/// Of the file, or where none is named of the collections themselves.
Result<std::vector<rolls::Phrase>> read_all(const fs::path& file) {
  if (!file.empty()) return rolls::read_phrases_file(file);
  auto set = corpus::read_phrases(corpus::phrase_sources(), corpus::data_folder());
  if (!set) return tl::unexpected<Error>(set.error());
  return std::move(set->phrases);
}

double rate_at(std::int64_t step, std::int64_t steps) {
  constexpr std::int64_t kWarmup = 100;
  if (step < kWarmup) return static_cast<double>(step + 1) / kWarmup;
  // Steady for two thirds, then down along half a cosine.
  const double at = static_cast<double>(step) / static_cast<double>(steps);
  if (at < 0.67) return 1.0;
  return 0.03 + 0.97 * 0.5 * (1.0 + std::cos(std::numbers::pi * (at - 0.67) / 0.33));
}

/// Adds up a run's figures between looks.
void add(StepFigures& sum, const StepFigures& one) {
  sum.generator += one.generator;
  sum.discriminator += one.discriminator;
  sum.real += one.real;
  sum.made += one.made;
  sum.told_apart += one.told_apart;
  sum.reconstruction += one.reconstruction;
  sum.divergence += one.divergence;
}

StepFigures divided(StepFigures sum, double count) {
  for (double* value : {&sum.generator, &sum.discriminator, &sum.real, &sum.made, &sum.told_apart,
                        &sum.reconstruction, &sum.divergence})
    *value /= count;
  return sum;
}

ordered_json to_json(const Look& look) {
  const auto r = [](double v) { return std::round(v * 1e4) / 1e4; };
  return {{"step", look.step},
          {"seconds", std::round(look.seconds)},
          {"generator", r(look.figures.generator)},
          {"discriminator", r(look.figures.discriminator)},
          {"real", r(look.figures.real)},
          {"made", r(look.figures.made)},
          {"told_apart", r(look.figures.told_apart)},
          {"reconstruction", r(look.figures.reconstruction)},
          {"divergence", r(look.figures.divergence)},
          {"distance", r(look.distance)}};
}

class Run {
 public:
  Run(const FitSettings& settings, const std::function<void(const std::string&)>& said)
      : settings_(settings), said_(said), rivals_(settings.rivals) {}

  Result<void> go() {
    if (auto done = prepare(); !done) return done;
    if (auto done = resume(); !done) return done;
    if (step_ == 0) {
      if (auto done = keep_moment(); !done) return done;
    }
    while (step_ < settings_.steps && !stopped()) {
      if (auto done = learn(); !done) return done;
    }
    if (stopped()) {
      said_(fmt::format("stopped at step {}; the same command goes on from there", step_));
      return save();
    }
    return write_out();
  }

 private:
  bool stopped() const { return settings_.stop != nullptr && settings_.stop->load(); }

  Result<void> prepare() {
    auto set = read_all(settings_.phrases);
    if (!set) return tl::unexpected<Error>(set.error());
    std::map<Kind, std::vector<std::size_t>> of_kind;
    for (const rolls::Phrase& phrase : *set) {
      const Kind kind = kind_of(phrase);
      if (phrase.split == corpus::Split::train) {
        of_kind[kind].push_back(training_.size());
        training_.push_back(conditions_of(phrase));
      }
      if (phrase.split == corpus::Split::validation && kind == Kind::band)
        validation_.push_back(conditions_of(phrase));
    }
    if (of_kind[Kind::band].size() < 8 || validation_.size() < 8) {
      return fail(ErrorCode::invalid_input,
                  "fewer than eight phrases of bands to learn from or to look at; read more music");
    }
    for (const auto& [kind, share] : kShares) {
      if (!of_kind[kind].empty()) decks_.emplace_back(share, of_kind[kind]);
    }
    Random random(settings_.rivals.seed);
    Random order = random.fork("looks");
    for (std::size_t i = validation_.size(); i > 1; --i)
      std::swap(validation_[i - 1], validation_[order.below(i)]);
    std::vector<Conditions> bands;
    for (const std::size_t i : of_kind[Kind::band])
      bands.push_back(training_[i]);
    training_row_ = table_of(rolls_of(bands));
    said_(table_json(training_row_).dump());
    said_(fmt::format("{} phrases to learn from, {} to look at", training_.size(),
                      validation_.size()));
    return {};
  }

  static std::vector<rolls::Roll> rolls_of(std::span<const Conditions> phrases) {
    std::vector<rolls::Roll> made;
    made.reserve(phrases.size());
    for (const Conditions& phrase : phrases)
      made.push_back(band::roll_of(phrase.grid, phrase.metre, phrase.chords));
    return made;
  }

  fs::path checkpoint() const { return settings_.run / "checkpoint.safetensors"; }

  Result<void> resume() {
    std::error_code error;
    fs::create_directories(settings_.run, error);
    if (!fs::exists(checkpoint(), error)) return {};
    const auto file = train::read_tensors(checkpoint());
    if (!file) return tl::unexpected<Error>(file.error());
    std::map<std::string, std::vector<float>> tensors;
    for (const auto& [name, tensor] : file->tensors)
      tensors.emplace(name, tensor.values);
    const auto step = file->metadata.find("step");
    const std::int64_t at = step == file->metadata.end() ? -1 : std::atoll(step->second.c_str());
    if (at < 0 || !rivals_.restore(tensors, at)) {
      return fail(ErrorCode::invalid_input,
                  checkpoint().string() + ": of networks of another shape; use another --run");
    }
    step_ = at;
    const auto curve = read_file(settings_.run / "curve.json");
    if (curve) curve_ = ordered_json::parse(*curve, nullptr, false);
    if (!curve_.is_array()) curve_ = ordered_json::array();
    if (!curve_.empty()) seconds_before_ = curve_.back().value("seconds", 0.0);
    said_(fmt::format("goes on from step {}", step_));
    return {};
  }

  Batch draw() {
    Random random = Random(settings_.rivals.seed).fork("batch " + std::to_string(step_));
    std::vector<Conditions> asked;
    for (int i = 0; i < settings_.batch; ++i)
      asked.push_back(asked_of(training_[drawn(random)], random));
    return batch_of(asked);
  }

  /// A training phrase, kinds by their shares.
  std::size_t drawn(Random& random) const {
    double all = 0.0;
    for (const auto& [share, deck] : decks_)
      all += share;
    double at = random.uniform() * all;
    for (const auto& [share, deck] : decks_) {
      if (at < share || &deck == &decks_.back().second) return deck[random.below(deck.size())];
      at -= share;
    }
    return 0;
  }

  Result<void> learn() {
    const bool contest = step_ >= settings_.alone;
    add(sum_, rivals_.learn(draw(), contest, rate_at(step_, settings_.steps)));
    ++step_;
    ++summed_;
    if (step_ % settings_.look_every != 0 && step_ != settings_.steps) return {};
    look();
    if (auto done = save(); !done) return done;
    const bool moment = step_ == settings_.alone || tenths() > tenths_kept_;
    return moment ? keep_moment() : Result<void>{};
  }

  std::int64_t tenths() const { return 10 * step_ / settings_.steps; }

  void look() {
    Look look;
    look.step = step_;
    look.seconds = seconds_before_ + std::chrono::duration<double>(Clock::now() - begin_).count();
    look.figures = divided(sum_, summed_);
    sum_ = {};
    summed_ = 0;
    const auto made = generated(rivals_, some(), {}, {.strict = false}, 1);
    const std::vector<Measure> table = table_of(made);
    look.distance = distance(table, training_row_);
    curve_.push_back(to_json(look));
    curve_.back()["table"] = table_json(table);
    said_(curve_.back().dump());
  }

  std::span<const Conditions> some() const {
    return std::span(validation_)
        .first(std::min(validation_.size(), static_cast<std::size_t>(settings_.look_phrases)));
  }

  Result<void> save() {
    const std::vector<NamedWeight> all = rivals_.everything();
    std::vector<train::TensorView> views;
    for (const NamedWeight& weight : all)
      views.push_back({weight.name, weight.shape, weight.values});
    if (auto done = train::write_tensors(checkpoint(), {{"step", std::to_string(step_)}}, views);
        !done)
      return done;
    return write_file(settings_.run / "curve.json", curve_.dump(1) + "\n");
  }

  /// The weights as they are now, for the page that shows how phrases grow.
  Result<void> keep_moment() {
    tenths_kept_ = tenths();
    return write_weights(settings_.run / fmt::format("moment-{:06}.safetensors", step_));
  }

  Result<void> write_weights(const fs::path& path) {
    const std::vector<NamedWeight> weights = rivals_.playing_weights();
    std::vector<train::TensorView> views;
    for (const NamedWeight& weight : weights)
      views.push_back({weight.name, weight.shape, weight.values});
    const NetShape& r = settings_.rivals.shape;
    return train::write_tensors(path,
                                {{"format", band::kFormat},
                                 {"width", std::to_string(r.width)},
                                 {"hidden", std::to_string(r.hidden)},
                                 {"heads", std::to_string(r.heads)},
                                 {"generator_blocks", std::to_string(r.generator_blocks)},
                                 {"encoder_blocks", std::to_string(r.encoder_blocks)},
                                 {"steps", std::to_string(step_)}},
                                views);
  }

  Result<void> write_out() {
    if (auto done = write_weights(settings_.out); !done) return done;
    fs::path curve = settings_.out;
    return write_file(curve.replace_extension(".curve.json"), curve_.dump(1) + "\n");
  }

  const FitSettings& settings_;
  const std::function<void(const std::string&)>& said_;
  Rivals rivals_;
  std::vector<Conditions> training_, validation_;
  std::vector<std::pair<double, std::vector<std::size_t>>> decks_;  ///< share; of training_
  std::vector<Measure> training_row_;
  std::int64_t step_ = 0;
  std::int64_t tenths_kept_ = 0;
  StepFigures sum_;
  int summed_ = 0;
  ordered_json curve_ = ordered_json::array();
  double seconds_before_ = 0.0;
  Clock::time_point begin_ = Clock::now();
};

/// [tokens of the metre] of [kTokens].
std::vector<float> narrowed(const PhraseLogits& logits, score::Metre metre) {
  const int beats = band::beats_of_bar(metre);
  std::vector<float> out;
  constexpr std::ptrdiff_t kBeat = std::ptrdiff_t{band::kPlayers} * band::kContentFeatures;
  for (int beat = 0; beat < band::kBeats; ++beat) {
    if (beat % band::kBeatsOfBar >= beats) continue;
    out.insert(out.end(), logits.begin() + beat * kBeat, logits.begin() + (beat + 1) * kBeat);
  }
  return out;
}

/// Uses the logits of each phrase in turn, generated a few together.
template <class Use>
void for_logits(Rivals& rivals, std::span<const Conditions> asked, std::uint64_t seed, Use use) {
  for (std::size_t from = 0; from < asked.size(); from += kGeneratedTogether) {
    const auto some = asked.subspan(from, std::min(kGeneratedTogether, asked.size() - from));
    const auto logits = rivals.generate(batch_of(some), seed + from);
    for (std::size_t i = 0; i < some.size(); ++i)
      use(some[i], narrowed(logits[i], some[i].metre));
  }
}

}  // namespace

Conditions conditions_of(const rolls::Phrase& phrase) {
  Conditions whole = band::conditions_of(phrase.roll, phrase.minor, phrase.style);
  whole.valence = static_cast<float>(phrase.valence);
  whole.arousal = static_cast<float>(phrase.arousal);
  return whole;
}

std::vector<rolls::Roll> generated(Rivals& rivals,
                                   std::span<const Conditions> asked,
                                   const band::Leanings& leanings,
                                   const band::Rules& rules,
                                   std::uint64_t seed) {
  std::vector<rolls::Roll> made;
  for_logits(rivals, asked, seed, [&](const Conditions& phrase, const std::vector<float>& logits) {
    made.push_back(band::decided_roll(logits, phrase, leanings, rules));
  });
  return made;
}

Result<void> fit(const FitSettings& settings, const std::function<void(const std::string&)>& said) {
  return Run(settings, said).go();
}

}  // namespace cantus::train_band
