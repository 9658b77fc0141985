#include "neural/compose/write_form.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "neural/compose/scribe.h"
#include "neural/infer/sampler.h"
#include "neural/tokens/bar_words.h"

namespace cantus::compose {
namespace {

using tokens::Kind;
using tokens::Token;
using tokens::token;

constexpr std::array<int, 4> kLengths = {4, 8, 12, 16};

/// Whether the bars that remain can be divided into further sections.
bool can_follow(int left) {
  return left == 0 || left >= 4;
}

bool is_edge(const std::string& name) {
  return name == "intro" || name == "outro" || name == "interlude";
}

class Form {
 public:
  Form(const infer::Transformer& model, const Plan& plan, Random random)
      : plan_(plan), scribe_(model, 1, 1), random_(random), allowed_(tokens::kVocabularySize) {
    const score::Piece empty = empty_piece(plan);
    score::Piece bare = empty;
    bare.chords.clear();
    bare.keys = {{score::Tick(), score::Key{0, plan.key.mode}}};
    scribe_.begin(tokens::BarWords(bare).header({.style = *tokens::style_from_text("pop")}));
  }

  std::vector<FormItem> write() {
    int left = plan_.bars;
    while (left > 0) {
      const std::string name = choose_name(left);
      const int bars = choose_length(name, left);
      form_.push_back({name, bars, false});
      left -= bars;
    }
    return renamed();
  }

 private:
  /// Sections with letters are called A, B, C in the order they come.
  std::vector<FormItem> renamed() const {
    std::vector<std::string> seen;
    std::vector<FormItem> form = form_;
    for (FormItem& item : form) {
      if (item.name.size() != 1) continue;
      auto place = std::ranges::find(seen, item.name);
      if (place == seen.end()) place = seen.insert(seen.end(), item.name);
      item.name = std::string(1, static_cast<char>('A' + (place - seen.begin())));
    }
    return form;
  }

  Token choose() {
    constexpr int kOnly[] = {0};
    scribe_.listen(kOnly);
    const infer::Sampling how{0.9, 0, 0.95, 0.0};
    return static_cast<Token>(sampler_.sample(scribe_.logits(0), allowed_, how, random_));
  }

  const FormItem* earlier(const std::string& name) const {
    const auto found = std::ranges::find(form_, name, &FormItem::name);
    return found == form_.end() ? nullptr : &*found;
  }

  /// An intro only begins, an outro only ends; the same name twice in a row is left to the model.
  std::string choose_name(int left) {
    std::ranges::fill(allowed_, std::uint8_t{0});
    const bool first = form_.empty();
    const bool short_piece = plan_.bars < 16;
    const bool must_return = !returned() && left <= 12 && something_can_return(left);
    for (int value = 0; value < tokens::count_of(Kind::section); ++value) {
      const std::string name(tokens::section_names()[static_cast<std::size_t>(value)]);
      if (name == "other" || name == "solo" || name == "E" || name == "F" || name == "G" ||
          name == "H")
        continue;
      if (name == "intro" && (!first || short_piece)) continue;
      if (name == "interlude" && (form_.size() < 2 || left <= 8)) continue;
      if (name == "outro" && (first || left > 8 || short_piece)) continue;
      const FormItem* before = earlier(name);
      if (must_return && (before == nullptr || is_edge(name))) continue;
      if (before != nullptr && (before->bars > left || !can_follow(left - before->bars))) continue;
      // A piece needs no more than four different things in a minute.
      if (before == nullptr && different() >= 2 + plan_.bars / 12) continue;
      allowed_[token(Kind::section, value)] = 1;
    }
    if (std::ranges::count(allowed_, 1) == 0) {
      return form_.empty() ? "A" : different() < 2 ? "B" : "outro";
    }
    const Token chosen = choose();
    scribe_.mark_bar(0);
    scribe_.say(0, chosen);
    return std::string(
        tokens::section_names()[static_cast<std::size_t>(tokens::word(chosen).value)]);
  }

  bool returned() const { return different() < static_cast<int>(form_.size()); }

  bool something_can_return(int left) const {
    return std::ranges::any_of(form_, [&](const FormItem& item) {
      return !is_edge(item.name) && item.bars <= left && can_follow(left - item.bars);
    });
  }

  int different() const {
    std::vector<std::string> names;
    for (const FormItem& item : form_)
      names.push_back(item.name);
    std::ranges::sort(names);
    return static_cast<int>(std::unique(names.begin(), names.end()) - names.begin());
  }

  int choose_length(const std::string& name, int left) {
    int bars = 0;
    if (const FormItem* before = earlier(name)) {
      bars = std::min(before->bars, left);
    } else {
      const bool edge = name == "intro" || name == "outro" || name == "interlude";
      std::ranges::fill(allowed_, std::uint8_t{0});
      for (const int length : kLengths) {
        const int most = edge ? 4 : plan_.bars < 48 ? 8 : 16;
        const bool fits = length <= std::min(left, most) && can_follow(left - length);
        if (fits && length <= tokens::kMostBarsCounted) {
          allowed_[token(Kind::bar, length - 1)] = 1;
        }
      }
      if (std::ranges::count(allowed_, 1) == 0) {
        bars = left <= 16 ? left : 8;
      } else {
        bars = tokens::word(choose()).value + 1;
      }
    }
    for (int bar = bars; bar > 0; --bar) {
      scribe_.say(0, token(Kind::bar, std::min(bar, tokens::kMostBarsCounted) - 1));
    }
    return bars;
  }

  const Plan& plan_;
  Scribe scribe_;
  Random random_;
  infer::Sampler sampler_;
  std::vector<std::uint8_t> allowed_;
  std::vector<FormItem> form_;
};

}  // namespace

namespace {

/// Share of the bars that belong to a section heard before.
double returning_share(std::span<const FormItem> form) {
  std::set<std::string> heard;
  int returning = 0;
  int all = 0;
  for (const FormItem& item : form) {
    if (!heard.insert(item.name).second) returning += item.bars;
    all += item.bars;
  }
  return all > 0 ? static_cast<double>(returning) / all : 0.0;
}

/// Share of the bars, edges apart, that belong to sections under eight bars: people's have eight.
double short_share(std::span<const FormItem> form) {
  int short_bars = 0;
  int all = 0;
  for (const FormItem& item : form) {
    if (is_edge(item.name)) continue;
    if (item.bars < 8) short_bars += item.bars;
    all += item.bars;
  }
  return all > 0 ? static_cast<double>(short_bars) / all : 0.0;
}

/// At least. In the songs and tunes of the training set half of all bars have been heard before, a
/// part of them inside a section (echoes.h).
constexpr double kBarsThatReturn = 0.33;

}  // namespace

double form_faults_of(std::span<const FormItem> form) {
  std::map<std::string, int> bars;
  int all = 0;
  int running = 1;
  std::size_t sections = 0;
  double faults = 0.0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    running = i > 0 && form[i].name == form[i - 1].name ? running + 1 : 1;
    if (running > 2) faults += 0.5;
    if (!is_edge(form[i].name)) {
      bars[form[i].name] += form[i].bars;
      ++sections;
    }
    all += form[i].bars;
  }
  if (form.size() < 3) return faults;
  int most = 0;
  for (const auto& [name, count] : bars)
    most = std::max(most, count);
  faults += std::max(0.0, 2.0 * (static_cast<double>(most) / all - 0.76));
  faults += 3.0 * std::max(0.0, kBarsThatReturn - returning_share(form));
  if (all >= 24) faults += 0.6 * short_share(form);
  if (bars.size() == sections) faults += 0.5;
  const auto last = std::ranges::find_if(form.rbegin(), form.rend(),
                                         [](const FormItem& item) { return !is_edge(item.name); });
  const auto before = std::find_if(last, form.rend(),
                                   [&](const FormItem& item) { return item.name != last->name; });
  const bool is_new = std::none_of(before, form.rend(),
                                   [&](const FormItem& item) { return item.name == last->name; });
  const bool once = std::distance(last, before) == 1;  // B B is a round end: A A B B
  return faults + (is_new && once && bars.size() > 1 ? 0.4 : 0.0);
}

std::vector<FormItem> write_form(const infer::Transformer& model,
                                 const Plan& plan,
                                 const Random& random) {
  std::vector<FormItem> best;
  for (const char* name : {"form", "second form", "third form", "fourth form", "fifth form",
                           "sixth form", "seventh form", "eighth form"}) {
    std::vector<FormItem> form = Form(model, plan, random.fork(name)).write();
    if (best.empty() || form_faults_of(form) < form_faults_of(best)) best = std::move(form);
    if (form_faults_of(best) <= 0.0) break;
  }
  return best;
}

}  // namespace cantus::compose
