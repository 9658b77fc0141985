#include "neural/infer/convert_weights.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <list>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "neural/infer/short_floats.h"
#include "neural/infer/stored_matrix.h"
#include "neural/infer/transformer.h"

namespace cantus::infer {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"float32", "float16", "bf16", "int8"};

/// Tensors to be written, with the bytes they are views of.
class Written {
 public:
  template <class Number>
  void add(std::string name, Shape shape, const char* type, std::span<const Number> numbers) {
    const auto bytes = std::as_bytes(numbers);
    const auto& kept = kept_.emplace_back(bytes.begin(), bytes.end());
    tensors_.emplace_back(std::move(name), std::move(shape), type, std::span(kept));
  }

  const std::vector<NamedTensor>& tensors() const { return tensors_; }

 private:
  std::list<std::vector<std::byte>> kept_;  // a list, so that they stay where they are
  std::vector<NamedTensor> tensors_;
};

template <class Short>
Result<void> add_short(Written& out,
                       const std::string& name,
                       const Shape& shape,
                       const char* type,
                       const std::vector<float>& floats,
                       Short (*short_of)(float)) {
  std::vector<Short> shorts;
  shorts.reserve(floats.size());
  for (const float x : floats) {
    shorts.push_back(short_of(x));
    if (std::isfinite(widened(shorts.back()))) continue;
    return fail(ErrorCode::unsupported,
                fmt::format("tensor {}: the weight {} is too large for {}", name, x, type));
  }
  out.add<Short>(name, shape, type, shorts);
  return {};
}

void add_int8(Written& out, const std::string& name, const Shape& shape, const StoredMatrix& from) {
  const bool already = from.precision == Precision::int8;
  const Int8Rows whole =
      already ? from.whole
              : quantised(from.floats, static_cast<int>(shape[0]), static_cast<int>(shape[1]));
  out.add<std::int8_t>(name, shape, "I8", whole.numbers);
  out.add<float>(scale_name(name), {shape[0]}, "F32", whole.scales);
}

Result<void> add_matrix(Written& out,
                        const SafeTensors& from,
                        const std::string& name,
                        const Shape& shape,
                        Storage storage) {
  const auto stored =
      read_matrix(from, name, static_cast<int>(shape[0]), static_cast<int>(shape[1]));
  if (!stored) return tl::unexpected(stored.error());
  if (storage == Storage::int8) {
    add_int8(out, name, shape, *stored);
    return {};
  }
  const std::vector<float> floats = stored->widened();
  if (storage == Storage::bfloat16) return add_short(out, name, shape, "BF16", floats, bfloat16_of);
  if (storage == Storage::float16) return add_short(out, name, shape, "F16", floats, float16_of);
  out.add<float>(name, shape, "F32", floats);
  return {};
}

}  // namespace

std::optional<Storage> storage_named(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Storage>(found - kNames.begin());
}

Result<std::string> converted(const SafeTensors& from, Storage storage) {
  if (const auto loads = Transformer::load(from); !loads) return tl::unexpected(loads.error());
  Written out;
  for (const auto& [name, tensor] : from.tensors()) {
    if (tensor.shape.size() == 2) {
      if (auto added = add_matrix(out, from, name, tensor.shape, storage); !added) {
        return tl::unexpected(added.error());
      }
    } else if (!name.ends_with(scale_name(""))) {
      out.add<float>(name, tensor.shape, "F32", from.floats(name, tensor.shape).value());
    }
  }
  return safetensors_bytes(out.tensors(), from.metadata());
}

Result<void> convert_weights(const std::filesystem::path& from,
                             const std::filesystem::path& to,
                             Storage storage) {
  const auto file = SafeTensors::open(from);
  if (!file) return tl::unexpected(file.error());
  const auto bytes = converted(*file, storage);
  if (!bytes) return fail_at(from.string(), bytes.error());
  return write_file(to, *bytes);
}

}  // namespace cantus::infer
