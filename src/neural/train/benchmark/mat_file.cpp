#include "neural/train/benchmark/mat_file.h"

#include <cstring>
#include <optional>
#include <utility>

#include "neural/train/benchmark/mat_elements.h"

namespace cantus::benchmark {
namespace {

using Cells = std::vector<BitMatrix>;
using Bytes = std::span<const std::byte>;

constexpr std::size_t kHeader = 128;
constexpr std::uint32_t kCellClass = 1;

tl::unexpected<Error> refuse(const std::string& why) {
  return fail(ErrorCode::invalid_input, why);
}

/// What every matrix element begins with.
struct MatrixHead {
  std::uint32_t array_class = 0;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::string name;
  std::size_t size = 0;  ///< bytes of the head; the content follows
};

Result<MatElement> next(Bytes bytes, std::size_t& at, MatType type, const char* what) {
  auto element = element_at(bytes, at);
  if (!element) return element;
  if (element->type != type) return refuse(std::string("a matrix without its ") + what);
  at += element->size_in_file;
  return element;
}

Result<void> read_sizes(Bytes data, MatrixHead& head) {
  std::int32_t sizes[2]{};
  if (data.size() != sizeof sizes) return refuse("a matrix that has not two dimensions");
  std::memcpy(sizes, data.data(), sizeof sizes);
  if (sizes[0] < 0 || sizes[1] < 0) return refuse("a matrix of negative size");
  head.rows = static_cast<std::size_t>(sizes[0]);
  head.columns = static_cast<std::size_t>(sizes[1]);
  return {};
}

Result<MatrixHead> head_of(Bytes bytes) {
  MatrixHead head;
  const auto flags = next(bytes, head.size, MatType::uint32, "flags");
  if (!flags) return tl::unexpected<Error>(flags.error());
  if (flags->data.size() != 8) return refuse("a matrix with broken flags");
  std::memcpy(&head.array_class, flags->data.data(), 4);
  head.array_class &= 0xFFU;
  const auto sizes = next(bytes, head.size, MatType::int32, "size");
  if (!sizes) return tl::unexpected<Error>(sizes.error());
  if (const auto read = read_sizes(sizes->data, head); !read)
    return tl::unexpected<Error>(read.error());
  const auto name = next(bytes, head.size, MatType::int8, "name");
  if (!name) return tl::unexpected<Error>(name.error());
  head.name.assign(reinterpret_cast<const char*>(name->data.data()), name->data.size());
  return head;
}

Result<BitMatrix> matrix_from(Bytes bytes) {
  const auto head = head_of(bytes);
  if (!head) return tl::unexpected<Error>(head.error());
  const auto element = element_at(bytes, head->size);
  if (!element) return tl::unexpected<Error>(element.error());
  const auto bits = bits_of(*element);  // [column, row]
  if (!bits) return tl::unexpected<Error>(bits.error());
  if (bits->empty() || head->columns == 0 || bits->size() % head->columns != 0 ||
      bits->size() / head->columns != head->rows)
    return refuse("a matrix whose size is not that of its numbers");
  BitMatrix matrix{head->rows, head->columns, std::vector<std::uint8_t>(bits->size())};
  for (std::size_t column = 0; column < matrix.columns; ++column) {
    for (std::size_t row = 0; row < matrix.rows; ++row)
      matrix.values[row * matrix.columns + column] = (*bits)[column * matrix.rows + row];
  }
  return matrix;
}

Result<Cells> cells_from(Bytes bytes, const MatrixHead& head) {
  Cells cells;
  for (std::size_t at = head.size; at < bytes.size();) {
    const std::string place = "cell " + std::to_string(cells.size() + 1);
    const auto element = element_at(bytes, at);
    if (!element) return fail_at(place, element.error());
    if (element->type != MatType::matrix) return refuse(place + ": is not a matrix");
    auto matrix = matrix_from(element->data);
    if (!matrix) return fail_at(place, matrix.error());
    cells.push_back(std::move(*matrix));
    at += element->size_in_file;
  }
  const std::size_t rows = std::max<std::size_t>(head.rows, 1);
  if (cells.size() % rows != 0 || cells.size() / rows != head.columns)
    return refuse("has " + std::to_string(cells.size()) + " cells, not as many as it says");
  return cells;
}

Result<std::pair<std::string, Cells>> variable_from(Bytes bytes) {
  const auto head = head_of(bytes);
  if (!head) return tl::unexpected<Error>(head.error());
  if (head->array_class != kCellClass) return refuse("'" + head->name + "' is no cell array");
  auto cells = cells_from(bytes, *head);
  if (!cells) return fail_at("'" + head->name + "'", cells.error());
  return std::pair(head->name, std::move(*cells));
}

Result<std::pair<std::string, Cells>> variable_at(const MatElement& element, std::size_t limit) {
  if (element.type == MatType::matrix) return variable_from(element.data);
  if (element.type != MatType::compressed) return refuse("is neither a matrix nor compressed");
  const auto inflated = inflate_all(element.data, limit);
  if (!inflated) return tl::unexpected<Error>(inflated.error());
  const auto inner = element_at(*inflated, 0);
  if (!inner) return tl::unexpected<Error>(inner.error());
  if (inner->type != MatType::matrix) return refuse("holds no matrix");
  return variable_from(inner->data);
}

bool is_mat(Bytes bytes) {  // version 1.0, and "MI" as a little-endian number
  constexpr unsigned char kMark[] = {0x00, 0x01, 'I', 'M'};
  return bytes.size() >= kHeader && std::memcmp(bytes.data() + kHeader - 4, kMark, 4) == 0;
}

}  // namespace

Result<std::map<std::string, Cells>> parse_bit_matrices(Bytes bytes, std::size_t limit) {
  if (!is_mat(bytes)) return refuse("is not a little-endian MATLAB 5 file");
  std::map<std::string, Cells> variables;
  for (std::size_t at = kHeader; at < bytes.size();) {
    const std::string place = "byte " + std::to_string(at);
    const auto element = element_at(bytes, at);
    if (!element) return fail_at(place, element.error());
    auto variable = variable_at(*element, limit);
    if (!variable) return fail_at(place, variable.error());
    if (!variables.insert(std::move(*variable)).second)
      return refuse(place + ": a name used twice");
    at += element->size_in_file;
  }
  return variables;
}

}  // namespace cantus::benchmark
