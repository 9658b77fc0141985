// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/unfold.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "music/formats/humdrum/scan.h"

namespace cantus::formats::humdrum {
namespace {

using Order = std::vector<int>;

constexpr std::size_t kMostSegmentsPlayed = 4096;

Order as_written(const Written& written) {
  Order order(written.segments.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

// Sections are numbered in the order of the segments.
void add_section(const Written& written, int section, Order& order) {
  const auto range = std::ranges::equal_range(written.segments, section, {}, &Segment::section);
  const auto first = static_cast<int>(range.begin() - written.segments.begin());
  for (int i = 0; i < std::ssize(range); ++i)
    order.push_back(first + i);
}

// Of sections with the same label the first is meant.
std::map<std::string, int> sections_by_label(const Written& written) {
  std::map<std::string, int> sections;
  for (const Segment& segment : written.segments)
    if (segment.section > 0) sections.emplace(segment.label, segment.section);
  return sections;
}

Order by_barlines(const Written& written) {
  Order order;
  int from = 0;
  for (int i = 0; i < std::ssize(written.segments); ++i) {
    const Segment& segment = written.segments[static_cast<std::size_t>(i)];
    if (segment.repeat_from) from = i;
    order.push_back(i);
    if (!segment.repeat_back) continue;
    for (int again = from; again <= i; ++again)
      order.push_back(again);
    from = i + 1;
  }
  return order;
}

Order by_list(const Written& written, Warnings& warnings) {
  const auto sections = sections_by_label(written);
  Order order;
  add_section(written, 0, order);
  for (const std::string& label : *written.expansion) {
    const auto section = sections.find(label);
    if (section == sections.end()) {
      warnings.add(fmt::format("expansion list: no section is called \"{}\"", label));
      return by_barlines(written);
    }
    add_section(written, section->second, order);
    if (order.size() > kMostSegmentsPlayed) break;
  }
  return order;
}

template <class Value>
std::pair<std::size_t, std::size_t> range_of(const std::vector<Event<Value>>& events, int segment) {
  const auto range = std::ranges::equal_range(events, segment, {}, &Event<Value>::segment);
  return {static_cast<std::size_t>(range.begin() - events.begin()),
          static_cast<std::size_t>(range.end() - events.begin())};
}

bool is_too_long(const Written& written, const Order& order) {
  if (order.size() > kMostSegmentsPlayed) return true;
  std::size_t events = 0;
  std::int64_t length = 0;
  for (const int i : order) {
    const auto count = [i](const auto& of_a_kind) {
      const auto [from, to] = range_of(of_a_kind, i);
      return to - from;
    };
    events += count(written.fragments) + count(written.barlines) + count(written.syllables) +
              count(written.chords) + count(written.keys) + count(written.metres) +
              count(written.tempos);
    const Segment& segment = written.segments[static_cast<std::size_t>(i)];
    length += segment.end - segment.start;
  }
  return events > kMostEvents || length > kLongestPiece;
}

template <class Value>
void copy_segment(const std::vector<Event<Value>>& from,
                  const Segment& source,
                  int old_number,
                  std::int64_t start,
                  int number,
                  std::vector<Event<Value>>& to) {
  const auto [first, last] = range_of(from, old_number);
  for (std::size_t i = first; i < last; ++i)
    to.push_back({number, from[i].at - source.start + start, from[i].value});
}

void excuse_ties(std::vector<Event<Fragment>>& fragments, int number, std::int64_t start) {
  const auto [first, last] = range_of(fragments, number);
  for (std::size_t i = first; i < last && fragments[i].at == start; ++i)
    fragments[i].value.after_jump = true;
}

// What was in force when the segment began in the writing, said again after a jump to it.
template <class Value>
void restate(const std::vector<Event<Value>>& from,
             int old_number,
             std::int64_t start,
             int number,
             std::vector<Event<Value>>& to) {
  const std::size_t first = range_of(from, old_number).first;
  if (first == 0 || to.empty() || to.back().value == from[first - 1].value) return;
  to.push_back({number, start, from[first - 1].value});
}

}  // namespace

Order playing_order(const Written& written, Warnings& warnings) {
  Order order = written.expansion ? by_list(written, warnings) : by_barlines(written);
  const bool plays_music = std::ranges::any_of(order, [&](int i) {
    const auto [from, to] = range_of(written.fragments, i);
    return to > from;
  });
  if (!plays_music) return as_written(written);
  if (!is_too_long(written, order)) return order;
  warnings.add("the repeats would make the piece too long; it is read without them");
  return as_written(written);
}

Written unfolded(const Written& written, const Order& order) {
  Written heard;
  heard.title = written.title;
  heard.composer = written.composer;
  heard.spines = written.spines;
  heard.segments.clear();
  std::vector<int> passes(written.segments.size(), 0);
  for (const int i : order)
    ++passes[static_cast<std::size_t>(i)];
  std::vector<int> pass(passes.size(), 0);
  std::int64_t start = 0;
  int before = -1;
  for (const int i : order) {
    const Segment& source = written.segments[static_cast<std::size_t>(i)];
    const int number = static_cast<int>(heard.segments.size());
    if (before >= 0 && i != before + 1) {
      restate(written.keys, i, start, number, heard.keys);
      restate(written.metres, i, start, number, heard.metres);
      restate(written.tempos, i, start, number, heard.tempos);
      heard.barlines.push_back({number, start, Barline{.joins = true}});
    }
    const auto copy = [&](const auto& from, auto& to) {
      copy_segment(from, source, i, start, number, to);
    };
    copy(written.fragments, heard.fragments);
    copy(written.keys, heard.keys);
    copy(written.metres, heard.metres);
    copy(written.tempos, heard.tempos);
    copy(written.barlines, heard.barlines);
    copy(written.syllables, heard.syllables);
    copy(written.chords, heard.chords);
    Segment played = source;
    played.pass = ++pass[static_cast<std::size_t>(i)];
    played.passes = passes[static_cast<std::size_t>(i)];
    played.start = start;
    start += source.end - source.start;
    played.end = start;
    heard.segments.push_back(std::move(played));
    if (before >= 0 && i != before + 1) excuse_ties(heard.fragments, number, played.start);
    before = i;
  }
  heard.end = start;
  return heard;
}

}  // namespace cantus::formats::humdrum
