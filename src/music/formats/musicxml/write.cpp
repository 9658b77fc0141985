#include "music/formats/musicxml/write.h"

#include <set>

#include <fmt/format.h>

#include "music/formats/musicxml/container.h"
#include "music/formats/musicxml/roles.h"
#include "music/formats/musicxml/write_part.h"
#include "music/score/instruments.h"

namespace cantus::formats::musicxml {
namespace {

using score::Part;
using score::Piece;

constexpr std::size_t kLargestText = 64U << 20U;  // what `read` takes
constexpr std::string_view kHead =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0">
)";

std::string heading(const Piece& piece) {
  std::string out(kHead);
  const std::string title = escaped(piece.title);
  if (!title.empty()) {
    out += fmt::format(
        "<work><work-title>{0}</work-title></work>\n<movement-title>{0}"
        "</movement-title>\n",
        title);
  }
  out += "<identification>\n";
  if (const std::string composer = escaped(piece.composer); !composer.empty()) {
    out += fmt::format("<creator type=\"composer\">{}</creator>\n", composer);
  }
  out += "<encoding><software>Cantus</software></encoding>\n<miscellaneous>\n";
  for (std::size_t i = 0; i < piece.parts.size(); ++i) {
    out += fmt::format("<miscellaneous-field name=\"{}\">{}</miscellaneous-field>\n",
                       role_field(part_id(i)), score::to_text(piece.parts[i].role));
  }
  return out + "</miscellaneous>\n</identification>\n";
}

std::string_view drum_name(int key) {
  const std::string_view name = score::drum_name(key);
  return name.empty() ? "Percussion" : name;
}

std::set<int> drums_of(const Part& part) {
  std::set<int> keys;
  for (const score::Note& note : part.notes)
    keys.insert(note.pitch.key());
  if (keys.empty()) keys.insert(36);
  return keys;
}

/// MIDI channels from 1, the drums' 10 left out.
int channel_of(std::size_t part) {
  const int channel = static_cast<int>(part % 15) + 1;
  return channel < 10 ? channel : channel + 1;
}

std::string kit(const Part& part, std::size_t number) {
  std::string out;
  for (const int key : drums_of(part)) {
    out += fmt::format(
        "<score-instrument id=\"{}\"><instrument-name>{}</instrument-name>"
        "</score-instrument>\n",
        drum_id(number, key), drum_name(key));
  }
  for (const int key : drums_of(part)) {
    out += fmt::format(
        "<midi-instrument id=\"{}\"><midi-channel>10</midi-channel><midi-program>{}"
        "</midi-program><midi-unpitched>{}</midi-unpitched></midi-instrument>\n",
        drum_id(number, key), part.program + 1, key + 1);
  }
  return out;
}

std::string instrument(const Part& part, std::size_t number) {
  return fmt::format(
      "<score-instrument id=\"{0}-I1\"><instrument-name>{1}</instrument-name></score-instrument>\n"
      "<midi-instrument id=\"{0}-I1\"><midi-channel>{2}</midi-channel><midi-program>{3}"
      "</midi-program></midi-instrument>\n",
      part_id(number), escaped(part.name), channel_of(number), part.program + 1);
}

std::string part_list(const Piece& piece) {
  std::string out = "<part-list>\n";
  for (std::size_t i = 0; i < piece.parts.size(); ++i) {
    const Part& part = piece.parts[i];
    out += fmt::format("<score-part id=\"{}\"><part-name>{}</part-name>\n", part_id(i),
                       escaped(part.name));
    out += part.is_drums() ? kit(part, i) : instrument(part, i);
    out += "</score-part>\n";
  }
  return out + "</part-list>\n";
}

Result<void> write_parts(const Piece& piece, std::string& out) {
  auto bars = bars_to_write(piece);
  if (!bars) return tl::unexpected(bars.error());
  std::vector<VoicedPart> parts;
  for (const Part& part : piece.parts)
    parts.push_back(voiced(part, *bars));
  const std::int64_t unit = unit_of(piece, *bars, parts);
  const Layout layout{std::move(*bars), unit};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    PartWriter writer(piece, i, parts[i], layout, i == 0);
    out += fmt::format("<part id=\"{}\">\n", part_id(i));
    for (std::size_t bar = 0; bar < layout.bar_count(); ++bar) {
      writer.write_bar(bar, out);
      if (out.size() > kLargestText) {
        return fail(ErrorCode::unsupported, "the piece is larger than 64 MiB of MusicXML");
      }
    }
    out += "</part>\n";
  }
  return {};
}

}  // namespace

Result<std::string> write(const Piece& piece) {
  Piece written = piece;
  if (written.parts.empty()) written.parts.emplace_back();  // the format wants one
  score::tidy(written);
  std::string out = heading(written) + part_list(written);
  if (const auto parts = write_parts(written, out); !parts) return tl::unexpected(parts.error());
  return out + "</score-partwise>\n";
}

Result<std::string> write_mxl(const Piece& piece) {
  auto xml = write(piece);
  if (!xml) return xml;
  return container_of(std::move(*xml));
}

}  // namespace cantus::formats::musicxml
