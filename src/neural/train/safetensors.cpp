#include "neural/train/safetensors.h"

#include <cstring>
#include <fstream>

#include <c10/util/Half.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "neural/packed/whole_number.h"

namespace cantus::train {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string header_of(const std::map<std::string, std::string>& metadata,
                      std::span<const TensorView> tensors) {
  ordered_json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t at = 0;
  for (const TensorView& tensor : tensors) {
    const std::uint64_t end = at + tensor.values.size_bytes();
    header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
    at = end;
  }
  std::string text = header.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');  // so that the floats are aligned in a mapped file
  return text;
}

tl::unexpected<Error> refuse(const std::string& why) {
  return fail(ErrorCode::invalid_input, why);
}

/// The shape's number of elements, or none where it is negative or overflows.
Result<std::uint64_t> elements(const std::vector<std::int64_t>& shape, std::uint64_t limit) {
  std::uint64_t size = 1;
  for (const std::int64_t n : shape) {
    if (n < 0) return refuse("has a negative size");
    if (n == 0) return std::uint64_t{0};
    if (static_cast<std::uint64_t>(n) > limit / size) return refuse("is larger than the file");
    size *= static_cast<std::uint64_t>(n);
  }
  return size;
}

/// Numbers of four or two bytes as floats.
std::vector<float> floats_from(std::span<const std::byte> data, std::uint64_t bytes) {
  std::vector<float> values(data.size() / bytes);
  if (values.empty()) return values;
  if (bytes == sizeof(float)) {
    std::memcpy(values.data(), data.data(), data.size());
    return values;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    c10::Half half;
    std::memcpy(&half, data.data() + i * sizeof half, sizeof half);
    values[i] = half;
  }
  return values;
}

Result<StoredTensor> tensor_from(const json& entry, std::span<const std::byte> data) {
  const auto type = entry.at("dtype").get<std::string>();
  if (type != "F32" && type != "F16") return refuse("is neither float32 nor float16");
  const std::uint64_t bytes = type == "F32" ? sizeof(float) : sizeof(c10::Half);
  StoredTensor tensor;
  for (const json& size : entry.at("shape"))
    tensor.shape.push_back(corpus::whole_number<std::int64_t>(size));
  const auto from = corpus::whole_number<std::uint64_t>(entry.at("data_offsets").at(0));
  const auto to = corpus::whole_number<std::uint64_t>(entry.at("data_offsets").at(1));
  if (from > to || to > data.size()) return refuse("lies outside the file");
  const auto size = elements(tensor.shape, data.size());
  if (!size) return tl::unexpected<Error>(size.error());
  if (to - from != *size * bytes) return refuse("has offsets that are not its shape's");
  tensor.values = floats_from(data.subspan(from, to - from), bytes);
  return tensor;
}

}  // namespace

Result<void> write_tensors(const std::filesystem::path& path,
                           const std::map<std::string, std::string>& metadata,
                           std::span<const TensorView> tensors) {
  const std::string header = header_of(metadata, tensors);
  return write_file_through(path, [&](const std::filesystem::path& temporary) -> Result<void> {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    const std::uint64_t length = header.size();
    out.write(reinterpret_cast<const char*>(&length), sizeof length);
    out << header;
    for (const TensorView& tensor : tensors) {
      out.write(reinterpret_cast<const char*>(tensor.values.data()),
                static_cast<std::streamsize>(tensor.values.size_bytes()));
    }
    out.flush();
    if (!out) return fail(ErrorCode::io, path.string() + ": cannot write; is the disk full");
    return {};
  });
}

Result<TensorFile> parse_tensors(std::span<const std::byte> bytes) {
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length) return refuse("is not a safetensors file");
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > bytes.size() - sizeof length) return refuse("is not a safetensors file");
  const char* text = reinterpret_cast<const char*>(bytes.data()) + sizeof length;
  try {
    const json header = json::parse(text, text + length);
    if (!header.is_object()) return refuse("has a header that is not an object");
    TensorFile file;
    std::uint64_t rest = bytes.size() - sizeof length - length;
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        file.metadata = entry.get<std::map<std::string, std::string>>();
        continue;
      }
      auto tensor = tensor_from(entry, bytes.subspan(sizeof length + length));
      if (!tensor) return refuse("tensor '" + name + "' " + tensor.error().message);
      const json& offsets = entry.at("data_offsets");
      const auto taken = offsets[1].get<std::uint64_t>() - offsets[0].get<std::uint64_t>();
      if (taken > rest) return refuse("tensor '" + name + "' overlaps another");
      rest -= taken;
      file.tensors[name] = std::move(*tensor);
    }
    return file;
  } catch (const json::exception& error) {
    return refuse(std::string("has a broken header: ") + error.what());
  }
}

Result<TensorFile> read_tensors(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  auto tensors = parse_tensors(file->bytes());
  if (!tensors) return fail_at(path.string(), tensors.error());
  return tensors;
}

}  // namespace cantus::train
