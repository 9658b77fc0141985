#include "neural/train/benchmark/evaluation.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>
#include <utility>

#include "neural/train/benchmark/ensemble.h"
#include "neural/train/benchmark/net_card.h"
#include "neural/train/benchmark/roll_features.h"
#include "neural/train/benchmark/roll_score.h"
#include "neural/train/benchmark/voice_features.h"
#include "neural/train/benchmark/voice_score.h"

namespace cantus::benchmark {
namespace {

constexpr std::size_t kThreads = 2;

/// The losses of one piece under each network of a group, then under all of them.
using Losses = std::vector<FrameLosses>;

/// [piece], from `work(networks, piece)`; each thread has networks of its own.
template <class Work>
std::vector<Losses> share_pieces(const Group& group, std::size_t pieces, const Work& work) {
  std::vector<Losses> losses(pieces);
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, nets = group.nets]() mutable {
      for (std::size_t piece = next++; piece < pieces; piece = next++)
        losses[piece] = work(std::span(nets), piece);
    });
  }
  threads.clear();  // waits for them
  return losses;
}

std::vector<Losses> roll_losses(const Group& group, Splits<Roll> splits, bool test) {
  std::vector<Roll>& scored = test ? splits.test : splits.valid;
  if (group.reading.from_above) {
    std::ranges::transform(splits.train, splits.train.begin(), turned);
    std::ranges::transform(scored, scored.begin(), turned);
  }
  if (!group.reading.memory) splits.train.clear();
  const TrainingMemory memory(splits.train);
  return share_pieces(group, scored.size(), [&](std::span<DecisionNet> nets, std::size_t i) {
    return losses_of_each(nets, context_of(scored[i], memory));
  });
}

FrameLosses sums(const NoteLosses& notes) {
  FrameLosses frames;
  for (const auto& sixteenth : notes)
    frames.push_back(std::accumulate(sixteenth.begin(), sixteenth.end(), 0.0));
  return frames;
}

std::vector<Losses> voice_losses(const Group& group, const Splits<Chorale>& splits, bool test) {
  const VoiceOrder& order = group.reading.from_above ? kFromSoprano : kFromBass;
  std::vector<Voices> train;
  for (const Chorale& chorale : splits.train)
    train.push_back(voices_of(chorale));
  const ContextMemory memory = group.reading.memory ? remember(train, order) : ContextMemory();
  const std::vector<Chorale>& scored = test ? splits.test : splits.valid;
  return share_pieces(group, scored.size(), [&](std::span<DecisionNet> nets, std::size_t i) {
    Losses losses;
    for (const NoteLosses& notes :
         losses_of_each(nets, context_of(voices_of(scored[i]), order, memory)))
      losses.push_back(sums(notes));
    return losses;
  });
}

/// The figures of every network of every group, then of all together.
template <class LossesOf>
std::vector<Figures> figures_of_each(const std::vector<Group>& groups, const LossesOf& losses_of) {
  std::vector<Figures> figures;
  std::vector<std::vector<FrameLosses>> whole;  // [group][piece]
  std::vector<double> sizes;
  for (const Group& group : groups) {
    const std::vector<Losses> by_piece = losses_of(group);
    for (std::size_t i = 0; i <= group.nets.size(); ++i) {
      std::vector<FrameLosses> pieces;
      for (const Losses& losses : by_piece)
        pieces.push_back(losses[i]);
      if (i < group.nets.size())
        figures.push_back(figures_of(pieces));
      else
        whole.push_back(std::move(pieces));
    }
    sizes.push_back(static_cast<double>(group.nets.size()));
  }
  if (figures.size() > 1) figures.push_back(figures_of(mixture(whole, sizes)));
  return figures;
}

std::vector<std::string> names_of(const std::vector<Group>& groups) {
  std::vector<std::string> names;
  for (const Group& group : groups)
    names.insert(names.end(), group.names.begin(), group.names.end());
  if (names.size() > 1) names.emplace_back("together");
  return names;
}

Result<void> note_in_cards(const std::filesystem::path& models, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    if (row.name == "together") continue;
    const std::filesystem::path weights = models / (row.name + ".safetensors");
    auto written = add_figure(weights, "valid", row.valid.nats_a_frame);
    if (written && row.test.frames > 0)
      written = add_figure(weights, "test", row.test.nats_a_frame);
    if (!written) return written;
  }
  return {};
}

/// `losses_of(group, test)` gives the losses of a split.
template <class LossesOf>
Result<std::vector<Row>> evaluate(const std::filesystem::path& models,
                                  const std::vector<Group>& groups,
                                  const Asked& asked,
                                  const LossesOf& losses_of) {
  std::vector<Row> rows;
  for (const std::string& name : names_of(groups))
    rows.push_back({name, {}, {}});
  for (const bool test : {false, true}) {
    if (test && !asked.test) continue;
    const auto figures =
        figures_of_each(groups, [&](const Group& group) { return losses_of(group, test); });
    for (std::size_t i = 0; i < rows.size(); ++i)
      (test ? rows[i].test : rows[i].valid) = figures[i];
  }
  if (!asked.write) return rows;
  if (const auto written = note_in_cards(models, rows); !written)
    return tl::unexpected<Error>(written.error());
  return rows;
}

}  // namespace

Result<std::vector<Row>> evaluate_rolls(const std::filesystem::path& data,
                                        const std::filesystem::path& models,
                                        RollSet set,
                                        const Asked& asked) {
  const auto groups = read_groups(models, slug_of(set), roll_feature_count());
  if (!groups) return tl::unexpected<Error>(groups.error());
  const auto splits = load_rolls(data, set);
  if (!splits) return tl::unexpected<Error>(splits.error());
  return evaluate(models, *groups, asked,
                  [&](const Group& group, bool test) { return roll_losses(group, *splits, test); });
}

Result<std::vector<Row>> evaluate_voices(const std::filesystem::path& data,
                                         const std::filesystem::path& models,
                                         const Asked& asked) {
  const auto groups = read_groups(models, "chorales", voice_feature_count());
  if (!groups) return tl::unexpected<Error>(groups.error());
  const auto splits = load_chorales(data);
  if (!splits) return tl::unexpected<Error>(splits.error());
  return evaluate(models, *groups, asked, [&](const Group& group, bool test) {
    return voice_losses(group, *splits, test);
  });
}

}  // namespace cantus::benchmark
