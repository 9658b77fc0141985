// The critic's network: from the marks of a sheet to five opinions at three scales, the same bits
// on every machine. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "neural/critic/layers_file.h"
#include "neural/critic/marks.h"

namespace cantus::critic {

/// What is judged: the whole, and four aspects by themselves.
enum class Aspect : std::uint8_t { overall, melody, harmony, rhythm, form };
constexpr int kAspects = 5;
constexpr std::array<std::string_view, kAspects> kAspectNames = {"overall", "melody", "harmony",
                                                                 "rhythm", "form"};

constexpr int kNoteWidth = 64;
constexpr int kBarWidth = 96;
constexpr int kPieceWidth = 64;
constexpr int kPhraseBars = 4;
constexpr int kSectionBars = 8;
constexpr int kLongSectionBars = 16;
/// Means and maxima of three scales, and of their opinions the means and minima.
constexpr int kSummary = 6 * kBarWidth + 6 * kAspects;

struct Weights {
  Layer note;               ///< [note_marks(), kNoteWidth]
  Layer note_near;          ///< [3 · kNoteWidth, kNoteWidth]: a note with those beside it
  Layer note_far;           ///< the same again
  Layer pool;               ///< [2 · kNoteWidth, kBarWidth]: means and maxima of a bar's notes
  Layer bar;                ///< [bar_marks(), kBarWidth], added to `pool`
  Layer bar_near;           ///< [3 · kBarWidth, kBarWidth]
  Layer phrase;             ///< [4 · kBarWidth, kBarWidth]
  Layer section;            ///< [2 · kBarWidth, kBarWidth]: phrases four bars apart
  Layer long_section;       ///< [2 · kBarWidth, kBarWidth]: sections eight bars apart
  Layer phrase_opinion;     ///< [kBarWidth, kAspects]
  Layer section_opinion;    ///< [kBarWidth, kAspects]
  Layer long_opinion;       ///< [kBarWidth, kAspects]
  Layer summary;            ///< [kSummary, kPieceWidth]
  Layer opinion;            ///< [kPieceWidth, kAspects]
  Calibration calibration;  ///< [4 scales, kAspects]
};

struct LayerShape {
  std::string_view name;
  int inputs;
  int outputs;
  Layer Weights::* layer;
};
/// All layers, in the order they lie in the file.
std::span<const LayerShape> layer_shapes();

using Opinion = std::array<float, kAspects>;

/// Log-odds, calibrated. Windows begin at each bar; there is at least one of each.
struct Opinions {
  std::vector<Opinion> phrases;
  std::vector<Opinion> sections;
  std::vector<Opinion> long_sections;
  Opinion piece{};
};

/// Windows of a sheet of this many bars.
constexpr int windows_of(int bars, int window) {
  return bars < window ? 1 : bars - window + 1;
}

class Network {
 public:
  /// Fails with invalid_input where a tensor has another size or a number is not finite.
  static Result<Network> from(Weights weights);

  /// Fails as infer::SafeTensors does, and where the file is of another format or shape.
  static Result<Network> load(const std::filesystem::path& path);

  /// The same of a file's bytes; errors do not name a path.
  static Result<Network> parse(std::span<const std::byte> bytes);

  /// [any thread]. The sheet has at least kPhraseBars bars.
  [[nodiscard]] Opinions opinions(const MarkedSheet& sheet) const;

  const Weights& weights() const { return weights_; }

 private:
  explicit Network(Weights weights) : weights_(std::move(weights)) {}
  Weights weights_;
};

/// Matrices in float16, the rest in float32; written under a temporary name, synced and renamed.
Result<void> write_network(const std::filesystem::path& path, const Weights& weights);

}  // namespace cantus::critic
