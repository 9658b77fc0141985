#include "music/formats/abc/read.h"

#include <fmt/format.h>

#include "music/formats/abc/perform.h"
#include "music/formats/abc/text.h"
#include "music/formats/abc/tune_reader.h"

namespace cantus::formats::abc {
namespace {

constexpr std::size_t kMostTunes = 100000;
constexpr std::size_t kMostNotesInBook = 4000000;
constexpr std::size_t kMostFailures = 10000;
constexpr std::size_t kMostLines = 500000;  // in a tune

/// Takes a line, ended by LF, CR or CRLF.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find_first_of("\r\n");
  const std::string_view line = rest.substr(0, end);
  if (end == std::string_view::npos) {
    rest = {};
  } else {
    rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return line;
}

/// Cuts a book into tunes and reads each as soon as it is whole.
class Book {
 public:
  Result<score::Reading> read(std::string_view bytes);

 private:
  void add_line(Line line);
  void end_tune();
  void add_failure(std::string text);
  void read_one(Tune& tune);

  enum class State { before, head, body, between };
  State state_ = State::before;
  std::vector<Line> header_;
  std::vector<Line> tune_;
  bool has_start_ = false;  ///< Some line starts with X:.
  std::size_t tunes_ = 0;
  std::size_t notes_ = 0;
  score::Reading reading_;
};

void Book::add_failure(std::string text) {
  if (reading_.failures.size() < kMostFailures) reading_.failures.push_back(std::move(text));
}

void Book::end_tune() {
  if (tune_.empty()) return;
  const std::vector<Line> lines = std::move(tune_);
  tune_.clear();
  ++tunes_;
  if (lines.size() > kMostLines) {
    return add_failure(
        fmt::format("line {}: the tune has more than {} lines", lines.front().number, kMostLines));
  }
  if (tunes_ > kMostTunes || notes_ > kMostNotesInBook) {
    return add_failure(fmt::format("line {}: the book is too large", lines.front().number));
  }
  auto tune = read_tune(header_, lines);
  if (!tune) return add_failure(tune.error().message);
  read_one(*tune);
}

void Book::read_one(Tune& tune) {
  auto piece = perform(tune);
  const std::string place = fmt::format("X:{} {}", tune.number, tune.title);
  if (!piece) return add_failure(place + ": " + piece.error().message);
  for (const std::string& warning : tune.warnings) {
    if (reading_.warnings.size() < kMostWarnings) {
      reading_.warnings.push_back(place + ": " + warning);
    }
  }
  notes_ += score::note_count(*piece);
  reading_.pieces.push_back(std::move(*piece));
}

void Book::add_line(Line line) {
  if (line.text.starts_with("X:")) {
    end_tune();
    state_ = State::head;
  } else if (!has_start_ && state_ == State::before && line.text.starts_with("K:")) {
    tune_ = std::move(header_);
    header_.clear();
    state_ = State::head;
  }
  const bool empty = trimmed(line.text).empty();
  if (state_ == State::before) {
    const bool field =
        line.text.size() > 1 && contains("LMITC", line.text[0]) && line.text[1] == ':';
    if ((field || line.text.starts_with("%%") || !has_start_) && header_.size() < 1000) {
      header_.push_back(line);
    }
  } else if (state_ == State::head) {
    if (!empty && tune_.size() <= kMostLines) tune_.push_back(line);
    if (line.text.starts_with("K:")) state_ = State::body;
  } else if (state_ == State::body) {
    if (empty) {
      end_tune();
      state_ = State::between;
    } else if (tune_.size() <= kMostLines) {
      tune_.push_back(line);
    }
  }
}

Result<score::Reading> Book::read(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  has_start_ = bytes.starts_with("X:") || bytes.find("\nX:") != std::string_view::npos ||
               bytes.find("\rX:") != std::string_view::npos;
  int number = 0;
  while (!bytes.empty())
    add_line({take_line(bytes), ++number});
  end_tune();
  if (tunes_ == 0) {
    return fail(ErrorCode::invalid_input, "no tune: there is no line that starts with X: or K:");
  }
  if (tunes_ == 1 && reading_.pieces.empty()) {
    return fail(ErrorCode::invalid_input, reading_.failures.front());
  }
  return std::move(reading_);
}

}  // namespace

Result<score::Reading> read(std::string_view bytes) {
  return Book().read(bytes);
}

}  // namespace cantus::formats::abc
