#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "neural/band/network.h"

namespace cantus::band {
namespace {

using infer::PackedMatrix;
using infer::padded;

constexpr int kMostWidth = 1024;
constexpr int kMostBlocks = 16;

Result<int> number(const infer::Metadata& metadata, const char* name, int least, int most) {
  const auto found = metadata.find(name);
  int value = 0;
  if (found != metadata.end()) {
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && value >= least &&
        value <= most) {
      return value;
    }
  }
  return fail(ErrorCode::invalid_input, std::string("the metadata has no '") + name + "' from " +
                                            std::to_string(least) + " to " + std::to_string(most));
}

Result<BandShape> read_shape(const infer::Metadata& metadata) {
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != kFormat) {
    return fail(ErrorCode::invalid_input,
                std::string("not a band's weights (format ") + kFormat + ")");
  }
  BandShape shape;
  const std::array<std::pair<const char*, std::pair<int*, int>>, 5> wanted = {{
      {"width", {&shape.width, kMostWidth}},
      {"hidden", {&shape.hidden, 4 * kMostWidth}},
      {"heads", {&shape.heads, 64}},
      {"generator_blocks", {&shape.generator_blocks, kMostBlocks}},
      {"encoder_blocks", {&shape.encoder_blocks, kMostBlocks}},
  }};
  for (const auto& [name, place] : wanted) {
    const auto value = number(metadata, name, 1, place.second);
    if (!value) return tl::unexpected<Error>(value.error());
    *place.first = *value;
  }
  if (shape.width % shape.heads != 0 || shape.width / shape.heads % infer::kLanes != 0 ||
      shape.hidden % infer::kLanes != 0) {
    return fail(ErrorCode::invalid_input, "heads and layers must be whole sixteens wide");
  }
  return shape;
}

/// Takes tensors one after another into the room for weights; the first pass only measures.
class Taker {
 public:
  Taker(const infer::SafeTensors& file, float* room) : file_(file), room_(room) {}

  std::size_t size() const { return size_; }
  const Result<void>& done() const { return done_; }

  const float* vector(const std::string& name, int count) {
    float* to = take(static_cast<std::size_t>(padded(count)));
    if (to == nullptr) return nullptr;
    const auto values = file_.floats(name, {static_cast<std::uint64_t>(count)});
    if (!values) return fail_with(values.error());
    std::ranges::copy(*values, to);
    return to;
  }

  const float* table(const std::string& name, int rows, int columns) {
    float* to = take(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
    if (to == nullptr) return nullptr;
    const auto values =
        file_.floats(name, {static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(columns)});
    if (!values) return fail_with(values.error());
    std::ranges::copy(*values, to);
    return to;
  }

  PackedMatrix matrix(const std::string& name, int rows, int depth) {
    float* to = take(PackedMatrix::size(rows, depth));
    if (to == nullptr) return {};
    const auto values =
        file_.floats(name, {static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(depth)});
    if (!values) {
      fail_with(values.error());
      return {};
    }
    return infer::pack(*values, rows, depth, to);
  }

  std::vector<PackedMatrix> matrices(const std::string& name, int count, int rows, int depth) {
    std::vector<PackedMatrix> all;
    const std::size_t each = static_cast<std::size_t>(rows) * static_cast<std::size_t>(depth);
    std::vector<float> values;
    if (room_ != nullptr) {
      auto read =
          file_.floats(name, {static_cast<std::uint64_t>(count), static_cast<std::uint64_t>(rows),
                              static_cast<std::uint64_t>(depth)});
      if (!read) {
        fail_with(read.error());
        return {};
      }
      values = std::move(*read);
    }
    for (int i = 0; i < count; ++i) {
      float* to = take(PackedMatrix::size(rows, depth));
      if (to == nullptr) continue;
      all.push_back(infer::pack(std::span(values).subspan(static_cast<std::size_t>(i) * each, each),
                                rows, depth, to));
    }
    return all;
  }

 private:
  float* take(std::size_t count) {
    float* to = room_ == nullptr || !done_ ? nullptr : room_ + size_;
    size_ += (count + infer::kLanes - 1) / infer::kLanes * infer::kLanes;
    return to;
  }
  const float* fail_with(const Error& error) {
    if (done_) done_ = tl::unexpected<Error>(error);
    return nullptr;
  }

  const infer::SafeTensors& file_;
  float* room_;
  std::size_t size_ = 0;
  Result<void> done_;
};

BandTrunk take_trunk(
    Taker& taker, const std::string& name, const BandShape& shape, int inputs, int blocks) {
  BandTrunk trunk;
  trunk.input = taker.matrix(name + ".input", shape.width, inputs);
  for (int i = 0; i < blocks; ++i) {
    const std::string block = name + "." + std::to_string(i) + ".";
    BandBlock made;
    made.attention_norm = taker.vector(block + "attention_norm", shape.width);
    made.qkv = taker.matrix(block + "attention_qkv", 3 * shape.width, shape.width);
    made.out = taker.matrix(block + "attention_out", shape.width, shape.width);
    made.mlp_norm = taker.vector(block + "mlp_norm", shape.width);
    made.mlp_in = taker.matrix(block + "mlp_in", shape.hidden, shape.width);
    made.mlp_out = taker.matrix(block + "mlp_out", shape.width, shape.hidden);
    trunk.blocks.push_back(made);
  }
  trunk.final_norm = taker.vector(name + ".final_norm", shape.width);
  return trunk;
}

}  // namespace

Result<BandNet> BandNet::load(const std::filesystem::path& path) {
  const auto file = infer::SafeTensors::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  auto net = load(*file);
  if (!net) return fail_at(path.string(), net.error());
  return net;
}

Result<BandNet> BandNet::load(const infer::SafeTensors& file) {
  const auto shape = read_shape(file.metadata());
  if (!shape) return tl::unexpected<Error>(shape.error());
  const auto isa = infer::chosen_isa();
  if (!isa) return tl::unexpected<Error>(isa.error());
  BandNet net;
  net.shape_ = *shape;
  net.metadata_ = file.metadata();
  net.isa_ = *isa;
  if (auto done = net.read(file); !done) return tl::unexpected<Error>(done.error());
  return net;
}

Result<void> BandNet::read(const infer::SafeTensors& file) {
  const auto take = [&](Taker& taker) {
    generator_ = take_trunk(taker, "generator", shape_, kGeneratorInputs, shape_.generator_blocks);
    heads_ = taker.matrices("generator.head", kPlayers, kHeadOutputs, shape_.width);
    head_bias_ = taker.table("generator.head_bias", kPlayers, kHeadOutputs);
    encoder_ = take_trunk(taker, "encoder", shape_, kEncoderInputs, shape_.encoder_blocks);
    phrase_ = taker.matrix("encoder.phrase", 2 * kPhraseNoise, shape_.width);
    bars_ = taker.matrix("encoder.bars", 2 * kBarNoise, shape_.width);
    players_ = taker.matrix("encoder.players", 2 * kPlayerNoise, shape_.width);
    cells_ = taker.matrix("encoder.cells", 2 * kCellNoise, shape_.width);
  };
  Taker measure(file, nullptr);
  take(measure);
  weights_ = infer::AlignedFloats(measure.size());
  Taker taker(file, weights_.data());
  take(taker);
  if (!taker.done()) return taker.done();
  auto mean = file.floats("noise.mean", {kNoise});
  if (!mean) return tl::unexpected<Error>(mean.error());
  auto root = file.floats("noise.root", {kNoise, kNoise});
  if (!root) return tl::unexpected<Error>(root.error());
  auto prior = NoisePrior::from(std::move(*mean), std::move(*root));
  if (!prior) return tl::unexpected<Error>(prior.error());
  prior_ = std::move(*prior);
  auto hands = Hands::read(file);
  if (!hands) return tl::unexpected<Error>(hands.error());
  hands_ = std::move(*hands);
  if (file.find("leanings") == nullptr) return {};  // not settled yet
  const auto leanings = file.floats("leanings", {kLeanings, kPlayers});
  if (!leanings) return tl::unexpected<Error>(leanings.error());
  const float* from = leanings->data();
  for (auto* to :
       {&leanings_.thresholds, &leanings_.chord_lift, &leanings_.steadiness, &leanings_.length_lift,
        &leanings_.variety, &leanings_.nearness, &leanings_.legato}) {
    std::copy_n(from, kPlayers, to->begin());
    from += kPlayers;
  }
  return {};
}

}  // namespace cantus::band
