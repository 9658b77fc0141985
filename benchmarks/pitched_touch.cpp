// How near the rules of sound/perform and the learnt player are to what pianists play: velocity,
// and onsets between the beats, on the ASAP performances (Foscarin et al. 2020; for measuring
// only), beside two baselines. usage: pitched_touch DATA [WEIGHTS]      the folder that holds
// research/asap; the player's weights
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "base/files.h"
#include "music/formats/file.h"
#include "music/score/piece.h"
#include "music/theory/role_finding.h"
#include "neural/touch/drum_score.h"
#include "neural/touch/line_shaper.h"
#include "sound/perform/perform.h"

namespace {

namespace fs = std::filesystem;
using namespace cantus;

constexpr double kMatchSeconds = 0.15;
constexpr int kTakes = 8;  // of the rules, averaged: what they expect without what they draw

/// A note of the score, what the rules make of it and, where it was found, what the pianist did.
struct Note {
  double seconds = 0.0;  // as the score file has it
  int key = 0;
  int bar = 0;
  int place = 0;                      // twenty-fourths of a beat in the bar, and the part
  std::array<double, 2> ruled = {};   // velocity steps, milliseconds
  std::array<double, 2> shaped = {};  // by the player, likewise
  std::optional<std::array<double, 2>> performed;  // velocity, milliseconds after the beats' line
};

std::vector<double> beats_from(const fs::path& path) {
  std::vector<double> beats;
  std::istringstream in(read_file(path).value_or(""));
  for (std::string line; std::getline(in, line);)
    beats.push_back(std::strtod(line.c_str(), nullptr));
  return beats;
}

/// From one time line to the other, straight between beats; nothing outside them.
std::optional<double> moved(double at,
                            const std::vector<double>& from,
                            const std::vector<double>& to) {
  const auto after = std::ranges::upper_bound(from, at);
  const auto i = static_cast<std::size_t>(after - from.begin());
  if (i == 0 || i >= std::min(from.size(), to.size()) || from[i] <= from[i - 1])
    return std::nullopt;
  return to[i - 1] + (at - from[i - 1]) / (from[i] - from[i - 1]) * (to[i] - to[i - 1]);
}

/// What the player foretells of each note of a part, in the part's order.
std::vector<std::array<double, 2>> shaped_notes(const touch::LineShaper& shaper,
                                                const score::Piece& piece,
                                                const score::Part& part) {
  std::vector<std::pair<touch::LineNote, std::size_t>> read;
  for (std::size_t i = 0; i < part.notes.size(); ++i) {
    const score::Note& note = part.notes[i];
    read.push_back({{touch::nearest_place(note.onset), note.length, note.pitch.key()}, i});
  }
  std::ranges::stable_sort(read, {},
                           [](const auto& r) { return std::pair(r.first.place, r.first.key); });
  std::vector<touch::LineNote> notes;
  for (const auto& [note, i] : read)
    notes.push_back(note);
  const touch::LineScore score(piece, part, std::move(notes));
  const auto louder = shaper.louder(score);
  const auto later_ms = shaper.later_ms(score);
  std::vector<std::array<double, 2>> shaped(part.notes.size());
  for (std::size_t n = 0; n < read.size(); ++n)
    shaped[read[n].second] = {louder[n], later_ms[n]};
  return shaped;
}

/// Reads the score flat, at one velocity, and has the rules and the player play it.
std::vector<Note> score_notes(score::Piece piece, const touch::LineShaper& shaper) {
  theory::assign_roles(piece);
  for (score::Part& part : piece.parts) {
    for (score::Note& note : part.notes)
      note.velocity = score::kDefaultVelocity;
  }
  std::vector<sound::Performance> takes;
  for (int take = 0; take <= kTakes; ++take) {
    sound::PerformOptions options;
    options.seed = static_cast<std::uint64_t>(take);
    options.amount = take == kTakes ? 0.0 : 1.0;  // the last: the page
    takes.push_back(sound::perform(piece, options));
  }
  std::vector<Note> notes;
  for (std::size_t p = 0; p < piece.parts.size(); ++p) {
    for (const sound::PerformedNote& page : takes.back().parts[p].notes) {
      Note note;
      note.seconds = static_cast<double>(page.onset_frame) / takes.back().sample_rate;
      note.key = page.key;
      for (int take = 0; take < kTakes; ++take) {
        const auto& played = takes[static_cast<std::size_t>(take)].parts[p].notes;
        const sound::PerformedNote* nearest = nullptr;
        const auto near = [&](const sound::PerformedNote& n) {
          return std::abs(n.onset_frame - page.onset_frame);
        };
        auto at = std::ranges::lower_bound(played, page.onset_frame - 8820, {},
                                           &sound::PerformedNote::onset_frame);
        for (; at != played.end() && at->onset_frame < page.onset_frame + 8820; ++at) {
          if (at->key == page.key && (nearest == nullptr || near(*at) < near(*nearest)))
            nearest = &*at;
        }
        if (nearest == nullptr) continue;
        note.ruled[0] += static_cast<double>(nearest->velocity - page.velocity) / kTakes;
        note.ruled[1] +=
            static_cast<double>(nearest->onset_frame - page.onset_frame) / 44.1 / kTakes;
      }
      notes.push_back(note);
    }
  }
  std::map<std::pair<std::int64_t, int>, std::tuple<int, int, std::array<double, 2>>> places;
  for (std::size_t p = 0; p < piece.parts.size(); ++p) {
    const auto shaped = shaped_notes(shaper, piece, piece.parts[p]);
    for (std::size_t n = 0; n < shaped.size(); ++n) {
      const score::Note& note = piece.parts[p].notes[n];
      const int bar = piece.metre.bar_at(note.onset);
      const auto inside = (note.onset - piece.metre.bar_start(bar)).count() / 420;
      const auto ms =
          static_cast<std::int64_t>(std::lround(1000.0 * piece.tempo.seconds_at(note.onset)));
      places[{ms, note.pitch.key()}] = {bar, static_cast<int>(inside * 2 + (p == 0 ? 0 : 1)),
                                        shaped[n]};
    }
  }
  for (Note& note : notes) {
    const auto ms = static_cast<std::int64_t>(std::lround(1000.0 * note.seconds));
    for (const std::int64_t off : {0, -1, 1}) {
      if (const auto found = places.find({ms + off, note.key}); found != places.end())
        std::tie(note.bar, note.place, note.shaped) = found->second;
    }
  }
  return notes;
}

/// Finds what was played of each note by the beats of both.
void match(std::vector<Note>& notes,
           const score::Piece& performance,
           const std::vector<double>& score_beats,
           const std::vector<double>& played_beats) {
  std::array<std::vector<std::pair<double, int>>, 128> played;  // by key: seconds, velocity
  for (const score::Part& part : performance.parts) {
    for (const score::Note& note : part.notes) {
      played[static_cast<std::size_t>(note.pitch.key())].emplace_back(
          performance.tempo.seconds_at(note.onset), note.velocity);
    }
  }
  for (Note& note : notes) {
    note.performed.reset();
    const auto expected = moved(note.seconds, score_beats, played_beats);
    if (!expected) continue;
    double nearest = kMatchSeconds;
    for (const auto& [seconds, velocity] : played[static_cast<std::size_t>(note.key)]) {
      if (std::abs(seconds - *expected) >= nearest) continue;
      nearest = std::abs(seconds - *expected);
      note.performed = {static_cast<double>(velocity), 1000.0 * (seconds - *expected)};
    }
  }
}

struct Sums {
  std::size_t notes = 0;
  std::array<std::array<double, 2>, 4> missed = {};  // constant, per position, rules, player
  std::array<double, 2> rr = {}, rp = {}, pp = {};   // of rule and performance, about their means
  std::array<double, 2> player_rr = {}, player_rp = {};
};

/// Means are of the even bars, errors of the odd ones.
void measure(const std::vector<Note>& notes, Sums& sums) {
  for (std::size_t k = 0; k < 2; ++k) {
    double mean = 0.0;
    double ruled = 0.0;
    double shaped = 0.0;
    double count = 0.0;
    std::map<int, std::array<double, 2>> cells;  // sum, count
    for (const Note& note : notes) {
      if (!note.performed || note.bar % 2 != 0) continue;
      mean += (*note.performed)[k];
      ruled += note.ruled[k];
      shaped += note.shaped[k];
      count += 1.0;
      cells[note.place][0] += (*note.performed)[k];
      cells[note.place][1] += 1.0;
    }
    if (count < 20) return;
    mean /= count;
    ruled /= count;
    shaped /= count;
    for (const Note& note : notes) {
      if (!note.performed || note.bar % 2 == 0) continue;
      const double played = (*note.performed)[k];
      const auto cell = cells.find(note.place);
      const bool known = cell != cells.end() && cell->second[1] >= 4.0;
      const double position = known ? cell->second[0] / cell->second[1] : mean;
      const double by_rule = note.ruled[k] - ruled;
      sums.missed[0][k] += std::abs(played - mean);
      sums.missed[1][k] += std::abs(played - position);
      sums.missed[2][k] += std::abs(played - mean - by_rule);
      sums.rr[k] += by_rule * by_rule;
      sums.rp[k] += by_rule * (played - mean);
      sums.pp[k] += (played - mean) * (played - mean);
      const double by_player = note.shaped[k] - shaped;
      sums.missed[3][k] += std::abs(played - mean - by_player);
      sums.player_rr[k] += by_player * by_player;
      sums.player_rp[k] += by_player * (played - mean);
      if (k == 0) ++sums.notes;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path root = fs::path(argc > 1 ? argv[1] : "../shared/data") / "research/asap";
  const auto shaper = touch::LineShaper::load(argc > 2 ? argv[2] : "models/player.safetensors");
  if (!shaper) {
    std::fprintf(stderr, "%s\n", shaper.error().message.c_str());
    return 1;
  }
  std::error_code error;
  Sums sums;
  int performances = 0;
  std::vector<fs::path> scores;
  for (const auto& entry : fs::recursive_directory_iterator(root, error)) {
    if (entry.path().filename() == "midi_score.mid") scores.push_back(entry.path());
  }
  std::ranges::sort(scores);
  for (const fs::path& path : scores) {
    const auto reading = formats::read_file(path);
    const auto score_beats = beats_from(path.parent_path() / "midi_score_annotations.txt");
    if (!reading || reading->pieces.empty() || score_beats.size() < 8) continue;
    std::vector<Note> notes = score_notes(reading->pieces.front(), *shaper);
    for (const auto& entry : fs::directory_iterator(path.parent_path())) {
      if (entry.path().extension() != ".mid" || entry.path() == path) continue;
      const auto beats = beats_from(entry.path().parent_path() /
                                    (entry.path().stem().string() + "_annotations.txt"));
      const auto performance = formats::read_file(entry.path());
      if (beats.size() != score_beats.size() || !performance) continue;
      match(notes, performance->pieces.front(), score_beats, beats);
      measure(notes, sums);
      ++performances;
    }
  }
  if (sums.notes == 0) {
    std::fprintf(stderr, "%s: no performances; name the folder that holds research/\n",
                 root.string().c_str());
    return 1;
  }
  const auto count = static_cast<double>(sums.notes);
  std::printf("%d performances, %zu notes of odd bars; mean absolute errors\n", performances,
              sums.notes);
  constexpr std::array<const char*, 4> kNames = {"constant", "per position and part", "rules",
                                                 "player"};
  for (std::size_t row = 0; row < 4; ++row) {
    std::printf("%-28s velocity %6.2f   onset %6.2f ms\n", kNames[row], sums.missed[row][0] / count,
                sums.missed[row][1] / count);
  }
  std::printf(
      "correlation of rules and pianists: velocity %.3f, onset %.3f; best scale %.2f, %.2f\n",
      sums.rp[0] / std::sqrt(sums.rr[0] * sums.pp[0]),
      sums.rp[1] / std::sqrt(sums.rr[1] * sums.pp[1]), sums.rp[0] / sums.rr[0],
      sums.rp[1] / sums.rr[1]);
  std::printf(
      "correlation of player and pianists: velocity %.3f, onset %.3f; best scale %.2f, %.2f\n",
      sums.player_rp[0] / std::sqrt(sums.player_rr[0] * sums.pp[0]),
      sums.player_rp[1] / std::sqrt(sums.player_rr[1] * sums.pp[1]),
      sums.player_rp[0] / sums.player_rr[0], sums.player_rp[1] / sums.player_rr[1]);
  return 0;
}
