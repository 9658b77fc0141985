// What the critics' networks are made of: plain loops in one fixed order, the same bits everywhere.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace cantus::critic {

/// Which marks hold, by number, of a list of entries: entry i has `ids[first[i] .. first[i + 1])`.
struct Marks {
  std::vector<std::int32_t> ids;
  std::vector<std::int32_t> first = {0};

  std::size_t size() const { return first.size() - 1; }
  void add(std::int32_t id) { ids.push_back(id); }
  void close() { first.push_back(static_cast<std::int32_t>(ids.size())); }
};

/// Matrices are row-major, a row an input, so that inputs of zero cost nothing.
struct Layer {
  std::vector<float> matrix;  ///< [inputs, outputs]
  std::vector<float> bias;    ///< [outputs]
};

/// to += input · row of the layer, in the order of calls.
inline void add_row(const Layer& layer, std::size_t row, float input, std::span<float> to) {
  const float* from = layer.matrix.data() + row * to.size();
  for (std::size_t o = 0; o < to.size(); ++o)
    to[o] += input * from[o];
}

/// to += the rows from `first_row` on, times the inputs.
inline void add_product(const Layer& layer,
                        std::size_t first_row,
                        std::span<const float> inputs,
                        std::span<float> to) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] != 0.0F) add_row(layer, first_row + i, inputs[i], to);
  }
}

inline void rectify(std::span<float> values) {
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

inline void add_marks(const Layer& layer, const Marks& marks, Stage& to) {
  for (std::size_t i = 0; i < marks.size(); ++i) {
    for (auto m = marks.first[i]; m < marks.first[i + 1]; ++m) {
      const std::int32_t id = marks.ids[static_cast<std::size_t>(m)];
      add_row(layer, static_cast<std::size_t>(id), 1.0F, to.row(i));
    }
  }
}

/// Each row with the rows beside it, rectified, added to what it was; the layer's rows from
/// `first_row` on.
inline Stage with_neighbours(const Layer& layer,
                             const Stage& from,
                             std::size_t width,
                             std::size_t first_row = 0) {
  Stage to(from.rows(), width, layer.bias);
  for (std::size_t i = 0; i < from.rows(); ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      if (i + k < 1 || i + k - 1 >= from.rows()) continue;
      add_product(layer, first_row + k * width, from.row(i + k - 1), to.row(i));
    }
  }
  rectify(to.all());
  for (std::size_t i = 0; i < from.rows(); ++i) {
    for (std::size_t o = 0; o < width; ++o)
      to.row(i)[o] += from.row(i)[o];
  }
  return to;
}

/// Means and maxima, above zero, of the notes of each bar; zeros for a silent one.
inline Stage pooled(const Stage& notes,
                    std::size_t width,
                    std::span<const std::int32_t> bar_of,
                    std::size_t bars) {
  Stage out(bars, 2 * width);
  std::vector<int> counts(bars, 0);
  for (std::size_t i = 0; i < bar_of.size(); ++i) {
    const auto bar = static_cast<std::size_t>(bar_of[i]);
    ++counts[bar];
    const auto note = notes.row(i);
    const auto to = out.row(bar);
    for (std::size_t o = 0; o < width; ++o) {
      to[o] += note[o];
      to[width + o] = std::max(to[width + o], note[o]);
    }
  }
  for (std::size_t bar = 0; bar < bars; ++bar) {
    for (std::size_t o = 0; o < width && counts[bar] > 0; ++o)
      out.row(bar)[o] /= static_cast<float>(counts[bar]);
  }
  return out;
}

/// Appends the means, then the extremes of the columns.
template <class Rows, class Extreme>
void append_summary(const Rows& rows, std::size_t width, Extreme extreme, std::vector<float>& to) {
  std::vector<float> mean(width, 0.0F);
  std::vector<float> most(rows.front().begin(), rows.front().end());
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

}  // namespace cantus::critic
