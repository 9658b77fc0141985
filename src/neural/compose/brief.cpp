#include "neural/compose/brief.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <sstream>

#include "neural/compose/style.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {
namespace {

tl::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::invalid_input, std::move(why));
}

bool digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

std::string section_name(std::string_view word) {
  if (word == "i") return "intro";
  if (word == "o") return "outro";
  return std::string(word);
}

std::optional<FormItem> form_item(std::string_view word) {
  std::size_t letters = 0;
  while (letters < word.size() && !digit(word[letters]))
    ++letters;
  std::string_view name = word.substr(0, letters);
  FormItem item;
  item.varied = name.ends_with('\'');
  while (name.ends_with('\''))
    name.remove_suffix(1);
  item.name = section_name(name);
  if (name.empty() || name.size() > 24) return std::nullopt;
  const auto all_letters =
      std::ranges::all_of(name, [](unsigned char c) { return std::isalpha(c) != 0; });
  if (!all_letters) return std::nullopt;
  if (letters == word.size()) return item;
  const char* end = word.data() + word.size();
  const auto read = std::from_chars(word.data() + letters, end, item.bars);
  if (read.ptr != end || item.bars < 1 || item.bars > kMostBars) return std::nullopt;
  return item;
}

/// 0 where `text` is anything but digits.
int whole_number(std::string_view text) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end ? value : 0;
}

/// Readers of files drop what they do not know of a chord symbol; here a slip of the pen is told.
bool only_chord_letters(std::string_view word) {
  return std::ranges::all_of(word, [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || digit(c) ||
           std::string_view("ABCDEFGMabdghijlmnorstu#+-^(),/").find(c) != std::string_view::npos;
  });
}

Result<score::Chord> chord_asked(const std::string& word) {
  std::string plain;
  std::ranges::copy_if(word, std::back_inserter(plain), [](char c) { return c != '.'; });
  if (plain == "NC" || plain == "nc") {
    return refuse("'" + word + "' asks for no chord, but every bar has one; write a chord there");
  }
  auto chord = score::chord_from_text(word);
  if (chord && !only_chord_letters(word)) {
    return refuse("'" + word + "' is not a chord; try Dm, G7, Cmaj7 or F/A");
  }
  return chord;
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;)
    words.push_back(word);
  return words;
}

}  // namespace

Result<std::vector<FormItem>> form_from_text(std::string_view text) {
  std::vector<FormItem> form;
  for (const std::string& word : words_of(text)) {
    const auto item = form_item(word);
    if (!item) {
      return refuse("form: '" + word +
                    "' is not a section; write a name and its bars, as in \"i4 A8 B8 A8 o4\"");
    }
    form.push_back(*item);
  }
  if (form.empty()) return refuse("form: is empty; try \"A8 B8 A8\"");
  return form;
}

Result<std::vector<std::vector<score::Chord>>> chords_from_text(std::string_view text) {
  std::vector<std::vector<score::Chord>> bars;
  std::istringstream in{std::string(text)};
  for (std::string bar; std::getline(in, bar, '|');) {
    const auto words = words_of(bar);
    if (words.empty()) continue;  // a stroke at either end
    std::vector<score::Chord> chords;
    for (const std::string& word : words) {
      if (word == "%") {
        if (bars.empty()) return refuse("chords, bar 1: there is no bar before to repeat with '%'");
        chords.insert(chords.end(), bars.back().begin(), bars.back().end());
        continue;
      }
      const auto chord = chord_asked(word);
      if (!chord) {
        return refuse("chords, bar " + std::to_string(bars.size() + 1) + ": " +
                      chord.error().message);
      }
      chords.push_back(*chord);
    }
    if (chords.size() > 8) {
      return refuse("chords, bar " + std::to_string(bars.size() + 1) + ": more than eight chords");
    }
    bars.push_back(std::move(chords));
  }
  if (bars.empty()) return refuse("chords: none are given; try \"Dm | Gm | A7 | Dm\"");
  return bars;
}

Result<score::Metre> metre_from_text(std::string_view text) {
  const auto slash = text.find('/');
  score::Metre metre{0, 0};
  if (slash != std::string_view::npos) {
    metre = {whole_number(text.substr(0, slash)), whole_number(text.substr(slash + 1))};
  }
  const int d = metre.denominator;
  const bool known = d == 2 || d == 4 || d == 8 || d == 16;
  if (!known || !tokens::metre_value(metre)) {
    return refuse(
        "metre: '" + std::string(text) +
        "' is not a metre we can write; use 1 to 16 over 2, 4, 8 or 16, at most eight beats");
  }
  return metre;
}

Result<std::vector<score::Role>> parts_from_text(std::string_view text) {
  std::vector<score::Role> roles;
  std::istringstream in{std::string(text)};
  for (std::string word; std::getline(in, word, ',');) {
    std::erase(word, ' ');
    const auto role = score::role_from_text(word);
    if (!role || *role == score::Role::other) {
      return refuse("parts: '" + word +
                    "' is not a part; choose from melody, counter, chords, pad, bass, drums");
    }
    if (std::ranges::find(roles, *role) != roles.end()) {
      return refuse("parts: '" + word + "' is named twice");
    }
    roles.push_back(*role);
  }
  if (roles.empty()) return refuse("parts: none are named; try \"melody,chords,bass,drums\"");
  return roles;
}

Result<void> check(const Brief& brief) {
  if (brief.style && find_style(*brief.style) == nullptr) {
    return refuse("style: '" + *brief.style + "' is not known; choose from " + style_names());
  }
  if (brief.mood && find_mood(*brief.mood) == nullptr) {
    return refuse("mood: '" + *brief.mood + "' is not known; choose from " + mood_names());
  }
  for (const auto& [name, value] :
       {std::pair("valence", brief.valence), {"arousal", brief.arousal}}) {
    if (value && !(*value >= -1.0 && *value <= 1.0)) {
      return refuse(std::string(name) + ": give -1 to 1");
    }
  }
  if (brief.density && !(*brief.density >= 0.25 && *brief.density <= 4.0)) {
    return refuse("density: give 0.25 to 4 strokes a beat");
  }
  if (brief.tempo && !(*brief.tempo >= 20 && *brief.tempo <= 400)) {
    return refuse("tempo: give 20 to 400 beats a minute");
  }
  if (brief.bars && (*brief.bars < 1 || *brief.bars > kMostBars)) {
    return refuse("bars: give 1 to " + std::to_string(kMostBars));
  }
  if (brief.seconds && !(*brief.seconds >= 1 && *brief.seconds <= kLongestSeconds)) {
    return refuse("length: give 1 to 1800 seconds");
  }
  if (brief.bars && brief.seconds && brief.tempo) {
    return refuse("bars, length and tempo together leave no choice; leave one of them out");
  }
  int form_bars = 0;
  for (const FormItem& item : brief.form)
    form_bars += item.bars;
  if (form_bars > kMostBars) {
    return refuse("form: has " + std::to_string(form_bars) + " bars; at most " +
                  std::to_string(kMostBars) + " can be written");
  }
  if (form_bars > 0 && brief.bars && *brief.bars != form_bars) {
    return refuse("the form has " + std::to_string(form_bars) + " bars but " +
                  std::to_string(*brief.bars) + " were asked for; leave one of them out");
  }
  if (form_bars > 0 && brief.seconds && brief.tempo) {
    return refuse("a form, a length and a tempo together leave no choice; leave one of them out");
  }
  for (const auto& [role, range] : brief.ranges) {
    if (range.lowest < 0 || range.highest > 127 || range.highest - range.lowest < 11) {
      return refuse("range of " + std::string(score::to_text(role)) +
                    ": give at least an octave between key numbers 0 and 127");
    }
  }
  for (const auto& [role, program] : brief.programs) {
    if (program < 0 || program > 127) {
      return refuse("instrument of " + std::string(score::to_text(role)) +
                    ": programs are 0 to 127");
    }
  }
  return {};
}

}  // namespace cantus::compose
