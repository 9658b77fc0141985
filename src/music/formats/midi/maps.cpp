#include "music/formats/midi/maps.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include <fmt/format.h>

#include "music/formats/midi/texts.h"

namespace cantus::formats::midi {
namespace {

using score::Tick;

constexpr score::TickLength kLongestBar = score::Metre{64, 1}.bar_length();

std::uint8_t byte_at(std::string_view data, std::size_t i) {
  return static_cast<std::uint8_t>(data[i]);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// The name after "composer:", "by" or "composed by", in any case.
std::optional<std::string> composer_in(const std::string& text) {
  const std::string small = lower(text);
  for (const std::string_view start : {"composer:", "composed by ", "by "}) {
    if (!small.starts_with(start)) continue;
    const auto name = trimmed(std::string_view(text).substr(start.size()));
    if (!name.empty() && name != words::kNoComposer) return std::string(name);
  }
  return std::nullopt;
}

class MapReader {
 public:
  MapReader(const Clock& clock, score::Piece& piece, Warnings& warnings)
      : clock_(clock), piece_(piece), warnings_(warnings) {}

  void read(const Saying& saying) {
    switch (saying.meta->type) {
      case kTempo:
        return tempo(saying);
      case kTimeSignature:
        return metre(saying);
      case kKeySignature:
        return key(saying);
      case kTrackName:
        if (saying.track == 0 && piece_.title.empty()) {
          piece_.title = trimmed(clean_text(saying.meta->data));
        }
        return;
      case kText:
        return text(saying);
      default:
        return;
    }
  }

  /// Named keys take the place of the signatures beside them: of two, tidy() keeps the later.
  void finish() { piece_.keys.insert(piece_.keys.end(), named_keys_.begin(), named_keys_.end()); }

 private:
  void warn(const Saying& saying, std::string_view what) {
    warnings_.add(fmt::format("byte {}: {}", saying.meta->byte, what));
  }

  void tempo(const Saying& saying) {
    if (clock_.smpte) return;  // such a file counts seconds; its tempo moves nothing
    const std::string_view data = saying.meta->data;
    if (data.size() < 3) return warn(saying, "a tempo of less than three bytes ignored");
    const std::uint32_t microseconds = (std::uint32_t{byte_at(data, 0)} << 16U) |
                                       (std::uint32_t{byte_at(data, 1)} << 8U) | byte_at(data, 2);
    if (microseconds == 0) return warn(saying, "a tempo of 0 microseconds a beat ignored");
    piece_.tempo.set(saying.at, bpm_of(microseconds));
  }

  void metre(const Saying& saying) {
    const std::string_view data = saying.meta->data;
    if (data.size() < 2 || byte_at(data, 0) == 0)
      return warn(saying, "a metre of no beats ignored");
    if (byte_at(data, 0) > 64 || byte_at(data, 1) > 6) {
      warn(saying, "a metre beyond 64/64 held to that");  // a cadenza as one bar of 65/4
    }
    piece_.metre.set(saying.at, {byte_at(data, 0), 1 << std::min<int>(byte_at(data, 1), 6)});
  }

  void key(const Saying& saying) {
    const std::string_view data = saying.meta->data;
    const int fifths = data.empty() ? 99 : std::bit_cast<std::int8_t>(byte_at(data, 0));
    if (fifths < -7 || fifths > 7) {
      return warn(saying, "a key of more than seven accidentals ignored");
    }
    const bool minor = data.size() > 1 && data[1] == 1;
    // Instruments that transpose may carry keys of their own: the first track's counts.
    if (!piece_.keys.empty() && piece_.keys.back().at == saying.at) return;
    piece_.keys.push_back({saying.at, {fifths, minor ? score::Mode::minor : score::Mode::major}});
  }

  void text(const Saying& saying) {
    const std::string said = clean_text(saying.meta->data);
    if (const auto value = value_of(said, words::kKey)) return named_key(saying, *value);
    if (const auto value = value_of(said, words::kPickup)) return pickup(saying, *value);
    if (const auto value = value_of(said, words::kTempo)) return exact_tempo(saying, *value);
    if (saying.track > 0 || !piece_.composer.empty()) return;
    if (const auto name = composer_in(said)) piece_.composer = *name;
  }

  void named_key(const Saying& saying, std::string_view value) {
    const auto key = score::key_from_text(value);
    if (!key) return warn(saying, key.error().message);
    named_keys_.push_back({saying.at, *key});
  }

  void pickup(const Saying& saying, std::string_view value) {
    const auto length = beats_from_text(value);
    if (!length) return warn(saying, length.error().message);
    if (*length > kLongestBar) return warn(saying, "a pickup longer than a bar ignored");
    piece_.metre.set_pickup(*length);
  }

  void exact_tempo(const Saying& saying, std::string_view value) {
    double bpm = 0.0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), bpm);
    if (error != std::errc() || !(bpm > 0.0)) return warn(saying, "a tempo text without a number");
    piece_.tempo.set(saying.at, bpm);
  }

  const Clock& clock_;
  score::Piece& piece_;
  Warnings& warnings_;
  std::vector<score::KeyChange> named_keys_;
};

/// Names that sequencers give to places to jump to.
bool is_loop_point(std::string_view name) {
  const std::string small = lower(name);
  return small == "loopstart" || small == "loopend";
}

}  // namespace

std::vector<Saying> sayings_of(std::span<const Track> tracks, const Clock& clock) {
  std::vector<Saying> sayings;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    for (const MetaEvent& meta : tracks[i].metas) {
      const Tick at = clock.tick(meta.at);
      if (at <= kLongestPiece) sayings.push_back({at, &meta, i});
    }
  }
  std::ranges::stable_sort(sayings, {}, &Saying::at);
  return sayings;
}

bool is_ours(std::span<const Track> tracks) {
  if (tracks.empty()) return false;
  return std::ranges::any_of(tracks.front().metas, [](const MetaEvent& meta) {
    return meta.type == kText && meta.at == 0 && value_of(meta.data, words::kCantus);
  });
}

std::optional<Tick> end_said(std::span<const Saying> sayings) {
  for (const Saying& saying : sayings) {
    if (saying.track > 0 || saying.meta->type != kText) continue;
    const auto value = value_of(saying.meta->data, words::kEnd);
    const auto length = beats_from_text(value.value_or(""));
    if (length) return Tick() + *length;
  }
  return std::nullopt;
}

void read_maps(std::span<const Saying> sayings,
               const Clock& clock,
               score::Piece& piece,
               Warnings& warnings) {
  MapReader reader(clock, piece, warnings);
  for (const Saying& saying : sayings)
    reader.read(saying);
  reader.finish();
}

void read_spans(std::span<const Saying> sayings,
                bool ours,
                score::Piece& piece,
                Warnings& warnings) {
  const auto open = [&](auto& spans, Tick at, auto what) {
    spans.push_back({at, std::max(piece.end, at) - at, std::move(what)});
  };
  const auto close = [](auto& spans, Tick at) {
    if (!spans.empty())
      spans.back().length = std::min(spans.back().length, at - spans.back().onset);
  };
  for (const Saying& saying : sayings) {
    if (saying.meta->type != kMarker && saying.meta->type != kText) continue;
    const std::string text = clean_text(saying.meta->data);
    if (saying.meta->type == kMarker) {
      if (ours || !is_loop_point(text)) open(piece.sections, saying.at, std::string(trimmed(text)));
    } else if (text == worded(words::kSection, "end")) {
      close(piece.sections, saying.at);
    } else if (const auto value = value_of(text, words::kChord)) {
      const auto chord = score::chord_from_text(*value);
      if (chord) {
        open(piece.chords, saying.at, *chord);
      } else {
        close(piece.chords, saying.at);
        if (*value != words::kNoChord) {
          warnings.add(fmt::format("byte {}: {}", saying.meta->byte, chord.error().message));
        }
      }
    }
  }
}

}  // namespace cantus::formats::midi
