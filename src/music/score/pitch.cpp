#include "music/score/pitch.h"

#include <cctype>

namespace cantus::score {

Result<Pitch> Pitch::from_key(int key) {
  if (key < 0 || key > 127) {
    return fail(ErrorCode::invalid_input,
                "key number " + std::to_string(key) + " is not in 0 to 127");
  }
  return Pitch(key);
}

std::string to_text(Spelling spelling) {
  const int alter = spelling.alter();
  std::string text(1, spelling.letter());
  text.append(static_cast<std::size_t>(alter < 0 ? -alter : alter), alter < 0 ? 'b' : '#');
  return text;
}

Result<Spelling> spelling_from_text(std::string_view text) {
  const std::string whole(text);
  const int letter = text.empty() ? 0 : std::toupper(static_cast<unsigned char>(text.front()));
  if (letter < 'A' || letter > 'G') {
    return fail(ErrorCode::invalid_input, "'" + whole + "' is not a note name such as C, F# or Bb");
  }
  int alter = 0;
  text.remove_prefix(1);
  while (!text.empty()) {
    if (text.front() == '#') {
      ++alter;
      text.remove_prefix(1);
    } else if (text.front() == 'b') {
      --alter;
      text.remove_prefix(1);
    } else if (text.starts_with("\u266F")) {
      ++alter;
      text.remove_prefix(3);
    } else if (text.starts_with("\u266D")) {
      --alter;
      text.remove_prefix(3);
    } else {
      return fail(ErrorCode::invalid_input,
                  "'" + whole + "' is not a note name such as C, F# or Bb");
    }
  }
  if (alter < -3 || alter > 3) {
    return fail(ErrorCode::invalid_input, "'" + whole + "' has more than three accidentals");
  }
  return Spelling::of(static_cast<char>(letter), alter);
}

}  // namespace cantus::score
