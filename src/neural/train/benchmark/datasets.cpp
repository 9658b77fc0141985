#include "neural/train/benchmark/datasets.h"

#include <cstdlib>
#include <map>
#include <utility>

#include "base/files.h"
#include "neural/train/benchmark/mat_file.h"

namespace cantus::benchmark {
namespace {

struct SetNames {
  const char* printed;
  const char* slug;
  const char* file;
};

constexpr SetNames kNames[] = {{"JSB", "jsb", "JSB_Chorales.mat"},
                               {"Nottingham", "nottingham", "Nottingham.mat"},
                               {"MuseData", "musedata", "MuseData.mat"},
                               {"Piano-midi", "piano-midi", "Piano_midi.mat"}};

const SetNames& names_of(RollSet set) {
  return kNames[static_cast<std::size_t>(set)];
}

tl::unexpected<Error> refuse(const std::string& why) {
  return fail(ErrorCode::invalid_input, why);
}

Result<Roll> roll_from(const BitMatrix& matrix) {
  if (matrix.columns != kKeys) return refuse("has not 88 columns");
  if (matrix.rows < 2) return refuse("has fewer than two frames");
  Roll roll(matrix.rows);
  for (std::size_t i = 0; i < matrix.values.size(); ++i) {
    if (matrix.values[i] != 0) roll[i / kKeys].add(static_cast<int>(i % kKeys));
  }
  return roll;
}

using Variables = std::map<std::string, std::vector<BitMatrix>>;

Result<std::vector<Roll>> rolls_from(const Variables& variables, const std::string& name) {
  const auto found = variables.find(name);
  if (found == variables.end()) return refuse("lacks '" + name + "'");
  std::vector<Roll> rolls;
  for (const BitMatrix& matrix : found->second) {
    auto roll = roll_from(matrix);
    if (!roll) return fail_at(name + " " + std::to_string(rolls.size() + 1), roll.error());
    rolls.push_back(std::move(*roll));
  }
  return rolls;
}

/// Takes the three splits with `take(name of the split) -> Result<vector<Piece>>`.
template <class Piece, class Take>
Result<Splits<Piece>> take_splits(const std::filesystem::path& path, const Take& take) {
  Splits<Piece> splits;
  for (const auto& [name, part] :
       {std::pair("train", &splits.train), std::pair("valid", &splits.valid),
        std::pair("test", &splits.test)}) {
    auto pieces = take(std::string(name));
    if (!pieces) return fail_at(path.string(), pieces.error());
    *part = std::move(*pieces);
  }
  return splits;
}

}  // namespace

std::string name_of(RollSet set) {
  return names_of(set).printed;
}
std::string slug_of(RollSet set) {
  return names_of(set).slug;
}

Result<std::filesystem::path> find_data(const std::filesystem::path& asked) {
  const char* environment = std::getenv("CANTUS_DATA");
  std::filesystem::path data = "../shared/data";
  if (environment != nullptr) data = environment;
  if (!asked.empty()) data = asked;
  std::error_code ignored;
  if (std::filesystem::is_directory(data / "research", ignored)) return data;
  return fail(ErrorCode::not_found, data.string() + ": has no folder research; say --data FOLDER");
}

Result<Splits<Roll>> load_rolls(const std::filesystem::path& data, RollSet set) {
  const auto path = data / "research/polyphonic_benchmark/mdata" / names_of(set).file;
  const auto file = MappedFile::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const auto variables = parse_bit_matrices(file->bytes());
  if (!variables) return fail_at(path.string(), variables.error());
  return take_splits<Roll>(
      path, [&](const std::string& split) { return rolls_from(*variables, split + "data"); });
}

Result<Splits<Chorale>> load_chorales(const std::filesystem::path& data) {
  const auto path = data / "research/jsb_chorales/Jsb16thSeparated.json";
  const auto text = read_file(path);
  if (!text) return tl::unexpected<Error>(text.error());
  auto splits = parse_chorales(*text);
  if (!splits) return fail_at(path.string(), splits.error());
  return take_splits<Chorale>(path, [&](const std::string& name) -> Result<std::vector<Chorale>> {
    const auto found = splits->find(name);
    if (found == splits->end()) return refuse("lacks '" + name + "'");
    return std::move(found->second);
  });
}

}  // namespace cantus::benchmark
