#include "neural/train/benchmark/voice_fit.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "neural/train/benchmark/datasets.h"
#include "neural/train/benchmark/voice_features.h"
#include "neural/train/benchmark/voice_score.h"

namespace cantus::benchmark {
namespace {

constexpr std::size_t kPiecesBetween = 2;  // one valid piece in so many is looked at

struct NotePlace {
  std::uint32_t piece;
  std::uint32_t t;
  std::uint32_t place;
};

std::vector<Voices> all_voices(const std::vector<Chorale>& chorales) {
  std::vector<Voices> all;
  for (const Chorale& chorale : chorales)
    all.push_back(voices_of(chorale));
  return all;
}

class VoiceTask {
 public:
  VoiceTask(const Splits<Chorale>& splits, const LearningSettings& settings) : settings_(settings) {
    const VoiceOrder& order = settings.reading.from_above ? kFromSoprano : kFromBass;
    const std::vector<Voices> train = all_voices(splits.train);
    const ContextMemory memory = settings.reading.memory ? remember(train, order) : ContextMemory();
    for (std::uint32_t i = 0; i < train.size(); ++i) {
      train_.push_back(context_of(train[i], order, memory, static_cast<std::int32_t>(i)));
      for (std::uint32_t t = 0; t < train[i].keys.size(); ++t) {
        for (std::uint32_t place = 0; place < kVoices; ++place)
          places_.push_back({i, t, place});
      }
    }
    for (std::size_t i = 0; i < splits.valid.size(); i += kPiecesBetween)
      valid_.push_back(context_of(voices_of(splits.valid[i]), order, memory));
    next_ = places_.size();
  }

  void batch(Random& random, int moments, Decisions& to) {
    const auto widest = static_cast<std::uint64_t>(2 * settings_.transpose + 1);
    for (int i = 0; i < moments; ++i) {
      if (next_ >= places_.size()) shuffle(random);
      const NotePlace& at = places_[next_++];
      const int shift = static_cast<int>(random.below(widest)) - settings_.transpose;
      add_note(train_[at.piece], at.t, at.place, shift, to);
    }
  }

  double look(DecisionNet& net) const {
    std::vector<NoteLosses> losses;
    for (const VoiceContext& context : valid_)
      losses.push_back(losses_of_each({&net, 1}, context).back());
    return nats_a_note(losses);
  }

  std::size_t notes() const { return places_.size(); }

 private:
  void shuffle(Random& random) {
    for (std::size_t i = places_.size(); i > 1; --i)
      std::swap(places_[i - 1], places_[random.below(i)]);
    next_ = 0;
  }

  const LearningSettings& settings_;
  std::vector<VoiceContext> train_;
  std::vector<VoiceContext> valid_;
  std::vector<NotePlace> places_;
  std::size_t next_ = 0;
};

}  // namespace

Result<double> fit_voices(const std::filesystem::path& data, const LearningSettings& settings) {
  const auto splits = load_chorales(data);
  if (!splits) return tl::unexpected<Error>(splits.error());
  VoiceTask task(*splits, settings);
  LearningTask learning;
  learning.features = voice_feature_count();
  learning.moments = task.notes();
  learning.batch = [&](Random& random, int moments, Decisions& to) {
    task.batch(random, moments, to);
  };
  learning.look = [&](DecisionNet& net) { return task.look(net); };
  return learn(settings, learning);
}

}  // namespace cantus::benchmark
