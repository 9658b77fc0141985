#include "neural/infer/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "neural/infer/short_floats.h"

namespace cantus::infer {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian");

using nlohmann::json;

constexpr std::uint64_t kLargestHeader = 4U << 20U;  // bytes; a hundred layers need under 100 KB
constexpr int kDeepest = 3;                          // file > tensor > shape > number
constexpr std::size_t kLengthBytes = sizeof(std::uint64_t);

/// Bytes of one number; 0 for a type the format does not know.
std::uint64_t size_of_type(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, std::uint64_t>, 15> kSizes = {
      {{"BOOL", 1},
       {"U8", 1},
       {"I8", 1},
       {"F8_E5M2", 1},
       {"F8_E4M3", 1},
       {"I16", 2},
       {"U16", 2},
       {"F16", 2},
       {"BF16", 2},
       {"I32", 4},
       {"U32", 4},
       {"F32", 4},
       {"F64", 8},
       {"I64", 8},
       {"U64", 8}}};
  const auto* found = std::ranges::find(kSizes, type, &decltype(kSizes)::value_type::first);
  return found == kSizes.end() ? 0 : found->second;
}

/// Nothing where the product is over 2^53, which no file reaches.
std::optional<std::uint64_t> product(const Shape& shape, std::uint64_t unit) {
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 53U;
  std::uint64_t count = unit;
  for (const std::uint64_t length : shape) {
    if (length != 0 && count > kLargest / length) return std::nullopt;
    count *= length;
  }
  return count;
}

tl::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid_input, std::move(message));
}

/// The header as JSON; a key twice, too deep or not JSON is refused.
Result<json> parse_header(std::string_view text) {
  std::vector<std::set<std::string>> keys;  // of the objects now open
  std::string problem;
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kDeepest && problem.empty()) problem = "is nested too deeply";
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key && problem.empty() &&
        !keys.back().insert(parsed.get<std::string>()).second) {
      problem = fmt::format("names '{}' twice", parsed.get<std::string>());
    }
    return problem.empty();
  };
  json header = json::parse(text, watch, false);
  if (!problem.empty()) return bad("the header " + problem);
  if (!header.is_object()) return bad("the header is not a JSON object");
  return header;
}

Result<Metadata> read_metadata(const json& entry) {
  if (!entry.is_object()) return bad("__metadata__ is not an object");
  Metadata metadata;
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) return bad(fmt::format("__metadata__: '{}' is not a text", key));
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

std::optional<Shape> unsigned_numbers(const json& entry) {
  if (!entry.is_array()) return std::nullopt;
  Shape numbers;
  for (const json& number : entry) {
    if (!number.is_number_unsigned()) return std::nullopt;
    numbers.push_back(number.get<std::uint64_t>());
  }
  return numbers;
}

Result<Tensor> read_tensor(const json& entry, std::span<const std::byte> data) {
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
      !entry.contains("shape") || !entry.contains("data_offsets")) {
    return bad("is not an object of dtype, shape and data_offsets");
  }
  if (!entry["dtype"].is_string()) return bad("its dtype is not a text");
  Tensor tensor;
  tensor.type = entry["dtype"].get<std::string>();
  const std::uint64_t unit = size_of_type(tensor.type);
  if (unit == 0) return bad(fmt::format("its dtype '{}' is unknown", tensor.type));
  auto shape = unsigned_numbers(entry["shape"]);
  if (!shape) return bad("its shape is not a list of whole numbers");
  const auto offsets = unsigned_numbers(entry["data_offsets"]);
  if (!offsets || offsets->size() != 2) return bad("its data_offsets are not two whole numbers");
  const std::uint64_t begin = (*offsets)[0];
  const std::uint64_t end = (*offsets)[1];
  if (begin > end || end > data.size()) {
    return bad(fmt::format("its bytes {} to {} are not inside the {} of the file", begin, end,
                           data.size()));
  }
  const auto size = product(*shape, unit);
  if (!size || *size != end - begin) {
    return bad(fmt::format("its {} bytes are not a [{}] of {}", end - begin,
                           fmt::join(*shape, ", "), tensor.type));
  }
  tensor.shape = std::move(*shape);
  tensor.bytes = data.subspan(begin, end - begin);
  return tensor;
}

/// One after another, from the first byte to the last.
Result<void> check_gapless(const std::map<std::string, Tensor, std::less<>>& tensors,
                           std::span<const std::byte> data) {
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  for (const auto& [name, tensor] : tensors) {
    const auto begin = static_cast<std::size_t>(tensor.bytes.data() - data.data());
    ranges.emplace_back(begin, begin + tensor.bytes.size());
  }
  std::ranges::sort(ranges);
  std::size_t at = 0;
  for (const auto& [begin, end] : ranges) {
    if (begin != at) {
      return bad(fmt::format("tensors {} at byte {} of the data",
                             begin < at ? "overlap" : "leave a hole", std::min(begin, at)));
    }
    at = end;
  }
  if (at != data.size()) return bad(fmt::format("{} bytes follow the tensors", data.size() - at));
  return {};
}

/// The tensor where it is there, of a type that is wanted and of this shape.
Result<const Tensor*> tensor_of(const Tensor* tensor,
                                std::string_view name,
                                const Shape& shape,
                                std::string_view wanted,
                                bool (*is_wanted)(std::string_view type)) {
  if (tensor == nullptr) return bad(fmt::format("tensor {} is missing", name));
  if (!is_wanted(tensor->type)) {
    return fail(ErrorCode::unsupported, fmt::format("tensor {} is {}; only {} can be read here",
                                                    name, tensor->type, wanted));
  }
  if (tensor->shape != shape) {
    return bad(fmt::format("tensor {} is [{}] and should be [{}]", name,
                           fmt::join(tensor->shape, ", "), fmt::join(shape, ", ")));
  }
  return tensor;
}

bool is_float(std::string_view type) {
  return type == "F32" || type == "F16" || type == "BF16";
}

/// A copy, because the bytes may lie at any address.
template <class Number>
std::vector<Number> numbers_of(std::span<const std::byte> bytes) {
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  if (!numbers.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

template <class Short>
std::vector<float> widened_from(std::span<const std::byte> bytes) {
  std::vector<float> floats;
  for (const Short x : numbers_of<Short>(bytes))
    floats.push_back(widened(x));
  return floats;
}

std::vector<float> widened(const Tensor& tensor) {
  if (tensor.type == "F16") return widened_from<Float16>(tensor.bytes);
  if (tensor.type == "BF16") return widened_from<BFloat16>(tensor.bytes);
  return numbers_of<float>(tensor.bytes);
}

}  // namespace

Result<SafeTensors> SafeTensors::parse(std::span<const std::byte> bytes) {
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length) return bad("is too short for a safetensors file");
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > kLargestHeader) {
    return bad(fmt::format("the header's {} bytes are over {}", length, kLargestHeader));
  }
  if (length > bytes.size() - kLengthBytes) return bad("the header is cut off");
  const auto header_bytes = bytes.subspan(kLengthBytes, length);
  const auto data = bytes.subspan(kLengthBytes + length);
  const auto header =
      parse_header({reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size()});
  if (!header) return tl::unexpected(header.error());

  SafeTensors file;
  for (const auto& [name, entry] : header->items()) {
    if (name == "__metadata__") {
      auto metadata = read_metadata(entry);
      if (!metadata) return tl::unexpected(metadata.error());
      file.metadata_ = std::move(*metadata);
      continue;
    }
    auto tensor = read_tensor(entry, data);
    if (!tensor) return fail_at("tensor " + name, tensor.error());
    file.tensors_.emplace(name, std::move(*tensor));
  }
  if (auto whole = check_gapless(file.tensors_, data); !whole) {
    return tl::unexpected(whole.error());
  }
  return file;
}

Result<SafeTensors> SafeTensors::open(const std::filesystem::path& path) {
  auto mapped = MappedFile::open(path);
  if (!mapped) return tl::unexpected(mapped.error());
  auto file = parse(mapped->bytes());
  if (!file) return fail_at(path.string(), file.error());
  file->file_ = std::move(*mapped);
  return file;
}

const Tensor* SafeTensors::find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

Result<std::vector<float>> SafeTensors::floats(std::string_view name, const Shape& shape) const {
  const auto tensor = tensor_of(find(name), name, shape, "F32, F16 and BF16", is_float);
  if (!tensor) return tl::unexpected(tensor.error());
  auto values = widened(**tensor);
  const auto wrong = std::ranges::find_if(values, [](float x) { return !std::isfinite(x); });
  if (wrong != values.end()) {
    return bad(fmt::format("tensor {}: number {} is not finite", name, wrong - values.begin()));
  }
  return values;
}

Result<std::vector<std::int8_t>> SafeTensors::bytes(std::string_view name,
                                                    const Shape& shape) const {
  const auto tensor =
      tensor_of(find(name), name, shape, "I8", [](std::string_view type) { return type == "I8"; });
  if (!tensor) return tl::unexpected(tensor.error());
  return numbers_of<std::int8_t>((*tensor)->bytes);
}

Result<std::string> safetensors_bytes(std::span<const NamedTensor> tensors,
                                      const Metadata& metadata) {
  json header = json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t at = 0;
  for (const NamedTensor& tensor : tensors) {
    if (header.contains(tensor.name) || tensor.name == "__metadata__") {
      return bad(fmt::format("tensor {} comes twice", tensor.name));
    }
    const std::uint64_t unit = size_of_type(tensor.type);
    if (unit == 0 || product(tensor.shape, unit) != tensor.bytes.size()) {
      return bad(fmt::format("tensor {}: {} bytes are not a [{}] of {}", tensor.name,
                             tensor.bytes.size(), fmt::join(tensor.shape, ", "), tensor.type));
    }
    const std::uint64_t end = at + tensor.bytes.size();
    header[tensor.name] = {
        {"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
    at = end;
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const json::exception&) {
    return bad("a name or a metadata text is not UTF-8");
  }
  text.resize((text.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');
  const std::uint64_t length = text.size();
  std::string bytes(kLengthBytes, '\0');
  std::memcpy(bytes.data(), &length, kLengthBytes);
  bytes += text;
  for (const NamedTensor& tensor : tensors) {
    bytes.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  }
  return bytes;
}

Result<void> write_safetensors(const std::filesystem::path& path,
                               std::span<const NamedTensor> tensors,
                               const Metadata& metadata) {
  const auto bytes = safetensors_bytes(tensors, metadata);
  if (!bytes) return fail_at(path.string(), bytes.error());
  return write_file(path, *bytes);
}

}  // namespace cantus::infer
