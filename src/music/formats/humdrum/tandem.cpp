// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/tandem.h"

#include <algorithm>
#include <bit>
#include <cctype>

#include "music/formats/humdrum/token.h"
#include "music/formats/humdrum/words.h"
#include "music/score/ticks.h"

namespace cantus::formats::humdrum {
namespace {

constexpr std::pair<std::string_view, score::Mode> kModes[] = {
    {"ion", score::Mode::major},   {"dor", score::Mode::dorian},     {"phr", score::Mode::phrygian},
    {"lyd", score::Mode::lydian},  {"mix", score::Mode::mixolydian}, {"aeo", score::Mode::minor},
    {"loc", score::Mode::locrian},
};

// The sum of "2+3"; none where anything but digits and plus signs stands there.
std::optional<int> sum_of(std::string_view text) {
  int sum = 0;
  while (!text.empty()) {
    const std::string_view term = take_field(text, '+');
    const auto value = leading_number(term);
    if (!value || term.size() > 3 || !std::ranges::all_of(term, is_digit)) return std::nullopt;
    sum += *value;
    if (sum > 999) return std::nullopt;
  }
  return sum > 0 ? std::optional(sum) : std::nullopt;
}

std::optional<std::string_view> list_of(std::string_view field, std::string_view prefix) {
  if (!field.starts_with(prefix) || !field.ends_with(']')) return std::nullopt;
  field.remove_prefix(prefix.size());
  field.remove_suffix(1);
  return field;
}

std::optional<int> number_after(std::string_view field, std::string_view prefix) {
  if (!field.starts_with(prefix)) return std::nullopt;
  return leading_number(trimmed(field.substr(prefix.size())));
}

}  // namespace

std::optional<score::Metre> read_metre(std::string_view field) {
  if (!field.starts_with("*M")) return std::nullopt;
  field.remove_prefix(2);
  const auto above = sum_of(take_field(field, '/'));
  if (!above || field.empty() || field.size() > 2 || !std::ranges::all_of(field, is_digit))
    return std::nullopt;
  int numerator = *above;
  int denominator = *leading_number(field);
  if (denominator == 0) {
    numerator *= 2;
    denominator = 1;
  }
  if (numerator > 64 || denominator > 64 ||
      !std::has_single_bit(static_cast<unsigned>(denominator)))
    return std::nullopt;
  return score::Metre{numerator, denominator};
}

std::optional<double> read_tempo(std::string_view field) {
  if (!field.starts_with("*MM")) return std::nullopt;
  const auto bpm = leading_decimal(field.substr(3));
  return bpm && *bpm > 0 ? bpm : std::nullopt;
}

std::optional<double> tempo_in_text(std::string_view text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']', std::min(open, text.size()));
  if (close == std::string_view::npos) return std::nullopt;
  std::string_view unit = text.substr(open + 1, close - open - 1);
  std::string_view rest = trimmed(text.substr(close + 1));
  if (!rest.starts_with('=')) return std::nullopt;
  const auto rate = leading_decimal(trimmed(rest.substr(1)));
  double unit_beats = unit.starts_with("whole")     ? 4.0
                      : unit.starts_with("half")    ? 2.0
                      : unit.starts_with("quarter") ? 1.0
                      : unit.starts_with("eighth")  ? 0.5
                                                    : 0.0;
  if (unit.ends_with("dot")) unit_beats *= 1.5;
  if (!rate || *rate <= 0 || unit_beats <= 0) return std::nullopt;
  return *rate * unit_beats;
}

std::optional<int> read_signature(std::string_view field) {
  const auto list = list_of(field, "*k[");
  if (!list) return std::nullopt;
  const auto sharps = std::ranges::count(*list, '#');
  const auto flats = std::ranges::count(*list, '-');
  return static_cast<int>(std::clamp<std::ptrdiff_t>(sharps - flats, -7, 7));
}

std::optional<score::Key> read_key(std::string_view field) {
  if (field.size() < 3 || field.size() > 12 || field[0] != '*') return std::nullopt;
  const char upper = static_cast<char>(field[1] & ~0x20);
  const std::size_t colon = field.find(':');
  if (upper < 'A' || upper > 'G' || colon == std::string_view::npos) return std::nullopt;
  int alter = 0;
  for (const char sign : field.substr(2, colon - 2)) {
    if (sign != '#' && sign != '-') return std::nullopt;
    alter += sign == '#' ? 1 : -1;
  }
  if (alter < -2 || alter > 2) return std::nullopt;
  auto mode = field[1] == upper ? score::Mode::major : score::Mode::minor;
  for (const auto& [name, said] : kModes)
    if (field.substr(colon + 1).starts_with(name)) mode = said;
  return score::key_of(score::Spelling::of(upper, alter), mode);
}

std::optional<std::vector<std::string>> read_expansion(std::string_view field) {
  auto list = list_of(field, "*>[");
  if (!list) return std::nullopt;
  std::vector<std::string> names;
  while (!list->empty()) {
    const std::string_view name = trimmed(take_field(*list, ','));
    if (!name.empty()) names.emplace_back(name);
    if (names.size() > 4096) return std::nullopt;
  }
  return names;
}

std::optional<std::string_view> read_label(std::string_view field) {
  if (!field.starts_with("*>") || field.find('[') != std::string_view::npos) return std::nullopt;
  std::string_view label = trimmed(field.substr(2));
  if (label.ends_with("yy")) label.remove_suffix(2);  // hidden in print
  return label.empty() ? std::nullopt : std::optional(label);
}

void describe(Spine& spine, std::string_view field) {
  if (const auto part = number_after(field, "*part"); part && !spine.part) spine.part = part;
  if (const auto staff = number_after(field, "*staff"); staff && !spine.staff) spine.staff = staff;
  if (field.starts_with("*I\"")) {
    if (spine.name.empty()) spine.name = trimmed(field.substr(3));
    return;
  }
  if (!field.starts_with("*I") || field.size() < 4) return;
  if (std::islower(static_cast<unsigned char>(field[2])) != 0 && spine.instrument.empty())
    spine.instrument =
        field.substr(2, field.find('|') == std::string_view::npos ? std::string_view::npos
                                                                  : field.find('|') - 2);
}

}  // namespace cantus::formats::humdrum
