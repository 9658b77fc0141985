#include "music/formats/midi/lyrics.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>

#include "music/formats/midi/texts.h"

namespace cantus::formats::midi {
namespace {

using score::Lyric;
using score::Tick;

constexpr std::string_view kLineStarts = "/\\";  // a line or a verse of karaoke
constexpr int kMostVerses = 100;
constexpr std::size_t kWordsCompared = 200;  // with each part's notes; bounds the time

/// One syllable as the file has it, with the spaces that separate words.
struct Raw {
  Tick at;
  std::string text;
  int verse = 1;
};
using Words = std::map<std::size_t, std::vector<Raw>>;  // by track

/// The number and the text of "lyric2:glo-".
std::optional<Raw> numbered(Tick at, std::string_view text) {
  if (!text.starts_with(words::kLyric)) return std::nullopt;
  text.remove_prefix(words::kLyric.size());
  int verse = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), verse);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || verse < 1 || verse > kMostVerses) return std::nullopt;
  if (text.substr(digits, 1) != ":") return std::nullopt;
  return Raw{at, std::string(text.substr(digits + 1)), verse};
}

bool is_karaoke(std::span<const Saying> sayings) {
  return std::ranges::any_of(sayings, [](const Saying& saying) {
    return saying.meta->type == kText && saying.meta->data.starts_with("@KMIDI");
  });
}

Words lyric_events(std::span<const Saying> sayings) {
  Words words;
  for (const Saying& saying : sayings) {
    if (saying.meta->type == kLyric) {
      words[saying.track].push_back({saying.at, clean_text(saying.meta->data)});
    } else if (saying.meta->type == kText) {
      if (auto raw = numbered(saying.at, clean_text(saying.meta->data))) {
        words[saying.track].push_back(std::move(*raw));
      }
    }
  }
  return words;
}

/// The texts of the track that has most of them.
Words karaoke_texts(std::span<const Saying> sayings) {
  Words words;
  for (const Saying& saying : sayings) {
    const bool word = saying.meta->type == kText && !saying.meta->data.starts_with('@');
    if (word) words[saying.track].push_back({saying.at, clean_text(saying.meta->data)});
  }
  const auto most =
      std::ranges::max_element(words, {}, [](const auto& track) { return track.second.size(); });
  if (most == words.end()) return {};
  return {{most->first, most->second}};
}

void karaoke_titles(std::span<const Saying> sayings, score::Piece& piece) {
  int line = 0;
  for (const Saying& saying : sayings) {
    if (saying.meta->type != kText || !saying.meta->data.starts_with("@T")) continue;
    const std::string text(trimmed(clean_text(saying.meta->data.substr(2))));
    ++line;
    if (line == 1 && !text.empty()) piece.title = text;  // above the track's name, often "Words"
    if (line == 2 && piece.composer.empty() && text != words::kNoComposer) piece.composer = text;
  }
}

bool starts_a_word(const std::string& text) {
  return text.starts_with(' ') || text.find_first_of(kLineStarts) == 0;
}

bool ends_in_hyphen(std::string_view text) {
  text = trimmed(text);
  return text.size() > 1 && text.back() == '-';
}

/// What notation programs write under a held note.
bool is_filler(std::string_view text) {
  return text == "-" || text == "_";
}

/// Whether words are told apart by spaces, not by hyphens.
bool is_spaced(const std::vector<Raw>& raws) {
  const auto text = &Raw::text;
  return std::ranges::none_of(raws, ends_in_hyphen, text) &&
         std::ranges::any_of(
             raws, [](const std::string& t) { return starts_a_word(t) || t.ends_with(' '); }, text);
}

std::vector<Lyric> syllables(const std::vector<Raw>& raws, bool ours) {
  std::vector<Lyric> lyrics;
  const bool spaced = !ours && is_spaced(raws);
  for (std::size_t i = 0; i < raws.size(); ++i) {
    std::string_view text = raws[i].text;
    if (!ours && text.find_first_of(kLineStarts) == 0) text.remove_prefix(1);
    const bool hyphen = ends_in_hyphen(text);
    const bool joins =
        spaced && !text.ends_with(' ') && i + 1 < raws.size() && !starts_a_word(raws[i + 1].text);
    text = trimmed(text);
    if (hyphen) text = trimmed(text.substr(0, text.size() - 1));
    if (text.empty() || (!ours && is_filler(text))) continue;
    lyrics.push_back({raws[i].at, std::string(text), hyphen || joins, raws[i].verse});
  }
  return lyrics;
}

std::size_t notes_sung(const score::Part& part, std::span<const Lyric> lyrics) {
  if (part.is_drums()) return 0;
  lyrics = lyrics.first(std::min(lyrics.size(), kWordsCompared));
  return static_cast<std::size_t>(std::ranges::count_if(lyrics, [&](const Lyric& lyric) {
    return std::ranges::binary_search(part.notes, lyric.onset, {}, &score::Note::onset);
  }));
}

void give(std::vector<Lyric> lyrics, std::span<TrackPart> parts) {
  if (parts.empty()) return;
  TrackPart* best = &parts.front();
  std::size_t most = 0;
  for (TrackPart& candidate : parts) {
    const std::size_t sung = notes_sung(candidate.part, lyrics);
    if (sung > most) {
      most = sung;
      best = &candidate;
    }
  }
  auto& into = best->part.lyrics;
  into.insert(into.end(), std::make_move_iterator(lyrics.begin()),
              std::make_move_iterator(lyrics.end()));
}

}  // namespace

void read_lyrics(std::span<const Saying> sayings,
                 std::vector<TrackPart>& parts,
                 score::Piece& piece,
                 bool ours) {
  const bool karaoke = !ours && is_karaoke(sayings);
  if (karaoke) karaoke_titles(sayings, piece);
  Words words = lyric_events(sayings);
  if (words.empty() && karaoke) words = karaoke_texts(sayings);
  std::vector<Raw> homeless;
  for (auto& [track, raws] : words) {
    const auto own = std::ranges::equal_range(parts, track, {}, &TrackPart::track);
    if (own.empty()) {
      homeless.insert(homeless.end(), raws.begin(), raws.end());
    } else {
      give(syllables(raws, ours), {own.begin(), own.end()});
    }
  }
  if (homeless.empty()) return;
  std::ranges::stable_sort(homeless, {}, &Raw::at);
  give(syllables(homeless, ours), parts);
}

}  // namespace cantus::formats::midi
