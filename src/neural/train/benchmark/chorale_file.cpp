#include "neural/train/benchmark/chorale_file.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace cantus::benchmark {
namespace {

using nlohmann::json;

constexpr int kDeepest = 4;  // object, split, chorale, sixteenth

tl::unexpected<Error> refuse(const std::string& why) {
  return fail(ErrorCode::invalid_input, why);
}

std::string place(const char* what, std::size_t index) {
  return std::string(what) + " " + std::to_string(index + 1);
}

/// Nothing where the text is broken or nested too deeply.
json parse_shallow(std::string_view text) {
  bool deep = false;
  const auto watch = [&](int depth, json::parse_event_t event, const json&) {
    deep = deep || (depth >= kDeepest && (event == json::parse_event_t::array_start ||
                                          event == json::parse_event_t::object_start));
    return !deep;
  };
  json whole = json::parse(text, watch, false);
  return deep ? json(json::value_t::discarded) : whole;
}

Result<std::optional<int>> note_from(const json& entry) {
  if (!entry.is_number_integer()) return refuse("is not a whole number");
  if (entry.is_number_unsigned() && entry.get<std::uint64_t>() > 127)
    return refuse("is not a key number");
  const auto key = entry.get<std::int64_t>();
  if (key < -1) return refuse("is not a key number");
  return key < 0 ? std::optional<int>() : std::optional<int>(static_cast<int>(key));
}

Result<Sixteenth> sixteenth_from(const json& entry) {
  if (!entry.is_array() || entry.size() != kVoices) return refuse("has not four voices");
  Sixteenth sixteenth;
  for (std::size_t voice = 0; voice < kVoices; ++voice) {
    const auto note = note_from(entry[voice]);
    if (!note) return fail_at(place("voice", voice), note.error());
    sixteenth[voice] = *note;
  }
  return sixteenth;
}

/// A list of what `read` reads.
template <class Item, class Read>
Result<std::vector<Item>> list_from(const json& entry, const char* what, const Read& read) {
  if (!entry.is_array()) return refuse("is not a list");
  std::vector<Item> items;
  items.reserve(entry.size());
  for (std::size_t i = 0; i < entry.size(); ++i) {
    auto item = read(entry[i]);
    if (!item) return fail_at(place(what, i), item.error());
    items.push_back(std::move(*item));
  }
  return items;
}

Result<Chorale> chorale_from(const json& entry) {
  return list_from<Sixteenth>(entry, "sixteenth", sixteenth_from);
}

}  // namespace

Result<std::map<std::string, std::vector<Chorale>>> parse_chorales(std::string_view text) {
  const json whole = parse_shallow(text);
  if (whole.is_discarded()) return refuse("is no JSON, or is nested too deeply");
  if (!whole.is_object()) return refuse("is not an object of splits");
  std::map<std::string, std::vector<Chorale>> splits;
  for (const auto& [name, entry] : whole.items()) {
    auto chorales = list_from<Chorale>(entry, "chorale", chorale_from);
    if (!chorales) return fail_at("split '" + name + "'", chorales.error());
    splits[name] = std::move(*chorales);
  }
  return splits;
}

}  // namespace cantus::benchmark
