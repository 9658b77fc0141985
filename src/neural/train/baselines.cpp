#include "neural/train/baselines.h"

#include <cmath>
#include <span>
#include <vector>

#include "neural/train/ngram.h"
#include "neural/train/windows.h"

namespace cantus::train {
namespace {

using Sequences = std::vector<std::span<const std::uint16_t>>;

Sequences training_sequences(const corpus::PackedCorpus& corpus, const ViewFilter& wanted) {
  Sequences sequences;
  for (const corpus::PackedSequence& s : corpus.sequences()) {
    if (s.split == corpus::Split::train && wanted.has(s)) sequences.push_back(corpus.tokens_of(s));
  }
  return sequences;
}

}  // namespace

Result<Baselines> score_baselines(const corpus::PackedCorpus& corpus,
                                  const corpus::Catalogue& catalogue,
                                  corpus::Split split,
                                  std::int64_t context,
                                  const std::vector<std::string>& views) {
  const auto wanted = ViewFilter::create(catalogue, views);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  const Sequences training = training_sequences(corpus, *wanted);
  const auto bigram = KneserNey::train(training, corpus.vocabulary_size(), 2);
  if (!bigram) return tl::unexpected<Error>(bigram.error());
  const auto five_gram = KneserNey::train(training, corpus.vocabulary_size(), 5);
  if (!five_gram) return tl::unexpected<Error>(five_gram.error());
  const std::vector<double> frequencies = unigram(training, corpus.vocabulary_size());
  Scoreboard uniform_board(corpus, catalogue);
  Scoreboard unigram_board(corpus, catalogue);
  Scoreboard bigram_board(corpus, catalogue);
  Scoreboard five_gram_board(corpus, catalogue);
  for (const Window& w : scoring_windows(corpus, catalogue.vocabulary, split, context)) {
    const corpus::PackedSequence& sequence = corpus.sequences()[w.sequence];
    if (!wanted->has(sequence)) continue;
    const auto tokens = corpus.tokens_of(sequence);
    for (std::size_t at = w.score_from; at < w.to; ++at) {
      uniform_board.add(w.sequence, std::log(corpus.vocabulary_size()));
      unigram_board.add(w.sequence, -std::log(frequencies[tokens[at]]));
      bigram_board.add(w.sequence, -std::log(bigram->probability(tokens, at)));
      five_gram_board.add(w.sequence, -std::log(five_gram->probability(tokens, at)));
    }
  }
  return Baselines{uniform_board.scores(), unigram_board.scores(), bigram_board.scores(),
                   five_gram_board.scores()};
}

}  // namespace cantus::train
