#include "neural/train/band_critic/fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "neural/corpus/source.h"
#include "neural/train/band/evaluate.h"
#include "neural/train/band_critic/learning_net.h"
#include "neural/train/critic/calibration.h"
#include "neural/train/critic/figures.h"
#include "neural/train/critic/steps.h"
#include "neural/train/curve_picture.h"

namespace cantus::band_critic {
namespace {

namespace fs = std::filesystem;
using critic::rounded;
using critic::Said;
using nlohmann::ordered_json;

constexpr int kValidationCards = 1500;

using SaidBy = std::array<std::array<std::vector<Said>, kAspects>, kScales>;

SaidBy said_by(const Network& network, const std::vector<Card>& cards) {
  SaidBy said;
  for (const Card& card : cards) {
    const Opinions opinions = network.opinions(card.marks);
    const auto take = [&](std::size_t scale, const Opinion& opinion, const Truths& truths) {
      for (std::size_t a = 0; a < kAspects; ++a) {
        if (truths[a] == Truth::open) continue;
        said[scale][a].push_back({static_cast<double>(opinion[a]), truths[a] == Truth::good});
      }
    };
    for (std::size_t b = 0; b < kBars; ++b)
      take(0, opinions.bars[b], card.truth.bars[b]);
    take(1, opinions.phrase, card.truth.whole);
  }
  return said;
}

/// Nats an opinion of whole phrases, the aspects' mean.
double loss_of(const SaidBy& said) {
  double sum = 0.0;
  for (const auto& aspect : said[1])
    sum += critic::nats(aspect);
  return sum / kAspects;
}

class Run {
 public:
  Run(const FitSettings& settings,
      const std::vector<Example>& examples,
      std::span<const rolls::Phrase> people,
      const std::function<void(const std::string&)>& said)
      : s_(settings),
        examples_(examples),
        people_(people),
        said_(said),
        deck_(examples, rolls::Split::train, settings.seed),
        begin_(std::chrono::steady_clock::now()) {}

  Result<double> run() {
    Deck valid(examples_, rolls::Split::validation, 77);
    if (!deck_.complete() || !valid.complete()) {
      return fail(ErrorCode::invalid_input,
                  "too little to learn from: phrases of bands by people are needed on both sides "
                  "of the split");
    }
    DealSettings whole = s_.deal;
    whole.thinned = 0.0;
    cards_ = valid.deal(kValidationCards, whole);
    auto net = begin_with();
    if (!net) return tl::unexpected<Error>(net.error());
    const auto learn = [&](int step) {
      const Batch batch = batch_of(deck_.deal(s_.batch, s_.deal));
      return net->learn(batch, {critic::rate_at(s_.rate, step, s_.steps), s_.decay, s_.drop});
    };
    const auto done = critic::take_steps(
        s_, learn, [&](int step, double loss) { return look(*net, step, loss); });
    if (!done) return tl::unexpected<Error>(done.error());
    return best_;
  }

 private:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

  Result<LearningNet> begin_with() const {
    if (s_.from.empty()) return LearningNet(s_.seed);
    const auto from = Network::load(s_.from);
    if (!from) return tl::unexpected<Error>(from.error());
    return LearningNet(from->weights(), s_.seed);
  }

  Result<void> look(const LearningNet& net, int step, double training) {
    Weights weights = net.average();
    const auto raw = Network::from(weights);
    if (!raw) return tl::unexpected<Error>(raw.error());
    const double validation = loss_of(said_by(*raw, cards_));
    const auto rows = evaluate(*raw, examples_, rolls::Split::validation, 0);
    const double merit = band_critic::figure_of_merit(rows);
    train::CurvePoint point;
    point.step = step;
    point.seconds = seconds();
    point.training = training;
    point.validation = validation;
    curve_.push_back(point);
    said_(fmt::format("step {} of {}: {:.3f} nats, validation {:.3f}, merit {:.4f}, {:.0f} s", step,
                      s_.steps, training, validation, merit, seconds()));
    for (const AreaRow& row : rows)
      said_(fmt::format("  {:<24} {:<9} {:.3f}", row.against, row.by, row.area.area));
    if (merit > best_) {
      best_ = merit;
      calibrate(weights, cards_);
      if (auto done = write_network(s_.out, weights); !done) return done;
      if (auto done = write_file(beside(".json"), card(step, rows).dump(2) + "\n"); !done)
        return done;
    }
    return write_file(beside(".png"), train::draw_curve(curve_).png());
  }

  fs::path beside(const char* ending) const {
    fs::path path = s_.out;
    return path.replace_extension(ending);
  }

  ordered_json sets() const {
    std::map<std::string, std::array<std::size_t, 3>> by;
    for (const rolls::Phrase& phrase : people_) {
      if (train_band::is_band(phrase)) ++by[phrase.set][static_cast<std::size_t>(phrase.split)];
    }
    ordered_json out = ordered_json::array();
    for (const auto& [set, splits] : by) {
      out.push_back(
          {{"name", set}, {"training", splits[0]}, {"validation", splits[1]}, {"test", splits[2]}});
      for (const corpus::Source& source : corpus::open_sources()) {
        if (source.name == set) out.back()["licence"] = source.licence;
      }
    }
    return out;
  }

  ordered_json makers() const {
    ordered_json out;
    for (std::size_t m = 1; m < kMakers; ++m) {
      std::array<std::size_t, 3> splits{};
      for (const Example& example : examples_) {
        if (static_cast<std::size_t>(example.maker) == m)
          ++splits[static_cast<std::size_t>(example.split)];
      }
      out[std::string(kMakerNames[m])] = splits;
    }
    return out;
  }

  ordered_json card(int step, std::span<const AreaRow> rows) const {
    std::size_t weights = 2 * kScales * kAspects;
    ordered_json layers;
    for (const LayerShape& shape : layer_shapes()) {
      layers[std::string(shape.name)] = {shape.inputs, shape.outputs};
      weights += static_cast<std::size_t>((shape.inputs + 1) * shape.outputs);
    }
    ordered_json card;
    card["format"] = "cantus-band-critic-1";
    card["what"] =
        "A critic of bands: tells people's four bars of drums, bass, chords, pad and melody from "
        "programs' and from spoiled ones, as a whole and in five aspects";
    card["weights"] = weights;
    card["layers"] = layers;
    card["sets"] = sets();
    card["against"] = {{"weights", s_.against}, {"phrases", makers()}};
    card["spoiled"] = kFaultNames;
    card["settings"] = {{"seed", s_.seed},
                        {"steps", s_.steps},
                        {"batch", s_.batch},
                        {"rate", s_.rate},
                        {"decay", s_.decay},
                        {"drop", s_.drop},
                        {"human", s_.deal.human},
                        {"composed", s_.deal.composed},
                        {"sequence", s_.deal.sequence},
                        {"thinned", s_.deal.thinned}};
    if (!s_.from.empty()) card["from"] = s_.from.filename().string();
    card["commit"] = s_.commit;
    card["step"] = step;
    card["seconds"] = std::round(seconds());
    ordered_json points = ordered_json::array();
    for (const train::CurvePoint& point : curve_)
      points.push_back({point.step, rounded(*point.training), rounded(*point.validation)});
    card["curve"] = points;
    card["figure_of_merit"] = rounded(band_critic::figure_of_merit(rows));
    card["areas"]["validation"] = critic::rows_json(rows);
    return card;
  }

  const FitSettings& s_;
  const std::vector<Example>& examples_;
  std::span<const rolls::Phrase> people_;
  const std::function<void(const std::string&)>& said_;
  Deck deck_;
  std::chrono::steady_clock::time_point begin_;
  std::vector<Card> cards_;
  train::Curve curve_;
  double best_ = 0.0;
};

}  // namespace

Result<double> fit(const FitSettings& settings,
                   const std::vector<Example>& examples,
                   std::span<const rolls::Phrase> people,
                   const std::function<void(const std::string&)>& said) {
  return Run(settings, examples, people, said).run();
}

void calibrate(Weights& weights, const std::vector<Card>& cards) {
  weights.calibration.scale.assign(kScales * kAspects, 1.0F);
  weights.calibration.shift.assign(kScales * kAspects, 0.0F);
  const auto network = Network::from(weights);
  if (!network) return;
  const SaidBy said = said_by(*network, cards);
  for (std::size_t s = 0; s < kScales; ++s) {
    for (std::size_t a = 0; a < kAspects; ++a) {
      const auto [scale, shift] = critic::platt(said[s][a]);
      weights.calibration.scale[s * kAspects + a] = static_cast<float>(scale);
      weights.calibration.shift[s * kAspects + a] = static_cast<float>(shift);
    }
  }
}

}  // namespace cantus::band_critic
