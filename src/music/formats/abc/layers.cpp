#include "music/formats/abc/layers.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "music/formats/abc/note_text.h"

namespace cantus::formats::abc {
namespace {

constexpr std::size_t kMostLayers = 64;
constexpr int kMostHints = 8;

auto order_of(const Event& event) {
  return std::tuple(event.onset, event.voice, event.end);
}

bool holds(const Event& event, score::Pitch pitch) {
  return std::ranges::any_of(event.notes, [&](const auto* note) { return note->pitch == pitch; });
}

std::vector<Event> single_events(const score::Part& part) {
  std::vector<Event> events;
  for (const score::Note& note : part.notes) {
    if (note.grace) continue;
    const score::Tick onset = on_grid(note.onset);
    const score::Tick end = on_grid(note.end());
    const score::Tick least = onset + score::TickLength(315);
    events.push_back({onset, end > onset ? end : least, note.voice, {&note}});
  }
  std::ranges::stable_sort(events, {}, order_of);
  return events;
}

/// Joins events that start and end together in one voice; a pitch that sounds twice stays apart.
std::vector<Event> chords_of(std::vector<Event> singles) {
  std::vector<Event> out;
  for (Event& event : singles) {
    const bool joins = !out.empty() && order_of(out.back()) == order_of(event) &&
                       !holds(out.back(), event.notes.front()->pitch);
    if (joins) {
      out.back().notes.push_back(event.notes.front());
    } else {
      out.push_back(std::move(event));
    }
  }
  return out;
}

}  // namespace

Result<std::vector<Layer>> layers_of(const score::Part& part) {
  std::vector<Layer> layers(1);
  const auto is_free = [&](std::size_t layer, const Event& event) {
    return layers[layer].empty() || layers[layer].back().end <= event.onset;
  };
  for (Event& event : chords_of(single_events(part))) {
    const auto hint = static_cast<std::size_t>(std::clamp(event.voice, 0, kMostHints - 1));
    if (hint >= layers.size()) layers.resize(hint + 1);
    std::size_t place = hint;
    if (!is_free(hint, event)) {
      place = 0;
      while (place < layers.size() && !is_free(place, event))
        ++place;
    }
    if (place >= kMostLayers) {
      return fail(ErrorCode::unsupported,
                  fmt::format("part '{}': more than {} notes of different lengths sound at once",
                              part.name, kMostLayers));
    }
    if (place >= layers.size()) layers.resize(place + 1);
    layers[place].push_back(std::move(event));
  }
  return layers;
}

}  // namespace cantus::formats::abc
