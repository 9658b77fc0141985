// The band's critic as a network: from the marks of a phrase to six opinions of it and of each of
// its bars, the same bits on every machine. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "neural/band_critic/marks.h"
#include "neural/critic/layers_file.h"

namespace cantus::band_critic {

/// What is judged: the whole, and five aspects by themselves.
enum class Aspect : std::uint8_t { overall, drums, bass, harmony, together, form };
constexpr int kAspects = 6;
constexpr std::array<std::string_view, kAspects> kAspectNames = {"overall", "drums",    "bass",
                                                                 "harmony", "together", "form"};

constexpr int kStrokeWidth = 48;
constexpr int kVoiceWidth = 64;  ///< of a player's bar
constexpr int kBarWidth = 96;
constexpr int kPhraseWidth = 96;
/// Four bars, their means and maxima.
constexpr int kPhraseInputs = (kBars + 2) * kBarWidth;
/// A phrase, and of its bars' opinions the means and minima.
constexpr int kOpinionInputs = kPhraseWidth + 2 * kAspects;
constexpr int kScales = 2;  ///< bar, phrase

/// Where a player has rows of its own they follow one another in the order of players.
struct Weights {
  critic::Layer stroke;       ///< [stroke_marks(), kStrokeWidth]
  critic::Layer near;         ///< [players · 3 · kStrokeWidth, kStrokeWidth]: with those beside it
  critic::Layer pool;         ///< [players · 2 · kStrokeWidth, kVoiceWidth]: means and maxima
  critic::Layer voice;        ///< [voice_marks(), kVoiceWidth], added to `pool`
  critic::Layer join;         ///< [players · kVoiceWidth, kBarWidth]
  critic::Layer bar;          ///< [bar_marks(), kBarWidth], added to `join`
  critic::Layer bar_near;     ///< [3 · kBarWidth, kBarWidth]
  critic::Layer bar_opinion;  ///< [kBarWidth, kAspects]
  critic::Layer phrase;       ///< [kPhraseInputs, kPhraseWidth]
  critic::Layer opinion;      ///< [kOpinionInputs, kAspects]
  critic::Calibration calibration;  ///< [kScales, kAspects]
};

struct LayerShape {
  std::string_view name;
  int inputs;
  int outputs;
  critic::Layer Weights::* layer;
};
/// All layers, in the order they lie in the file.
std::span<const LayerShape> layer_shapes();

using Opinion = std::array<float, kAspects>;

/// Log-odds, calibrated.
struct Opinions {
  std::array<Opinion, kBars> bars{};
  Opinion phrase{};
};

class Network {
 public:
  /// Fails with invalid_input where a tensor has another size or a number is not finite.
  static Result<Network> from(Weights weights);

  /// Fails as infer::SafeTensors does, and where the file is of another format or shape.
  static Result<Network> load(const std::filesystem::path& path);

  /// The same of a file's bytes; errors do not name a path.
  static Result<Network> parse(std::span<const std::byte> bytes);

  /// [any thread]
  [[nodiscard]] Opinions opinions(const MarkedPhrase& phrase) const;

  const Weights& weights() const { return weights_; }

 private:
  explicit Network(Weights weights) : weights_(std::move(weights)) {}
  Weights weights_;
};

/// Matrices in float16, the rest in float32; written under a temporary name, synced and renamed.
Result<void> write_network(const std::filesystem::path& path, const Weights& weights);

}  // namespace cantus::band_critic
