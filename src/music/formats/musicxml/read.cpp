#include "music/formats/musicxml/read.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "music/formats/musicxml/assemble.h"
#include "music/formats/musicxml/container.h"
#include "music/formats/musicxml/part_reader.h"
#include "music/formats/musicxml/roles.h"
#include "music/formats/musicxml/xml_values.h"
#include "music/formats/musicxml/zip.h"

namespace cantus::formats::musicxml {
namespace {

constexpr std::size_t kLargestXml = 64U << 20U;
/// Tags and attributes; a node of pugixml takes 64 bytes, so the tree stays under 650 MB.
constexpr std::ptrdiff_t kMostMarks = 10'000'000;
constexpr std::size_t kMostParts = 512;
/// Bars of all parts together: 20,000 for one part, for an orchestra fewer.
constexpr std::size_t kMostPartBars = 1'000'000;

Result<void> check_size(std::string_view xml) {
  if (xml.size() > kLargestXml) {
    return fail(ErrorCode::invalid_input, "the score is larger than 64 MiB of XML");
  }
  const auto marks = std::ranges::count(xml, '<') + std::ranges::count(xml, '=');
  if (marks > kMostMarks) return fail(ErrorCode::invalid_input, "the score has too many elements");
  return {};
}

Result<void> parse(std::string_view xml, pugi::xml_document& document) {
  const auto parsed = document.load_buffer(xml.data(), xml.size());
  if (parsed) return {};
  return fail(ErrorCode::invalid_input,
              fmt::format("byte {}: not well-formed XML: {}", parsed.offset, parsed.description()));
}

std::string title_of(pugi::xml_node root) {
  const std::string work = clean_text(root.child("work").child("work-title").child_value());
  const std::string movement = clean_text(root.child("movement-title").child_value());
  if (work.empty() || work.find(movement) != std::string::npos) {
    return work.empty() ? movement : work;
  }
  if (movement.find(work) != std::string::npos) return movement;
  return work + ": " + movement;
}

std::string composer_of(pugi::xml_node identification) {
  for (const pugi::xml_node creator : identification.children("creator")) {
    if (std::string_view(creator.attribute("type").value()) == "composer") {
      return clean_text(creator.child_value());
    }
  }
  const pugi::xml_node first = identification.child("creator");
  return first.attribute("type") ? std::string() : clean_text(first.child_value());
}

void read_heading(pugi::xml_node root, WrittenScore& score) {
  const pugi::xml_node identification = root.child("identification");
  score.title = title_of(root);
  score.composer = composer_of(identification);
  for (const pugi::xml_node field : identification.child("miscellaneous").children()) {
    score.extras.emplace_back(field.attribute("name").value(), field.child_value());
  }
}

/// The bars of every part in order, whichever way round the file nests them.
using PartBars = std::vector<std::pair<std::string, std::vector<pugi::xml_node>>>;

PartBars partwise_bars(pugi::xml_node root) {
  PartBars out;
  for (const pugi::xml_node part : root.children("part")) {
    if (out.size() > kMostParts) break;
    const auto bars = part.children("measure");
    out.emplace_back(part.attribute("id").value(), std::vector(bars.begin(), bars.end()));
  }
  return out;
}

PartBars timewise_bars(pugi::xml_node root) {
  PartBars out;
  std::map<std::string, std::size_t, std::less<>> places;
  std::size_t count = 0;
  for (const pugi::xml_node measure : root.children("measure")) {
    ++count;
    if (count > kMostPlayedBars) break;
    for (const pugi::xml_node part : measure.children("part")) {
      const std::string id = part.attribute("id").value();
      const auto [place, is_new] = places.emplace(id, out.size());
      if (is_new) out.emplace_back(id, std::vector<pugi::xml_node>());
      if (out.size() > kMostParts || out.size() * count > kMostPartBars) return out;
      auto& bars = out[place->second].second;
      bars.resize(count);
      bars.back() = part;
    }
  }
  return out;
}

struct ScorePart {
  std::string name;
  Instruments instruments;
};

std::map<std::string, ScorePart, std::less<>> read_part_list(pugi::xml_node root) {
  std::map<std::string, ScorePart, std::less<>> out;
  for (const pugi::xml_node part : root.child("part-list").children("score-part")) {
    out[part.attribute("id").value()] = {clean_text(part.child("part-name").child_value()),
                                         instruments_of(part)};
  }
  return out;
}

bool is_kit(const Instruments& instruments) {
  return std::ranges::any_of(instruments.by_id, [](const auto& entry) {
    return entry.second.drum_channel || entry.second.drum;
  });
}

Result<void> read_parts(pugi::xml_node root,
                        const PartBars& bars,
                        WrittenScore& score,
                        Warnings& warnings) {
  const auto declared = read_part_list(root);
  std::size_t count = 0;
  for (const auto& [id, measures] : bars)
    count = std::max(count, measures.size());
  if (count > kMostPlayedBars) return fail(ErrorCode::invalid_input, "more than 20,000 bars");
  if (bars.size() > kMostParts) return fail(ErrorCode::invalid_input, "more than 512 parts");
  if (bars.size() * count > kMostPartBars) {
    return fail(ErrorCode::invalid_input, "too many bars in too many parts");
  }
  score.bars.resize(count);
  for (const auto& [id, measures] : bars) {
    const auto found = declared.find(id);
    const ScorePart part = found == declared.end() ? ScorePart{} : found->second;
    if (found == declared.end())
      warnings.add(fmt::format("part '{}' is not in the part list", clean_text(id)));
    WrittenPart written;
    written.id = id;
    written.name = part.name;
    written.program = program_of(part.instruments, part.name);
    written.kit = is_kit(part.instruments);
    written.bars.resize(count);
    score.parts.push_back(std::move(written));
    PartReader reader(score, score.parts.size() - 1, part.instruments, warnings);
    for (std::size_t i = 0; i < measures.size(); ++i)
      reader.read_bar(i, measures[i]);
  }
  return {};
}

Result<score::Reading> read_xml(std::string_view xml) {
  if (const auto size = check_size(xml); !size) return tl::unexpected(size.error());
  pugi::xml_document document;
  if (const auto parsed = parse(xml, document); !parsed) return tl::unexpected(parsed.error());
  const pugi::xml_node root = document.document_element();
  const bool timewise = name_of(root) == "score-timewise";
  if (!timewise && name_of(root) != "score-partwise") {
    return fail(ErrorCode::invalid_input,
                fmt::format("no score: the XML's root is <{}>", clean_text(root.name(), 60)));
  }
  WrittenScore score;
  Warnings warnings;
  read_heading(root, score);
  const PartBars bars = timewise ? timewise_bars(root) : partwise_bars(root);
  if (const auto read = read_parts(root, bars, score, warnings); !read) {
    return tl::unexpected(read.error());
  }
  if (score.bars.empty()) return fail(ErrorCode::invalid_input, "the score has no bars");
  auto piece = assembled(score, warnings);
  if (!piece) return tl::unexpected(piece.error());
  set_roles(score, *piece);
  return score::Reading{{std::move(*piece)}, warnings.take(), {}};
}

}  // namespace

Result<score::Reading> read(std::string_view bytes) {
  if (!is_zip(bytes)) return read_xml(bytes);
  const auto xml = score_in_container(bytes);
  if (!xml) return tl::unexpected(xml.error());
  return read_xml(*xml);
}

}  // namespace cantus::formats::musicxml
