#include "neural/tokens/encode.h"

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

}  // namespace

Result<Encoded> encode(const score::Piece& piece, int style) {
  const score::Piece said = expressible(piece);
  if (said.end <= Tick()) return fail(ErrorCode::unsupported, "the piece has no bars");
  for (const score::MetreChange& change : said.metre.changes()) {
    if (!metre_value(change.metre)) {
      return fail(ErrorCode::unsupported, "bar " + std::to_string(said.metre.bar_at(change.at)) +
                                              ": no word for the metre " +
                                              std::to_string(change.metre.numerator) + "/" +
                                              std::to_string(change.metre.denominator));
    }
  }
  Encoded out;
  out.dropped = differences(piece, said);
  const BarWords words(said);
  out.tokens = words.header(style);
  out.header_length = out.tokens.size();
  const auto say = [&](const std::vector<Token>& more) {
    out.tokens.insert(out.tokens.end(), more.begin(), more.end());
  };
  for (int bar = 0; bar < words.bars(); ++bar) {
    say(words.opening(bar));
    say(words.chords(bar));
    for (std::size_t part = 0; part < said.parts.size(); ++part)
      say(words.notes(part, bar));
  }
  out.tokens.push_back(token(Kind::end));
  return out;
}

}  // namespace cantus::tokens
