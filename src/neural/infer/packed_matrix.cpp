#include "neural/infer/packed_matrix.h"

#include "base/check.h"

namespace cantus::infer {
namespace {

/// Where row `row` begins; its numbers lie kLanes apart.
std::size_t first_of_row(int row, int depth) {
  return static_cast<std::size_t>(row / kLanes) * static_cast<std::size_t>(depth) * kLanes +
         static_cast<std::size_t>(row % kLanes);
}

}  // namespace

PackedMatrix pack(std::span<const float> row_major, int rows, int depth, float* out) {
  CANTUS_CHECK(row_major.size() ==
               static_cast<std::size_t>(rows) * static_cast<std::size_t>(depth));
  const float* from = row_major.data();
  for (int row = 0; row < rows; ++row) {
    float* to = out + first_of_row(row, depth);
    for (int k = 0; k < depth; ++k)
      to[static_cast<std::size_t>(k) * kLanes] = *from++;
  }
  return {out, rows, depth};
}

void unpack_row(const PackedMatrix& matrix, int row, float* out) {
  const float* from = matrix.data + first_of_row(row, matrix.depth);
  for (int k = 0; k < matrix.depth; ++k)
    out[k] = from[static_cast<std::size_t>(k) * kLanes];
}

}  // namespace cantus::infer
