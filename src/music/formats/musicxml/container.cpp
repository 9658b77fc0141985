#include "music/formats/musicxml/container.h"

#include <algorithm>

#include <pugixml.hpp>

#include "music/formats/musicxml/zip.h"

namespace cantus::formats::musicxml {
namespace {

constexpr std::string_view kContainerName = "META-INF/container.xml";
constexpr std::string_view kContainer =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<container>
  <rootfiles>
    <rootfile full-path="score.musicxml" media-type="application/vnd.recordare.musicxml+xml"/>
  </rootfiles>
</container>
)";

const ZipEntry* named(const std::vector<ZipEntry>& entries, std::string_view name) {
  const auto found = std::ranges::find(entries, name, &ZipEntry::name);
  return found == entries.end() ? nullptr : &*found;
}

const ZipEntry* first_score(const std::vector<ZipEntry>& entries) {
  const auto found = std::ranges::find_if(entries, [](const ZipEntry& entry) {
    return !entry.name.starts_with("META-INF") && !entry.name.starts_with("__MACOSX") &&
           (entry.name.ends_with(".musicxml") || entry.name.ends_with(".xml"));
  });
  return found == entries.end() ? nullptr : &*found;
}

const ZipEntry* rootfile(std::string_view bytes, const std::vector<ZipEntry>& entries) {
  const ZipEntry* container = named(entries, kContainerName);
  if (container == nullptr) return nullptr;
  const auto xml = unzip(bytes, *container);
  if (!xml) return nullptr;
  pugi::xml_document document;
  document.load_buffer(xml->data(), xml->size());
  const auto root = document.child("container").child("rootfiles").child("rootfile");
  return named(entries, root.attribute("full-path").value());
}

}  // namespace

Result<std::string> score_in_container(std::string_view zip_bytes) {
  const auto entries = zip_directory(zip_bytes);
  if (!entries) return tl::unexpected(entries.error());
  const ZipEntry* entry = rootfile(zip_bytes, *entries);
  if (entry == nullptr) entry = first_score(*entries);
  if (entry == nullptr) {
    return fail(ErrorCode::invalid_input, "the .mxl holds no .musicxml or .xml file");
  }
  return unzip(zip_bytes, *entry);
}

Result<std::string> container_of(std::string xml) {
  return zip({{"mimetype", "application/vnd.recordare.musicxml", true},
              {std::string(kContainerName), std::string(kContainer), false},
              {"score.musicxml", std::move(xml), false}});
}

}  // namespace cantus::formats::musicxml
