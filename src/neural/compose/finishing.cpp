#include "neural/compose/finishing.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cantus::compose {
namespace {

using score::Note;
using score::Piece;
using score::Tick;

class Finisher {
 public:
  Finisher(Piece piece, const Plan& plan) : piece_(std::move(piece)), plan_(plan) {}

  Piece finish() {
    const std::vector<score::ChordSpan> given = empty_piece(plan_).chords;
    piece_ = score::transposed(piece_, score::semitones_from_home(plan_.key));
    piece_.keys = {{Tick(), plan_.key}};
    if (!given.empty()) piece_.chords = given;
    if (given.empty()) {
      for (score::ChordSpan& span : piece_.chords) {
        span.chord.root = plan_.key.spell(span.chord.root.pitch_class());
        if (span.chord.bass) span.chord.bass = plan_.key.spell(span.chord.bass->pitch_class());
      }
    }
    if (plan_.style->swings) swing();
    set_touch();
    hold_to_the_end();
    release_before_restriking();
    order_parts();
    score::tidy(piece_);
    piece_.end = plan_.end;
    piece_.title = title_of(plan_);
    piece_.composer = "Cantus";
    return std::move(piece_);
  }

 private:
  static Tick swung(Tick at) {
    const std::int64_t in_beat = at.count() % score::kTicksPerBeat;
    const bool off_beat = in_beat == score::kTicksPerBeat / 2;
    return off_beat ? at + score::beats(1, 6) : at;
  }

  void swing() {
    for (score::ChordSpan& span : piece_.chords) {
      const Tick end = swung(span.end());
      span.onset = swung(span.onset);
      span.length = end - span.onset;
    }
    for (score::Part& part : piece_.parts) {
      for (Note& note : part.notes) {
        const Tick end = swung(note.end());
        note.onset = swung(note.onset);
        if (end > note.onset) note.length = end - note.onset;
      }
    }
  }

  void set_touch() {
    const int base = static_cast<int>(80 + 12 * arousal_of(plan_));
    for (score::Part& part : piece_.parts) {
      for (Note& note : part.notes) {
        int by = base - score::kDefaultVelocity;
        for (const score::Section& section : piece_.sections) {
          if (note.onset < section.onset || note.onset >= section.end()) continue;
          if (section.name == "intro" || section.name == "outro") by -= 8;
          if (section.name == "chorus") by += 6;
        }
        note.velocity = std::clamp(note.velocity + by, 1, 127);
      }
    }
  }

  /// Notes that reach the last bar line last until the piece's exact end.
  void hold_to_the_end() {
    const Tick last = plan_.last_bar_end();
    for (score::Part& part : piece_.parts) {
      // The band writes whole bars, and the last may be short.
      std::erase_if(part.notes, [this](const Note& note) { return note.onset >= plan_.end; });
      for (Note& note : part.notes) {
        if (!part.is_drums() && (note.end() >= last || note.end() > plan_.end)) {
          note.length = plan_.end - note.onset;
        }
      }
    }
    const auto stretch = [&](auto& spans) {
      if (!spans.empty()) spans.back().length = plan_.end - spans.back().onset;
    };
    stretch(piece_.sections);
    stretch(piece_.chords);
  }

  /// A key is let go before it is struck again: MIDI could not tell the two notes apart.
  void release_before_restriking() {
    for (score::Part& part : piece_.parts) {
      std::ranges::stable_sort(part.notes, {}, &Note::onset);
      std::array<Note*, 128> sounding{};
      std::vector<Note> kept;
      kept.reserve(part.notes.size());  // what `sounding` points to stays where it is
      for (const Note& note : part.notes) {
        Note*& before = sounding[static_cast<std::size_t>(note.pitch.key())];
        if (before != nullptr && before->onset == note.onset) {
          before->length = std::max(before->length, note.length);
          continue;
        }
        if (before != nullptr && before->end() > note.onset) {
          before->length = note.onset - before->onset;
        }
        before = &kept.emplace_back(note);
      }
      part.notes = std::move(kept);
    }
  }

  void order_parts() {
    std::vector<score::Part> ordered;
    for (const PlannedPart& planned : plan_.parts) {
      const auto part = std::ranges::find(piece_.parts, planned.role, &score::Part::role);
      if (part == piece_.parts.end()) continue;
      part->name = std::string(score::to_text(planned.role));
      part->name[0] = static_cast<char>(part->name[0] - 'a' + 'A');
      ordered.push_back(*part);
    }
    piece_.parts = std::move(ordered);
  }

  Piece piece_;
  const Plan& plan_;
};

}  // namespace

Piece finished(Piece home, const Plan& plan) {
  return Finisher(std::move(home), plan).finish();
}

}  // namespace cantus::compose
