#include "music/formats/file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/files.h"
#include "music/formats/abc/read.h"
#include "music/formats/abc/write.h"
#include "music/formats/humdrum/read.h"
#include "music/formats/midi/read.h"
#include "music/formats/midi/write.h"
#include "music/formats/musicxml/read.h"
#include "music/formats/musicxml/write.h"

namespace cantus::formats {
namespace {

constexpr std::array<std::pair<std::string_view, Format>, 9> kEndings = {{
    {".mid", Format::midi},
    {".midi", Format::midi},
    {".kar", Format::midi},
    {".rmi", Format::midi},
    {".musicxml", Format::musicxml},
    {".xml", Format::musicxml},
    {".mxl", Format::mxl},
    {".abc", Format::abc},
    {".krn", Format::kern},
}};

std::string_view without_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

bool is_abc(std::string_view text) {
  return text.starts_with("%abc") || (text.starts_with("X:") && text.size() > 2);
}

bool is_kern(std::string_view text) {
  return text.starts_with("**") || text.starts_with("!!");
}

bool is_xml(std::string_view text) {
  // UTF-16 starts with a mark, then "<" in two bytes.
  if (text.starts_with("\xFF\xFE<") || text.starts_with(std::string_view("\xFE\xFF\0<", 4)))
    return true;
  return text.starts_with("<?xml") || text.starts_with("<!DOCTYPE score-") ||
         text.starts_with("<score-");
}

std::optional<Format> told_by_content(std::string_view bytes) {
  if (bytes.starts_with("MThd")) return Format::midi;
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("RMID")) return Format::midi;
  if (bytes.starts_with("PK\x03\x04")) return Format::mxl;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  bytes = without_blanks(bytes);
  if (is_xml(bytes)) return Format::musicxml;
  if (is_abc(bytes)) return Format::abc;
  if (is_kern(bytes)) return Format::kern;
  return std::nullopt;
}

Result<score::Reading> read_as(Format format, std::string_view bytes) {
  switch (format) {
    case Format::midi:
      return midi::read(bytes);
    case Format::musicxml:
    case Format::mxl:
      return musicxml::read(bytes);
    case Format::abc:
      return abc::read(bytes);
    case Format::kern:
      break;
  }
  return humdrum::read(bytes);
}

}  // namespace

Result<Format> format_of(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto found =
      std::ranges::find(kEndings, ending, &std::pair<std::string_view, Format>::first);
  if (found != kEndings.end()) return found->second;
  return fail(ErrorCode::unsupported,
              path.string() +
                  ": the ending tells no music format; use .mid, .musicxml, .mxl, .abc or .krn");
}

Result<score::Reading> read_bytes(std::string_view bytes, const std::filesystem::path& name) {
  if (bytes.empty()) return fail(ErrorCode::invalid_input, name.string() + ": is empty");
  std::optional<Format> format = told_by_content(bytes);
  if (!format) {
    const auto by_ending = format_of(name);
    if (!by_ending) return tl::unexpected<Error>(by_ending.error());
    format = *by_ending;
  }
  auto reading = read_as(*format, bytes);
  if (!reading) return fail_at(name.string(), reading.error());
  return reading;
}

Result<score::Reading> read_file(const std::filesystem::path& path) {
  const auto bytes = cantus::read_file(path);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  return read_bytes(*bytes, path);
}

Result<std::string> write_bytes(const score::Piece& piece, Format format) {
  switch (format) {
    case Format::midi:
      return midi::write(piece);
    case Format::musicxml:
      return musicxml::write(piece);
    case Format::mxl:
      return musicxml::write_mxl(piece);
    case Format::abc:
      return abc::write(piece);
    case Format::kern:
      break;
  }
  return fail(ErrorCode::unsupported,
              "**kern is read but not written; choose .mid, .musicxml, .mxl or .abc");
}

Result<void> write_file(const score::Piece& piece, const std::filesystem::path& path) {
  const auto format = format_of(path);
  if (!format) return tl::unexpected<Error>(format.error());
  const auto bytes = write_bytes(piece, *format);
  if (!bytes) return fail_at(path.string(), bytes.error());
  return cantus::write_file(path, *bytes);
}

}  // namespace cantus::formats
