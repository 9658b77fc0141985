#include "neural/train/training_windows.h"

#include <algorithm>
#include <set>

#include "neural/train/scores.h"

namespace cantus::train {
namespace {

constexpr std::int64_t kLeastRoom = 24;  // positions; a shorter rest of a row stays empty

double weight_of(const Mix& mix, const std::string& name) {
  const auto found = mix.find(name);
  return found == mix.end() ? 1.0 : found->second;
}

}  // namespace

TrainingWindows::TrainingWindows(const corpus::PackedCorpus& corpus,
                                 const corpus::Catalogue& catalogue,
                                 const WindowSettings& settings)
    : corpus_(&corpus), bars_(catalogue.vocabulary.bars), settings_(settings) {
  for (int semitones = -settings.transpose; semitones <= settings.transpose; ++semitones) {
    turns_.push_back(semitones == 0 ? std::vector<std::uint16_t>()
                                    : transposition(catalogue.vocabulary, semitones));
  }
}

Result<TrainingWindows> TrainingWindows::create(const corpus::PackedCorpus& corpus,
                                                const corpus::Catalogue& catalogue,
                                                const WindowSettings& settings) {
  if (settings.transpose < 0 || settings.transpose > 12) {
    return fail(ErrorCode::invalid_input, "--transpose must be 0 to 12");
  }
  TrainingWindows windows(corpus, catalogue, settings);
  if (auto weighed = windows.weigh(catalogue); !weighed) {
    return tl::unexpected<Error>(weighed.error());
  }
  return windows;
}

Result<void> TrainingWindows::weigh(const corpus::Catalogue& catalogue) {
  std::set<std::string> names;
  for (const auto& set : catalogue.sets)
    names.insert(set.name);
  double sum = 0.0;
  const auto sequences = corpus_->sequences();
  for (std::uint32_t i = 0; i < sequences.size(); ++i) {
    const corpus::PackedSequence& s = sequences[i];
    if (s.piece >= catalogue.pieces.size()) {
      return fail(ErrorCode::invalid_input, "the catalogue lacks piece " + std::to_string(s.piece));
    }
    const std::string view = view_name(catalogue, s.view);
    names.insert(view);
    if (s.split != corpus::Split::train || s.length < 2) continue;
    if (std::int64_t{s.header_length} + 2 > settings_.context) continue;
    const double weight =
        weight_of(settings_.mix, view) * weight_of(settings_.mix, catalogue.pieces[s.piece].set);
    tokens_ += s.length;
    if (weight <= 0.0) continue;
    sum += weight * s.length;
    sequences_.push_back(i);
    cumulative_.push_back(sum);
  }
  for (const auto& [name, weight] : settings_.mix) {
    if (!names.contains(name)) {
      return fail(ErrorCode::invalid_input, "--mix: the corpus has no set or view '" + name + "'");
    }
  }
  if (sequences_.empty()) {
    return fail(ErrorCode::invalid_input, "the corpus has no training sequence to draw from");
  }
  return {};
}

Window TrainingWindows::draw_window(Random& random, std::int64_t room) const {
  const double at = random.uniform() * cumulative_.back();
  const auto found = std::ranges::upper_bound(cumulative_, at);
  const auto chosen = std::min<std::size_t>(static_cast<std::size_t>(found - cumulative_.begin()),
                                            sequences_.size() - 1);
  const corpus::PackedSequence& s = corpus_->sequences()[sequences_[chosen]];
  Window window{sequences_[chosen], s.header_length, s.length, s.header_length};
  const std::int64_t body_room = room + 1 - s.header_length;
  if (body_room < 2) {
    window.to = window.from;
    return window;
  }
  const std::int64_t body = std::int64_t{s.length} - s.header_length;
  if (body <= body_room) return window;
  // A start before the beginning means the beginning, else the first tokens would be seen rarely.
  const auto range = static_cast<std::uint64_t>(body + body_room);
  std::int64_t start = static_cast<std::int64_t>(random.below(range)) - body_room;
  const auto tokens = corpus_->tokens_of(s);
  while (start > 0 && !bars_.contains(tokens[static_cast<std::size_t>(s.header_length + start)])) {
    --start;
  }
  window.from = s.header_length + static_cast<std::uint32_t>(std::max<std::int64_t>(start, 0));
  window.to = static_cast<std::uint32_t>(
      std::min<std::int64_t>(s.length, std::int64_t{window.from} + body_room));
  window.score_from = window.from;
  return window;
}

const std::vector<std::uint16_t>& TrainingWindows::turn_for(Random& random,
                                                            const Window& window) const {
  const auto& turned = turns_[random.below(turns_.size())];
  const auto& none = turns_[static_cast<std::size_t>(settings_.transpose)];
  if (turned.empty()) return none;
  const corpus::PackedSequence& s = corpus_->sequences()[window.sequence];
  const auto tokens = corpus_->tokens_of(s);
  const auto leaves = [&](std::uint16_t id) { return turned[id] == kLeavesRange; };
  const bool any =
      std::ranges::any_of(tokens.first(s.header_length), leaves) ||
      std::ranges::any_of(tokens.subspan(window.from, window.to - window.from), leaves);
  return any ? none : turned;
}

void TrainingWindows::fill_row(Random& random, Batch& batch, std::int64_t row) const {
  std::int64_t position = 0;
  for (int refused = 0; refused < 4 && batch.context - position >= kLeastRoom;) {
    const Window window = draw_window(random, batch.context - position);
    if (window.to == window.from) {
      ++refused;
      continue;
    }
    position = batch.lay(*corpus_, window, row, position, turn_for(random, window));
  }
}

void TrainingWindows::draw(std::uint64_t seed,
                           std::uint64_t step,
                           std::int64_t rows,
                           Batch& batch) const {
  Random random = Random(seed).fork("windows of step " + std::to_string(step));
  batch.reset(rows, settings_.context);
  for (std::int64_t row = 0; row < rows; ++row)
    fill_row(random, batch, row);
}

}  // namespace cantus::train
