#include "neural/infer/forward.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/check.h"

namespace cantus::infer {
namespace {

struct Share {
  int begin;
  int end;
};

/// A worker's part of `items`; what it is does not change what is computed.
Share share_of(int items, int worker, int workers) {
  return {items * worker / workers, items * (worker + 1) / workers};
}

/// A worker's blocks of a matrix, into `out`.
template <class Weight, class Input>
Product<Weight, Input> product_of(
    const PackedMatrix& matrix, const Weight* blocks, Share blocks_of_mine, Rows& out, int first) {
  Product<Weight, Input> product;
  product.blocks = blocks;
  product.block_stride = matrix.block_stride();
  product.block_begin = blocks_of_mine.begin;
  product.block_end = blocks_of_mine.end;
  product.depth = matrix.depth;
  product.out = out.row(first);
  product.out_stride = out.unsigned_stride();
  return product;
}

}  // namespace

Rows::Rows(int rows, int width)
    : values(static_cast<std::size_t>(rows) * static_cast<std::size_t>(padded(width))),
      stride(padded(width)) {}

WholeRows::WholeRows(int rows, int width)
    : values(static_cast<std::size_t>(rows) * static_cast<std::size_t>(padded(width) / 2)),
      roundings(static_cast<std::size_t>(rows)),
      stride(static_cast<std::size_t>(padded(width) / 4)) {}

Forward::Forward(const Transformer& transformer, int most_columns, int threads)
    : transformer_(transformer),
      config_(transformer.config()),
      kernels_(kernels_for(transformer.isa())),
      most_columns_(most_columns),
      score_scale_(static_cast<float>(1.0 / std::sqrt(static_cast<double>(config_.head_width())))),
      workers_(threads),
      x_(most_columns, config_.width),
      qkv_(most_columns, 3 * config_.width),
      attended_(most_columns, config_.width),
      hidden_(most_columns, config_.hidden),
      logits_(most_columns, config_.vocabulary),
      normed_(threads * most_columns, config_.width),
      whole_(threads * most_columns, std::max(config_.width, config_.hidden)),
      scores_(threads, config_.context),
      head_out_(2 * threads, config_.head_width()),
      heads_(3 * threads, config_.head_width()),
      whole_scores_(threads, padded(config_.head_width()) + 2 * padded(config_.context)),
      bytes_(static_cast<std::size_t>(2 * threads * padded(config_.head_width()))) {}

std::span<const float> Forward::logits(int column) const {
  return {logits_.row(column), static_cast<std::size_t>(config_.vocabulary)};
}

void Forward::run(std::span<const Column> columns, int first_with_logits) {
  CANTUS_CHECK(columns.size() <= static_cast<std::size_t>(most_columns_));
  columns_ = columns;
  workers_.run([&](int worker) {
    embed(worker);
    workers_.barrier();
    for (int layer = 0; layer < config_.layers; ++layer) {
      attention(worker, layer);
      mlp(worker, layer);
    }
    final_logits(worker, first_with_logits);
  });
}

void Forward::embed(int worker) {
  const Share mine = share_of(columns(), worker, workers_.count());
  for (int c = mine.begin; c < mine.end; ++c) {
    unpack_row(transformer_.embedding(), columns_[static_cast<std::size_t>(c)].token, x_.row(c));
  }
}

/// Every worker normalises all columns for itself: that costs less than waiting for the others.
void Forward::normalise(int worker, int first, const float* gain) {
  for (int c = first; c < columns(); ++c) {
    kernels_.normalise(x_.row(c), gain, config_.width, normed_.row(worker * most_columns_ + c));
  }
}

/// Columns from `first` on; their inputs begin at row `first_x` of `x`.
void Forward::multiply(int worker,
                       const PackedMatrix& matrix,
                       const Rows& x,
                       int first_x,
                       Rows& out,
                       Finish finish,
                       int first) {
  const Share mine = share_of(matrix.blocks(), worker, workers_.count());
  const auto floats = [&](auto product) {
    product.x = x.row(first_x);
    product.x_stride = x.unsigned_stride();
    product.columns = columns() - first;
    return product;
  };
  switch (matrix.precision) {
    case Precision::float32:
      return kernels_.multiply(
          floats(product_of<float, float>(matrix, matrix.floats(), mine, out, first)), finish);
    case Precision::bfloat16:
      return kernels_.multiply_short(
          floats(product_of<BFloat16, float>(matrix, matrix.short_floats(), mine, out, first)),
          finish);
    case Precision::int8:
      auto product = product_of<std::uint8_t, InputQuad>(matrix, matrix.whole(), mine, out, first);
      product.depth = in_quads(matrix.depth);
      product.columns = columns() - first;
      product.row_scales = matrix.scales;
      return multiply_whole(product, worker, x.row(first_x), x.unsigned_stride(), finish);
  }
}

/// Every worker rounds all columns for itself, as it normalises them.
void Forward::multiply_whole(
    WholeProduct product, int worker, const float* x, std::size_t x_stride, Finish finish) {
  const int first = worker * most_columns_;
  Rounding* roundings = whole_.roundings.data() + first;
  for (int c = 0; c < product.columns; ++c) {
    roundings[c] = kernels_.round_inputs(x + static_cast<std::size_t>(c) * x_stride,
                                         padded(product.depth), whole_.row(first + c));
  }
  product.x = whole_.row(first);
  product.x_stride = whole_.stride;
  product.x_rounding = roundings;
  kernels_.multiply_whole(product, finish);
}

void Forward::attention(int worker, int layer) {
  const Block& block = transformer_.blocks()[static_cast<std::size_t>(layer)];
  normalise(worker, 0, block.attention_norm);
  multiply(worker, block.attention_qkv, normed_, worker * most_columns_, qkv_, Finish::store, 0);
  workers_.barrier();
  attend_share(worker, layer);
  workers_.barrier();
  multiply(worker, block.attention_out, attended_, 0, x_, Finish::add, 0);
  workers_.barrier();
}

/// A share is whole heads of whole sequences, because a token reads what the one before wrote.
void Forward::attend_share(int worker, int layer) {
  int groups = 0;
  for (int c = 0; c < columns(); ++c) {
    const auto index = static_cast<std::size_t>(c);
    if (c == 0 || columns_[index].cache != columns_[index - 1].cache) ++groups;
  }
  const Share mine = share_of(groups * config_.heads, worker, workers_.count());
  int group = -1;
  std::optional<Place> place;  // known one early: each asks for what the next will read
  for (int c = 0; c < columns(); ++c) {
    const auto index = static_cast<std::size_t>(c);
    if (c == 0 || columns_[index].cache != columns_[index - 1].cache) ++group;
    const int first = group * config_.heads;
    const int begin = std::max(mine.begin - first, 0);
    const int end = std::min(mine.end - first, config_.heads);
    for (int head = begin; head < end; ++head) {
      const Place next{layer, head, c};
      if (place) attend(worker, *place, next);
      place = next;
    }
  }
  if (place) attend(worker, *place, *place);
}

/// Turns pair (i, i + half) of a head by its angle at `position`.
void Forward::rotate(float* head, int position) const {
  const int half = config_.head_width() / 2;
  const auto at = static_cast<std::size_t>(position) * static_cast<std::size_t>(half);
  const float* cosine = transformer_.cosines().data() + at;
  const float* sine = transformer_.sines().data() + at;
  for (int i = 0; i < half; ++i) {
    const float a = head[i];
    const float b = head[i + half];
    head[i] = a * cosine[i] - b * sine[i];
    head[i + half] = b * cosine[i] + a * sine[i];
  }
}

float* Forward::head_of(Rows& rows, const Place& at) const {
  return rows.row(at.column) + static_cast<std::ptrdiff_t>(at.head) * config_.head_width();
}

void Forward::attend(int worker, const Place& at, const Place& next) {
  const Column& column = columns_[static_cast<std::size_t>(at.column)];
  float* query = head_of(qkv_, at);
  float* key = query + config_.width;
  const float* value = key + config_.width;
  rotate(query, column.position);
  rotate(key, column.position);
  if (transformer_.precision() == Precision::int8) return attend_whole(worker, at, next);
  column.cache->write(at.layer, at.head, column.position, key, value);

  if (transformer_.precision() == Precision::float32) {
    kernels_.attend(attention<float>(worker, at, next));
  } else {
    kernels_.attend_short(attention<BFloat16>(worker, at, next));
  }
}

/// Where the cache holds bytes. What is rounded stands in rows of its own, with zeros after it.
void Forward::attend_whole(int worker, const Place& at, const Place& next) {
  const Column& column = columns_[static_cast<std::size_t>(at.column)];
  const int width = config_.head_width();
  const int room = padded(width);
  Cache::Bytes rounded[2];
  for (int i = 0; i < 3; ++i) {
    float* row = heads_.row(3 * worker + i);
    std::copy_n(head_of(qkv_, at) + static_cast<std::ptrdiff_t>(i) * config_.width, width, row);
    if (i == 0) continue;
    std::uint8_t* bytes = bytes_.data() + static_cast<std::ptrdiff_t>(2 * worker + i - 1) * room;
    rounded[i - 1] = {bytes, kernels_.round_to_bytes(row, room, bytes)};
  }
  column.cache->write(at.layer, at.head, column.position, rounded[0], rounded[1]);
  auto attention = this->attention<std::uint8_t>(worker, at, next);
  attention.query = heads_.row(3 * worker);
  attention.key_scales = column.cache->key_scales(at.layer, at.head);
  attention.value_scales = column.cache->value_scales(at.layer, at.head);
  attention.rounded = whole_scores_.row(worker);
  kernels_.attend_whole(attention);
}

/// `Number` is what the cache holds.
template <class Number>
Attention<Number> Forward::attention(int worker, const Place& at, const Place& next) {
  const auto keys = [&](const Place& place) {
    const Column& column = columns_[static_cast<std::size_t>(place.column)];
    return column.cache->keys<Number>(place.layer, place.head);
  };
  const Column& column = columns_[static_cast<std::size_t>(at.column)];
  Attention<Number> attention;
  attention.keys = keys(at);
  attention.next_keys = keys(next);
  attention.values = column.cache->values<Number>(at.layer, at.head);
  attention.value_stride = column.cache->value_stride();
  attention.width = config_.head_width();
  attention.count = column.position + 1;
  attention.query = head_of(qkv_, at);
  attention.scale = score_scale_;
  attention.scores = scores_.row(worker);
  attention.sums = head_out_.row(2 * worker);
  attention.out = head_of(attended_, at);
  return attention;
}

void Forward::mlp(int worker, int layer) {
  const Block& block = transformer_.blocks()[static_cast<std::size_t>(layer)];
  normalise(worker, 0, block.mlp_norm);
  multiply(worker, block.mlp_in, normed_, worker * most_columns_, hidden_, Finish::squared_relu, 0);
  workers_.barrier();
  multiply(worker, block.mlp_out, hidden_, 0, x_, Finish::add, 0);
  workers_.barrier();
}

void Forward::final_logits(int worker, int first) {
  if (first >= columns()) return;
  normalise(worker, first, transformer_.final_norm());
  multiply(worker, transformer_.embedding(), normed_, worker * most_columns_ + first, logits_,
           Finish::store, first);
}

}  // namespace cantus::infer
