#include "neural/train/critic/fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "neural/corpus/source.h"
#include "neural/train/critic/calibration.h"
#include "neural/train/critic/figures.h"
#include "neural/train/critic/learning_net.h"
#include "neural/train/critic/steps.h"
#include "neural/train/curve_picture.h"

namespace cantus::critic {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr int kValidationCards = 600;

using SaidBy = std::array<std::array<std::vector<Said>, kAspects>, kScales>;

SaidBy said_by(const Network& network, const std::vector<Heard>& cards) {
  SaidBy said;
  for (const Heard& card : cards) {
    const Opinions opinions = network.opinions(card.marks);
    const auto take = [&](std::size_t scale, const Opinion& opinion, auto truth) {
      for (int a = 0; a < kAspects; ++a) {
        const Truth is = truth(a);
        if (is == Truth::open) continue;
        const auto aspect = static_cast<std::size_t>(a);
        said[scale][aspect].push_back({static_cast<double>(opinion[aspect]), is == Truth::good});
      }
    };
    const auto windows = [&](std::size_t scale, const std::vector<Opinion>& all, int bars) {
      for (std::size_t i = 0; i < all.size(); ++i)
        take(scale, all[i],
             [&](int a) { return truth_of(card.truth, static_cast<int>(i), bars, a); });
    };
    windows(0, opinions.phrases, kPhraseBars);
    windows(1, opinions.sections, kSectionBars);
    windows(2, opinions.long_sections, kLongSectionBars);
    take(3, opinions.piece, [&](int a) { return card.truth.whole[static_cast<std::size_t>(a)]; });
  }
  return said;
}

/// Nats an opinion of whole pieces, the aspects' mean.
double loss_of(const SaidBy& said) {
  double sum = 0.0;
  for (const auto& aspect : said[3])
    sum += nats(aspect);
  return sum / kAspects;
}

class Run {
 public:
  Run(const FitSettings& settings,
      const std::vector<Example>& examples,
      const std::function<void(const std::string&)>& said)
      : s_(settings),
        examples_(examples),
        said_(said),
        deck_(examples, corpus::Split::train, settings.seed),
        begin_(std::chrono::steady_clock::now()) {}

  Result<double> run() {
    Deck valid(examples_, corpus::Split::validation, 77);
    if (!deck_.complete() || !valid.complete()) {
      return fail(ErrorCode::invalid_input,
                  "too little to learn from: people's and composed pieces of one kind are needed "
                  "on both sides of the split");
    }
    DealSettings whole = s_.deal;
    whole.thinned = 0.0;
    cards_ = valid.deal(kValidationCards, whole);
    auto net = begin_with();
    if (!net) return tl::unexpected<Error>(net.error());
    const auto learn = [&](int step) {
      const Batch batch = batch_of(deck_.deal(s_.batch, s_.deal));
      return net->learn(batch, {rate_at(s_.rate, step, s_.steps), s_.decay, s_.drop});
    };
    const auto done =
        take_steps(s_, learn, [&](int step, double loss) { return look(*net, step, loss); });
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
    const auto rows = evaluate(*raw, examples_, corpus::Split::validation, 0);
    const double merit = figure_of_merit(rows);
    train::CurvePoint point;
    point.step = step;
    point.seconds = seconds();
    point.training = training;
    point.validation = validation;
    curve_.push_back(point);
    said_(fmt::format("step {} of {}: {:.3f} nats, validation {:.3f}, merit {:.4f}, {:.0f} s", step,
                      s_.steps, training, validation, merit, seconds()));
    for (const AreaRow& row : rows)
      said_(fmt::format("  {:<40} {:<9} {:.3f}", row.against, row.by, row.area.area));
    if (merit <= best_) return write_curve();
    best_ = merit;
    calibrate(weights, cards_);
    if (auto done = write_network(s_.out, weights); !done) return done;
    if (auto done = write_file(beside(".json"), card(step, rows).dump(2) + "\n"); !done)
      return done;
    return write_curve();
  }

  Result<void> write_curve() const {
    return write_file(beside(".png"), train::draw_curve(curve_).png());
  }

  fs::path beside(const char* ending) const {
    fs::path path = s_.out;
    return path.replace_extension(ending);
  }

  ordered_json counts(bool human) const {
    std::map<std::string, std::array<std::size_t, 3>> by;
    for (const Example& example : examples_) {
      if (example.human != human) continue;
      if (!human && example.kind == Kind::tune) continue;  // the folk ones again
      const std::string set = example.name.substr(0, example.name.find('/'));
      ++by[set][static_cast<std::size_t>(example.split)];
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

  ordered_json card(int step, std::span<const AreaRow> rows) const {
    std::size_t weights = 2 * kScales * kAspects;
    ordered_json layers;
    for (const LayerShape& shape : layer_shapes()) {
      layers[std::string(shape.name)] = {shape.inputs, shape.outputs};
      weights += static_cast<std::size_t>((shape.inputs + 1) * shape.outputs);
    }
    ordered_json card;
    card["format"] = "cantus-critic-1";
    card["what"] =
        "A critic: tells people's melodies over chords from composed and from spoiled ones, at "
        "three scales and in four aspects";
    card["weights"] = weights;
    card["layers"] = layers;
    card["sets"] = counts(true);
    card["against"] = counts(false);
    card["spoiled"] = kFaultNames;
    card["settings"] = {{"seed", s_.seed},
                        {"steps", s_.steps},
                        {"batch", s_.batch},
                        {"rate", s_.rate},
                        {"decay", s_.decay},
                        {"drop", s_.drop},
                        {"human", s_.deal.human},
                        {"composed", s_.deal.composed},
                        {"cropped", s_.deal.cropped},
                        {"chordless", s_.deal.chordless},
                        {"thinned", s_.deal.thinned}};
    if (!s_.from.empty()) card["from"] = s_.from.filename().string();
    card["commit"] = s_.commit;
    card["step"] = step;
    card["seconds"] = std::round(seconds());
    ordered_json points = ordered_json::array();
    for (const train::CurvePoint& point : curve_)
      points.push_back({point.step, rounded(*point.training), rounded(*point.validation)});
    card["curve"] = points;
    card["figure_of_merit"] = rounded(figure_of_merit(rows));
    card["areas"]["validation"] = rows_json(rows);
    return card;
  }

  const FitSettings& s_;
  const std::vector<Example>& examples_;
  const std::function<void(const std::string&)>& said_;
  Deck deck_;
  std::chrono::steady_clock::time_point begin_;
  std::vector<Heard> cards_;
  train::Curve curve_;
  double best_ = 0.0;
};

}  // namespace

Result<double> fit(const FitSettings& settings,
                   const std::vector<Example>& examples,
                   const std::function<void(const std::string&)>& said) {
  return Run(settings, examples, said).run();
}

void calibrate(Weights& weights, const std::vector<Heard>& cards) {
  weights.calibration.scale.assign(kScales * kAspects, 1.0F);
  weights.calibration.shift.assign(kScales * kAspects, 0.0F);
  const auto network = Network::from(weights);
  if (!network) return;
  const SaidBy said = said_by(*network, cards);
  for (std::size_t s = 0; s < kScales; ++s) {
    for (std::size_t a = 0; a < kAspects; ++a) {
      const auto [scale, shift] = platt(said[s][a]);
      weights.calibration.scale[s * kAspects + a] = static_cast<float>(scale);
      weights.calibration.shift[s * kAspects + a] = static_cast<float>(shift);
    }
  }
}

}  // namespace cantus::critic
