#include "neural/train/critic/figures.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace cantus::critic {

using nlohmann::ordered_json;

double rounded(double value, double by) {
  return std::round(value * by) / by;
}

ordered_json rows_json(std::span<const AreaRow> rows) {
  ordered_json out = ordered_json::array();
  for (const AreaRow& row : rows) {
    out.push_back({{"against", row.against},
                   {"by", row.by},
                   {"people", row.area.people},
                   {"others", row.area.others},
                   {"area", rounded(row.area.area)},
                   {"interval", {rounded(row.area.low), rounded(row.area.high)}}});
  }
  return out;
}

Result<void> add_figures(const std::filesystem::path& weights,
                         const std::string& split,
                         std::span<const AreaRow> rows) {
  std::filesystem::path path = weights;
  path.replace_extension(".json");
  const auto text = read_file(path);
  if (!text) return tl::unexpected<Error>(text.error());
  ordered_json card = ordered_json::parse(*text, nullptr, false);
  if (!card.is_object()) return fail(ErrorCode::invalid_input, path.string() + ": not a card");
  card["areas"][split] = rows_json(rows);
  return write_file(path, card.dump(2) + "\n");
}

}  // namespace cantus::critic
