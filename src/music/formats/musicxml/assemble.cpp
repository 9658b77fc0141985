#include "music/formats/musicxml/assemble.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "music/formats/musicxml/dynamics.h"
#include "music/formats/musicxml/modes.h"
#include "music/formats/musicxml/timeline.h"

namespace cantus::formats::musicxml {
namespace {

using score::Note;
using score::Tick;

/// Adds the notes of one part in the order played, a tied one to the note it prolongs.
class TieJoiner {
 public:
  explicit TieJoiner(std::vector<Note>& notes) : notes_(notes) {}

  void add(const Note& note, bool tie_stop, bool tie_start) {
    auto& open = open_[static_cast<std::size_t>(note.pitch.key())];
    std::erase_if(open, [&](std::size_t i) { return notes_[i].end() < note.onset; });
    auto tied = open.end();
    for (auto it = open.begin(); tie_stop && it != open.end(); ++it) {
      if (notes_[*it].end() != note.onset) continue;
      if (tied == open.end() || notes_[*it].voice == note.voice) tied = it;
    }
    if (tied != open.end()) {
      notes_[*tied].length += note.length;
      if (!tie_start) open.erase(tied);
      return;
    }
    if (tie_start) open.push_back(notes_.size());
    notes_.push_back(note);
  }

 private:
  std::vector<Note>& notes_;
  std::array<std::vector<std::size_t>, 128> open_;  // by key: notes whose tie goes on
};

/// Voices numbered from the top: by staff, then as the file orders them.
std::vector<int> voice_ranks(const WrittenPart& part) {
  std::vector<std::size_t> order(part.voices.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const VoiceName& voice = part.voices[i];
    return std::tuple(voice.staff, voice.name.size(), voice.name);
  });
  std::vector<int> ranks(order.size(), 0);
  for (std::size_t i = 0; i < order.size(); ++i)
    ranks[order[i]] = static_cast<int>(i);
  return ranks;
}

Note placed(const WrittenNote& note, Tick start, std::span<const int> ranks) {
  Note out;
  out.onset = start + note.at;
  out.length = note.length;
  out.pitch = score::Pitch::clamped(note.key);
  out.velocity = note.velocity;
  out.voice = ranks[static_cast<std::size_t>(note.voice)];
  out.grace = note.grace;
  if (!note.drum && note.spelling.pitch_class() == out.pitch.pitch_class()) {
    out.spelling = note.spelling;
  }
  return out;
}

/// Which of the written verses is sung when a bar is played the n-th of several times: verse n,
/// and again from there where there are more verses than passes. All of them where it is played
/// once.
class Verses {
 public:
  Verses(const WrittenPart& part, std::span<const PlayedBar> played) {
    for (const PlayedBar& bar : played) {
      int& most = most_[static_cast<std::size_t>(std::min(bar.passes, kMostPasses))];
      for (const WrittenLyric& lyric : part.bars[bar.bar].lyrics) {
        most = std::max(most, lyric.verse);
      }
    }
  }

  /// The verse this syllable belongs to in this pass, or nothing.
  std::optional<int> verse(const WrittenLyric& lyric, const PlayedBar& bar) const {
    const int most = most_[static_cast<std::size_t>(std::min(bar.passes, kMostPasses))];
    if (bar.passes == 1) return lyric.verse;
    if (most < 2) return 1;
    const int streams = (most + bar.passes - 1) / bar.passes;
    for (int stream = 1; stream <= streams; ++stream) {
      const int sung = bar.pass + (stream - 1) * bar.passes;
      if (sung == lyric.verse) return stream;
    }
    const bool beyond = bar.pass > most && lyric.verse == most;
    return beyond ? std::optional(1) : std::nullopt;
  }

 private:
  static constexpr int kMostPasses = 100;
  std::array<int, kMostPasses + 1> most_{};
};

void add_lyrics(const WrittenPart& part, std::span<const PlayedBar> played, score::Part& out) {
  const Verses verses(part, played);
  for (const PlayedBar& bar : played) {
    for (const WrittenLyric& lyric : part.bars[bar.bar].lyrics) {
      const auto verse = verses.verse(lyric, bar);
      if (verse) {
        out.lyrics.push_back({bar.start + lyric.at, lyric.syllable, lyric.continues, *verse});
      }
    }
  }
}

/// The part's notes: pitched, or the unpitched ones of a part that may have both.
score::Part part_of(const WrittenPart& part, std::span<const PlayedBar> played, bool drums) {
  score::Part out;
  out.name = part.name;
  out.program = drums && !part.kit ? 0 : part.program;
  if (drums) out.role = score::Role::drums;
  const std::vector<int> ranks = voice_ranks(part);
  TieJoiner joiner(out.notes);
  for (const PlayedBar& bar : played) {
    for (const WrittenNote& note : part.bars[bar.bar].notes) {
      if (note.drum != drums) continue;
      joiner.add(placed(note, bar.start, ranks), note.tie_stop, note.tie_start);
    }
  }
  return out;
}

bool has_notes(const WrittenPart& part, bool drums) {
  return std::ranges::any_of(part.bars, [drums](const WrittenBar& bar) {
    return std::ranges::any_of(bar.notes,
                               [drums](const WrittenNote& note) { return note.drum == drums; });
  });
}

void add_part(const WrittenPart& part, std::span<const PlayedBar> played, score::Piece& piece) {
  const bool drums = has_notes(part, true);
  const bool pitched = has_notes(part, false);
  if (pitched || !drums) piece.parts.push_back(part_of(part, played, false));
  if (drums || (part.kit && !pitched)) {
    if (!drums) piece.parts.pop_back();
    piece.parts.push_back(part_of(part, played, true));
    if (pitched) piece.parts.back().name += " (drums)";
  }
  add_lyrics(part, played,
             pitched && drums ? *std::prev(piece.parts.end(), 2) : piece.parts.back());
}

/// The symbols of the part that has most of them, each until the next.
void add_chords(const WrittenScore& score, std::span<const PlayedBar> played, score::Piece& piece) {
  const WrittenPart* richest = nullptr;
  std::size_t most = 0;
  for (const WrittenPart& part : score.parts) {
    std::size_t count = 0;
    for (const WrittenBar& bar : part.bars)
      count += bar.chords.size();
    if (count > most) richest = &part;
    most = std::max(most, count);
  }
  if (richest == nullptr) return;
  std::vector<std::pair<Tick, std::optional<score::Chord>>> symbols;
  for (const PlayedBar& bar : played) {
    for (const WrittenChord& chord : richest->bars[bar.bar].chords) {
      symbols.emplace_back(bar.start + chord.at, chord.chord);
    }
  }
  std::ranges::stable_sort(symbols, {}, &std::pair<Tick, std::optional<score::Chord>>::first);
  const Tick end = played.back().start + played.back().length;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const auto& [at, chord] = symbols[i];
    const Tick stop = i + 1 < symbols.size() ? symbols[i + 1].first : end;
    if (chord && stop > at) piece.chords.push_back({at, stop - at, *chord});
  }
}

std::size_t size_of(const WrittenScore& score, std::span<const int> order) {
  std::size_t size = 0;
  for (const WrittenPart& part : score.parts) {
    for (const int bar : order) {
      const WrittenBar& written = part.bars[static_cast<std::size_t>(bar)];
      size += written.notes.size() + written.lyrics.size() + written.chords.size();
    }
  }
  return size;
}

Result<std::vector<int>> order_of(const WrittenScore& score, Warnings& warnings) {
  std::vector<BarFlow> flow;
  for (const SharedBar& bar : score.bars)
    flow.push_back(bar.flow);
  std::vector<int> order = unfolded(flow);
  if (size_of(score, order) <= kMostNotes) return order;
  order.resize(score.bars.size());
  std::iota(order.begin(), order.end(), 0);
  if (size_of(score, order) > kMostNotes) {
    return fail(ErrorCode::invalid_input, "more than 2,000,000 notes and syllables");
  }
  warnings.add("the repeats are left as written: unfolded there are more than 2,000,000 notes");
  return order;
}

}  // namespace

Result<score::Piece> assembled(WrittenScore& score, Warnings& warnings) {
  const auto order = order_of(score, warnings);
  if (!order) return tl::unexpected(order.error());
  const std::vector<PlayedBar> played = timeline_of(score.bars, *order);
  std::vector<int> written(score.bars.size());
  std::iota(written.begin(), written.end(), 0);
  std::vector<TickLength> lengths;
  for (const PlayedBar& bar : timeline_of(score.bars, written))
    lengths.push_back(bar.length);
  score::Piece piece;
  piece.title = score.title;
  piece.composer = score.composer;
  for (WrittenPart& part : score.parts) {
    apply_dynamics(part, lengths);
    add_part(part, played, piece);
  }
  set_metres(played, score.bars, piece.metre);
  set_tempos(played, score.bars, piece.tempo);
  piece.sections = sections_of(played, score.bars);
  piece.keys = with_modes(keys_of(played, score.bars), piece.parts);
  if (!played.empty()) {
    add_chords(score, played, piece);
    piece.end = played.back().start + played.back().length;
  }
  score::tidy(piece);
  return piece;
}

}  // namespace cantus::formats::musicxml
