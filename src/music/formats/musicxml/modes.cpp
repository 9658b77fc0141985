#include "music/formats/musicxml/modes.h"

#include <algorithm>
#include <optional>

namespace cantus::formats::musicxml {
namespace {

using score::Mode;
using score::Note;
using score::PitchClass;
using score::Tick;

/// What tells major from minor in one stretch of music.
struct Evidence {
  std::optional<Note> last_bass;
  int raised = 0;   ///< leading notes of the minor key
  int natural = 0;  ///< the same note as the signature has it
};

class Stretches {
 public:
  explicit Stretches(std::span<const PlayedKey> keys) : keys_(keys), evidence_(keys.size()) {}

  void add(const Note& note) {
    const auto after = std::ranges::upper_bound(keys_, note.onset, {}, &PlayedKey::at);
    if (after == keys_.begin()) return;
    const auto index = static_cast<std::size_t>(after - keys_.begin()) - 1;
    Evidence& evidence = evidence_[index];
    const PitchClass leading = minor_tonic(keys_[index].key.fifths) + 11;
    evidence.raised += note.pitch.pitch_class() == leading ? 1 : 0;
    evidence.natural += note.pitch.pitch_class() == leading + 11 ? 1 : 0;
    std::optional<Note>& bass = evidence.last_bass;
    if (!bass || note.end() > bass->end() ||
        (note.end() == bass->end() && note.pitch < bass->pitch)) {
      bass = note;
    }
  }

  Mode mode(std::size_t index) const {
    const Evidence& evidence = evidence_[index];
    const PitchClass minor = minor_tonic(keys_[index].key.fifths);
    if (evidence.last_bass) {
      const PitchClass bass = evidence.last_bass->pitch.pitch_class();
      if (bass == minor) return Mode::minor;
      if (bass == minor + 3) return Mode::major;
    }
    return evidence.raised > evidence.natural ? Mode::minor : Mode::major;
  }

 private:
  static PitchClass minor_tonic(int fifths) {
    return score::Key{fifths, Mode::minor}.tonic().pitch_class();
  }

  std::span<const PlayedKey> keys_;
  std::vector<Evidence> evidence_;
};

}  // namespace

std::vector<score::KeyChange> with_modes(std::span<const PlayedKey> keys,
                                         std::span<const score::Part> parts) {
  Stretches stretches(keys);
  const bool all_said = std::ranges::all_of(
      keys, [](const PlayedKey& played) { return played.key.mode.has_value(); });
  for (const score::Part& part : parts) {
    if (all_said || part.is_drums()) continue;
    for (const Note& note : part.notes)
      stretches.add(note);
  }
  std::vector<score::KeyChange> out;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const WrittenKey& key = keys[i].key;
    out.push_back({keys[i].at, {key.fifths, key.mode ? *key.mode : stretches.mode(i)}});
  }
  return out;
}

}  // namespace cantus::formats::musicxml
