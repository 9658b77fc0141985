#include "music/picture/paint_row.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "music/picture/paint_grid.h"
#include "music/picture/words.h"

namespace cantus::picture {
namespace {

using score::Note;
using score::Role;
using score::Tick;

/// From the back of the picture to its front.
constexpr std::array<Role, score::kRoles> kDepth = {
    Role::pad, Role::chords, Role::other, Role::drums, Role::bass, Role::counter, Role::melody};

class RowPainter {
 public:
  RowPainter(const Sheet& sheet, const Row& row, double top)
      : sheet_(sheet), canvas_(sheet.canvas), layout_(sheet.layout), row_(row), top_(top) {}

  void paint() {
    const RowPlaces places = places_of(layout_, row_, top_);
    paint_grid(sheet_, row_, places);
    if (layout_.sections > 0.0) paint_sections(places);
    if (layout_.chords > 0.0) paint_chords(places);
    if (layout_.lyrics > 0.0) paint_lyrics(places);
    canvas_.clip({places.left, places.roll - 1.0, places.right - places.left,
                  places.bottom - places.roll + 2.0});
    for (const Role role : kDepth)
      paint_parts(role, places);
    canvas_.end_clip();
    paint_frame(sheet_, places);
  }

 private:
  double x_of(Tick at) const { return layout_.x_of(std::clamp(at, row_.from, row_.to), row_.from); }

  void paint_sections(const RowPlaces& places) {
    for (const score::Section& section : sheet_.piece.sections) {
      if (section.end() <= row_.from || section.onset >= row_.to) continue;
      const double left = x_of(section.onset);
      const double width = x_of(section.end()) - left;
      const Colour tint = section_tint(section.name, sheet_.piece.sections);
      canvas_.fill_rounded({left + 0.5, top_, width - 1.0, layout_.sections - 3.0}, 3.0, tint, 1.0);
      const bool starts_here = section.onset >= row_.from;
      const Font font{10.0, true};
      canvas_.text(canvas_.fitted(section.name, width - 10.0, font), left + 6.0,
                   top_ + layout_.sections - 7.0, font, starts_here ? kInk : kFaintInk);
      if (starts_here) canvas_.line(left, places.roll, left, places.bottom, kFrame, 1.2);
    }
  }

  bool paint_if_it_fits(
      const std::string& name, double size, double x, double room, double y, Colour colour) {
    const Font font{size, true};
    if (canvas_.width_of(name, font) + 3.0 > room) return false;
    canvas_.text(name, x + 2.5, y, font, colour);
    return true;
  }

  /// At the largest size that fits before the next chord; without its bass where none does.
  void paint_chord_name(score::Chord chord, double x, double room, double y, Colour colour) {
    for (const double size : {11.0, 9.0, 7.5}) {
      if (paint_if_it_fits(chord_words(chord), size, x, room, y, colour)) return;
    }
    chord.bass.reset();
    for (const double size : {9.0, 7.0, 6.0}) {
      if (paint_if_it_fits(chord_words(chord), size, x, room, y, colour)) return;
    }
  }

  void paint_chords(const RowPlaces& places) {
    const auto& chords = sheet_.piece.chords;
    const double base = places.chords + layout_.chords - 5.0;
    for (std::size_t i = 0; i < chords.size(); ++i) {
      if (chords[i].end() <= row_.from || chords[i].onset >= row_.to) continue;
      const bool starts_here = chords[i].onset >= row_.from;
      const double left = x_of(chords[i].onset);
      // The same chord struck again is one chord to the eye.
      const bool again = i > 0 && starts_here && chords[i].onset > row_.from &&
                         chords[i - 1].chord == chords[i].chord &&
                         chords[i - 1].end() == chords[i].onset;
      if (again) continue;
      std::size_t next = i + 1;
      while (next < chords.size() && chords[next].chord == chords[i].chord)
        ++next;
      const double right = next < chords.size() ? x_of(chords[next].onset) : places.right;
      if (starts_here) {
        canvas_.line(left + 0.5, places.chords + 3.0, left + 0.5,
                     places.chords + layout_.chords - 1.0, kFrame, 1.0);
      }
      paint_chord_name(chords[i].chord, left, right - left, base, starts_here ? kInk : kFaintInk);
    }
  }

  void paint_lyrics(const RowPlaces& places) {
    const auto sung = std::ranges::find_if(
        sheet_.piece.parts, [](const score::Part& part) { return !part.lyrics.empty(); });
    if (sung == sheet_.piece.parts.end()) return;
    const Font font{8.5, false};
    double free_from = places.left;
    for (const score::Lyric& lyric : sung->lyrics) {
      if (lyric.verse != 1 || lyric.onset < row_.from || lyric.onset >= row_.to) continue;
      const double x = x_of(lyric.onset);
      if (x < free_from) continue;
      const std::string words = lyric.syllable + (lyric.continues ? "-" : "");
      canvas_.text(words, x, places.lyrics + layout_.lyrics - 4.0, font, kInk);
      free_from = x + canvas_.width_of(words, font) + 2.0;
    }
  }

  void paint_parts(Role role, const RowPlaces& places) {
    for (std::size_t i = 0; i < sheet_.piece.parts.size(); ++i) {
      const score::Part& part = sheet_.piece.parts[i];
      if (part.role != role) continue;
      const auto end = std::ranges::lower_bound(part.notes, row_.to, {}, &Note::onset);
      for (auto note = part.notes.begin(); note != end; ++note) {
        if (note->end() <= row_.from) continue;
        if (part.is_drums()) {
          if (note->onset >= row_.from) paint_stroke(*note, sheet_.colours[i], places);
        } else {
          paint_note(*note, part.role, sheet_.colours[i], places);
        }
      }
    }
  }

  void paint_note(const Note& note, Role role, Colour colour, const RowPlaces& places) {
    if (note.pitch.key() < layout_.lowest_key || note.pitch.key() > layout_.highest_key) return;
    const double height = layout_.key_height;
    Box box{x_of(note.onset), places.roll + layout_.y_of(note.pitch.key()), 0.0, height};
    box.width = std::max(1.4, x_of(note.end()) - box.x - 0.9);
    if (note.grace) {
      box = {box.x - 4.0, box.y + height * 0.25, 3.5, height * 0.5};
    }
    const bool front = role == Role::melody || role == Role::bass || role == Role::counter;
    const double touch = note.velocity / 127.0;
    const double opacity = front ? 0.55 + 0.45 * touch : 0.30 + 0.55 * touch;
    const double radius = std::min(2.5, height * 0.4);
    canvas_.fill_rounded({box.x + 0.3, box.y + 0.3, box.width, box.height - 0.6}, radius, colour,
                         opacity);
    // A darker head marks where the note is struck, so that repeated notes can be told apart.
    if (box.width < 5.0 || note.onset < row_.from) return;
    canvas_.fill_rounded({box.x + 0.3, box.y + 0.3, 2.0, box.height - 0.6}, 1.0,
                         mixed(colour, kInk, 0.45), opacity * 0.8);
  }

  void paint_stroke(const Note& note, Colour colour, const RowPlaces& places) {
    const int group = drum_group(note.pitch.key());
    const auto lane = std::ranges::find(layout_.drums, group, &DrumLane::group);
    if (lane == layout_.drums.end()) return;
    const double y =
        places.drums + layout_.drum_lane * static_cast<double>(lane - layout_.drums.begin());
    const double touch = note.velocity / 127.0;
    const double height = (layout_.drum_lane - 2.0) * (0.55 + 0.45 * touch);
    const double width = std::min(5.0, std::max(1.4, height * 0.75));
    canvas_.fill_rounded(
        {x_of(note.onset) + 0.4, y + (layout_.drum_lane - height) / 2.0, width, height}, 1.6,
        colour, 0.35 + 0.65 * touch);
  }

  const Sheet& sheet_;
  Canvas& canvas_;
  const Layout& layout_;
  const Row& row_;
  double top_;
};

}  // namespace

void paint_row(const Sheet& sheet, const Row& row, double top) {
  RowPainter(sheet, row, top).paint();
}

}  // namespace cantus::picture
