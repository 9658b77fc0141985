#include "neural/critic/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "neural/infer/safetensors.h"

namespace cantus::critic {
namespace {

constexpr const char* kFormat = "cantus-critic-1";
constexpr int kScales = 4;

using Row = std::vector<float>;

/// Row i: rows i, i + apart, ... of `from`, the last where they are over.
Stage joined(
    const Layer& layer, const Stage& from, std::size_t rows, std::size_t count, std::size_t apart) {
  Stage to(rows, kBarWidth, layer.bias);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t at = std::min(i + k * apart, from.rows() - 1);
      add_product(layer, k * kBarWidth, from.row(at), to.row(i));
    }
  }
  rectify(to.all());
  return to;
}

std::vector<Opinion> opinions_of(const Layer& layer, const Stage& stage) {
  std::vector<Opinion> out(stage.rows());
  for (std::size_t i = 0; i < stage.rows(); ++i) {
    std::ranges::copy(layer.bias, out[i].begin());
    add_product(layer, 0, stage.row(i), out[i]);
  }
  return out;
}

void summarise(const Stage& stage, Row& to) {
  std::vector<std::span<const float>> rows;
  for (std::size_t i = 0; i < stage.rows(); ++i)
    rows.push_back(stage.row(i));
  append_summary(rows, kBarWidth, [](float a, float b) { return std::max(a, b); }, to);
}

void summarise(const std::vector<Opinion>& opinions, Row& to) {
  append_summary(opinions, kAspects, [](float a, float b) { return std::min(a, b); }, to);
}

infer::Metadata metadata() {
  return {{"format", kFormat}, {"marks", std::to_string(kMarksVersion)}};
}

template <class Filed, class SomeWeights>
std::vector<Filed> filed(SomeWeights& weights) {
  std::vector<Filed> layers;
  for (const LayerShape& shape : layer_shapes())
    layers.push_back({shape.name, shape.inputs, shape.outputs, &(weights.*shape.layer)});
  return layers;
}

Result<Network> network_in(const infer::SafeTensors& file) {
  Weights weights;
  const auto layers = filed<LayerToRead>(weights);
  auto done =
      read_layers(file, metadata(), "critic", layers, {kScales, kAspects}, weights.calibration);
  if (!done) return tl::unexpected<Error>(done.error());
  return Network::from(std::move(weights));
}

}  // namespace

std::span<const LayerShape> layer_shapes() {
  static const std::array<LayerShape, 14> kShapes = {{
      {"note", note_marks(), kNoteWidth, &Weights::note},
      {"note_near", 3 * kNoteWidth, kNoteWidth, &Weights::note_near},
      {"note_far", 3 * kNoteWidth, kNoteWidth, &Weights::note_far},
      {"pool", 2 * kNoteWidth, kBarWidth, &Weights::pool},
      {"bar", bar_marks(), kBarWidth, &Weights::bar},
      {"bar_near", 3 * kBarWidth, kBarWidth, &Weights::bar_near},
      {"phrase", 4 * kBarWidth, kBarWidth, &Weights::phrase},
      {"section", 2 * kBarWidth, kBarWidth, &Weights::section},
      {"long_section", 2 * kBarWidth, kBarWidth, &Weights::long_section},
      {"phrase_opinion", kBarWidth, kAspects, &Weights::phrase_opinion},
      {"section_opinion", kBarWidth, kAspects, &Weights::section_opinion},
      {"long_opinion", kBarWidth, kAspects, &Weights::long_opinion},
      {"summary", kSummary, kPieceWidth, &Weights::summary},
      {"opinion", kPieceWidth, kAspects, &Weights::opinion},
  }};
  return kShapes;
}

Result<Network> Network::from(Weights weights) {
  const auto layers = filed<LayerToWrite>(std::as_const(weights));
  auto done = check_layers("critic", layers, kScales * kAspects, weights.calibration);
  if (!done) return tl::unexpected<Error>(done.error());
  return Network(std::move(weights));
}

Result<Network> Network::load(const std::filesystem::path& path) {
  const auto file = infer::SafeTensors::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  auto network = network_in(*file);
  if (!network) return fail_at(path.string(), network.error());
  return network;
}

Result<Network> Network::parse(std::span<const std::byte> bytes) {
  const auto file = infer::SafeTensors::parse(bytes);
  if (!file) return tl::unexpected<Error>(file.error());
  return network_in(*file);
}

Opinions Network::opinions(const MarkedSheet& sheet) const {
  const Weights& w = weights_;
  const std::size_t bars = sheet.bars.size();
  Stage notes(sheet.notes.size(), kNoteWidth, w.note.bias);
  add_marks(w.note, sheet.notes, notes);
  rectify(notes.all());
  notes = with_neighbours(w.note_near, notes, kNoteWidth);
  notes = with_neighbours(w.note_far, notes, kNoteWidth);
  const Stage pool = pooled(notes, kNoteWidth, sheet.bar, bars);
  Stage heard(bars, kBarWidth, w.bar.bias);
  add_marks(w.bar, sheet.bars, heard);
  for (std::size_t b = 0; b < bars; ++b) {
    add_product(w.pool, 0, pool.row(b), heard.row(b));
    for (std::size_t o = 0; o < kBarWidth; ++o)
      heard.row(b)[o] += w.pool.bias[o];
  }
  rectify(heard.all());
  heard = with_neighbours(w.bar_near, heard, kBarWidth);
  const auto windows = [&](int window) {
    return static_cast<std::size_t>(windows_of(static_cast<int>(bars), window));
  };
  const Stage phrases = joined(w.phrase, heard, windows(kPhraseBars), 4, 1);
  const Stage sections = joined(w.section, phrases, windows(kSectionBars), 2, 4);
  const Stage longer = joined(w.long_section, sections, windows(kLongSectionBars), 2, 8);
  Opinions out;
  out.phrases = opinions_of(w.phrase_opinion, phrases);
  out.sections = opinions_of(w.section_opinion, sections);
  out.long_sections = opinions_of(w.long_opinion, longer);
  Row summary;
  for (const Stage* stage : {&phrases, &sections, &longer})
    summarise(*stage, summary);
  for (const auto* opinions : {&out.phrases, &out.sections, &out.long_sections})
    summarise(*opinions, summary);
  Row hidden = w.summary.bias;
  add_product(w.summary, 0, summary, hidden);
  rectify(hidden);
  std::ranges::copy(w.opinion.bias, out.piece.begin());
  add_product(w.opinion, 0, hidden, out.piece);
  const auto calibrate = [&](Opinion& opinion, std::size_t scale) {
    for (std::size_t a = 0; a < kAspects; ++a)
      opinion[a] = opinion[a] * w.calibration.scale[scale * kAspects + a] +
                   w.calibration.shift[scale * kAspects + a];
  };
  for (Opinion& opinion : out.phrases)
    calibrate(opinion, 0);
  for (Opinion& opinion : out.sections)
    calibrate(opinion, 1);
  for (Opinion& opinion : out.long_sections)
    calibrate(opinion, 2);
  calibrate(out.piece, 3);
  return out;
}

Result<void> write_network(const std::filesystem::path& path, const Weights& weights) {
  return write_layers(path, metadata(), filed<LayerToWrite>(weights), {kScales, kAspects},
                      weights.calibration);
}

}  // namespace cantus::critic
