#include "neural/corpus/phrases.h"

#include <algorithm>
#include <set>

#include "base/random.h"
#include "music/theory/chord_finding.h"
#include "music/theory/key_finding.h"
#include "music/theory/mood.h"
#include "neural/corpus/alike_pieces.h"
#include "neural/corpus/casting.h"
#include "neural/corpus/collection_facts.h"
#include "neural/corpus/near_duplicates.h"
#include "neural/corpus/phrase_grid.h"
#include "neural/corpus/read_source.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::corpus {
namespace {

namespace fs = std::filesystem;
using rolls::kAllPlayers;
using rolls::kBars;
using rolls::Player;
using rolls::Roll;
using score::Piece;
using score::Tick;

constexpr double kFarthestFromGrid = 0.35;  // steps, on average; music in another time has 0.58
constexpr int kLowestDrum = 27;
constexpr int kHighestDrum = 87;

/// The key that lasts longest between two ticks.
score::Key prevailing_key(const std::vector<score::KeyChange>& keys, Tick from, Tick to) {
  score::Key best;
  score::TickLength longest;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Tick start = std::max(keys[i].at, from);
    const Tick end = i + 1 < keys.size() ? std::min(keys[i + 1].at, to) : to;
    if (end - start > longest) longest = end - start, best = keys[i].key;
  }
  return best;
}

/// Cut time has bars of four quarters too.
void count_in_four(score::MetreMap& metre) {
  const std::vector<score::MetreChange> changes(metre.changes().begin(), metre.changes().end());
  for (const score::MetreChange& change : changes) {
    if (change.metre == score::Metre{2, 2}) metre.set(change.at, {4, 4});
  }
}

/// A drum kit's notes alone, and lengths that the grid has.
void trim(Roll& roll) {
  std::erase_if(roll.of(Player::drums), [](const rolls::RollNote& note) {
    return note.key < kLowestDrum || note.key > kHighestDrum;
  });
  for (const Player player : kAllPlayers) {
    for (rolls::RollNote& note : roll.of(player)) {
      const int within = player == Player::drums ? 1 : grid_length_within(note.length);
      note.length = static_cast<std::int16_t>(within);
    }
  }
}

std::size_t note_count(const Roll& roll) {
  std::size_t count = 0;
  for (const auto& notes : roll.players)
    count += notes.size();
  return count;
}

std::string bytes_of(const Roll& roll) {
  std::string bytes = std::to_string(roll.bar_steps());
  for (const auto& notes : roll.players) {
    bytes += '|';
    for (const rolls::RollNote& note : notes) {
      bytes += {static_cast<char>(note.onset), static_cast<char>(note.length),
                static_cast<char>(note.key), static_cast<char>(note.band)};
    }
  }
  return bytes;
}

std::string text_of(score::Metre metre) {
  return std::to_string(metre.numerator) + "/" + std::to_string(metre.denominator);
}

/// Why a roll is not worth learning from; nothing where it is.
const char* fault_of(const Roll& roll, Genre genre, std::size_t fewest_notes) {
  const auto playing =
      std::ranges::count_if(kAllPlayers, [&](Player player) { return plays(roll, player); });
  if (genre == Genre::art_song && !plays(roll, Player::melody)) return "the singer rests";
  if (playing < (genre == Genre::drumming ? 1 : 2)) return "fewer than two players";
  if (note_count(roll) < fewest_notes) return "few notes";
  return nullptr;
}

Phrase with_mood(const Roll& roll, double bpm, score::Key key) {
  Phrase phrase;
  phrase.bpm = bpm;
  phrase.minor = key.mode == score::Mode::minor;
  Piece sounding = rolls::piece_of(roll, bpm);
  sounding.keys = {{Tick(), key}};
  if (const auto mood = theory::mood_of(sounding)) {
    phrase.valence = mood->valence;
    phrase.arousal = mood->arousal;
  }
  return phrase;
}

/// The four bars from `bar` on, in the key without sharps or flats; or why they are none, which is
/// empty where the piece is over.
struct Cut {
  std::optional<Phrase> phrase;
  std::string fault;
};

Cut cut(
    const Piece& piece, const Casting& casting, Genre genre, int bar, std::size_t fewest_notes) {
  if (!rolls::starts_phrase(piece, bar)) return {std::nullopt, "another metre"};
  const Tick from = piece.metre.bar_start(bar + 1);
  const Tick to = from + piece.metre.metre_at(from).bar_length() * kBars;
  const Piece excerpt = casting.phrase(from, to);
  auto roll = rolls::roll_of(excerpt, 0);
  if (!roll) return {};
  trim(*roll);
  if (const char* fault = fault_of(*roll, genre, fewest_notes)) return {std::nullopt, fault};
  const score::Key key = prevailing_key(piece.keys, from, to);
  Phrase phrase = with_mood(*roll, excerpt.tempo.bpm_at(Tick()), key);
  phrase.roll = rolls::transposed(*roll, -score::semitones_from_home(key));
  phrase.first_bar = bar;
  return {std::move(phrase), ""};
}

/// On the grid, with its keys and chords.
Piece prepared(const Piece& original, bool is_pitched) {
  Piece piece = on_grid(original);
  if (is_pitched) piece.keys = theory::find_keys(piece);
  if (is_pitched && piece.chords.empty()) piece.chords = theory::find_chords(piece);
  return piece;
}

/// The phrases of one collection as they are found.
class Gatherer {
 public:
  Gatherer(const Source& source, const fs::path& data, const PhraseOptions& options)
      : source_(source), options_(options), facts_(source, data) {
    style_ = tokens::style_from_text(source.style).value_or(0);
  }

  void add(Piece& original, const std::string& name) {
    count_in_four(original.metre);
    const bool is_played = source_.genre == Genre::band;
    if (is_played && distance_from_grid(original) > kFarthestFromGrid) {
      ++counts.dropped_pieces["plays off the beat"];
      return;
    }
    const Piece piece = prepared(original, source_.genre != Genre::drumming);
    const Casting casting(piece, source_.genre);
    if (casting.is_empty()) {
      ++counts.dropped_pieces[source_.genre == Genre::art_song ? "no words" : "one part"];
      return;
    }
    const std::size_t before = phrases.size();
    add_phrases(piece, casting, name);
    if (phrases.size() == before) {
      ++counts.dropped_pieces["no phrase was kept"];
      return;
    }
    ++counts.pieces_used;
    pieces.push_back({name, phrases.size() - before, facts_.of(name).split,
                      source_.genre == Genre::drumming ? std::vector<std::uint64_t>()
                                                       : fingerprint(casting.whole())});
  }

  struct Used {
    std::string name;
    std::size_t phrases = 0;
    std::optional<Split> split;
    std::vector<std::uint64_t> fingerprint;
  };
  std::vector<Phrase> phrases;
  std::vector<Used> pieces;
  PhraseCounts counts;

 private:
  void add_phrases(const Piece& piece, const Casting& casting, const std::string& name) {
    std::set<std::string> seen;
    const int bars = score::bars_of(piece);
    for (int bar = 0; bar + kBars <= bars; bar += options_.hop_bars) {
      auto [phrase, fault] = cut(piece, casting, source_.genre, bar, options_.fewest_notes);
      if (!phrase) {
        if (!fault.empty()) ++counts.dropped[fault];
        continue;
      }
      if (!seen.insert(bytes_of(phrase->roll)).second) {
        ++counts.dropped["the same again"];
        continue;
      }
      phrase->set = source_.name;
      phrase->piece = name;
      phrase->style = facts_.of(name).style.value_or(style_);
      count(phrase->roll);
      phrases.push_back(std::move(*phrase));
    }
  }

  void count(const Roll& roll) {
    ++counts.phrases;
    ++counts.metres[text_of(roll.metre)];
    counts.notes += note_count(roll);
    for (const Player player : kAllPlayers)
      counts.players[static_cast<std::size_t>(player)] += plays(roll, player) ? 1 : 0;
  }

  const Source& source_;
  const PhraseOptions& options_;
  CollectionFacts facts_;
  int style_ = 0;
};

struct Gathered {
  std::string set;
  std::vector<Gatherer::Used> pieces;
};

/// Gives every phrase its group and side; phrases lie in the order of the pieces.
void split(const std::vector<Gathered>& sets, PhraseSet& out) {
  std::vector<std::vector<std::uint64_t>> fingerprints;
  std::vector<std::uint32_t> piece_of;
  for (const Gathered& set : sets) {
    for (const Gatherer::Used& piece : set.pieces) {
      piece_of.insert(piece_of.end(), piece.phrases,
                      static_cast<std::uint32_t>(fingerprints.size()));
      fingerprints.push_back(piece.fingerprint);
    }
  }
  const auto groups = join_alike(out.phrases, piece_of, groups_of(fingerprints));
  std::map<std::uint32_t, std::size_t> sizes;
  std::vector<Split> sides;
  auto phrase = out.phrases.begin();
  for (const Gathered& set : sets) {
    for (const Gatherer::Used& piece : set.pieces) {
      const std::uint32_t group = groups[sides.size()];
      sides.push_back(group < sides.size()
                          ? sides[group]
                          : piece.split.value_or(split_of(set.set + "/" + piece.name)));
      ++sizes[group];
      for (std::size_t i = 0; i < piece.phrases; ++i, ++phrase) {
        phrase->group = group;
        phrase->split = sides.back();
        ++out.report.sets[set.set].splits[static_cast<std::size_t>(sides.back())];
      }
    }
  }
  for (const auto& [group, size] : sizes) {
    if (size < 2) continue;
    ++out.report.duplicate_groups;
    out.report.pieces_in_groups += size;
  }
}

}  // namespace

std::vector<Source> phrase_sources() {
  constexpr std::array<std::string_view, 12> kNames = {
      "openscore_lieder", "freedoom",       "freedoom_history",   "openmsx",
      "simutrans",        "tanner_helland", "blasphemer",         "easyrpg",
      "liquidwar5",       "groove",         "openscore_quartets", "hauptstimme"};
  std::vector<Source> sources;
  for (const auto known : {open_sources(), research_sources()}) {
    for (const Source& source : known) {
      if (std::ranges::find(kNames, source.name) != kNames.end()) sources.push_back(source);
    }
  }
  return sources;
}

Result<PhraseSet> read_phrases(const std::vector<Source>& sources,
                               const fs::path& data,
                               const PhraseOptions& options) {
  PhraseSet out;
  std::vector<Gathered> sets;
  for (const Source& source : sources) {
    if (options.said) options.said(source.name);
    Gatherer gatherer(source, data, options);
    auto counts = read_source(
        source, data, [&](Piece& piece, const std::string& name) { gatherer.add(piece, name); },
        options.stop);
    if (!counts) return tl::unexpected<Error>(counts.error());
    gatherer.counts.files = counts->files;
    gatherer.counts.pieces = counts->pieces;
    out.report.sets[source.name] = std::move(gatherer.counts);
    sets.push_back({source.name, std::move(gatherer.pieces)});
    std::ranges::move(gatherer.phrases, std::back_inserter(out.phrases));
  }
  split(sets, out);
  return out;
}

std::vector<Phrase> phrases_of(Piece original, int hop_bars) {
  count_in_four(original.metre);
  const Piece piece = prepared(original, true);
  const Casting casting(piece, Genre::band);
  std::vector<Phrase> phrases;
  if (casting.is_empty()) return phrases;
  const std::size_t fewest = PhraseOptions().fewest_notes;
  for (int bar = 0; bar + kBars <= score::bars_of(piece); bar += hop_bars) {
    if (auto found = cut(piece, casting, Genre::band, bar, fewest).phrase)
      phrases.push_back(std::move(*found));
  }
  return phrases;
}

bool plays(const Roll& roll, Player player) {
  std::array<bool, kBars> sounds = {};
  for (const rolls::RollNote& note : roll.of(player)) {
    const int last = std::min(roll.steps(), note.onset + note.length) - 1;
    for (int bar = note.onset / roll.bar_steps(); bar <= last / roll.bar_steps(); ++bar)
      sounds[static_cast<std::size_t>(bar)] = true;
  }
  return std::ranges::count(sounds, true) >= 2;
}

}  // namespace cantus::corpus
