// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/read.h"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "music/formats/humdrum/assemble.h"
#include "music/formats/humdrum/scan.h"
#include "music/formats/humdrum/unfold.h"
#include "music/formats/humdrum/words.h"

namespace cantus::formats::humdrum {
namespace {

constexpr std::size_t kMostPieces = 100'000;
constexpr std::size_t kMostNotesInAll = 4'000'000;
constexpr std::size_t kMostFailures = 10'000;

class Reader {
 public:
  void take(std::string_view line, int number) {
    const bool segment = line.starts_with("!!!!SEGMENT");
    const bool again = line.starts_with("**") && scanner_->has_ended();
    if (segment || again) close();
    if (failed_) return;
    const auto taken = scanner_->take(line, number);
    if (!taken) {
      add_failure(taken.error().message);
      failed_ = true;
    }
  }

  Result<score::Reading> finish() && {
    close();
    reading_.warnings = warnings_.taken();
    if (!reading_.pieces.empty()) return std::move(reading_);
    if (reading_.failures.empty()) return fail(ErrorCode::invalid_input, "no **kern spine");
    return fail(ErrorCode::invalid_input, reading_.failures.front());
  }

 private:
  // Ends the piece that was being read, if one was.
  void close() {
    if (!failed_ && scanner_->has_begun()) keep();
    failed_ = false;
    scanner_.emplace(warnings_);
  }

  void keep() {
    const auto written = std::move(*scanner_).finish();
    if (!written) return add_failure(written.error().message);
    if (reading_.pieces.size() >= kMostPieces || notes_ > kMostNotesInAll)
      return add_failure(fmt::format("the file is too large: \"{}\" is left out", written->title));
    const auto order = playing_order(*written, warnings_);
    reading_.pieces.push_back(assembled(unfolded(*written, order), warnings_));
    notes_ += score::note_count(reading_.pieces.back());
  }

  void add_failure(std::string sentence) {
    if (reading_.failures.size() < kMostFailures) reading_.failures.push_back(std::move(sentence));
  }

  Warnings warnings_;
  std::optional<Scanner> scanner_{warnings_};
  score::Reading reading_;
  std::size_t notes_ = 0;
  bool failed_ = false;
};

}  // namespace

Result<score::Reading> read(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::string converted;
  if (!is_utf8(bytes)) {
    converted = utf8_from_latin1(bytes);
    bytes = converted;
  }
  Reader reader;
  for (int number = 1; !bytes.empty(); ++number)
    reader.take(take_line(bytes), number);
  return std::move(reader).finish();
}

}  // namespace cantus::formats::humdrum
