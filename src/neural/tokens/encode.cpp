#include "neural/tokens/encode.h"

#include "base/check.h"
#include "neural/tokens/announcements.h"
#include "neural/tokens/bar_words.h"

namespace cantus::tokens {
namespace {

using score::Tick;

void count(std::map<std::string, int>& dropped, const char* what, std::size_t times) {
  if (times > 0) dropped[what] += static_cast<int>(times);
}

std::map<std::string, int> differences(const score::Piece& piece, const score::Piece& said) {
  std::map<std::string, int> dropped;
  count(dropped, "titles and composers", !piece.title.empty() + !piece.composer.empty());
  count(dropped, "parts beyond four of a role or without notes",
        piece.parts.size() - said.parts.size());
  count(dropped, "notes of those parts, grace notes and unknown drums",
        score::note_count(piece) - score::note_count(said));
  count(dropped, "key, chord or section details moved or merged",
        (piece.keys != said.keys) + (piece.chords != said.chords) +
            (piece.sections != said.sections));
  count(dropped, "tempo changes rounded", piece.tempo != said.tempo);
  for (const score::Part& part : piece.parts) {
    count(dropped, "lyrics", part.lyrics.size());
    for (const score::Note& note : part.notes) {
      const bool off = note.onset.count() % kStep.count() != 0;
      const bool uneven = note.length.count() % kStep.count() != 0 && !part.is_drums();
      count(dropped, "onsets off the grid", off);
      count(dropped, "lengths off the grid", uneven);
      count(dropped, "spellings", note.spelling.has_value());
      count(dropped, "velocities rounded",
            note.velocity != velocity_of(velocity_band(note.velocity)));
    }
  }
  return dropped;
}

Result<void> check_sayable(const score::Piece& said) {
  if (said.end <= Tick()) return fail(ErrorCode::unsupported, "the piece has no bars");
  for (const score::MetreChange& change : said.metre.changes()) {
    if (!metre_value(change.metre)) {
      return fail(ErrorCode::unsupported, "bar " + std::to_string(said.metre.bar_at(change.at)) +
                                              ": no word for the metre " +
                                              std::to_string(change.metre.numerator) + "/" +
                                              std::to_string(change.metre.denominator));
    }
  }
  return {};
}

/// Says bars of an expressible piece.
class Speaker {
 public:
  Speaker(const score::Piece& said, const Heading& heading, std::vector<Token>& out)
      : said_(said), words_(said), chords_last_(heading.chords_last), out_(out) {
    say(words_.header(heading));
  }

  int bars() const { return words_.bars(); }

  /// From here on it says of bars which earlier ones they are or are made from.
  void announce() {
    if (const auto melody = announced_part(said_)) announced_ = announcements(words_, *melody);
  }

  void bars(int from, int to) {
    for (int bar = from; bar < to; ++bar) {
      say(words_.opening(bar));
      if (!announced_.empty()) say(announced_[static_cast<std::size_t>(bar)]);
      if (!chords_last_) say(words_.chords(bar));
      for (std::size_t part = 0; part < said_.parts.size(); ++part)
        say(words_.notes(part, bar));
      if (chords_last_) say(words_.chords(bar));
    }
  }

 private:
  void say(std::optional<Token> word) {
    if (word) out_.push_back(*word);
  }
  void say(const std::vector<Token>& more) { out_.insert(out_.end(), more.begin(), more.end()); }

  const score::Piece& said_;
  BarWords words_;
  bool chords_last_;
  std::vector<std::optional<Token>> announced_;  ///< by bar; none are said where it is empty
  std::vector<Token>& out_;
};

}  // namespace

Result<Encoded> encode(const score::Piece& piece,
                       const Heading& heading,
                       std::span<const std::size_t> order) {
  score::Piece said = expressible(piece);
  if (auto sayable = check_sayable(said); !sayable) {
    return tl::unexpected<Error>(sayable.error());
  }
  Encoded out;
  out.dropped = differences(piece, said);
  if (!order.empty()) {
    CANTUS_CHECK(order.size() == said.parts.size());
    std::vector<score::Part> parts;
    for (const std::size_t part : order)
      parts.push_back(said.parts[part]);
    said.parts = std::move(parts);
  }
  Speaker speaker(said, heading, out.tokens);
  out.header_length = out.tokens.size();
  speaker.announce();
  speaker.bars(0, speaker.bars());
  out.tokens.push_back(token(Kind::end));
  return out;
}

Result<Encoded> encode_gap(const score::Piece& piece, const Heading& heading, int first, int last) {
  const score::Piece said = expressible(piece);
  if (auto sayable = check_sayable(said); !sayable) {
    return tl::unexpected<Error>(sayable.error());
  }
  Encoded out;
  Speaker speaker(said, heading, out.tokens);
  if (first < 0 || first >= last || last >= speaker.bars()) {
    return fail(ErrorCode::invalid_input, "a gap needs bars in it and after it");
  }
  out.dropped = differences(piece, said);
  out.tokens.push_back(token(Kind::later));
  speaker.bars(last, speaker.bars());
  out.tokens.push_back(token(Kind::here));
  out.header_length = out.tokens.size();
  speaker.bars(0, last);
  out.tokens.push_back(token(Kind::end));
  return out;
}

}  // namespace cantus::tokens
