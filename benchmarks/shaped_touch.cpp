// How near the rules of sound/perform are to what people did in the open MIDI collections: velocity
// on shaped parts, lateness on played ones.
// usage: shaped_touch DATA [train|validation|test]      the folder that holds open/
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "neural/train/performer/player_evaluation.h"
#include "sound/perform/perform.h"

namespace {

using namespace cantus;
using performer::Take;

constexpr int kTakes = 8;  // of the rules, averaged: what they expect without what they draw

struct Ruled {
  std::vector<double> louder;  ///< velocity steps, about their mean; a note of the take each
  std::vector<double> later_ms;
};

void about_their_mean(std::vector<double>& values) {
  double mean = 0.0;
  for (const double value : values)
    mean += value / static_cast<double>(values.size());
  for (double& value : values)
    value -= mean;
}

const sound::PerformedNote* nearest_in(const std::vector<sound::PerformedNote>& played,
                                       const sound::PerformedNote& page) {
  const sound::PerformedNote* nearest = nullptr;
  auto best = std::numeric_limits<std::int64_t>::max();
  auto at = std::ranges::lower_bound(played, page.onset_frame - 8820, {},
                                     &sound::PerformedNote::onset_frame);
  for (; at != played.end() && at->onset_frame < page.onset_frame + 8820; ++at) {
    const std::int64_t off = std::abs(at->onset_frame - page.onset_frame);
    if (at->key != page.key || off >= best) continue;
    best = off;
    nearest = &*at;
  }
  return nearest;
}

/// The page has its notes in the order of the take's: by place, then key.
Ruled ruled(const Take& take) {
  Ruled out;
  out.louder.resize(take.notes.size());
  out.later_ms.resize(take.notes.size());
  sound::PerformOptions options;
  options.amount = 0.0;
  const auto page = sound::perform(take.page, options).parts.front().notes;
  if (page.size() != take.notes.size()) return out;
  options.amount = 1.0;
  for (int i = 0; i < kTakes; ++i) {
    options.seed = static_cast<std::uint64_t>(i);
    const auto played = sound::perform(take.page, options).parts.front().notes;
    for (std::size_t n = 0; n < page.size(); ++n) {
      const sound::PerformedNote* note = nearest_in(played, page[n]);
      if (note == nullptr) continue;
      out.louder[n] += static_cast<double>(note->velocity - page[n].velocity) / kTakes;
      out.later_ms[n] +=
          static_cast<double>(note->onset_frame - page[n].onset_frame) / 44.1 / kTakes;
    }
  }
  about_their_mean(out.louder);
  about_their_mean(out.later_ms);
  return out;
}

void print_lateness(const std::vector<Take>& takes, corpus::Split split) {
  double notes = 0.0;
  double flat = 0.0;
  double missed = 0.0;
  double ss = 0.0;
  double sd = 0.0;
  double dd = 0.0;
  for (const Take& take : takes) {
    if (take.split != split || !take.hand.is_played()) continue;
    const Ruled rules = ruled(take);
    std::vector<double> late;
    for (const performer::Shaping& note : take.notes)
      late.push_back(note.late_ms.value_or(0.0));
    about_their_mean(late);
    for (std::size_t i = 0; i < late.size(); ++i) {
      const double said = rules.later_ms[i];
      notes += 1.0;
      flat += std::abs(late[i]);
      missed += std::abs(late[i] - said);
      ss += said * said;
      sd += said * late[i];
      dd += late[i] * late[i];
    }
  }
  if (notes == 0.0) return;
  std::printf("lateness, %.0f notes of played parts: the part's mean %.2f ms, rules %.2f ms\n",
              notes, flat / notes, missed / notes);
  std::printf("correlation %.3f, best scale %.2f\n", sd / std::sqrt(ss * dd), sd / ss);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string name = argc > 2 ? argv[2] : "test";
  const auto split = name == "test"    ? corpus::Split::test
                     : name == "train" ? corpus::Split::train
                                       : corpus::Split::validation;
  const auto read = performer::read_takes(argc > 1 ? argv[1] : "../shared/data");
  if (!read) {
    std::fprintf(stderr, "%s\n", read.error().message.c_str());
    return 1;
  }
  const auto errors = performer::player_errors(read->takes, split,
                                               [](const Take& take) { return ruled(take).louder; });
  const auto flat = performer::player_errors(read->takes, split, performer::part_mean());
  std::printf("velocity, %zu parts, %zu notes: the part's mean %.2f, rules %.2f\n", errors.parts,
              errors.notes, flat.velocity, errors.velocity);
  std::printf("correlation %.3f, best scale %.2f, better in %zu parts\n", errors.correlation,
              errors.scale, errors.better_parts);
  print_lateness(read->takes, split);
  return 0;
}
