#include "neural/train/benchmark/net_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include <c10/util/Half.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "neural/train/safetensors.h"

namespace cantus::benchmark {
namespace {

using nlohmann::ordered_json;

constexpr const char* kFormat = "cantus-decisions-1";

tl::unexpected<Error> refuse(const std::string& why) {
  return fail(ErrorCode::invalid_input, why);
}

/// One matrix in the file and among the network's weights, row after row.
struct Matrix {
  const char* name;
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t row_length;  ///< among the weights; what is beyond the columns is not stored

  std::int64_t size() const { return rows * columns; }
};

std::array<Matrix, 6> matrices_of(const NetShape& s) {
  return {{{"table", s.features, s.first + 1, s.table_width()},
           {"second", s.first, s.second, s.second},
           {"bias2", 1, s.second, s.second},
           {"third", s.second, s.third, s.third},
           {"bias3", 1, s.third, s.third},
           {"out", s.third, 1, 1}}};
}

std::string header_of(const NetShape& shape, const Reading& reading) {
  ordered_json header;
  header["__metadata__"] = {{"format", kFormat},
                            {"features", std::to_string(shape.features)},
                            {"first", std::to_string(shape.first)},
                            {"second", std::to_string(shape.second)},
                            {"third", std::to_string(shape.third)},
                            {"from_above", reading.from_above ? "1" : "0"},
                            {"memory", reading.memory ? "1" : "0"}};
  std::int64_t at = 0;
  for (const Matrix& m : matrices_of(shape)) {
    const std::int64_t end = at + m.size() * static_cast<std::int64_t>(sizeof(c10::Half));
    header[m.name] = {
        {"dtype", "F16"}, {"shape", {m.rows, m.columns}}, {"data_offsets", {at, end}}};
    at = end;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

std::vector<c10::Half> halves_of(const DecisionNet& net) {
  std::vector<c10::Half> halves;
  const float* row = net.average().data();
  for (const Matrix& m : matrices_of(net.shape())) {
    for (std::int64_t r = 0; r < m.rows; ++r, row += m.row_length)
      halves.insert(halves.end(), row, row + m.columns);
  }
  return halves;
}

/// Fails with out_of_range where a matrix is missing, as std::map::at does.
Result<std::vector<float>> weights_from(const train::TensorFile& file, const NetShape& shape) {
  std::vector<float> weights(static_cast<std::size_t>(shape.weights()));
  float* row = weights.data();
  for (const Matrix& m : matrices_of(shape)) {
    const train::StoredTensor& stored = file.tensors.at(m.name);
    if (stored.shape != std::vector<std::int64_t>{m.rows, m.columns})
      return refuse(std::string("tensor '") + m.name + "' does not fit the shape");
    for (std::int64_t r = 0; r < m.rows; ++r, row += m.row_length)
      std::copy_n(stored.values.data() + r * m.columns, m.columns, row);
  }
  return weights;
}

Result<StoredNet> net_from(const train::TensorFile& file, std::int64_t features) {
  try {
    if (file.metadata.at("format") != kFormat) return refuse("is not of format cantus-decisions-1");
    const auto size = [&](const char* name) { return std::stoll(file.metadata.at(name)); };
    const NetShape shape{size("features"), size("first"), size("second"), size("third")};
    if (shape.features != features) return refuse("was trained with other features");
    for (const std::int64_t each : {shape.first, shape.second, shape.third}) {
      if (each < 1 || each > 8192) return refuse("has a layer of an unlikely size");
    }
    if (shape.first % 8 != 0) return refuse("has a first layer that is no multiple of 8");
    auto weights = weights_from(file, shape);
    if (!weights) return tl::unexpected<Error>(weights.error());
    const Reading reading{file.metadata.at("from_above") == "1", file.metadata.at("memory") == "1"};
    return StoredNet{DecisionNet(shape, std::move(*weights)), reading};
  } catch (const std::logic_error&) {  // at() and stoll()
    return refuse("lacks a tensor or a number of format cantus-decisions-1");
  }
}

}  // namespace

Result<void> write_net(const std::filesystem::path& path,
                       const DecisionNet& net,
                       const Reading& reading) {
  const std::string header = header_of(net.shape(), reading);
  const std::vector<c10::Half> halves = halves_of(net);
  return write_file_through(path, [&](const std::filesystem::path& temporary) -> Result<void> {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    const std::uint64_t length = header.size();
    out.write(reinterpret_cast<const char*>(&length), sizeof length);
    out << header;
    out.write(reinterpret_cast<const char*>(halves.data()),
              static_cast<std::streamsize>(halves.size() * sizeof(c10::Half)));
    out.flush();
    if (!out) return fail(ErrorCode::io, path.string() + ": cannot write; is the disk full");
    return {};
  });
}

Result<StoredNet> read_net(const std::filesystem::path& path, std::int64_t features) {
  const auto file = train::read_tensors(path);
  if (!file) return tl::unexpected<Error>(file.error());
  auto net = net_from(*file, features);
  if (!net) return fail_at(path.string(), net.error());
  return net;
}

}  // namespace cantus::benchmark
