#include "neural/train/benchmark/voice_score.h"

#include <algorithm>

#include "neural/train/benchmark/voice_features.h"

namespace cantus::benchmark {
namespace {

constexpr std::size_t kSixteenthsAtOnce = 64;

bool asked_about(int move) {
  const auto& moves = moves_asked();
  return std::ranges::find(moves, move) != moves.end();
}

/// Of the notes that no question finds.
NoteLosses losses_beyond(const VoiceContext& context) {
  NoteLosses losses(context.voices.keys.size());
  for (std::size_t t = 0; t < losses.size(); ++t) {
    for (std::size_t place = 0; place < kVoices; ++place) {
      const std::size_t voice = context.order[place];
      if (!asked_about(move_of(context.voices, t, voice)))
        losses[t][place] = loss_beyond(home_of(context.voices, t, voice));
    }
  }
  return losses;
}

}  // namespace

std::vector<NoteLosses> losses_of_each(std::span<DecisionNet> nets, const VoiceContext& context) {
  const std::size_t size = context.voices.keys.size();
  std::vector<NoteLosses> losses(nets.size() + 1, losses_beyond(context));
  for (std::size_t from = 0; from < size; from += kSixteenthsAtOnce) {
    Decisions rows;
    for (std::size_t t = from; t < std::min(from + kSixteenthsAtOnce, size); ++t) {
      for (std::size_t place = 0; place < kVoices; ++place)
        add_note(context, t, place, 0, rows);
    }
    const std::vector<std::vector<float>> logits = logits_of_each(nets, rows);
    for (std::size_t i = 0; i < logits.size(); ++i) {
      for (std::size_t r = 0; r < rows.size(); ++r) {
        const std::size_t note = rows.moment_of[r];
        losses[i][from + note / kVoices][note % kVoices] +=
            loss_of(logits[i][r], rows.answer[r] > 0.5F);
      }
    }
  }
  return losses;
}

double nats_a_note(std::span<const NoteLosses> pieces) {
  double sum = 0.0;
  std::size_t notes = 0;
  for (const NoteLosses& piece : pieces) {
    for (const auto& sixteenth : piece) {
      for (const double loss : sixteenth)
        sum += loss;
      notes += kVoices;
    }
  }
  return sum / static_cast<double>(notes);
}

}  // namespace cantus::benchmark
