#include "neural/band_critic/network.h"

#include <algorithm>
#include <utility>

#include "neural/infer/safetensors.h"

namespace cantus::band_critic {
namespace {

using critic::add_product;
using critic::Layer;
using critic::Stage;

constexpr const char* kFormat = "cantus-band-critic-1";
constexpr const char* kWho = "band's critic";

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
  const auto layers = filed<critic::LayerToRead>(weights);
  auto done =
      critic::read_layers(file, metadata(), kWho, layers, {kScales, kAspects}, weights.calibration);
  if (!done) return tl::unexpected<Error>(done.error());
  return Network::from(std::move(weights));
}

/// The four bars of one player, [kBars][kVoiceWidth].
Stage voice_of(const Weights& w, const MarkedPhrase& phrase, std::size_t p) {
  const critic::Marks& marks = phrase.strokes[p];
  Stage strokes(marks.size(), kStrokeWidth, w.stroke.bias);
  critic::add_marks(w.stroke, marks, strokes);
  critic::rectify(strokes.all());
  strokes = critic::with_neighbours(w.near, strokes, kStrokeWidth, p * 3 * kStrokeWidth);
  const Stage pool = critic::pooled(strokes, kStrokeWidth, phrase.bar[p], kBars);
  Stage voice(kBars, kVoiceWidth, w.voice.bias);
  critic::add_marks(w.voice, phrase.voices[p], voice);
  for (std::size_t b = 0; b < kBars; ++b) {
    add_product(w.pool, p * 2 * kStrokeWidth, pool.row(b), voice.row(b));
    for (std::size_t o = 0; o < kVoiceWidth; ++o)
      voice.row(b)[o] += w.pool.bias[o];
  }
  critic::rectify(voice.all());
  return voice;
}

Opinion opinion_of(const Layer& layer, std::span<const float> inputs) {
  Opinion out;
  std::ranges::copy(layer.bias, out.begin());
  add_product(layer, 0, inputs, out);
  return out;
}

}  // namespace

std::span<const LayerShape> layer_shapes() {
  static const std::array<LayerShape, 10> kShapes = {{
      {"stroke", stroke_marks(), kStrokeWidth, &Weights::stroke},
      {"near", kPlayers * 3 * kStrokeWidth, kStrokeWidth, &Weights::near},
      {"pool", kPlayers * 2 * kStrokeWidth, kVoiceWidth, &Weights::pool},
      {"voice", voice_marks(), kVoiceWidth, &Weights::voice},
      {"join", kPlayers * kVoiceWidth, kBarWidth, &Weights::join},
      {"bar", bar_marks(), kBarWidth, &Weights::bar},
      {"bar_near", 3 * kBarWidth, kBarWidth, &Weights::bar_near},
      {"bar_opinion", kBarWidth, kAspects, &Weights::bar_opinion},
      {"phrase", kPhraseInputs, kPhraseWidth, &Weights::phrase},
      {"opinion", kOpinionInputs, kAspects, &Weights::opinion},
  }};
  return kShapes;
}

Result<Network> Network::from(Weights weights) {
  const auto layers = filed<critic::LayerToWrite>(std::as_const(weights));
  auto done = critic::check_layers(kWho, layers, kScales * kAspects, weights.calibration);
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

Opinions Network::opinions(const MarkedPhrase& phrase) const {
  const Weights& w = weights_;
  Stage bars(kBars, kBarWidth, w.bar.bias);
  critic::add_marks(w.bar, phrase.bars, bars);
  for (std::size_t p = 0; p < kPlayers; ++p) {
    const Stage voice = voice_of(w, phrase, p);
    for (std::size_t b = 0; b < kBars; ++b)
      add_product(w.join, p * kVoiceWidth, voice.row(b), bars.row(b));
  }
  for (std::size_t b = 0; b < kBars; ++b) {
    for (std::size_t o = 0; o < kBarWidth; ++o)
      bars.row(b)[o] += w.join.bias[o];
  }
  critic::rectify(bars.all());
  bars = critic::with_neighbours(w.bar_near, bars, kBarWidth);
  Opinions out;
  std::vector<std::span<const float>> rows;
  for (std::size_t b = 0; b < kBars; ++b) {
    out.bars[b] = opinion_of(w.bar_opinion, bars.row(b));
    rows.push_back(std::as_const(bars).row(b));
  }
  std::vector<float> inputs(bars.all().begin(), bars.all().end());
  critic::append_summary(rows, kBarWidth, [](float a, float b) { return std::max(a, b); }, inputs);
  std::vector<float> whole = w.phrase.bias;
  add_product(w.phrase, 0, inputs, whole);
  critic::rectify(whole);
  critic::append_summary(
      out.bars, kAspects, [](float a, float b) { return std::min(a, b); }, whole);
  out.phrase = opinion_of(w.opinion, whole);
  const auto calibrate = [&](Opinion& opinion, std::size_t scale) {
    for (std::size_t a = 0; a < kAspects; ++a)
      opinion[a] = opinion[a] * w.calibration.scale[scale * kAspects + a] +
                   w.calibration.shift[scale * kAspects + a];
  };
  for (Opinion& opinion : out.bars)
    calibrate(opinion, 0);
  calibrate(out.phrase, 1);
  return out;
}

Result<void> write_network(const std::filesystem::path& path, const Weights& weights) {
  return critic::write_layers(path, metadata(), filed<critic::LayerToWrite>(weights),
                              {kScales, kAspects}, weights.calibration);
}

}  // namespace cantus::band_critic
