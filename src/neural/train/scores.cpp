#include "neural/train/scores.h"

#include <algorithm>
#include <numbers>

namespace cantus::train {

double Score::bits_a_token() const {
  return nats_a_token() / std::numbers::ln2;
}

Scoreboard::Scoreboard(const corpus::PackedCorpus& corpus, const corpus::Catalogue& catalogue)
    : catalogue_(&catalogue), by_set_(catalogue.sets.size() + 1), by_view_(256) {
  std::map<std::string, std::uint32_t> sets;
  for (const corpus::PackSet& set : catalogue.sets) {
    sets.emplace(set.name, static_cast<std::uint32_t>(sets.size()));
  }
  const auto none = static_cast<std::uint32_t>(catalogue.sets.size());
  for (const corpus::PackedSequence& sequence : corpus.sequences()) {
    Place place{none, sequence.view};
    if (sequence.piece < catalogue.pieces.size()) {
      const auto found = sets.find(catalogue.pieces[sequence.piece].set);
      if (found != sets.end()) place.set = found->second;
    }
    places_.push_back(place);
  }
}

void Scoreboard::add(std::uint32_t sequence, double nats) {
  const Place place = places_[sequence];
  for (Score* score : {&by_set_[place.set], &by_view_[place.view]}) {
    score->nats += nats;
    ++score->tokens;
  }
}

Scores Scoreboard::scores() const {
  Scores scores;
  for (std::size_t i = 0; i < by_set_.size(); ++i) {
    scores.all.nats += by_set_[i].nats;
    scores.all.tokens += by_set_[i].tokens;
    if (by_set_[i].tokens == 0) continue;
    scores.by_set[i < catalogue_->sets.size() ? catalogue_->sets[i].name : "no set"] = by_set_[i];
  }
  for (std::size_t i = 0; i < by_view_.size(); ++i) {
    if (by_view_[i].tokens == 0) continue;
    scores.by_view[view_name(*catalogue_, static_cast<std::uint8_t>(i))] = by_view_[i];
  }
  return scores;
}

Result<ViewFilter> ViewFilter::create(const corpus::Catalogue& catalogue,
                                      const std::vector<std::string>& views) {
  ViewFilter filter;
  if (views.empty()) return filter;
  filter.wanted_.assign(256, false);
  for (const std::string& name : views) {
    const auto found = std::ranges::find(catalogue.views, name);
    if (found == catalogue.views.end()) {
      std::string there;
      for (const std::string& view : catalogue.views)
        there += (there.empty() ? "" : ", ") + view;
      return fail(ErrorCode::invalid_input,
                  "the corpus has no view '" + name + "'; it has " + there);
    }
    filter.wanted_[static_cast<std::size_t>(found - catalogue.views.begin())] = true;
  }
  return filter;
}

std::string view_name(const corpus::Catalogue& catalogue, std::uint8_t view) {
  return view < catalogue.views.size() ? catalogue.views[view] : std::to_string(view);
}

const char* name_of(corpus::Split split) {
  switch (split) {
    case corpus::Split::train:
      return "train";
    case corpus::Split::validation:
      return "validation";
    case corpus::Split::test:
      break;
  }
  return "test";
}

}  // namespace cantus::train
