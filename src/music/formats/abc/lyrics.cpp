#include "music/formats/abc/lyrics.h"

#include "music/formats/abc/text.h"

namespace cantus::formats::abc {
namespace {

/// Takes letters up to a sign that ends a syllable; "~" is a space, "\-" a hyphen that is sung.
std::string take_syllable(Scanner& scan) {
  std::string raw;
  while (!scan.done() && !is_space(scan.peek()) && !contains("-_*|", scan.peek())) {
    if (scan.peek() == '\\' && scan.peek(1) == '-') {
      raw += "\\-";
      scan.skip(2);
    } else {
      const char c = scan.take();
      raw.push_back(c == '~' ? ' ' : c);
    }
  }
  return text_of(raw);
}

std::size_t next_bar(const std::vector<LineNote>& notes, std::size_t place) {
  if (place == 0) return 0;
  const int bar = notes[place - 1].bar;
  while (place < notes.size() && notes[place].bar == bar)
    ++place;
  return place;
}

}  // namespace

void add_words(Voice& voice,
               const std::vector<LineNote>& notes,
               std::string_view words,
               int verse) {
  Scanner scan(words);
  std::size_t place = 0;
  const std::size_t first = voice.lyrics.size();
  while (!scan.done() && place < notes.size()) {
    const char c = scan.peek();
    if (c == '-') {
      // A hyphen after a syllable joins it to the next; one more holds the syllable for a note.
      const bool joined = voice.lyrics.size() > first && voice.lyrics.back().continues;
      if (voice.lyrics.size() > first) voice.lyrics.back().continues = true;
      if (joined) ++place;
      scan.skip();
    } else if (c == '_' || c == '*') {
      ++place;
      scan.skip();
    } else if (c == '|') {
      place = next_bar(notes, place);
      scan.skip();
    } else if (is_space(c)) {
      scan.skip();
    } else {
      std::string syllable = take_syllable(scan);
      if (!syllable.empty()) {
        voice.lyrics.push_back({notes[place].at, std::move(syllable), false, verse});
      }
      ++place;
    }
  }
}

}  // namespace cantus::formats::abc
