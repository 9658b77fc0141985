#include "neural/train/benchmark/evaluation.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "neural/train/benchmark/net_card.h"
#include "neural/train/benchmark/net_file.h"
#include "neural/train/benchmark/roll_features.h"
#include "neural/train/benchmark/roll_score.h"
#include "neural/train/benchmark/voice_features.h"
#include "neural/train/benchmark/voice_score.h"

namespace cantus::benchmark {
namespace {

constexpr std::size_t kThreads = 2;
constexpr const char* kTogether = "together";

struct Ensemble {
  std::vector<DecisionNet> nets;
  std::vector<std::string> names;  ///< one more than nets, where there are several
  Reading reading;

  std::size_t rows() const { return names.size(); }
};

Result<Ensemble> read_ensemble(const std::filesystem::path& models,
                               const std::string& slug,
                               std::int64_t features) {
  Ensemble ensemble;
  for (int number = 1;; ++number) {
    const std::string name = slug + "-" + std::to_string(number);
    const auto path = models / (name + ".safetensors");
    std::error_code ignored;
    if (number > 1 && !std::filesystem::exists(path, ignored)) break;
    auto stored = read_net(path, features);
    if (!stored) return tl::unexpected<Error>(stored.error());
    if (number > 1 && stored->reading != ensemble.reading)
      return fail(ErrorCode::invalid_input, path.string() + ": is shown music in another way");
    ensemble.reading = stored->reading;
    ensemble.nets.push_back(std::move(stored->net));
    ensemble.names.push_back(name);
  }
  if (ensemble.nets.size() > 1) ensemble.names.emplace_back(kTogether);
  return ensemble;
}

/// Calls `work(nets, piece)` for every piece; each thread has networks of its own.
template <class Work>
void share_pieces(const Ensemble& ensemble, std::size_t pieces, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, nets = ensemble.nets]() mutable {
      for (std::size_t piece = next++; piece < pieces; piece = next++)
        work(std::span(nets), piece);
    });
  }
}

/// [network, then together][piece], from what losses_of_each gives for each piece.
template <class Losses>
std::vector<std::vector<Losses>> by_network(const std::vector<std::vector<Losses>>& by_piece,
                                            std::size_t rows) {
  std::vector<std::vector<Losses>> turned_round(rows);
  for (const auto& each : by_piece) {
    for (std::size_t i = 0; i < rows; ++i)
      turned_round[i].push_back(each[i]);
  }
  return turned_round;
}

std::vector<Figures> figures_of_each(const Ensemble& ensemble,
                                     const TrainingMemory& memory,
                                     const std::vector<Roll>& rolls) {
  std::vector<std::vector<FrameLosses>> losses(rolls.size());
  share_pieces(ensemble, rolls.size(), [&](std::span<DecisionNet> nets, std::size_t i) {
    losses[i] = losses_of_each(nets, context_of(rolls[i], memory));
  });
  std::vector<Figures> figures;
  for (const auto& pieces : by_network(losses, ensemble.rows()))
    figures.push_back(figures_of(pieces));
  return figures;
}

std::vector<double> nats_of_each(const Ensemble& ensemble,
                                 const ContextMemory& memory,
                                 const std::vector<Chorale>& chorales) {
  const VoiceOrder& order = ensemble.reading.from_above ? kFromSoprano : kFromBass;
  std::vector<std::vector<NoteLosses>> losses(chorales.size());
  share_pieces(ensemble, chorales.size(), [&](std::span<DecisionNet> nets, std::size_t i) {
    losses[i] = losses_of_each(nets, context_of(voices_of(chorales[i]), order, memory));
  });
  std::vector<double> nats;
  for (const auto& pieces : by_network(losses, ensemble.rows()))
    nats.push_back(nats_a_note(pieces));
  return nats;
}

/// Into the card of one network; "together" has none. A test figure of 0 was not measured.
Result<void> note_figures(const std::filesystem::path& name, double valid, double test) {
  if (name.filename() == kTogether) return {};
  const std::filesystem::path weights = name.string() + ".safetensors";
  auto written = add_figure(weights, "valid", valid);
  if (written && test > 0.0) written = add_figure(weights, "test", test);
  return written;
}

}  // namespace

Result<std::vector<RollRow>> evaluate_rolls(const std::filesystem::path& data,
                                            const std::filesystem::path& models,
                                            RollSet set,
                                            const Asked& asked) {
  const auto ensemble = read_ensemble(models, slug_of(set), roll_feature_count());
  if (!ensemble) return tl::unexpected<Error>(ensemble.error());
  auto splits = load_rolls(data, set);
  if (!splits) return tl::unexpected<Error>(splits.error());
  if (ensemble->reading.from_above) {
    for (auto* rolls : {&splits->train, &splits->valid, &splits->test})
      std::ranges::transform(*rolls, rolls->begin(), turned);
  }
  const TrainingMemory memory(ensemble->reading.memory ? std::span<const Roll>(splits->train)
                                                       : std::span<const Roll>());
  std::vector<RollRow> rows;
  for (const std::string& name : ensemble->names)
    rows.push_back({name, {}, {}});
  const auto valid = figures_of_each(*ensemble, memory, splits->valid);
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i].valid = valid[i];
  if (asked.test) {
    const auto test = figures_of_each(*ensemble, memory, splits->test);
    for (std::size_t i = 0; i < rows.size(); ++i)
      rows[i].test = test[i];
  }
  if (!asked.write) return rows;
  for (const RollRow& row : rows) {
    const auto written = note_figures(models / row.name, row.valid.nats_a_frame,
                                      row.test.nats_a_frame);
    if (!written) return tl::unexpected<Error>(written.error());
  }
  return rows;
}

Result<std::vector<VoiceRow>> evaluate_voices(const std::filesystem::path& data,
                                              const std::filesystem::path& models,
                                              const Asked& asked) {
  const auto ensemble = read_ensemble(models, "chorales", voice_feature_count());
  if (!ensemble) return tl::unexpected<Error>(ensemble.error());
  const auto splits = load_chorales(data);
  if (!splits) return tl::unexpected<Error>(splits.error());
  std::vector<Voices> train;
  for (const Chorale& chorale : splits->train)
    train.push_back(voices_of(chorale));
  const VoiceOrder& order = ensemble->reading.from_above ? kFromSoprano : kFromBass;
  const ContextMemory memory = ensemble->reading.memory ? remember(train, order) : ContextMemory();
  const auto valid = nats_of_each(*ensemble, memory, splits->valid);
  const auto test = asked.test ? nats_of_each(*ensemble, memory, splits->test)
                              : std::vector<double>(valid.size());
  std::vector<VoiceRow> rows;
  for (std::size_t i = 0; i < ensemble->rows(); ++i)
    rows.push_back({ensemble->names[i], valid[i], test[i]});
  if (!asked.write) return rows;
  for (const VoiceRow& row : rows) {
    if (const auto written = note_figures(models / row.name, row.valid, row.test); !written)
      return tl::unexpected<Error>(written.error());
  }
  return rows;
}

}  // namespace cantus::benchmark
