// The engine's products beside the most that the processor's multipliers give: for each instruction
// set and kind of weight, how near they come, by columns multiplied at once.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/random.h"
#include "benchmarks/multiplier.h"
#include "neural/infer/aligned_floats.h"
#include "neural/infer/kernels.h"
#include "neural/infer/packed_matrix.h"

namespace cantus::benchmarks {
namespace {

using infer::Isa;
using infer::PackedMatrix;
using infer::Precision;

constexpr int kNumbers = 4 << 20;  // of all matrices: as many as the shipped composer has, about
constexpr int kMostColumns = 80;

std::size_t size(int a, int b) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b);
}

/// Several matrices of one shape, so that the next always comes from as far as in a network.
struct Matrices {
  Matrices(int rows, int depth, Precision precision) {
    Random random(1);
    std::vector<float> numbers(size(rows, depth));
    for (float& x : numbers)
      x = static_cast<float>(2.0 * random.uniform() - 1.0);
    for (int i = 0; i < kNumbers / (rows * depth); ++i) {
      rooms.emplace_back(PackedMatrix::size(rows, depth, precision));
      all.push_back(infer::pack(numbers, rows, depth, rooms.back().data(), precision));
    }
  }
  std::vector<infer::AlignedFloats> rooms;
  std::vector<PackedMatrix> all;
};

struct Columns {
  explicit Columns(const PackedMatrix& shape)
      : x_stride(static_cast<std::size_t>(infer::padded(shape.depth))),
        out_stride(static_cast<std::size_t>(infer::padded(shape.rows))),
        x(kMostColumns * x_stride),
        whole(kMostColumns * x_stride / 4),
        out(kMostColumns * out_stride),
        roundings(kMostColumns, {1.0F, 0}) {
    std::fill_n(x.data(), kMostColumns * x_stride, 0.5F);
  }

  std::size_t x_stride;
  std::size_t out_stride;
  infer::AlignedFloats x;
  std::vector<infer::InputQuad> whole;
  infer::AlignedFloats out;
  std::vector<infer::Rounding> roundings;
};

template <class Product>
Product product_of(const PackedMatrix& matrix, Columns& of, int columns) {
  Product p;
  p.block_stride = matrix.block_stride();
  p.block_end = matrix.blocks();
  p.depth = matrix.depth;
  p.x_stride = of.x_stride;
  p.columns = columns;
  p.out = of.out.data();
  p.out_stride = of.out_stride;
  return p;
}

void multiply(const infer::Kernels& kernels, const PackedMatrix& matrix, Columns& of, int columns) {
  if (matrix.precision == Precision::int8) {
    auto p = product_of<infer::WholeProduct>(matrix, of, columns);
    p.blocks = matrix.whole();
    p.depth = infer::in_quads(p.depth);
    p.x = of.whole.data();
    p.x_stride = of.x_stride / 4;
    p.row_scales = matrix.scales;
    p.x_rounding = of.roundings.data();
    kernels.multiply_whole(p, infer::Finish::store);
  } else if (matrix.precision == Precision::bfloat16) {
    auto p = product_of<infer::ShortFloatProduct>(matrix, of, columns);
    p.blocks = matrix.short_floats();
    p.x = of.x.data();
    kernels.multiply_short(p, infer::Finish::store);
  } else {
    auto p = product_of<infer::FloatProduct>(matrix, of, columns);
    p.blocks = matrix.floats();
    p.x = of.x.data();
    kernels.multiply(p, infer::Finish::store);
  }
}

/// Products a second: the median of `rounds`.
double speed(
    const infer::Kernels& kernels, const Matrices& matrices, Columns& of, int columns, int rounds) {
  std::vector<double> seconds;
  for (int round = 0; round <= rounds; ++round) {  // the first warms up
    const double start = thread_seconds();
    for (const PackedMatrix& matrix : matrices.all)
      multiply(kernels, matrix, of, columns);
    if (round > 0) seconds.push_back(thread_seconds() - start);
  }
  std::ranges::sort(seconds);
  const PackedMatrix& shape = matrices.all.front();
  const double products = static_cast<double>(size(shape.rows, shape.depth)) * columns *
                          static_cast<double>(matrices.all.size());
  return products / seconds[seconds.size() / 2];
}

void print(int rows, int depth, Precision precision, int rounds) {
  const Matrices matrices(rows, depth, precision);
  Columns of(matrices.all.front());
  for (const Isa isa : infer::supported_isas()) {
    const double most = most_products(isa, precision);
    if (!(most > 0.0)) continue;
    std::printf("| %s | %s | %d x %d | %.0f |", std::string(name_of(isa)).c_str(),
                std::string(name_of(precision)).c_str(), rows, depth, most / 1e9);
    for (const int columns : {1, 2, 4, 8, 16, 48, 80}) {
      const double reached = speed(infer::kernels_for(isa), matrices, of, columns, rounds);
      std::printf(" %.0f (%.0f %%) |", reached / 1e9, 100.0 * reached / most);
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace cantus::benchmarks

int main(int argc, char** argv) {
  using cantus::infer::Precision;
  const int rounds = argc > 1 ? std::max(std::atoi(argv[1]), 1) : 15;
  std::printf(
      "Products a second, in thousand millions, and their share of the most; by columns at once\n\n"
      "| | weights | rows x depth | most | 1 | 2 | 4 | 8 | 16 | 48 | 80 |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const Precision precision : {Precision::float32, Precision::bfloat16, Precision::int8}) {
    cantus::benchmarks::print(128, 128, precision, rounds);
    cantus::benchmarks::print(768, 256, precision, rounds);
    cantus::benchmarks::print(256, 1024, precision, rounds);
    cantus::benchmarks::print(512, 512, precision, rounds);
  }
}
