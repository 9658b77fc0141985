#include "neural/corpus/collection_facts.h"

#include <array>
#include <cctype>
#include <utility>

#include "base/files.h"
#include "base/random.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::corpus {
namespace {

namespace fs = std::filesystem;

/// groove/info.csv: midi_filename is the eighth column, the split the last, the style the fourth.
std::optional<std::pair<std::string, PieceFacts>> groove_row(const std::vector<std::string>& row) {
  if (row.size() < 11) return std::nullopt;
  const std::string& split = row.back();
  PieceFacts facts;
  facts.split = split == "test"         ? Split::test
                : split == "validation" ? Split::validation
                                        : Split::train;
  facts.style = style_of_genre(std::string_view(row[3]).substr(0, row[3].find('/')));
  return std::pair(row[7], facts);
}

/// Harmonix metadata.csv: the file's name first, the genre ninth.
std::optional<std::pair<std::string, PieceFacts>> harmonix_row(
    const std::vector<std::string>& row) {
  if (row.size() < 9) return std::nullopt;
  return std::pair(row[0] + ".txt", PieceFacts{std::nullopt, style_of_genre(row[8])});
}

/// SALAMI metadata.csv: the recording's number first, class fifteenth and genre sixteenth. The two
/// annotations of a recording stay on one side.
std::optional<std::pair<std::string, PieceFacts>> salami_row(const std::vector<std::string>& row) {
  if (row.size() < 16) return std::nullopt;
  const std::string& genre = row[15].empty() ? row[14] : row[15];
  return std::pair(row[0], PieceFacts{split_of("salami_form/" + row[0]), style_of_genre(genre)});
}

}  // namespace

CollectionFacts::CollectionFacts(const Source& source, const fs::path& data)
    : genre_(source.genre) {
  const fs::path folder = data / source.folder;
  fs::path table;
  if (genre_ == Genre::drumming) table = folder / "info.csv";
  if (genre_ == Genre::harmonix) table = folder.parent_path() / "metadata.csv";
  if (genre_ == Genre::salami) table = folder.parent_path() / "metadata" / "metadata.csv";
  if (table.empty()) return;
  for (const auto& row : rows_of_csv(read_file(table).value_or(""))) {
    const auto facts = genre_ == Genre::drumming   ? groove_row(row)
                       : genre_ == Genre::harmonix ? harmonix_row(row)
                                                   : salami_row(row);
    if (facts) facts_.insert(*facts);
  }
}

PieceFacts CollectionFacts::of(const std::string& name) const {
  const std::string key = genre_ == Genre::salami ? name.substr(0, name.find('/')) : name;
  const auto found = facts_.find(key);
  return found == facts_.end() ? PieceFacts() : found->second;
}

Split split_of(const std::string& name) {
  const std::uint64_t draw = Random(hash_of(name)).below(100);
  return draw < 90 ? Split::train : draw < 95 ? Split::validation : Split::test;
}

std::vector<std::vector<std::string>> rows_of_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && quoted && text.substr(i + 1).starts_with('"')) {
      row.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      row.emplace_back();
    } else if (c == '\n' && !quoted) {
      rows.push_back(std::exchange(row, {std::string()}));
    } else if (c != '\r') {
      row.back() += c;
    }
  }
  if (row.size() > 1 || !row.front().empty()) rows.push_back(std::move(row));
  return rows;
}

std::optional<int> style_of_genre(std::string_view genre) {
  // The first that the genre contains decides, so that acid jazz is jazz and a pop rock is rock.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 38> kStyles = {{
      {"hiphop", "hiphop"},    {"reggaeton", "latin"}, {"reggae", "reggae"},
      {"jazz", "jazz"},        {"neworleans", "jazz"}, {"blues", "blues"},
      {"funk", "funk"},        {"rockroll", "rock"},   {"contemporaryrb", "soul"},
      {"gospel", "soul"},      {"soul", "soul"},       {"country", "country"},
      {"folk", "folk"},        {"celtic", "folk"},     {"traditional", "folk"},
      {"latin", "latin"},      {"afro", "afro"},       {"cuban", "latin"},
      {"tango", "latin"},      {"african", "afro"},    {"highlife", "afro"},
      {"electronic", "dance"}, {"dance", "dance"},     {"metal", "rock"},
      {"punk", "punk"},        {"rock", "rock"},       {"alternative", "rock"},
      {"grunge", "rock"},      {"prog", "rock"},       {"classical", ""},
      {"baroque", ""},         {"world", ""},          {"live", ""},
      {"spoken", ""},          {"humour", ""},         {"pop", "pop"},
      {"disco", "dance"},      {"calypso", "reggae"},
  }};
  std::string letters;
  for (const char c : genre) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalpha(byte) != 0) letters += static_cast<char>(std::tolower(byte));
  }
  if (letters == "rb") return tokens::style_from_text("soul");
  for (const auto& [part, style] : kStyles) {
    if (letters.find(part) != std::string::npos) return tokens::style_from_text(style);
  }
  return std::nullopt;
}

}  // namespace cantus::corpus
