#include "neural/critic/sheet.h"

#include <algorithm>
#include <cmath>

#include "music/theory/chord_finding.h"
#include "music/theory/key_finding.h"
#include "music/theory/role_finding.h"

namespace cantus::critic {
namespace {

using score::Part;
using score::Piece;
using score::Quality;
using score::Role;
using score::Tick;

constexpr std::int64_t kStepTicks = score::kTicksPerBeat / kStepsPerBeat;
constexpr std::size_t kFewestNotes = 8;
constexpr std::size_t kFewestBars = 4;

Family family_of(Quality quality) {
  switch (quality) {
    case Quality::major:
    case Quality::major_sixth:
    case Quality::major_seventh:
    case Quality::added_ninth:
    case Quality::major_ninth:
    case Quality::power:
      return Family::major;
    case Quality::minor:
    case Quality::minor_sixth:
    case Quality::minor_seventh:
    case Quality::minor_major_seventh:
    case Quality::minor_ninth:
      return Family::minor;
    case Quality::dominant_seventh:
    case Quality::dominant_ninth:
    case Quality::dominant_flat_ninth:
    case Quality::dominant_eleventh:
    case Quality::dominant_thirteenth:
    case Quality::suspended_seventh:
    case Quality::augmented_seventh:
      return Family::dominant;
    default:
      return Family::other;
  }
}

double mean_key(const Part& part) {
  double sum = 0.0;
  for (const score::Note& note : part.notes)
    sum += note.pitch.key();
  return sum / static_cast<double>(part.notes.size());
}

const Part* leading_part(const Piece& piece) {
  const Part* best = nullptr;
  for (const Part& part : piece.parts) {
    if (part.is_drums() || part.notes.size() < kFewestNotes) continue;
    if (part.role == Role::melody) return &part;
    if (best == nullptr || mean_key(part) > mean_key(*best)) best = &part;
  }
  return best;
}

struct Struck {
  std::int64_t onset = 0;  ///< steps
  std::int64_t end = 0;
  int key = 60;
};

std::int64_t steps_at(Tick at) {
  return (at.count() + kStepTicks / 2) / kStepTicks;
}

/// One note at a time: the highest of a chord, each ending where the next begins.
std::vector<Struck> line_of(const Part& part) {
  std::vector<Struck> notes;
  for (const score::Note& note : part.notes) {
    if (note.grace) continue;
    const std::int64_t onset = steps_at(note.onset);
    notes.push_back({onset, std::max(onset + 1, steps_at(note.end())), note.pitch.key()});
  }
  std::ranges::sort(notes, [](const Struck& a, const Struck& b) {
    return a.onset != b.onset ? a.onset < b.onset : a.key > b.key;
  });
  std::vector<Struck> line;
  for (const Struck& note : notes) {
    if (!line.empty() && line.back().onset == note.onset) continue;
    if (!line.empty()) line.back().end = std::min(line.back().end, note.onset);
    line.push_back(note);
  }
  return line;
}

/// Where the off-beats lie on the last third of the beat and next to never on its half, they are
/// swung eighths: a manner of playing, heard as the eighths on the page.
void straighten(std::vector<Struck>& line) {
  constexpr int kHalf = kStepsPerBeat / 2;
  constexpr int kThird = kStepsPerBeat * 2 / 3;
  std::array<std::size_t, kStepsPerBeat> at{};
  for (const Struck& note : line)
    ++at[static_cast<std::size_t>(note.onset % kStepsPerBeat)];
  if (at[kThird] < 4 * at[kHalf] + 4 || at[kThird] < 3 * at[kStepsPerBeat / 3]) return;
  const auto straight = [](std::int64_t step) {
    return step % kStepsPerBeat == kThird ? step - (kThird - kHalf) : step;
  };
  for (Struck& note : line) {
    note.onset = straight(note.onset);
    note.end = std::max(note.onset + 1, straight(note.end));
  }
}

std::optional<SheetChord> heard(const score::ChordSpan* span, int tonic) {
  if (span == nullptr) return std::nullopt;
  const auto tones = span->chord.pitch_classes();
  SheetChord chord;
  chord.root =
      static_cast<std::int8_t>((span->chord.root.pitch_class().number() - tonic + 12) % 12);
  chord.family = family_of(span->chord.quality);
  for (int p = 0; p < 12; ++p) {
    if (tones[static_cast<std::size_t>((p + tonic) % 12)]) {
      chord.tones = static_cast<std::uint16_t>(chord.tones | (1U << p));
    }
  }
  return chord;
}

void drop_silent_ends(Sheet& sheet) {
  const auto plays = [](const SheetBar& bar) { return !bar.notes.empty(); };
  std::vector<SheetBar>& bars = sheet.bars;
  bars.erase(std::find_if(bars.rbegin(), bars.rend(), plays).base(), bars.end());
  const auto first = std::ranges::find_if(bars, plays);
  sheet.first_bar += static_cast<int>(first - bars.begin());
  bars.erase(bars.begin(), first);
}

class Reader {
 public:
  Reader(const Piece& piece, const Part& part, score::Key key)
      : piece_(piece), key_(key), tonic_(key.tonic().pitch_class().number()) {
    line_ = line_of(part);
    straighten(line_);
  }

  Sheet read() {
    Sheet sheet;
    sheet.minor = key_.contains(score::PitchClass(tonic_ + 3));
    find_chords();
    const Tick end = score::sounding_end(piece_);
    std::vector<Tick> starts = piece_.metre.bar_starts(end);
    const bool pickup = piece_.metre.pickup().count() > 0;
    for (std::size_t i = pickup ? 1 : 0; i < starts.size() && sheet.bars.size() < kMostBars; ++i) {
      const Tick from = starts[i];
      const std::int64_t whole = steps_at(from + piece_.metre.metre_at(from).bar_length());
      const std::int64_t to =
          i + 1 < starts.size() ? std::min(whole, steps_at(starts[i + 1])) : whole;
      sheet.bars.push_back(bar_of(steps_at(from), to));
    }
    drop_silent_ends(sheet);
    return sheet;
  }

 private:
  void find_chords() {
    chords_ = piece_.chords;
    const auto pitched = std::ranges::count_if(piece_.parts, [](const Part& part) {
      return !part.is_drums() && part.notes.size() >= kFewestNotes;
    });
    if (chords_.empty() && pitched > 1) chords_ = theory::find_chords(piece_);
  }

  const score::ChordSpan* chord_at(Tick at) const {
    const auto after = std::ranges::upper_bound(chords_, at, {}, &score::ChordSpan::onset);
    if (after == chords_.begin()) return nullptr;
    const score::ChordSpan& span = *std::prev(after);
    return span.end() > at ? &span : nullptr;
  }

  SheetBar bar_of(std::int64_t from, std::int64_t to) const {
    SheetBar bar;
    bar.steps = static_cast<std::int16_t>(
        std::clamp<std::int64_t>(to - from, 1, kMostBeats * kStepsPerBeat));
    for (auto note = std::ranges::lower_bound(line_, from, {}, &Struck::onset);
         note != line_.end() && note->onset < from + bar.steps; ++note) {
      const std::int64_t length = std::clamp<std::int64_t>(note->end - note->onset, 1, 1000);
      bar.notes.push_back(
          {static_cast<std::int16_t>(note->onset - from), static_cast<std::int16_t>(length),
           static_cast<std::int16_t>(note->key - 60 - (tonic_ > 6 ? tonic_ - 12 : tonic_))});
    }
    for (int beat = 0; beat * kStepsPerBeat < bar.steps; ++beat) {
      const Tick at((from + beat * kStepsPerBeat) * kStepTicks);
      bar.chords[static_cast<std::size_t>(beat)] = heard(chord_at(at), tonic_);
    }
    return bar;
  }

  const Piece& piece_;
  score::Key key_;
  int tonic_;
  std::vector<Struck> line_;
  std::vector<score::ChordSpan> chords_;
};

}  // namespace

bool Sheet::has_chords() const {
  return std::ranges::any_of(bars, [](const SheetBar& bar) {
    return std::ranges::any_of(bar.chords, [](const auto& chord) { return chord.has_value(); });
  });
}

std::size_t Sheet::notes() const {
  std::size_t notes = 0;
  for (const SheetBar& bar : bars)
    notes += bar.notes.size();
  return notes;
}

Result<Sheet> sheet_of(const Piece& original) {
  const Piece* piece = &original;
  Piece with_roles;
  const bool has_melody = std::ranges::any_of(
      original.parts, [](const Part& part) { return part.role == Role::melody; });
  if (!has_melody && original.parts.size() > 1) {
    with_roles = original;
    theory::assign_roles(with_roles);
    piece = &with_roles;
  }
  const Part* part = leading_part(*piece);
  const auto too_short = [] {
    return fail(ErrorCode::unsupported,
                "the critic judges melodies: here no pitched part has eight notes in four bars");
  };
  if (part == nullptr) return too_short();
  const auto declared = score::key_at(*piece, Tick());
  const auto key = declared ? declared : theory::find_key(*piece);
  Sheet sheet = Reader(*piece, *part, key.value_or(score::Key{})).read();
  if (sheet.bars.size() < kFewestBars || sheet.notes() < kFewestNotes) return too_short();
  return sheet;
}

}  // namespace cantus::critic
