#include "neural/train/benchmark/net_file.h"

#include <stdexcept>
#include <string>

#include "neural/train/safetensors.h"

namespace cantus::benchmark {
namespace {

constexpr const char* kFormat = "cantus-decisions-1";

tl::unexpected<Error> refuse(const std::string& why) {
  return fail(ErrorCode::invalid_input, why);
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
    const auto& weights = file.tensors.at("weights").values;
    if (shape.first % 8 != 0 || static_cast<std::int64_t>(weights.size()) != shape.weights())
      return refuse("has weights that do not fit its shape");
    const Reading reading{file.metadata.at("from_above") == "1", file.metadata.at("memory") == "1"};
    return StoredNet{DecisionNet(shape, weights), reading};
  } catch (const std::logic_error&) {  // at() and stoll()
    return refuse("lacks a tensor or a number of format cantus-decisions-1");
  }
}

}  // namespace

Result<void> write_net(const std::filesystem::path& path, const DecisionNet& net, const Reading& reading) {
  const NetShape& shape = net.shape();
  const train::TensorView weights{"weights", {shape.weights()}, net.average()};
  return train::write_tensors(path,
                              {{"format", kFormat},
                               {"features", std::to_string(shape.features)},
                               {"first", std::to_string(shape.first)},
                               {"second", std::to_string(shape.second)},
                               {"third", std::to_string(shape.third)},
                               {"from_above", reading.from_above ? "1" : "0"},
                               {"memory", reading.memory ? "1" : "0"}},
                              {&weights, 1});
}

Result<StoredNet> read_net(const std::filesystem::path& path, std::int64_t features) {
  const auto file = train::read_tensors(path);
  if (!file) return tl::unexpected<Error>(file.error());
  auto net = net_from(*file, features);
  if (!net) return fail_at(path.string(), net.error());
  return net;
}

}  // namespace cantus::benchmark
