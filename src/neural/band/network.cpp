#include "neural/band/network.h"

#include <algorithm>
#include <cmath>

#include "neural/infer/kernels.h"

namespace cantus::band {
namespace {

using infer::FloatProduct;
using infer::PackedMatrix;
using infer::padded;

constexpr int kMostTokens = kBeats * kPlayers;

std::size_t at(int row, int width) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(padded(width));
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

rolls::Roll BandNet::play(std::span<const float> logits,
                          const Conditions& c,
                          const Rules& rules,
                          std::span<const Random, rolls::kBars> chances) const {
  if (!hands_.there()) return decided_roll(logits, c, leanings_, rules);
  return played_roll(hands_.play(logits, c, rules, chances, isa_), c, hands_.manners(), rules);
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
