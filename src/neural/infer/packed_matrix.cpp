#include "neural/infer/packed_matrix.h"

#include <algorithm>

#include "base/check.h"
#include "neural/infer/quantise.h"

namespace cantus::infer {
namespace {

std::size_t count(int rows, int depth) {
  return static_cast<std::size_t>(rows) * static_cast<std::size_t>(depth);
}

/// Where number (row, column) stands in the order of each precision.
std::size_t place_of_float(int row, int column, int depth) {
  return count(row / kLanes * depth + column, kLanes) + static_cast<std::size_t>(row % kLanes);
}

std::size_t place_in_pairs(int row, int column, int depth) {
  return count(row / kLanes * paired(depth) + column / 2 * 2, kLanes) +
         static_cast<std::size_t>(row % kLanes * 2 + column % 2);
}

std::size_t place_in_quads(int row, int column, int depth) {
  return count(row / kLanes * in_quads(depth) + column / 4 * 4, kLanes) +
         static_cast<std::size_t>(row % kLanes * 4 + column % 4);
}

std::size_t bytes_of_number(Precision precision) {
  if (precision == Precision::int8) return sizeof(std::uint8_t);
  return precision == Precision::bfloat16 ? sizeof(BFloat16) : sizeof(float);
}

std::size_t bytes_of_numbers(int rows, int depth, Precision precision) {
  return count(padded(rows), columns_of(precision, depth)) * bytes_of_number(precision);
}

/// Floats that hold the numbers, in whole cache lines.
std::size_t floats_of_numbers(int rows, int depth, Precision precision) {
  constexpr std::size_t kLine = kLanes * sizeof(float);
  return (bytes_of_numbers(rows, depth, precision) + kLine - 1) / kLine * kLanes;
}

template <class Number, class Place, class Source>
void scatter(std::span<const Source> row_major, int rows, int depth, Number* to, Place place) {
  const Source* from = row_major.data();
  for (int row = 0; row < rows; ++row) {
    for (int k = 0; k < depth; ++k) {
      if constexpr (std::is_same_v<Number, BFloat16>) {
        to[place(row, k, depth)] = bfloat16_of(*from++);
      } else if constexpr (std::is_same_v<Number, std::uint8_t>) {
        to[place(row, k, depth)] = static_cast<std::uint8_t>(*from++ + kByteZero);
      } else {
        to[place(row, k, depth)] = *from++;
      }
    }
  }
}

}  // namespace

std::size_t PackedMatrix::bytes() const {
  const std::size_t scale_bytes = scales == nullptr ? 0 : count(padded(rows), sizeof(float));
  return bytes_of_numbers(rows, depth, precision) + scale_bytes;
}

std::size_t PackedMatrix::size(int rows, int depth, Precision precision) {
  const std::size_t scales = precision == Precision::int8 ? count(padded(rows), 1) : 0;
  return floats_of_numbers(rows, depth, precision) + scales;
}

PackedMatrix pack(
    std::span<const float> row_major, int rows, int depth, float* out, Precision precision) {
  CANTUS_CHECK(row_major.size() == count(rows, depth));
  if (precision == Precision::int8) {
    const Int8Rows whole = quantised(row_major, rows, depth);
    return pack(whole.numbers, whole.scales, rows, depth, out);
  }
  if (precision == Precision::bfloat16) {
    scatter(row_major, rows, depth, reinterpret_cast<BFloat16*>(out), place_in_pairs);
  } else {
    scatter(row_major, rows, depth, out, place_of_float);
  }
  return {precision, out, nullptr, rows, depth};
}

PackedMatrix pack(std::span<const std::int8_t> row_major,
                  std::span<const float> scales,
                  int rows,
                  int depth,
                  float* out) {
  CANTUS_CHECK(row_major.size() == count(rows, depth) && scales.size() == count(rows, 1));
  auto* bytes = reinterpret_cast<std::uint8_t*>(out);
  std::fill_n(bytes, bytes_of_numbers(rows, depth, Precision::int8), std::uint8_t{kByteZero});
  scatter(row_major, rows, depth, bytes, place_in_quads);
  float* kept = out + floats_of_numbers(rows, depth, Precision::int8);
  std::ranges::copy(scales, kept);
  return {Precision::int8, out, kept, rows, depth};
}

void unpack_row(const PackedMatrix& matrix, int row, float* out) {
  const int depth = matrix.depth;
  const float scale = matrix.precision == Precision::int8 ? matrix.scales[row] : 1.0F;
  for (int k = 0; k < depth; ++k) {
    if (matrix.precision == Precision::int8) {
      const int number = matrix.whole()[place_in_quads(row, k, depth)] - kByteZero;
      out[k] = static_cast<float>(number) * scale;
    } else if (matrix.precision == Precision::bfloat16) {
      out[k] = widened(matrix.short_floats()[place_in_pairs(row, k, depth)]);
    } else {
      out[k] = matrix.floats()[place_of_float(row, k, depth)];
    }
  }
}

}  // namespace cantus::infer
