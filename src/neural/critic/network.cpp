#include "neural/critic/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "neural/infer/safetensors.h"
#include "neural/infer/short_floats.h"

namespace cantus::critic {
namespace {

constexpr const char* kFormat = "cantus-critic-1";
constexpr int kScales = 4;

using Row = std::vector<float>;

/// to += input · row of the layer, in the order of calls.
void add_row(const Weights::Layer& layer, std::size_t row, float input, std::span<float> to) {
  const float* from = layer.matrix.data() + row * to.size();
  for (std::size_t o = 0; o < to.size(); ++o)
    to[o] += input * from[o];
}

/// to += the rows from `first_row` on, times the inputs.
void add_product(const Weights::Layer& layer,
                 std::size_t first_row,
                 std::span<const float> inputs,
                 std::span<float> to) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] != 0.0F) add_row(layer, first_row + i, inputs[i], to);
  }
}

void rectify(std::span<float> values) {
  for (float& value : values)
    value = value > 0.0F ? value : 0.0F;
}

/// [rows][width] of one stage.
class Stage {
 public:
  Stage(std::size_t rows, std::size_t width, const std::vector<float>& bias)
      : width_(width), values_(rows * width) {
    for (std::size_t i = 0; i < rows; ++i)
      std::ranges::copy(bias, row(i).begin());
  }
  Stage(std::size_t rows, std::size_t width) : width_(width), values_(rows * width) {}

  std::size_t rows() const { return values_.size() / width_; }
  std::span<float> row(std::size_t i) { return std::span(values_).subspan(i * width_, width_); }
  std::span<const float> row(std::size_t i) const {
    return std::span(values_).subspan(i * width_, width_);
  }
  std::span<float> all() { return values_; }

 private:
  std::size_t width_;
  std::vector<float> values_;
};

void add_marks(const Weights::Layer& layer, const Marks& marks, Stage& to) {
  for (std::size_t i = 0; i < marks.size(); ++i) {
    for (auto m = marks.first[i]; m < marks.first[i + 1]; ++m) {
      const std::int32_t id = marks.ids[static_cast<std::size_t>(m)];
      add_row(layer, static_cast<std::size_t>(id), 1.0F, to.row(i));
    }
  }
}

/// Each row with the rows beside it, rectified, added to what it was.
Stage with_neighbours(const Weights::Layer& layer, const Stage& from, std::size_t width) {
  Stage to(from.rows(), width, layer.bias);
  for (std::size_t i = 0; i < from.rows(); ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      if (i + k < 1 || i + k - 1 >= from.rows()) continue;
      add_product(layer, k * width, from.row(i + k - 1), to.row(i));
    }
  }
  rectify(to.all());
  for (std::size_t i = 0; i < from.rows(); ++i) {
    for (std::size_t o = 0; o < width; ++o)
      to.row(i)[o] += from.row(i)[o];
  }
  return to;
}

/// Means and maxima of the notes of each bar; zeros for a silent one.
Stage pooled(const Stage& notes, const std::vector<std::int32_t>& bar_of, std::size_t bars) {
  Stage out(bars, 2 * kNoteWidth);
  std::vector<int> counts(bars, 0);
  for (std::size_t i = 0; i < bar_of.size(); ++i) {
    const auto bar = static_cast<std::size_t>(bar_of[i]);
    ++counts[bar];
    const auto note = notes.row(i);
    const auto to = out.row(bar);
    for (std::size_t o = 0; o < kNoteWidth; ++o) {
      to[o] += note[o];
      to[kNoteWidth + o] = std::max(to[kNoteWidth + o], note[o]);
    }
  }
  for (std::size_t bar = 0; bar < bars; ++bar) {
    for (std::size_t o = 0; o < kNoteWidth && counts[bar] > 0; ++o)
      out.row(bar)[o] /= static_cast<float>(counts[bar]);
  }
  return out;
}

/// Row i: rows i, i + apart, ... of `from`, the last where they are over.
Stage joined(const Weights::Layer& layer,
             const Stage& from,
             std::size_t rows,
             std::size_t count,
             std::size_t apart) {
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

std::vector<Opinion> opinions_of(const Weights::Layer& layer, const Stage& stage) {
  std::vector<Opinion> out(stage.rows());
  for (std::size_t i = 0; i < stage.rows(); ++i) {
    std::ranges::copy(layer.bias, out[i].begin());
    add_product(layer, 0, stage.row(i), out[i]);
  }
  return out;
}

/// Appends the means, then the extremes of the columns.
template <class Rows, class Extreme>
void summarise(const Rows& rows, std::size_t width, Extreme extreme, Row& to) {
  Row mean(width, 0.0F);
  Row most(rows.front().begin(), rows.front().end());
  for (const auto& row : rows) {
    for (std::size_t o = 0; o < width; ++o) {
      mean[o] += row[o];
      most[o] = extreme(most[o], row[o]);
    }
  }
  for (float& value : mean)
    value /= static_cast<float>(rows.size());
  to.insert(to.end(), mean.begin(), mean.end());
  to.insert(to.end(), most.begin(), most.end());
}

void summarise(const Stage& stage, Row& to) {
  std::vector<std::span<const float>> rows;
  for (std::size_t i = 0; i < stage.rows(); ++i)
    rows.push_back(stage.row(i));
  summarise(rows, kBarWidth, [](float a, float b) { return std::max(a, b); }, to);
}

void summarise(const std::vector<Opinion>& opinions, Row& to) {
  summarise(opinions, kAspects, [](float a, float b) { return std::min(a, b); }, to);
}

Result<std::vector<float>> tensor(const infer::SafeTensors& file,
                                  const std::string& name,
                                  const infer::Shape& shape) {
  return file.floats(name, shape);
}

Result<Network> network_in(const infer::SafeTensors& file) {
  const auto format = file.metadata().find("format");
  const auto marks = file.metadata().find("marks");
  if (format == file.metadata().end() || format->second != kFormat) {
    return fail(ErrorCode::invalid_input,
                std::string("not a critic's weights (format ") + kFormat + ")");
  }
  if (marks == file.metadata().end() || marks->second != std::to_string(kMarksVersion)) {
    return fail(ErrorCode::invalid_input, "a critic that learnt other marks; train it again");
  }
  Weights weights;
  const auto take = [&](const std::string& name, const infer::Shape& shape,
                        std::vector<float>& to) -> Result<void> {
    auto values = tensor(file, name, shape);
    if (!values) return tl::unexpected<Error>(values.error());
    to = std::move(*values);
    return {};
  };
  for (const LayerShape& shape : layer_shapes()) {
    const auto inputs = static_cast<std::uint64_t>(shape.inputs);
    const auto outputs = static_cast<std::uint64_t>(shape.outputs);
    Weights::Layer& layer = weights.*shape.layer;
    const std::string name(shape.name);
    if (auto done = take(name, {inputs, outputs}, layer.matrix); !done)
      return tl::unexpected<Error>(done.error());
    if (auto done = take(name + "_bias", {outputs}, layer.bias); !done)
      return tl::unexpected<Error>(done.error());
  }
  if (auto done = take("scale", {kScales, kAspects}, weights.scale); !done)
    return tl::unexpected<Error>(done.error());
  if (auto done = take("shift", {kScales, kAspects}, weights.shift); !done)
    return tl::unexpected<Error>(done.error());
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
  const auto good = [](const std::vector<float>& values, int size) {
    return values.size() == static_cast<std::size_t>(size) &&
           std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
  };
  for (const LayerShape& shape : layer_shapes()) {
    const Weights::Layer& layer = weights.*shape.layer;
    if (!good(layer.matrix, shape.inputs * shape.outputs) || !good(layer.bias, shape.outputs)) {
      return fail(ErrorCode::invalid_input,
                  "tensor '" + std::string(shape.name) +
                      "' of the critic has another size or is not finite");
    }
  }
  if (!good(weights.scale, kScales * kAspects) || !good(weights.shift, kScales * kAspects)) {
    return fail(ErrorCode::invalid_input, "the critic's calibration is broken");
  }
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
  const Stage pool = pooled(notes, sheet.bar, bars);
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
      opinion[a] = opinion[a] * w.scale[scale * kAspects + a] + w.shift[scale * kAspects + a];
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
  std::vector<infer::NamedTensor> named;
  std::vector<std::vector<infer::Float16>> halves;  // outlive what is named
  halves.reserve(layer_shapes().size());
  for (const LayerShape& shape : layer_shapes()) {
    const Weights::Layer& layer = weights.*shape.layer;
    std::vector<infer::Float16>& half = halves.emplace_back();
    for (const float value : layer.matrix)
      half.push_back(infer::float16_of(value));
    const std::string name(shape.name);
    named.emplace_back(name,
                       infer::Shape{static_cast<std::uint64_t>(shape.inputs),
                                    static_cast<std::uint64_t>(shape.outputs)},
                       "F16", std::as_bytes(std::span(half)));
    named.emplace_back(name + "_bias", infer::Shape{static_cast<std::uint64_t>(shape.outputs)},
                       std::span<const float>(layer.bias));
  }
  const infer::Shape calibration = {kScales, kAspects};
  named.emplace_back("scale", calibration, std::span<const float>(weights.scale));
  named.emplace_back("shift", calibration, std::span<const float>(weights.shift));
  return infer::write_safetensors(path, named,
                                  {{"format", kFormat}, {"marks", std::to_string(kMarksVersion)}});
}

}  // namespace cantus::critic
