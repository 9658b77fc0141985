#include "music/formats/musicxml/roles.h"

#include <algorithm>

namespace cantus::formats::musicxml {
namespace {

using score::Part;
using score::Role;

void set_if_alone(score::Piece& piece, auto&& qualifies) {
  Part* only = nullptr;
  for (Part& part : piece.parts) {
    if (part.is_drums() || !qualifies(part)) continue;
    if (only != nullptr) return;
    only = &part;
  }
  if (only != nullptr) only->role = Role::melody;
}

/// True where the file names roles; a part that became two, pitched and drums, keeps the guess.
bool set_kept(const WrittenScore& score, score::Piece& piece) {
  bool any = false;
  for (std::size_t i = 0; i < score.parts.size(); ++i) {
    const auto field = std::ranges::find(score.extras, role_field(score.parts[i].id),
                                         &std::pair<std::string, std::string>::first);
    if (field == score.extras.end()) continue;
    const auto role = score::role_from_text(field->second);
    any = any || role;
    const bool pitched_role = role && *role != Role::drums;
    if (pitched_role && score.parts.size() == piece.parts.size() && !piece.parts[i].is_drums()) {
      piece.parts[i].role = *role;
    }
  }
  return any;
}

}  // namespace

std::string role_field(std::string_view part_id) {
  return "cantus-role-" + std::string(part_id);
}

void set_roles(const WrittenScore& score, score::Piece& piece) {
  if (set_kept(score, piece)) return;
  set_if_alone(piece, [](const Part& part) { return !part.lyrics.empty(); });
  const auto is_melody = [](const Part& part) { return part.role == Role::melody; };
  if (piece.chords.empty() || std::ranges::any_of(piece.parts, is_melody)) return;
  set_if_alone(piece, [](const Part&) { return true; });
}

}  // namespace cantus::formats::musicxml
