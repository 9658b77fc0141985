#include "neural/touch/line_shaper.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "neural/infer/safetensors.h"

namespace cantus::touch {
namespace {

constexpr const char* kFormat = "cantus-player-1";

struct Tensor {
  const char* name;
  std::uint64_t size;
  std::vector<float> ShaperWeights::* values;
};

constexpr std::array<Tensor, 2> kTensors = {{
    {"louder", kLineFeatures, &ShaperWeights::louder},
    {"later", kLineFeatures, &ShaperWeights::later},
}};

}  // namespace

Result<LineShaper> LineShaper::from(ShaperWeights weights) {
  for (const Tensor& tensor : kTensors) {
    const std::vector<float>& values = weights.*tensor.values;
    if (values.size() != tensor.size) {
      return fail(ErrorCode::invalid_input,
                  std::string("tensor '") + tensor.name + "' of the player has another size");
    }
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
      return fail(ErrorCode::invalid_input,
                  std::string("tensor '") + tensor.name + "' of the player is not finite");
    }
  }
  return LineShaper(std::move(weights));
}

Result<LineShaper> LineShaper::load(const std::filesystem::path& path) {
  const auto file = infer::SafeTensors::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const auto format = file->metadata().find("format");
  if (format == file->metadata().end() || format->second != kFormat) {
    return fail(ErrorCode::invalid_input,
                path.string() + ": not a player's weights (format " + kFormat + ")");
  }
  ShaperWeights weights;
  for (const Tensor& tensor : kTensors) {
    auto values = file->floats(tensor.name, {tensor.size});
    if (!values) return fail_at(path.string(), values.error());
    weights.*tensor.values = std::move(*values);
  }
  return from(std::move(weights));
}

std::pair<std::size_t, std::size_t> beside(const LineScore& score, std::size_t note) {
  const auto notes = score.notes();
  const score::TickLength reach = score::beats(kBesideBeats);
  std::size_t first = note;
  while (first > 0 && notes[note].place - notes[first - 1].place <= reach)
    --first;
  std::size_t last = note + 1;
  while (last < notes.size() && notes[last].place - notes[note].place <= reach)
    ++last;
  return {first, last};
}

namespace {

std::vector<double> above_those_beside(const LineScore& score, const std::vector<float>& weights) {
  std::vector<double> sums;
  for (std::size_t i = 0; i < score.notes().size(); ++i) {
    const LineFeatures features = score.features(i);
    double sum = 0.0;
    for (std::size_t f = 0; f < features.size(); ++f)
      sum += static_cast<double>(weights[f]) * static_cast<double>(features[f]);
    sums.push_back(sum);
  }
  std::vector<double> above;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto [first, last] = beside(score, i);
    double mean = 0.0;  // summed anew for each, so that its bits hang on no note further off
    for (std::size_t j = first; j < last; ++j)
      mean += sums[j];
    above.push_back(sums[i] - mean / static_cast<double>(last - first));
  }
  return above;
}

}  // namespace

std::vector<double> LineShaper::louder(const LineScore& score) const {
  return above_those_beside(score, weights_.louder);
}

std::vector<double> LineShaper::later_ms(const LineScore& score) const {
  return above_those_beside(score, weights_.later);
}

Result<void> write_shaper(const std::filesystem::path& path, const ShaperWeights& weights) {
  std::vector<infer::NamedTensor> named;
  for (const Tensor& tensor : kTensors) {
    named.push_back({tensor.name, {tensor.size}, std::span<const float>(weights.*tensor.values)});
  }
  return infer::write_safetensors(path, named, {{"format", kFormat}});
}

}  // namespace cantus::touch
