#include "neural/touch/player.h"

#include <algorithm>
#include <string>

#include "base/random.h"
#include "neural/touch/drum_score.h"

namespace cantus::touch {
namespace {

constexpr double kUneven = 2.0;  // steps; as the rules of sound/perform have it
constexpr double kMostLouder = 30.0;
constexpr double kMostMs = 15.0;

/// A note on its way to the score, which has its own order.
struct Read {
  LineNote line;
  std::size_t note;  ///< which of the part's
};

}  // namespace

std::vector<LineTouch> line_touches(const LineShaper& shaper,
                                    const score::Piece& piece,
                                    const score::Part& part,
                                    std::uint64_t seed) {
  std::vector<Read> read;
  for (std::size_t i = 0; i < part.notes.size(); ++i) {
    const score::Note& note = part.notes[i];
    read.push_back({{nearest_place(note.onset), note.length, note.pitch.key()}, i});
  }
  std::ranges::stable_sort(read, {},
                           [](const Read& r) { return std::pair(r.line.place, r.line.key); });
  std::vector<LineNote> notes;
  for (const Read& r : read)
    notes.push_back(r.line);
  const LineScore score(piece, part, std::move(notes));
  const Random random = Random(seed).fork("player/" + part.name);
  const std::vector<double> shaped = shaper.louder(score);
  const std::vector<double> leans = shaper.later_ms(score);
  std::vector<LineTouch> touches(part.notes.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    const LineNote& line = read[i].line;
    Random hand = random.fork(std::to_string(line.place.count()) + ":" + std::to_string(line.key));
    const double steps = shaped[i] + kUneven * hand.normal();
    touches[read[i].note] = {std::clamp(steps, -kMostLouder, kMostLouder),
                             std::clamp(leans[i], -kMostMs, kMostMs)};
  }
  return touches;
}

}  // namespace cantus::touch
