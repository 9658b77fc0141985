// One pass of several tokens through the network, shared out among workers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/infer/aligned_floats.h"
#include "neural/infer/cache.h"
#include "neural/infer/kernels.h"
#include "neural/infer/transformer.h"
#include "neural/infer/workers.h"

namespace cantus::infer {

using Token = std::uint16_t;

/// One token on its way through the network. Columns of one cache stand together, in order.
struct Column {
  Cache* cache = nullptr;
  int position = 0;
  Token token = 0;
};

/// A row for each column, all of whole blocks of sixteen.
struct Rows {
  AlignedFloats values;
  int stride = 0;

  Rows(int rows, int width);
  float* row(int i) { return values.data() + static_cast<std::size_t>(i) * unsigned_stride(); }
  const float* row(int i) const {
    return values.data() + static_cast<std::size_t>(i) * unsigned_stride();
  }
  std::size_t unsigned_stride() const { return static_cast<std::size_t>(stride); }
};

/// Columns rounded to whole numbers, for int8 weights.
struct WholeRows {
  AlignedFloats values;  ///< a quad in two floats
  std::vector<Rounding> roundings;
  std::size_t stride = 0;  ///< quads

  WholeRows(int rows, int width);
  InputQuad* row(int i) {
    return reinterpret_cast<InputQuad*>(values.data()) + static_cast<std::size_t>(i) * stride;
  }
};

/// Holds the room for a pass, so that run() allocates nothing.
class Forward {
 public:
  Forward(const Transformer& transformer, int most_columns, int threads);

  /// Writes each column's keys and values to its cache; makes the logits of the columns from
  /// `first_with_logits` on.
  void run(std::span<const Column> columns, int first_with_logits);

  /// Of a column of the last run; one for each token of the vocabulary.
  std::span<const float> logits(int column) const;

 private:
  /// Where attention stands.
  struct Place {
    int layer;
    int head;
    int column;
  };

  void embed(int worker);
  void attention(int worker, int layer);
  void mlp(int worker, int layer);
  void final_logits(int worker, int first);
  void normalise(int worker, int first, const float* gain);
  void multiply(int worker,
                const PackedMatrix& matrix,
                const Rows& x,
                int first_x,
                Rows& out,
                Finish finish,
                int first);
  void multiply_whole(
      WholeProduct product, int worker, const float* x, std::size_t x_stride, Finish finish);
  void attend_share(int worker, int layer);
  void attend(int worker, const Place& at, const Place& next);
  void attend_whole(int worker, const Place& at, const Place& next);
  template <class Number>
  Attention<Number> attention(int worker, const Place& at, const Place& next);
  float* head_of(Rows& rows, const Place& at) const;
  void rotate(float* head, int position) const;
  int columns() const { return static_cast<int>(columns_.size()); }

  const Transformer& transformer_;
  const TransformerConfig& config_;
  const Kernels& kernels_;
  int most_columns_;
  float score_scale_;
  Workers workers_;
  std::span<const Column> columns_;  // of the run
  Rows x_;                           // [column][width]
  Rows qkv_;                         // [column][3 width]
  Rows attended_;                    // [column][width]
  Rows hidden_;                      // [column][hidden]
  Rows logits_;                      // [column][vocabulary]
  Rows normed_;                      // [worker, column][width]
  WholeRows whole_;                  // [worker, column][width or hidden]
  Rows scores_;                      // [worker][context]
  Rows head_out_;                    // [worker, 2][head width]
  Rows heads_;                       // [worker, query, key or value][head width]; zeros after it
  WholeRows whole_scores_;           // [worker][head width and twice the context]
  std::vector<std::uint8_t> bytes_;  // [worker, key or value][head width, padded]
};

}  // namespace cantus::infer
