#include "neural/band/arrange.h"

#include <algorithm>
#include <string>

namespace cantus::band {
namespace {

using rolls::Player;
using score::Note;
using score::Part;
using score::Piece;
using score::Tick;
using score::TickLength;

/// Four bars of a section, or what is left of it.
struct Phrase {
  int first_bar = 0;
  int bars = rolls::kBars;
  std::string section;
  int of_section = 0;  ///< counted from 0
  bool last = false;   ///< of the section
};

class Arranger {
 public:
  Arranger(const BandNet& net, const Piece& piece, const Arranging& how, const Random& random)
      : net_(net), piece_(piece), how_(how), random_(random), work_(net) {
    first_ = piece.metre.bar_start(1);
    metre_ = piece.metre.metre_at(first_);
    bar_ = metre_.bar_length();
    bars_ = bars_up(piece.end);
    padded_ = piece;  // phrases may reach beyond the end
    padded_.end = start_of(bars_ + rolls::kBars);
    written_.resize(how.players.size());
  }

  Result<std::vector<Part>> arrange() {
    if (!rolls::has_roll_metre(metre_) || piece_.metre.changes().size() > 1) {
      return fail(ErrorCode::invalid_input,
                  "the band plays in 4/4, 3/4 and 6/8 without changes of metre; use the sequence "
                  "engine");
    }
    for (const std::vector<Phrase>& alike : by_section()) {
      if (how_.stop != nullptr && how_.stop->load()) {
        return fail(ErrorCode::interrupted, "stopped while the band was playing");
      }
      play(alike);
    }
    for (int bar = 0; bar < bars_; ++bar)
      take_over(bar);
    return finished();
  }

 private:
  Tick start_of(int bar) const { return first_ + bar_ * bar; }
  /// Bars from the first whole one to `at`, a started one counting.
  int bars_up(Tick at) const {
    return at <= first_
               ? 0
               : static_cast<int>(((at - first_).count() + bar_.count() - 1) / bar_.count());
  }

  std::optional<int> repeated(int bar) const {
    return how_.repeats ? how_.repeats(bar) : std::nullopt;
  }

  bool is_new(const Phrase& phrase) const {
    for (int bar = phrase.first_bar; bar < phrase.first_bar + phrase.bars; ++bar) {
      if (!repeated(bar)) return true;
    }
    return false;
  }

  std::vector<Phrase> phrases() const {
    std::vector<Phrase> all;
    const auto add = [&](const std::string& name, int first, int last) {
      for (int bar = first, k = 0; bar < last; bar += rolls::kBars, ++k) {
        const int bars = std::min(rolls::kBars, last - bar);
        all.push_back({bar, bars, name, k, bar + bars >= last});
      }
    };
    int at = 0;
    for (const score::Section& section : piece_.sections) {
      const int from = section.onset <= first_ ? 0 : bars_up(section.onset);
      const int to = bars_up(section.end());
      if (from > at) add("", at, from);
      if (to > std::max(at, from)) add(section.name, std::max(at, from), std::min(to, bars_));
      at = std::max(at, to);
    }
    if (at < bars_) add("", at, bars_);
    return all;
  }

  /// The new phrases of each section's name, which share their lots; sections as they first come.
  std::vector<std::vector<Phrase>> by_section() const {
    std::vector<std::vector<Phrase>> all;
    for (const Phrase& phrase : phrases()) {
      if (!is_new(phrase)) continue;
      const auto found = std::ranges::find(
          all, phrase.section, [](const auto& section) { return section.front().section; });
      if (found == all.end())
        all.push_back({phrase});
      else
        found->push_back(phrase);
    }
    return all;
  }

  Latents draw(const Phrase& phrase) const {
    const Random section = random_.fork("section " + phrase.section);
    Latents z = draw_latents(section);
    const Latents piece = draw_latents(random_.fork("piece"));
    z.players = between(piece, z, 0.4F).players;  // the same people all the piece long
    if (phrase.last) {
      const Latents fill = draw_latents(section.fork("last"));
      const auto bar = static_cast<std::size_t>(phrase.bars - 1);
      z.bars[bar] = fill.bars[bar];
      z.cells[bar] = fill.cells[bar];
    }
    return z;
  }

  /// Phrases of one section are struck by the same lots, but for each last bar.
  std::array<Random, rolls::kBars> chances(const Phrase& phrase, int draw) const {
    Random section = random_.fork("section " + phrase.section);
    if (draw > 0) section = section.fork("draw " + std::to_string(draw));
    const Random last = section.fork("last");
    const auto of_bar = [&](int bar) {
      const bool ends = phrase.last && bar == phrase.bars - 1;
      return (ends ? last : section).fork("bar " + std::to_string(bar));
    };
    return {of_bar(0), of_bar(1), of_bar(2), of_bar(3)};
  }

  Conditions conditions(const Phrase& phrase, const rolls::Roll& roll) const {
    Conditions c = conditions_of(roll, how_.minor, how_.style);
    c.valence = how_.valence;
    c.arousal = how_.arousal;
    for (const Player player : rolls::kAllPlayers) {
      const auto p = static_cast<std::size_t>(player);
      const bool wanted = std::ranges::find(how_.players, player) != how_.players.end();
      c.given[p] = !wanted;
      if (!wanted) continue;
      c.manners[p] = how_.manners[p];
      for (int bar = 0; bar < rolls::kBars; ++bar) {
        c.plays[p][static_cast<std::size_t>(bar)] =
            bar < phrase.bars && !(how_.rests && how_.rests(player, phrase.first_bar + bar));
      }
    }
    return c;
  }

  /// What the generator says of a phrase, before it is struck.
  struct Score {
    Phrase phrase;
    Conditions asked;
    std::vector<float> logits;
  };

  Score read(const Phrase& phrase, const rolls::Roll& roll) {
    Score score{phrase, conditions(phrase, roll), {}};
    score.logits.resize(static_cast<std::size_t>(score.asked.tokens()) * kContentFeatures);
    net_.generate(score.asked, net_.prior().noise_of(draw(phrase)), work_, score.logits);
    return score;
  }

  /// Phrases that share their lots: of several draws the one that is liked best on the whole.
  void play(const std::vector<Phrase>& alike) {
    std::vector<Score> scores;
    for (const Phrase& phrase : alike) {
      if (const auto roll = rolls::roll_of(padded_, phrase.first_bar))
        scores.push_back(read(phrase, *roll));
    }
    const int draws = how_.liking && net_.hands().there() ? std::max(1, how_.draws) : 1;
    std::vector<rolls::Roll> best;
    double most = 0.0;
    for (int draw = 0; draw < draws; ++draw) {
      std::vector<rolls::Roll> made;
      double liked = 0.0;
      for (const Score& score : scores) {
        made.push_back(
            net_.play(score.logits, score.asked, how_.rules, chances(score.phrase, draw)));
        if (draws > 1) liked += how_.liking(made.back());
      }
      if (draw > 0 && liked <= most) continue;
      most = liked;
      best = std::move(made);
    }
    for (std::size_t i = 0; i < best.size(); ++i)
      write(scores[i].phrase, best[i]);
  }

  void write(const Phrase& phrase, const rolls::Roll& made) {
    const Tick from = start_of(phrase.first_bar);
    const int steps = phrase.bars * made.bar_steps();
    for (std::size_t i = 0; i < how_.players.size(); ++i) {
      for (const rolls::RollNote& note : made.of(how_.players[i])) {
        if (note.onset >= steps) continue;
        const int bar = phrase.first_bar + note.onset / made.bar_steps();
        if (repeated(bar)) continue;
        written_[i].push_back({from + rolls::kStep * note.onset, rolls::kStep * note.length,
                               score::Pitch::clamped(note.key), 16 * note.band + 8});
      }
    }
  }

  /// The notes struck in the bar that `bar` repeats, a bar or more later.
  void take_over(int bar) {
    const auto from = repeated(bar);
    if (!from || *from >= bar) return;
    const Tick first = start_of(*from);
    const TickLength later = bar_ * (bar - *from);
    for (std::size_t i = 0; i < how_.players.size(); ++i) {
      if (how_.rests && how_.rests(how_.players[i], bar)) continue;
      std::vector<Note> copies;
      for (Note note : written_[i]) {
        if (note.onset < first || note.onset >= first + bar_) continue;
        note.onset += later;
        copies.push_back(note);
      }
      written_[i].insert(written_[i].end(), copies.begin(), copies.end());
    }
  }

  std::vector<Part> finished() {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < how_.players.size(); ++i) {
      Part part;
      part.role = rolls::role_of(how_.players[i]);
      part.notes = std::move(written_[i]);
      std::ranges::sort(part.notes, {},
                        [](const Note& note) { return std::pair(note.onset, note.pitch.key()); });
      let_go(part.notes, is_line(how_.players[i]));
      parts.push_back(std::move(part));
    }
    return parts;
  }

  /// A key is let go before it is struck again, a line before its next note, all at the end.
  void let_go(std::vector<Note>& notes, bool line) const {
    const Tick end = start_of(bars_);
    for (std::size_t i = 0; i < notes.size(); ++i) {
      Tick until = std::min(notes[i].end(), end);
      for (std::size_t j = i + 1; j < notes.size() && notes[j].onset < until; ++j) {
        if (notes[j].onset > notes[i].onset && (line || notes[j].pitch == notes[i].pitch))
          until = notes[j].onset;
      }
      notes[i].length = until - notes[i].onset;
    }
  }

  const BandNet& net_;
  const Piece& piece_;
  const Arranging& how_;
  const Random& random_;
  BandNet::Workspace work_;
  Piece padded_;
  Tick first_;  ///< of the first whole bar
  score::Metre metre_;
  TickLength bar_;
  int bars_ = 0;
  std::vector<std::vector<Note>> written_;
};

}  // namespace

Result<std::vector<Part>> arrange(const BandNet& net,
                                  const Piece& piece,
                                  const Arranging& how,
                                  const Random& random) {
  return Arranger(net, piece, how, random).arrange();
}

}  // namespace cantus::band
