#include "neural/band/network.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <functional>

#include "neural/infer/kernels.h"

namespace cantus::band {
namespace {

using infer::FloatProduct;
using infer::PackedMatrix;
using infer::padded;
using infer::Shape;

constexpr int kMostTokens = kBeats * kPlayers;
constexpr int kMostWidth = 1024;
constexpr int kMostBlocks = 16;

std::size_t at(int row, int width) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(padded(width));
}

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

/// `columns` rows of `x` times the matrix, into rows of `out`.
void multiply(const infer::Kernels& kernels,
              const PackedMatrix& matrix,
              const float* x,
              std::size_t x_stride,
              int columns,
              float* out,
              std::size_t out_stride,
              infer::Finish finish = infer::Finish::store) {
  FloatProduct product;
  product.blocks = matrix.floats();
  product.block_stride = matrix.block_stride();
  product.block_end = matrix.blocks();
  product.depth = matrix.depth;
  product.x = x;
  product.x_stride = x_stride;
  product.columns = columns;
  product.out = out;
  product.out_stride = out_stride;
  kernels.multiply(product, finish);
}

}  // namespace

BandNet::Workspace::Workspace(const BandNet& net)
    : inputs(at(kMostTokens, kGeneratorInputs)),
      x(at(kMostTokens, net.shape_.width)),
      normed(at(kMostTokens, net.shape_.width)),
      qkv(at(kMostTokens, 3 * net.shape_.width)),
      attended(at(kMostTokens, net.shape_.width)),
      hidden(at(kMostTokens, net.shape_.hidden)),
      keys(at(net.shape_.width, kMostTokens)),
      values(at(kMostTokens, net.shape_.width)),
      scores(at(kMostTokens, kMostTokens)),
      out(at(kMostTokens, kHeadOutputs)) {}

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

void BandNet::attend(int tokens, Workspace& work) const {
  const infer::Kernels& kernels = infer::kernels_for(isa_);
  const int width = shape_.width / shape_.heads;
  const std::size_t stride = at(1, 3 * shape_.width);
  const std::size_t score_stride = at(1, tokens);
  const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(width)));
  for (int head = 0; head < shape_.heads; ++head) {
    const float* query = work.qkv.data() + std::ptrdiff_t{head} * width;
    const float* key = query + shape_.width;
    const float* value = key + shape_.width;
    float* keys = work.keys.data();      // [block of sixteen tokens][width][16]
    float* values = work.values.data();  // [block of sixteen columns][token][16]
    std::fill_n(keys, at(width, tokens), 0.0F);
    for (int t = 0; t < tokens; ++t) {
      const float* k = key + static_cast<std::size_t>(t) * stride;
      const float* v = value + static_cast<std::size_t>(t) * stride;
      float* to =
          keys + std::ptrdiff_t{t / infer::kLanes} * width * infer::kLanes + t % infer::kLanes;
      for (int i = 0; i < width; ++i)
        to[std::ptrdiff_t{i} * infer::kLanes] = k[i];
      for (int i = 0; i < width; ++i)
        values[(std::ptrdiff_t{i / infer::kLanes} * tokens + t) * infer::kLanes +
               i % infer::kLanes] = v[i];
    }
    FloatProduct product;
    product.columns = tokens;
    product.blocks = keys;
    product.block_stride = static_cast<std::size_t>(width) * infer::kLanes;
    product.block_end = infer::blocks_for(tokens);
    product.depth = width;
    product.x = query;
    product.x_stride = stride;
    product.out = work.scores.data();
    product.out_stride = score_stride;
    kernels.multiply(product, infer::Finish::store);
    std::array<float, kMostTokens> totals{};
    for (int t = 0; t < tokens; ++t) {
      totals[static_cast<std::size_t>(t)] = kernels.exponentials(
          work.scores.data() + static_cast<std::size_t>(t) * score_stride, tokens, scale);
    }
    product.blocks = values;
    product.block_stride = static_cast<std::size_t>(tokens) * infer::kLanes;
    product.block_end = infer::blocks_for(width);
    product.depth = tokens;
    product.x = work.scores.data();
    product.x_stride = score_stride;
    product.out = work.attended.data() + std::ptrdiff_t{head} * width;
    product.out_stride = at(1, shape_.width);
    kernels.multiply(product, infer::Finish::store);
    for (int t = 0; t < tokens; ++t) {
      float* out = product.out + static_cast<std::size_t>(t) * product.out_stride;
      for (int i = 0; i < width; ++i)
        out[i] /= totals[static_cast<std::size_t>(t)];
    }
  }
}

/// From work.inputs to work.normed, both [tokens] rows.
void BandNet::run(const BandTrunk& trunk, int tokens, Workspace& work) const {
  const infer::Kernels& kernels = infer::kernels_for(isa_);
  const std::size_t stride = at(1, shape_.width);
  const std::size_t hidden_stride = at(1, shape_.hidden);
  float* x = work.x.data();
  float* normed = work.normed.data();
  const auto normalise = [&](const float* gain) {
    for (int t = 0; t < tokens; ++t) {
      const std::size_t row = static_cast<std::size_t>(t) * stride;
      kernels.normalise(x + row, gain, shape_.width, normed + row);
    }
  };
  multiply(kernels, trunk.input, work.inputs.data(), at(1, trunk.input.depth), tokens, x, stride);
  for (const BandBlock& block : trunk.blocks) {
    normalise(block.attention_norm);
    multiply(kernels, block.qkv, normed, stride, tokens, work.qkv.data(), at(1, 3 * shape_.width));
    attend(tokens, work);
    multiply(kernels, block.out, work.attended.data(), stride, tokens, x, stride,
             infer::Finish::add);
    normalise(block.mlp_norm);
    multiply(kernels, block.mlp_in, normed, stride, tokens, work.hidden.data(), hidden_stride,
             infer::Finish::squared_relu);
    multiply(kernels, block.mlp_out, work.hidden.data(), hidden_stride, tokens, x, stride,
             infer::Finish::add);
  }
  normalise(trunk.final_norm);
}

namespace {

/// Lays the features of all tokens side by side: each piece of `rows` is [tokens][count].
class InputRows {
 public:
  InputRows(float* inputs, int tokens, int inputs_a_token)
      : to_(inputs), tokens_(tokens), stride_(at(1, inputs_a_token)) {
    std::fill_n(inputs, static_cast<std::size_t>(tokens) * stride_, 0.0F);
  }

  /// `write` fills [tokens][count] of the scratch, which is copied beside what is there.
  template <class Write>
  void add(int count, std::span<float> scratch, Write write) {
    const auto size = static_cast<std::size_t>(tokens_) * static_cast<std::size_t>(count);
    write(scratch.first(size));
    for (int t = 0; t < tokens_; ++t) {
      std::copy_n(scratch.data() + std::ptrdiff_t{t} * count, count,
                  to_ + static_cast<std::size_t>(t) * stride_ + filled_);
    }
    filled_ += count;
  }

 private:
  float* to_;
  int tokens_;
  std::size_t stride_;
  std::ptrdiff_t filled_ = 0;
};

}  // namespace

void BandNet::generate(const Conditions& c,
                       const Latents& latents,
                       Workspace& work,
                       std::span<float> logits) const {
  const int tokens = c.tokens();
  const int beats = tokens / kPlayers;
  InputRows rows(work.inputs.data(), tokens, kGeneratorInputs);
  const std::span<float> scratch(work.out.data(), work.out.size());
  rows.add(kConditionFeatures, scratch, [&](std::span<float> out) { write_conditions(c, out); });
  rows.add(kContentFeatures, scratch,
           [&](std::span<float> out) { write_content(c.grid, c.metre, c.given, out); });
  rows.add(kRelativeFeatures, scratch,
           [&](std::span<float> out) { write_relative(c.grid, c, c.given, out); });
  rows.add(kTokenNoise, scratch, [&](std::span<float> out) {
    for (int t = 0; t < tokens; ++t) {
      write_noise(latents, t / kPlayers / beats_of_bar(c.metre),
                  static_cast<rolls::Player>(t % kPlayers),
                  out.subspan(static_cast<std::size_t>(t) * kTokenNoise, kTokenNoise));
    }
  });
  run(generator_, tokens, work);
  const infer::Kernels& kernels = infer::kernels_for(isa_);
  const std::size_t stride = at(1, shape_.width);
  const std::size_t out_stride = at(1, kHeadOutputs);
  for (int p = 0; p < kPlayers; ++p) {
    multiply(kernels, heads_[static_cast<std::size_t>(p)],
             work.normed.data() + static_cast<std::size_t>(p) * stride, kPlayers * stride, beats,
             work.out.data() + static_cast<std::size_t>(p) * out_stride, kPlayers * out_stride);
  }
  std::array<int, std::size_t{kBeats} * kPlaces> roots{};
  write_roots(c, roots);
  for (int t = 0; t < tokens; ++t) {
    const int p = t % kPlayers;
    const float* out = work.out.data() + static_cast<std::size_t>(t) * out_stride;
    const float* bias = head_bias_ + std::ptrdiff_t{p} * kHeadOutputs;
    float* to = logits.data() + std::ptrdiff_t{t} * kContentFeatures;
    for (int i = 0; i < kContentFeatures; ++i)
      to[i] = out[i] + bias[i];
    if (p == static_cast<int>(rolls::Player::drums)) continue;
    for (int place = 0; place < kPlaces; ++place) {
      const int root = roots[static_cast<std::size_t>(t / kPlayers * kPlaces + place)];
      const float* above = out + kContentFeatures + std::ptrdiff_t{place} * 12;
      const float* above_bias = bias + kContentFeatures + std::ptrdiff_t{place} * 12;
      for (int key = 0; key < kKeys; ++key) {
        const int interval = (key % 12 - root + 12) % 12;
        to[place * kStrokeFeatures + key] += above[interval] + above_bias[interval];
      }
    }
  }
}

namespace {

/// Adds up the rows of some tokens and divides.
class Mean {
 public:
  explicit Mean(int width) : sums_(static_cast<std::size_t>(width), 0.0F) {}
  void add(const float* row) {
    for (float& sum : sums_)
      sum += *row++;
    ++count_;
  }
  std::span<const float> value() {
    for (float& sum : sums_)
      sum /= static_cast<float>(count_);
    return sums_;
  }

 private:
  std::vector<float> sums_;
  int count_ = 0;
};

}  // namespace

Latents BandNet::encode(const Conditions& whole, Workspace& work) const {
  const int tokens = whole.tokens();
  constexpr std::array<bool, kPlayers> kAll = {true, true, true, true, true};
  InputRows rows(work.inputs.data(), tokens, kEncoderInputs);
  const std::span<float> scratch(work.out.data(), work.out.size());
  rows.add(kConditionFeatures, scratch,
           [&](std::span<float> out) { write_conditions(whole, out); });
  rows.add(kContentFeatures, scratch,
           [&](std::span<float> out) { write_content(whole.grid, whole.metre, kAll, out); });
  rows.add(kRelativeFeatures, scratch,
           [&](std::span<float> out) { write_relative(whole.grid, whole, kAll, out); });
  run(encoder_, tokens, work);
  const infer::Kernels& kernels = infer::kernels_for(isa_);
  const std::size_t stride = at(1, shape_.width);
  infer::AlignedFloats mean_row(stride);
  infer::AlignedFloats said(padded(2 * kPhraseNoise));
  const int bar_tokens = tokens / rolls::kBars;
  const auto tell = [&](const PackedMatrix& matrix, auto wanted, std::span<float> out) {
    Mean mean(shape_.width);
    for (int t = 0; t < tokens; ++t) {
      if (wanted(t / bar_tokens, t % kPlayers))
        mean.add(work.normed.data() + static_cast<std::size_t>(t) * stride);
    }
    std::ranges::copy(mean.value(), mean_row.data());
    multiply(kernels, matrix, mean_row.data(), stride, 1, said.data(), said.size());
    std::copy_n(said.data(), out.size(), out.begin());  // the means; then come the variances
  };
  Latents z;
  tell(phrase_, [](int, int) { return true; }, z.phrase);
  for (int bar = 0; bar < rolls::kBars; ++bar) {
    const auto b = static_cast<std::size_t>(bar);
    tell(bars_, [&](int at_bar, int) { return at_bar == bar; }, z.bars[b]);
    for (int p = 0; p < kPlayers; ++p) {
      tell(
          cells_, [&](int at_bar, int player) { return at_bar == bar && player == p; },
          z.cells[b][static_cast<std::size_t>(p)]);
    }
  }
  for (int p = 0; p < kPlayers; ++p) {
    tell(
        players_, [&](int, int player) { return player == p; },
        z.players[static_cast<std::size_t>(p)]);
  }
  return z;
}

}  // namespace cantus::band
