// From the lines of one Humdrum piece to its events: the spines followed, the clock kept.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "music/formats/humdrum/clock.h"
#include "music/formats/humdrum/spines.h"
#include "music/formats/humdrum/token.h"
#include "music/formats/humdrum/written.h"

namespace cantus::formats::humdrum {

constexpr std::size_t kMostEvents = 2'000'000;  ///< Notes, syllables, barlines and the like.
constexpr std::int64_t kLongestPiece = 2'000'000LL * score::kTicksPerBeat;  ///< ticks

/// Takes the lines in order. `warnings` must outlive it.
class Scanner {
 public:
  explicit Scanner(Warnings& warnings) : warnings_(&warnings) {}

  /// `number` counts from 1. Fails with "line 57, spine 3: ..."; nothing may follow a failure.
  Result<void> take(std::string_view line, int number);

  bool has_begun() const { return !written_.spines.empty(); }
  bool has_ended() const { return has_begun() && tracks_.empty(); }

  /// The events; fails where there was no **kern spine.
  Result<Written> finish() &&;

 private:
  using Fields = std::span<const std::string_view>;

  void take_reference(std::string_view line);
  Result<void> take_line_of(std::vector<std::string_view>& fields);
  Result<void> take_fields(Fields fields);
  Result<void> take_interpretations(Fields fields);
  Result<void> take_data(Fields fields);
  void take_barline(std::string_view field);
  void fill_bar();
  bool matches(std::vector<std::string_view>& fields) const;

  void interpret(const Track& track, std::string_view field);
  void interpret_key(std::string_view field);
  void interpret_section(std::string_view field);
  void begin_segment();

  Result<bool> take_kern(std::size_t column, std::string_view field);
  void check_meeting(Track& track, std::size_t column);
  void add_fragments(const Track& track, const Token& token);
  void take_other(const Track& track, std::string_view field);
  void advance();

  template <class Value>
  void add(std::vector<Event<Value>>& events, Value value) {
    ++events_;
    events.push_back({segment(), clock_.rounded(), std::move(value)});
  }
  template <class Value>
  bool said_here(const std::vector<Event<Value>>& events) const {
    return !events.empty() && events.back().segment == segment() &&
           events.back().at == clock_.rounded();
  }
  int segment() const { return static_cast<int>(written_.segments.size()) - 1; }
  void warn(std::size_t column, std::string_view sentence);

  Warnings* warnings_;
  Written written_;
  std::vector<Track> tracks_;
  Moment clock_;  ///< Where the next line with notes stands.
  Moment bar_start_;
  bool warned_in_bar_ = false;
  std::size_t events_ = 0;
  int title_worth_ = 0;
  int line_ = 0;
};

}  // namespace cantus::formats::humdrum
