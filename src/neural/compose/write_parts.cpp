#include "neural/compose/write_parts.h"

#include <algorithm>
#include <memory>

#include "neural/compose/scribe.h"
#include "neural/compose/walk.h"
#include "neural/tokens/bar_words.h"

namespace cantus::compose {
namespace {

using tokens::Token;

/// The header, and the bars after the gap where there is one.
std::vector<Token> header_of(const score::Piece& piece,
                             const Writing& writing,
                             const tokens::Heading& heading) {
  const tokens::BarWords words(piece);
  std::vector<Token> out = words.header(heading);
  if (!writing.last_bar) return out;
  const auto say = [&](const std::vector<Token>& more) {
    out.insert(out.end(), more.begin(), more.end());
  };
  out.push_back(tokens::token(tokens::Kind::later));
  for (int bar = *writing.last_bar; bar < words.bars(); ++bar) {
    say(words.opening(bar));
    say(words.chords(bar));
    for (std::size_t part = 0; part < piece.parts.size(); ++part)
      say(words.notes(part, bar));
  }
  out.push_back(tokens::token(tokens::Kind::here));
  return out;
}

/// The better third of those that wait go on, each in place of two of the others too.
void keep_the_best(const std::vector<std::unique_ptr<Walk>>& walks, const Writing& writing) {
  constexpr std::size_t kShare = 3;
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < walks.size(); ++i)
    order.emplace_back(-writing.liking(walks[i]->piece()), i);
  std::ranges::sort(order);
  const std::size_t kept = (walks.size() + kShare - 1) / kShare;
  for (std::size_t place = 0; place < order.size(); ++place) {
    const Walk* from = place < kept ? nullptr : walks[order[place % kept].second].get();
    walks[order[place].second]->go_on(from);
  }
}

}  // namespace

Result<std::vector<Written>> write_parts(const infer::Transformer& model,
                                         const score::Piece& piece,
                                         const Writing& writing,
                                         const Random& random) {
  Scribe scribe(model, writing.candidates, writing.threads);
  scribe.begin(header_of(piece, writing, writing.heading),
               header_of(piece, writing, {.style = writing.heading.style}), writing.guidance);
  std::vector<std::unique_ptr<Walk>> walks;
  for (int i = 0; i < writing.candidates; ++i) {
    walks.push_back(std::make_unique<Walk>(piece, writing, scribe, i,
                                           random.fork("candidate " + std::to_string(i))));
  }
  std::vector<Walk*> on_their_way;
  for (const auto& walk : walks)
    on_their_way.push_back(walk.get());
  std::vector<int> listening;
  while (true) {
    std::erase_if(on_their_way, [](Walk* walk) { return !walk->advance(); });
    if (on_their_way.empty() && !walks.front()->is_finished()) {
      keep_the_best(walks, writing);
      for (const auto& walk : walks)
        on_their_way.push_back(walk.get());
      continue;
    }
    if (on_their_way.empty()) break;
    if (writing.stop != nullptr && writing.stop->load()) {
      return fail(ErrorCode::interrupted, "interrupted");
    }
    listening.clear();
    for (const Walk* walk : on_their_way)
      listening.push_back(walk->candidate());
    scribe.listen(listening);
    for (Walk* walk : on_their_way)
      walk->choose();
  }
  std::vector<Written> written;
  for (const auto& walk : walks)
    written.push_back(walk->take());
  return written;
}

}  // namespace cantus::compose
