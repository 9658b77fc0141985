#include "music/formats/abc/playing_order.h"

#include <algorithm>
#include <bitset>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "music/formats/abc/text.h"

namespace cantus::formats::abc {
namespace {

constexpr std::size_t kMostStretches = 200000;
constexpr std::size_t kMostParts = 512;
constexpr std::string_view kTooMany = "the repeats unfold to too many bars";

struct Label {
  Grains at = 0;
  std::string name;
};

/// One stretch of the written tune with its own repeats: all of it, or the part under a label.
struct Region {
  Grains from = 0;
  Grains to = 0;
  std::string name = {};         ///< Empty: strains are named A, B, C.
  Grains repeat_from = 0;        ///< Where the label stands, after the pickup.
  Grains bar = kGrainsPerWhole;  ///< Anything shorter is a pickup, not a strain.
};

std::size_t index(int play) {
  return static_cast<std::size_t>(play);
}

void merge(BarMark& into, const BarMark& mark) {
  into.line = into.line || mark.line;
  into.strong = into.strong || mark.strong;
  into.begins = into.begins || mark.begins;
  into.extra_plays = std::max(into.extra_plays, mark.extra_plays);
  if (into.endings.empty()) into.endings = mark.endings;
}

/// "P:the", "P:D.S." and "P:3" are remarks; a label starts with a capital and is no instruction.
bool is_label(const std::string& text) {
  if (text.empty() || text.front() < 'A' || text.front() > 'Z') return false;
  const std::string small = lower(text);
  return !small.starts_with("d.") && !small.starts_with("fine") && !small.starts_with("dc") &&
         !small.starts_with("ds");
}

std::vector<Label> labels_of(const Tune& tune) {
  std::vector<Label> labels;
  for (const Voice& voice : tune.voices) {
    for (const auto& label : voice.labels) {
      if (is_label(label.value)) labels.push_back({label.at, label.value});
    }
  }
  std::ranges::stable_sort(labels, {}, &Label::at);
  const auto same = std::ranges::unique(labels, {}, &Label::at);
  labels.erase(same.begin(), same.end());
  return labels;
}

/// A, B, ... Z, AA, AB, ...
std::string strain_name(std::size_t index) {
  std::string name(1, static_cast<char>('A' + index % 26));
  return index < 26 ? name : strain_name(index / 26 - 1) + name;
}

/// Expands "AABB", "A2B", "(AB)3C", "A.B"; nothing where it is no order. Stops beyond kMostParts.
std::vector<std::string> parts_in(std::string_view order) {
  std::vector<std::string> parts;
  std::vector<std::size_t> open;  // where each bracket started
  std::size_t last = 0;           // where the thing a number repeats started
  Scanner scan(order);
  while (!scan.done()) {
    const char c = scan.take();
    if (c >= 'A' && c <= 'Z') {
      last = parts.size();
      parts.emplace_back(1, c);
    } else if (c == '(') {
      open.push_back(parts.size());
    } else if (c == ')' && !open.empty()) {
      last = open.back();
      open.pop_back();
    } else if (is_digit(c)) {
      const std::size_t times = static_cast<std::size_t>(c - '0');
      const std::vector<std::string> once(parts.begin() + static_cast<std::ptrdiff_t>(last),
                                          parts.end());
      for (std::size_t i = 1; i < times && parts.size() <= kMostParts; ++i) {
        parts.insert(parts.end(), once.begin(), once.end());
      }
    } else if (!is_space(c) && !contains(".,-)", c)) {
      return {};
    }
    if (parts.size() > kMostParts) return parts;
  }
  return parts;
}

/// Plays one region through its repeats.
class Walk {
 public:
  Walk(const Region& region, const std::vector<BarMark>& marks);

  /// `out` is to be empty.
  Result<void> play(std::vector<Stretch>& out);
  /// Names strains on, from the number of those before.
  std::size_t strains = 0;

 private:
  void close_open_endings();
  void open_unopened_repeats();
  void number_chains();
  void find_insides();
  bool ending_sounds(std::size_t mark) const;
  std::size_t after_ending(std::size_t mark) const;
  bool strain_ends_at(std::size_t mark) const;
  int plays_at(std::size_t mark) const;
  std::size_t strain_of(std::size_t mark) const;
  void start_strain(Stretch& stretch, std::size_t mark, bool again);

  Region region_;
  std::optional<std::size_t> strain_;         // the one being played
  bool several_strains_ = false;              // under a label, which then names them all at once
  std::vector<BarMark> marks_;                // [mark]; the first at the start, the last at the end
  std::vector<int> chain_total_;              // [mark] plays asked for by the endings around it
  std::vector<bool> inside_;                  // [mark] between |: and the end of its last ending
  std::map<std::size_t, std::string> names_;  // of strains, by their first mark
};

Walk::Walk(const Region& region, const std::vector<BarMark>& marks) : region_(region) {
  BarMark start{.at = region.from};
  const auto first = std::ranges::lower_bound(marks, region.from, {}, &BarMark::at);
  for (auto mark = first; mark != marks.end() && mark->at < region.to; ++mark) {
    if (mark->at == region.from) {
      start.begins = mark->begins;
      start.endings = mark->endings;
    } else {
      marks_.push_back(*mark);
    }
  }
  marks_.insert(marks_.begin(), start);
  BarMark end{.at = region.to, .strong = true};
  const auto last = std::ranges::lower_bound(marks, region.to, {}, &BarMark::at);
  if (last != marks.end() && last->at == region.to) end.extra_plays = last->extra_plays;
  marks_.push_back(end);
  close_open_endings();
  open_unopened_repeats();
  number_chains();
}

/// A second ending that follows a first one without :| before it gets that sign.
void Walk::close_open_endings() {
  std::bitset<kMostPlays + 1> seen;
  for (BarMark& mark : marks_) {
    if (mark.begins) seen.reset();
    if (mark.endings.empty()) {
      if (mark.extra_plays > 0) seen.reset();
      continue;
    }
    const bool others =
        std::ranges::any_of(mark.endings, [&](int play) { return seen[index(play)]; });
    if (others) seen.reset();
    if (seen.any() && mark.extra_plays == 0) mark.extra_plays = 1;
    for (const int play : mark.endings)
      seen.set(index(play));
  }
}

/// A :| without its |: goes back to the last double bar or end of a repeat, or to the start (ABC
/// 2.1, 4.8). A last ending that has no sign of its own end is taken to be as long as the first.
void Walk::open_unopened_repeats() {
  const auto label = std::ranges::find(marks_, region_.repeat_from, &BarMark::at);
  std::size_t from = label == marks_.end() ? 0 : static_cast<std::size_t>(label - marks_.begin());
  bool open = false;
  Grains ending_from = 0;
  Grains ending_length = 0;  // of the first ending; 0 where none is open
  bool in_ending = false;
  for (std::size_t i = 0; i < marks_.size(); ++i) {
    BarMark& mark = marks_[i];
    if (mark.extra_plays > 0) {
      if (!open && from < i) marks_[from].begins = true;
      from = i;
      open = !mark.endings.empty();  // the next ending belongs to the repeat that is going on
      in_ending = in_ending && open;
    }
    if (!mark.endings.empty()) {
      ending_length = in_ending ? mark.at - ending_from : 0;
      ending_from = mark.at;
      in_ending = true;
    } else if (in_ending && ending_length > 0 && mark.line &&
               (mark.strong || mark.at - ending_from >= ending_length)) {
      from = i;
      open = false;
      in_ending = false;
    }
    if (mark.strong && mark.endings.empty() && !open) from = i;
    if (mark.begins) {
      open = true;
      from = i;
      in_ending = false;
    }
  }
}

/// Endings that belong together have different numbers; with |: or a number again, others begin.
void Walk::number_chains() {
  chain_total_.assign(marks_.size(), 1);
  std::bitset<kMostPlays + 1> seen;
  std::size_t first = 0;
  const auto close = [&](std::size_t end) {
    int total = 1;
    for (int play = 1; play <= kMostPlays; ++play)
      total = seen[index(play)] ? play : total;
    for (std::size_t i = first; i < end; ++i)
      chain_total_[i] = total;
    seen.reset();
    first = end;
  };
  for (std::size_t i = 0; i < marks_.size(); ++i) {
    const auto& endings = marks_[i].endings;
    const bool others = std::ranges::any_of(endings, [&](int play) { return seen[index(play)]; });
    if (marks_[i].begins || others) close(i);
    if (!endings.empty() && seen.none()) first = i;
    for (const int play : endings)
      seen.set(index(play));
  }
  close(marks_.size());
  find_insides();
}

void Walk::find_insides() {
  inside_.assign(marks_.size(), false);
  bool inside = false;
  for (std::size_t i = 0; i < marks_.size(); ++i) {
    if (marks_[i].extra_plays > 0) inside = false;
    inside_[i] = inside;
    if (marks_[i].begins) inside = true;
  }
}

bool Walk::strain_ends_at(std::size_t mark) const {
  const BarMark& bar = marks_[mark];
  if (bar.begins) return true;
  if (bar.extra_plays > 0) return bar.endings.empty();
  return bar.strong && !inside_[mark] && bar.endings.empty();
}

int Walk::plays_at(std::size_t mark) const {
  const int endings = mark > 0 ? chain_total_[mark - 1] : 1;
  const int here = marks_[mark].endings.empty() ? 1 : chain_total_[mark];
  return std::max({marks_[mark].extra_plays + 1, endings, here});
}

/// Where to go on when the ending at `mark` is for another play: the next that is for this one.
std::size_t Walk::after_ending(std::size_t mark) const {
  for (std::size_t i = mark + 1; i < marks_.size(); ++i) {
    if (marks_[i].begins || !marks_[i].endings.empty() || i + 1 == marks_.size()) return i;
    if (marks_[i].extra_plays > 0) return i;
  }
  return marks_.size() - 1;
}

/// The mark that names the strain that starts here: a pickup belongs to what it leads into.
std::size_t Walk::strain_of(std::size_t mark) const {
  for (std::size_t i = mark + 1; i + 1 < marks_.size(); ++i) {
    if (marks_[i].at - marks_[mark].at >= region_.bar) break;
    if (strain_ends_at(i)) return i;
  }
  return mark;
}

void Walk::start_strain(Stretch& stretch, std::size_t mark, bool again) {
  const std::size_t strain = strain_of(mark);
  if (!region_.name.empty()) {
    several_strains_ = several_strains_ || (strain_ && strain_ != strain);
    strain_ = strain;
    const bool start = again && marks_[mark].at - region_.from < region_.bar;
    stretch.starts_section = start || mark == 0;
    stretch.section = region_.name;
    return;
  }
  if (strain_ == strain && !again) return;
  strain_ = strain;
  stretch.starts_section = true;
  const auto [place, fresh] = names_.try_emplace(strain);
  if (fresh) place->second = strain_name(strains++);
  stretch.section = place->second;
}

Result<void> Walk::play(std::vector<Stretch>& out) {
  std::size_t repeat = 0;
  int pass = 1;
  bool arrives_by_jump = false;
  bool fresh_strain = true;
  for (std::size_t i = 0; i + 1 < marks_.size();) {
    if (out.size() > kMostStretches) {
      return fail(ErrorCode::invalid_input, std::string(kTooMany));
    }
    const BarMark& mark = marks_[i];
    if (mark.begins && !arrives_by_jump) {
      repeat = i;
      pass = 1;
    }
    if (!mark.endings.empty() && std::ranges::find(mark.endings, pass) == mark.endings.end()) {
      const std::size_t next = after_ending(i);
      if (next > i && next + 1 < marks_.size()) {
        i = next;
        arrives_by_jump = false;
        fresh_strain = fresh_strain || (marks_[i].endings.empty() && strain_ends_at(i));
        continue;
      }
    }
    Stretch stretch{.from = mark.at, .to = marks_[i + 1].at};
    if (fresh_strain) start_strain(stretch, i, arrives_by_jump);
    out.push_back(std::move(stretch));
    arrives_by_jump = false;
    fresh_strain = false;
    ++i;
    if (marks_[i].extra_plays > 0 && pass < plays_at(i)) {
      ++pass;
      i = repeat;
      arrives_by_jump = true;
      fresh_strain = true;
      continue;
    }
    if (marks_[i].extra_plays > 0) {
      pass = 1;
      repeat = i;
    }
    fresh_strain = strain_ends_at(i);
  }
  if (several_strains_) {
    for (std::size_t i = 1; i < out.size(); ++i)
      out[i].starts_section = false;
  }
  return {};
}

Grains bar_at(const Tune& tune, Grains at) {
  score::Metre metre;
  for (const Voice& voice : tune.voices) {
    const auto after = std::ranges::upper_bound(voice.metres, at, {}, &Timed<WrittenMetre>::at);
    if (after == voice.metres.begin()) continue;
    metre = std::prev(after)->value.value_or(score::Metre{});
    break;
  }
  return metre.bar_length().count() * kGrainsPerTick;
}

/// What stands under each label, and before the first.
std::vector<Region> written_regions(const Tune& tune, Grains end) {
  const std::vector<Label> labels = labels_of(tune);
  std::vector<Region> regions;
  const Grains first = labels.empty() ? end : labels.front().at;
  if (first > 0) regions.push_back({.from = 0, .to = first});
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Grains to = i + 1 < labels.size() ? labels[i + 1].at : end;
    regions.push_back({.from = labels[i].at, .to = to, .name = labels[i].name});
  }
  for (Region& region : regions) {
    region.repeat_from = region.from;
    region.bar = bar_at(tune, region.from);
  }
  return regions;
}

/// Regions shorter than a bar are pickups of the next.
std::vector<Region> without_pickups(const std::vector<Region>& regions) {
  std::vector<Region> out;
  for (const Region& region : regions) {
    const bool pickup = !out.empty() && out.back().to - out.back().from < out.back().bar;
    if (pickup) {
      Region whole = region;
      whole.from = out.back().from;
      out.back() = whole;
    } else {
      out.push_back(region);
    }
  }
  return out;
}

/// What is played, in order: as P: in the head says, where every part it names exists.
Result<std::vector<Region>> played_regions(const Tune& tune, Grains end) {
  const std::vector<Region> written = written_regions(tune, end);
  const std::vector<std::string> order = parts_in(tune.order);
  std::vector<Region> played;
  if (order.size() < 2) return without_pickups(written);
  if (order.size() > kMostParts) return fail(ErrorCode::invalid_input, std::string(kTooMany));
  if (written.front().name.empty()) played.push_back(written.front());
  for (const std::string& part : order) {
    const auto region = std::ranges::find(written, part, &Region::name);
    if (region == written.end()) return without_pickups(written);
    played.push_back(*region);
  }
  return played;
}

}  // namespace

std::vector<BarMark> merged_marks(const std::vector<Voice>& voices) {
  std::vector<BarMark> all;
  for (const Voice& voice : voices)
    all.insert(all.end(), voice.bars.begin(), voice.bars.end());
  std::ranges::stable_sort(all, {}, &BarMark::at);
  std::vector<BarMark> out;
  for (BarMark& mark : all) {
    if (!out.empty() && out.back().at == mark.at) {
      merge(out.back(), mark);
    } else {
      out.push_back(std::move(mark));
    }
  }
  return out;
}

Result<std::vector<Stretch>> playing_order(const Tune& tune, const std::vector<BarMark>& marks) {
  Grains end = 0;
  for (const Voice& voice : tune.voices)
    end = std::max(end, voice.end);
  std::vector<Stretch> out;
  if (end == 0) return out;
  std::map<Grains, std::vector<Stretch>> walked;  // by where they start
  std::size_t strains = 0;
  const auto regions = played_regions(tune, end);
  if (!regions) return tl::unexpected<Error>(regions.error());
  for (const Region& region : *regions) {
    const auto [place, fresh] = walked.try_emplace(region.from);
    if (fresh && region.to > region.from) {
      Walk walk(region, marks);
      walk.strains = strains;
      const auto played = walk.play(place->second);
      if (!played) return tl::unexpected<Error>(played.error());
      strains = walk.strains;
    }
    out.insert(out.end(), place->second.begin(), place->second.end());
    if (out.size() > kMostStretches) return fail(ErrorCode::invalid_input, std::string(kTooMany));
  }
  return out;
}

}  // namespace cantus::formats::abc
