// Tensors in a safetensors file, every number of its header checked; and the writer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace cantus::infer {

using Metadata = std::map<std::string, std::string, std::less<>>;
using Shape = std::vector<std::uint64_t>;

struct Tensor {
  std::string type;  ///< as the file says it: "F32", "BF16", ...
  Shape shape;
  std::span<const std::byte> bytes;  ///< row-major, little-endian; may lie at any address
};

/// The file's data is a gapless run of tensors: a hole, an overlap, a byte left over, a name twice
/// or a size that is not its shape's is refused.
class SafeTensors {
 public:
  /// Maps the file; it must not be shortened while this object lives.
  static Result<SafeTensors> open(const std::filesystem::path& path);

  /// The caller keeps `bytes` alive.
  static Result<SafeTensors> parse(std::span<const std::byte> bytes);

  const Metadata& metadata() const { return metadata_; }
  const std::map<std::string, Tensor, std::less<>>& tensors() const { return tensors_; }

  /// Null where there is none of that name.
  const Tensor* find(std::string_view name) const;

  /// A copy of an F32, F16 or BF16 tensor of exactly this shape; fails also where a number is not
  /// finite.
  Result<std::vector<float>> floats(std::string_view name, const Shape& shape) const;

  /// A copy of an I8 tensor of exactly this shape.
  Result<std::vector<std::int8_t>> bytes(std::string_view name, const Shape& shape) const;

 private:
  std::optional<MappedFile> file_;
  Metadata metadata_;
  std::map<std::string, Tensor, std::less<>> tensors_;
};

/// A tensor to be written, row-major.
struct NamedTensor {
  NamedTensor(std::string its_name, Shape its_shape, std::span<const float> values)
      : NamedTensor(std::move(its_name), std::move(its_shape), "F32", std::as_bytes(values)) {}
  NamedTensor(std::string its_name,
              Shape its_shape,
              std::string its_type,
              std::span<const std::byte> its_bytes)
      : name(std::move(its_name)),
        shape(std::move(its_shape)),
        type(std::move(its_type)),
        bytes(its_bytes) {}

  std::string name;
  Shape shape;
  std::string type;  ///< "F32", "BF16", ...
  std::span<const std::byte> bytes;
};

/// The tensors lie in the file in the order given, the first aligned to 8 bytes. Fails where a name
/// comes twice, a shape is not its bytes', a text is not UTF-8, or the file cannot be written.
Result<void> write_safetensors(const std::filesystem::path& path,
                               std::span<const NamedTensor> tensors,
                               const Metadata& metadata);

/// The same as bytes.
Result<std::string> safetensors_bytes(std::span<const NamedTensor> tensors,
                                      const Metadata& metadata);

}  // namespace cantus::infer
