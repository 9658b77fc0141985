// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/modes.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <tuple>

namespace cantus::formats::humdrum {
namespace {

using score::KeyChange;
using score::Mode;
using score::Note;
using score::PitchClass;
using score::Tick;

struct Signature {
  KeyChange change;
  bool named = false;
  std::optional<Note> last_bass = {};
  int raised = 0;
  int unraised = 0;
};

std::vector<Signature> signatures_of(const Written& heard) {
  std::vector<Signature> all;
  for (const auto& [segment, at, written] : heard.keys)
    if (all.empty() || all.back().change.key != written.key || all.back().named != written.named)
      all.push_back({.change = {Tick(at), written.key}, .named = written.named});
  return all;
}

PitchClass minor_tonic(const Signature& signature) {
  return score::Key{signature.change.key.fifths, Mode::minor}.tonic().pitch_class();
}

void hear(Signature& signature, const Note& note) {
  const PitchClass above = PitchClass(note.pitch.pitch_class().above(minor_tonic(signature)));
  signature.raised += above == PitchClass(11) ? 1 : 0;
  signature.unraised += above == PitchClass(10) ? 1 : 0;
  const auto claim = [](const Note& n) { return std::tuple(n.end(), -n.pitch.key()); };
  if (!signature.last_bass || claim(note) > claim(*signature.last_bass)) signature.last_bass = note;
}

Mode mode_of(const Signature& signature) {
  if (signature.named) return signature.change.key.mode;
  const int bass = signature.last_bass
                       ? signature.last_bass->pitch.pitch_class().above(minor_tonic(signature))
                       : 1;
  if (bass == 0) return Mode::minor;
  if (bass == 3) return Mode::major;
  return signature.raised > signature.unraised ? Mode::minor : Mode::major;
}

}  // namespace

std::vector<KeyChange> keys_of(const Written& heard, std::span<const score::Part> parts) {
  std::vector<Signature> all = signatures_of(heard);
  for (const score::Part& part : parts) {
    if (part.is_drums()) continue;
    for (const Note& note : part.notes) {
      const auto after = std::ranges::upper_bound(all, note.onset, {},
                                                  [](const Signature& s) { return s.change.at; });
      if (after != all.begin()) hear(*std::prev(after), note);
    }
  }
  std::vector<KeyChange> keys;
  for (const Signature& signature : all) {
    KeyChange change = signature.change;
    change.key.mode = mode_of(signature);
    if (keys.empty() || keys.back().key != change.key) keys.push_back(change);
  }
  return keys;
}

}  // namespace cantus::formats::humdrum
