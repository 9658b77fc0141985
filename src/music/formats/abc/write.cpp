#include "music/formats/abc/write.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "music/formats/abc/bars.h"
#include "music/formats/abc/dynamics.h"
#include "music/formats/abc/text.h"
#include "music/formats/abc/tune.h"
#include "music/formats/abc/voice_writer.h"

namespace cantus::formats::abc {
namespace {

using score::Piece;
using score::Tick;
using score::TickLength;

constexpr std::size_t kBarsInLine = 4;
constexpr std::size_t kMostElements = 1000000;  // half of what a reader takes

/// Text for a field: one line, with the backslashes ABC asks for.
std::string field_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '\\' || c == '&') out.push_back('\\');
    out.push_back(c == '\n' || c == '\r' ? ' ' : c);
  }
  return out;
}

/// As `field_text`, for what stands in quotes or brackets.
std::string inner_text(std::string_view text) {
  std::string out = field_text(text);
  std::ranges::replace_if(out, [](char c) { return contains("\"[]", c); }, '\'');
  return out;
}

/// "1/4=120"; the beat is as small as it takes for a whole number.
std::string tempo_text(double bpm) {
  const auto quarters = static_cast<int>(std::lround(bpm * 4));
  if (quarters % 4 == 0) return fmt::format("1/4={}", quarters / 4);
  return quarters % 2 == 0 ? fmt::format("1/8={}", quarters / 2) : fmt::format("1/16={}", quarters);
}

std::string metre_text(score::Metre metre) {
  return fmt::format("{}/{}", metre.numerator, metre.denominator);
}

class TuneWriter {
 public:
  explicit TuneWriter(const Piece& piece) : piece_(&piece) {}
  Result<std::string> write(std::size_t number);

 private:
  Result<void> check();
  void find_bars();
  Cues shared_cues();
  Cues cues_of(const score::Part& part, bool leads);
  void add_leading(Cues& cues) const;
  Result<void> make_voices();
  std::string head(std::size_t number) const;
  std::string voice_heads() const;
  std::string body();
  std::string line(std::size_t voice, std::size_t first, std::size_t end);
  std::string bar_line(std::size_t bar) const;
  bool single() const { return voices_.size() < 2; }

  const Piece* piece_;
  Tick end_;
  std::vector<Tick> bars_;            // starts, and the end of the last
  std::vector<Tick> section_starts_;  // sorted
  std::vector<score::Metre> metres_;  // [bar] as written: a bar cut short has its own
  score::Part silence_;
  std::vector<const score::Part*> parts_;
  std::vector<VoiceWriter> voices_;
};

Result<void> TuneWriter::check() {
  end_ = on_grid(score::sounding_end(*piece_));
  if (end_ < score::sounding_end(*piece_)) end_ += TickLength(315);
  const bool long_piece = end_.count() > kLongestTune / kGrainsPerTick;
  if (long_piece || score::note_count(*piece_) > kMostNotes || piece_->parts.size() > kMostVoices) {
    return fail(ErrorCode::unsupported,
                fmt::format("'{}' is too large for an ABC tune", piece_->title));
  }
  for (const score::Part& part : piece_->parts) {
    for (const score::Note& note : part.notes) {
      if (note.onset >= Tick()) continue;
      return fail(ErrorCode::invalid_input,
                  fmt::format("part '{}': a note starts before the piece", part.name));
    }
  }
  return {};
}

void TuneWriter::find_bars() {
  for (const score::Section& section : piece_->sections)
    section_starts_.push_back(on_grid(section.onset));
  std::ranges::sort(section_starts_);
  for (const Tick start : piece_->metre.bar_starts(end_)) {
    const Tick at = on_grid(start);
    if (bars_.empty() || at > bars_.back()) bars_.push_back(at);
  }
  if (bars_.empty() || bars_.back() < end_) bars_.push_back(end_);
  for (std::size_t bar = 0; bar + 1 < bars_.size(); ++bar) {
    score::Metre metre = piece_->metre.metre_at(bars_[bar]);
    const TickLength length = bars_[bar + 1] - bars_[bar];
    const bool pickup = bar == 0 && piece_->metre.pickup() > TickLength();
    const bool last = bar + 2 == bars_.size();
    if (!pickup && !last && length != metre.bar_length()) {
      metre = metre_of(length, metre).value_or(metre);
    }
    metres_.push_back(metre);
  }
}

/// What every voice needs: metres and keys.
Cues TuneWriter::shared_cues() {
  Cues cues;
  for (std::size_t bar = 1; bar < metres_.size(); ++bar) {
    if (metres_[bar] != metres_[bar - 1]) {
      cues[bars_[bar]].fields = fmt::format("[M:{}]", metre_text(metres_[bar]));
    }
  }
  for (const score::KeyChange& change : piece_->keys) {
    const Tick at = on_grid(change.at);
    if (at > Tick() && at < end_) cues[at].key = change.key;
  }
  return cues;
}

/// What stands in the first voice only: sections, tempos and chords.
void TuneWriter::add_leading(Cues& cues) const {
  for (const score::TempoChange& change : piece_->tempo.changes()) {
    const Tick at = on_grid(change.at);
    if (at > Tick() && at < end_) cues[at].fields += fmt::format("[Q:{}]", tempo_text(change.bpm));
  }
  for (const score::Section& section : piece_->sections) {
    const Tick at = on_grid(std::max(section.onset, Tick()));
    if (at < end_) {
      Cue& cue = cues[at];
      cue.fields = fmt::format("[P:{}]", inner_text(section.name)) + cue.fields;
    }
  }
  for (std::size_t i = 0; i < piece_->chords.size(); ++i) {
    const score::ChordSpan& span = piece_->chords[i];
    const Tick at = on_grid(std::max(span.onset, Tick()));
    if (at < end_) cues[at].symbol = '"' + score::to_text(span.chord) + '"';
    const Tick stop = on_grid(span.end());
    const bool gap = i + 1 == piece_->chords.size() || on_grid(piece_->chords[i + 1].onset) > stop;
    if (gap && stop > at && stop < end_) cues[stop].symbol = "\"^N.C.\"";
  }
}

Cues TuneWriter::cues_of(const score::Part& part, bool leads) {
  Cues cues = shared_cues();
  if (leads) add_leading(cues);
  int velocity = score::kDefaultVelocity;
  const bool dynamics = std::ranges::all_of(
      part.notes, [](const score::Note& note) { return dynamic_of(note.velocity).has_value(); });
  for (const score::Note& note : part.notes) {
    if (dynamics && note.velocity != velocity) {
      cues[on_grid(note.onset)].dynamic = fmt::format("!{}!", *dynamic_of(note.velocity));
      velocity = note.velocity;
    }
    if (note.grace) cues[on_grid(note.onset)].graces.push_back(&note);
  }
  return cues;
}

Result<void> TuneWriter::make_voices() {
  for (const score::Part& part : piece_->parts)
    parts_.push_back(&part);
  if (parts_.empty()) parts_.push_back(&silence_);
  const bool keyed = !piece_->keys.empty() && piece_->keys.front().at <= Tick();
  const auto key = keyed ? std::optional(piece_->keys.front().key) : std::nullopt;
  for (const score::Part* part : parts_) {
    auto layers = layers_of(*part);
    if (!layers) return tl::unexpected<Error>(layers.error());
    voices_.emplace_back(*part, std::move(*layers), cues_of(*part, part == parts_.front()), key);
  }
  return {};
}

std::string TuneWriter::head(std::size_t number) const {
  std::string text = fmt::format("X:{}\nT:{}\n", number, field_text(piece_->title));
  if (!piece_->composer.empty()) text += fmt::format("C:{}\n", field_text(piece_->composer));
  const score::Metre metre = metres_.empty() ? piece_->metre.metre_at(Tick()) : metres_.front();
  text += fmt::format("M:{}\nL:1/8\nQ:{}\n", metre_text(metre),
                      tempo_text(piece_->tempo.bpm_at(Tick())));
  const bool keyed = !piece_->keys.empty() && piece_->keys.front().at <= Tick();
  const auto key = keyed ? std::optional(piece_->keys.front().key) : std::nullopt;
  // Players make an accompaniment of their own from chord names; a piece says all that sounds.
  if (!piece_->chords.empty()) text += "%%MIDI gchordoff\n";
  return text + fmt::format("K:{}\n", key_text(key)) + voice_heads();
}

std::string TuneWriter::voice_heads() const {
  std::string text;
  for (std::size_t i = 0; i < piece_->parts.size(); ++i) {
    const score::Part& part = piece_->parts[i];
    text += fmt::format("V:{}", i + 1);
    if (!part.name.empty()) text += fmt::format(" name=\"{}\"", inner_text(part.name));
    text += part.is_drums() ? " clef=perc\n%%MIDI channel 10\n" : "\n";
    text += fmt::format("%%MIDI program {}\n", std::clamp(part.program, 0, 127));
    text += fmt::format("%%cantus-role {}\n", score::to_text(part.role));
  }
  return text;
}

std::string TuneWriter::bar_line(std::size_t bar) const {
  if (bar + 2 == bars_.size()) return " |]";
  return std::ranges::binary_search(section_starts_, bars_[bar + 1]) ? " ||" : " |";
}

/// One voice's music for some bars, with its words below.
std::string TuneWriter::line(std::size_t voice, std::size_t first, std::size_t end) {
  std::string music = single() ? "" : fmt::format("[V:{}] ", voice + 1);
  std::vector<std::string> words;
  for (std::size_t bar = first; bar < end; ++bar) {
    const bool last = bar + 2 == bars_.size();
    WrittenBar written = voices_[voice].bar(bars_[bar], bars_[bar + 1], metres_[bar].pulse(), last);
    music += (bar > first ? " " : "") + written.music + bar_line(bar);
    words.resize(written.words.size());
    for (std::size_t verse = 0; verse < words.size(); ++verse)
      words[verse] += written.words[verse];
  }
  music += '\n';
  for (const std::string& verse : words)
    music += "w: " + verse + "\n";
  return music;
}

std::string TuneWriter::body() {
  std::string text;
  const std::size_t bars = bars_.empty() ? 0 : bars_.size() - 1;
  for (std::size_t first = 0; first < bars; first += kBarsInLine) {
    const std::size_t end = std::min(bars, first + kBarsInLine);
    for (std::size_t voice = 0; voice < voices_.size(); ++voice)
      text += line(voice, first, end);
  }
  return text;
}

Result<std::string> TuneWriter::write(std::size_t number) {
  const auto too_large = [&] {
    return fail(ErrorCode::unsupported,
                fmt::format("'{}' is too large for an ABC tune", piece_->title));
  };
  if (const auto checked = check(); !checked) return tl::unexpected<Error>(checked.error());
  find_bars();
  if (bars_.size() * std::max<std::size_t>(1, piece_->parts.size()) > kMostElements) {
    return too_large();
  }
  if (const auto made = make_voices(); !made) return tl::unexpected<Error>(made.error());
  std::string text = head(number) + body();
  std::size_t elements = bars_.size() * voices_.size();
  for (const VoiceWriter& voice : voices_)
    elements += voice.elements();
  if (elements > kMostElements) return too_large();
  return text;
}

}  // namespace

Result<std::string> write(const Piece& piece) {
  return TuneWriter(piece).write(1);
}

Result<std::string> write(std::span<const Piece> pieces) {
  std::string book = "%abc-2.1\n";
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    auto tune = TuneWriter(pieces[i]).write(i + 1);
    if (!tune) return tune;
    book += "\n" + *tune;
  }
  return book;
}

}  // namespace cantus::formats::abc
