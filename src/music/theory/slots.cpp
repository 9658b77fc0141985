#include "music/theory/slots.h"

#include <algorithm>

namespace cantus::theory {
namespace {

using score::Tick;
using score::TickLength;

constexpr std::size_t kMostSlots = 200'000;
/// A new note says more about the harmony than one held over: as much as this many beats more.
constexpr double kOnsetBeats = 0.25;
/// A bass note must fill this share of the slot, so that a passing note does not count.
constexpr double kBassShare = 0.3;
/// More sound than this, in slot lengths, takes more than one voice.
constexpr double kChordalShare = 1.25;
/// A note held longer is a drone and says no more.
constexpr std::size_t kLongestNoteSlots = 64;

TickLength slot_length(score::Metre metre) {
  const bool compound = metre.denominator >= 8 && metre.numerator % 3 == 0;
  return compound ? metre.pulse() : std::min(metre.pulse(), score::beats(1));
}

Strength strength_at(TickLength into_bar, score::Metre metre) {
  if (into_bar == TickLength()) return Strength::bar;
  const bool even = metre.bar_length().count() % (2 * slot_length(metre).count()) == 0;
  return even && into_bar * 2 == metre.bar_length() ? Strength::half_bar : Strength::beat;
}

void add_bar(Tick bar, Tick next, score::Metre metre, std::vector<Slot>& slots) {
  // A bar cut short or a pickup counts its beats from its end.
  const TickLength missing = std::max(TickLength(), metre.bar_length() - (next - bar));
  for (Tick at = bar; at < next && slots.size() < kMostSlots; at += slot_length(metre)) {
    Slot slot;
    slot.start = at;
    slot.end = std::min(at + slot_length(metre), next);
    slot.strength = at == bar ? Strength::bar : strength_at(at - bar + missing, metre);
    slots.push_back(slot);
  }
}

std::vector<Slot> empty_slots(const score::Piece& piece) {
  std::vector<Slot> slots;
  const Tick end = std::min(score::sounding_end(piece), Tick() + score::beats(kMostSlots));
  const std::vector<Tick> bars = piece.metre.bar_starts(end);
  for (std::size_t i = 0; i < bars.size() && slots.size() < kMostSlots; ++i) {
    const score::Metre metre = piece.metre.metre_at(bars[i]);
    const Tick next = i + 1 < bars.size() ? bars[i + 1] : bars[i] + metre.bar_length();
    add_bar(bars[i], next, metre, slots);
  }
  return slots;
}

struct Tally {
  double sounding = 0.0;  ///< Beats of all notes together.
  int lowest = 128;
};

void add_to(Slot& slot, Tally& tally, const score::Note& note) {
  const Tick start = std::max(note.onset, slot.start);
  const double sounding = (std::min(note.end(), slot.end) - start).beats();
  const double onset = note.onset >= slot.start ? std::min(kOnsetBeats, sounding) : 0.0;
  slot.weights[static_cast<std::size_t>(note.pitch.pitch_class().number())] += sounding + onset;
  tally.sounding += sounding;
  if (sounding < kBassShare * (slot.end - slot.start).beats()) return;
  tally.lowest = std::min(tally.lowest, note.pitch.key());
}

void finish(Slot& slot, const Tally& tally) {
  if (tally.lowest < 128) slot.bass = score::PitchClass(tally.lowest);
  slot.has_accompaniment = tally.sounding > kChordalShare * (slot.end - slot.start).beats();
}

}  // namespace

std::vector<Slot> slots_of(const score::Piece& piece) {
  std::vector<Slot> slots = empty_slots(piece);
  std::vector<Tally> tallies(slots.size());
  for (const score::Part& part : piece.parts) {
    if (part.is_drums()) continue;
    for (const score::Note& note : part.notes) {
      if (note.grace) continue;
      auto i = static_cast<std::size_t>(
          std::ranges::upper_bound(slots, note.onset, {}, &Slot::end) - slots.begin());
      const std::size_t last = std::min(slots.size(), i + kLongestNoteSlots);
      for (; i < last && slots[i].start < note.end(); ++i)
        add_to(slots[i], tallies[i], note);
    }
  }
  for (std::size_t i = 0; i < slots.size(); ++i)
    finish(slots[i], tallies[i]);
  return slots;
}

}  // namespace cantus::theory
