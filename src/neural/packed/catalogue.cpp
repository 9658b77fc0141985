#include "neural/packed/catalogue.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/random.h"
#include "neural/packed/whole_number.h"

namespace cantus::corpus {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::uintmax_t kLargestCatalogue = 1U << 30U;  // bytes; about five million pieces

IdRange range_from(const json& value) {
  return {whole_number<std::uint32_t>(value.at("first")),
          whole_number<std::uint32_t>(value.at("count"))};
}

ordered_json range_to(const IdRange& range) {
  return {{"first", range.first}, {"count", range.count}};
}

PackVocabulary vocabulary_from(const json& value) {
  PackVocabulary vocabulary;
  vocabulary.names = value.at("names").get<std::vector<std::string>>();
  vocabulary.bars = range_from(value.at("bars"));
  for (const json& range : value.at("key_numbers")) {
    vocabulary.key_numbers.push_back(range_from(range));
  }
  for (const json& range : value.at("pitch_classes")) {
    vocabulary.pitch_classes.push_back(range_from(range));
  }
  return vocabulary;
}

PackSet set_from(const json& value) {
  return {value.at("name").get<std::string>(), value.at("licence").get<std::string>(),
          whole_number<std::uint64_t>(value, "pieces", 0),
          whole_number<std::uint64_t>(value, "sequences", 0),
          whole_number<std::uint64_t>(value, "tokens", 0)};
}

PackPiece piece_from(const json& value) {
  return {value.value("source", std::string()), value.at("set").get<std::string>(),
          value.value("title", std::string()), whole_number<std::uint32_t>(value, "group", 0)};
}

bool inside(const IdRange& range, std::size_t size) {
  return range.first <= size && range.count <= size - range.first;
}

Result<void> check(const json& value, const PackVocabulary& vocabulary) {
  const auto refuse = [](const char* why) { return fail(ErrorCode::invalid_input, why); };
  const std::size_t size = vocabulary.names.size();
  const json& written = value.at("vocabulary");
  if (whole_number<std::size_t>(written.at("size")) != size) {
    return refuse("the vocabulary's size is not its number of names");
  }
  if (written.at("hash").get<std::string>() != vocabulary_hash(vocabulary.names)) {
    return refuse("the vocabulary's hash is not that of its names");
  }
  if (!inside(vocabulary.bars, size)) return refuse("'bars' leaves the vocabulary");
  for (const IdRange& range : vocabulary.key_numbers) {
    if (!inside(range, size)) return refuse("a 'key_numbers' range leaves the vocabulary");
  }
  for (const IdRange& range : vocabulary.pitch_classes) {
    if (!inside(range, size) || range.count % 12 != 0) {
      return refuse("a 'pitch_classes' range leaves the vocabulary or is not in twelves");
    }
  }
  return {};
}

}  // namespace

std::filesystem::path catalogue_path(const std::filesystem::path& pack) {
  return std::filesystem::path(pack).replace_extension(".json");
}

std::string vocabulary_hash(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (&name != names.data()) joined += '\n';
    joined += name;
  }
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash_of(joined)));
  return digits;
}

Result<Catalogue> parse_catalogue(std::string_view text) {
  try {
    const json value = json::parse(text);
    if (value.at("format").get<std::string>() != "cantus-pack-1") {
      return fail(ErrorCode::invalid_input, "is not a catalogue of format cantus-pack-1");
    }
    Catalogue catalogue;
    catalogue.vocabulary = vocabulary_from(value.at("vocabulary"));
    if (auto checked = check(value, catalogue.vocabulary); !checked) {
      return tl::unexpected<Error>(checked.error());
    }
    if (value.contains("views")) {
      catalogue.views = value.at("views").get<std::vector<std::string>>();
    }
    for (const json& set : value.at("sets"))
      catalogue.sets.push_back(set_from(set));
    for (const json& piece : value.at("pieces"))
      catalogue.pieces.push_back(piece_from(piece));
    return catalogue;
  } catch (const json::exception& error) {
    return fail(ErrorCode::invalid_input, error.what());
  }
}

std::string to_json(const Catalogue& catalogue) {
  ordered_json vocabulary = {{"size", catalogue.vocabulary.names.size()},
                             {"hash", vocabulary_hash(catalogue.vocabulary.names)},
                             {"names", catalogue.vocabulary.names},
                             {"bars", range_to(catalogue.vocabulary.bars)},
                             {"key_numbers", ordered_json::array()},
                             {"pitch_classes", ordered_json::array()}};
  for (const IdRange& r : catalogue.vocabulary.key_numbers) {
    vocabulary["key_numbers"].push_back(range_to(r));
  }
  for (const IdRange& r : catalogue.vocabulary.pitch_classes) {
    vocabulary["pitch_classes"].push_back(range_to(r));
  }
  ordered_json sets = ordered_json::array();
  for (const PackSet& s : catalogue.sets) {
    sets.push_back({{"name", s.name},
                    {"licence", s.licence},
                    {"pieces", s.pieces},
                    {"sequences", s.sequences},
                    {"tokens", s.tokens}});
  }
  ordered_json pieces = ordered_json::array();
  for (const PackPiece& p : catalogue.pieces) {
    pieces.push_back(
        {{"source", p.source}, {"set", p.set}, {"title", p.title}, {"group", p.group}});
  }
  const ordered_json value = {{"format", "cantus-pack-1"},
                              {"vocabulary", vocabulary},
                              {"views", catalogue.views},
                              {"sets", sets},
                              {"pieces", pieces}};
  // Titles come from other people's files and need not be UTF-8.
  return value.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<Catalogue> read_catalogue(const std::filesystem::path& pack) {
  const std::filesystem::path path = catalogue_path(pack);
  auto text = read_file(path, kLargestCatalogue);
  if (!text) return tl::unexpected<Error>(text.error());
  auto catalogue = parse_catalogue(*text);
  if (!catalogue) return fail_at(path.string(), catalogue.error());
  return catalogue;
}

}  // namespace cantus::corpus
