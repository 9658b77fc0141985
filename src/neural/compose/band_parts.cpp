#include "neural/compose/band_parts.h"

#include <algorithm>
#include <array>

#include "neural/band/arrange.h"
#include "neural/tokens/vocabulary.h"

namespace cantus::compose {
namespace {

using score::Role;

bool is_minor(score::Key key) {
  const score::Mode mode = key.mode;
  return mode == score::Mode::minor || mode == score::Mode::dorian ||
         mode == score::Mode::phrygian || mode == score::Mode::locrian;
}

/// Words of a list between commas.
bool names(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (list.substr(0, end) == word) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// How busily and fully a player plays in this piece: about the middles of the training bands,
/// which differ as much from one another. Stirring music moves more.
band::Manner manner(float strokes, float keys, const Random& random, std::string_view player) {
  Random own = random.fork(player);
  const auto about = [&](float middle) {
    return middle * static_cast<float>(0.55 + 0.9 * own.uniform());
  };
  return {about(strokes), std::max(1.0F, about(keys))};
}

std::size_t index_of(rolls::Player player) {
  return static_cast<std::size_t>(player);
}

}  // namespace

std::optional<Engine> engine_from_text(std::string_view text) {
  if (text == "auto") return Engine::automatic;
  if (text == "sequence") return Engine::sequence;
  if (text == "band") return Engine::band;
  return std::nullopt;
}

bool band_writes(const ComposeOptions& options, Role role, score::Metre metre) {
  if (options.band == nullptr || options.engine == Engine::sequence) return false;
  if (!rolls::has_roll_metre(metre) || role == Role::counter) return false;
  const auto player = rolls::player_of(role);
  if (!player) return false;
  if (options.engine == Engine::band) return role != Role::melody || options.band_leads;
  const auto preferred = options.band->metadata().find("preferred");
  return preferred != options.band->metadata().end() && role != Role::melody &&
         names(preferred->second, rolls::to_text(*player));
}

Result<std::vector<score::Part>> play_band(const ComposeOptions& options,
                                           const BandScene& scene,
                                           const Random& random) {
  band::Arranging how;
  how.style = tokens::style_from_text(scene.plan.style->band).value_or(0);
  how.minor = is_minor(scene.plan.key);
  if (const auto& mood = scene.plan.mood) {
    how.valence = static_cast<float>(kMoodDeviations * mood->valence);
    how.arousal = static_cast<float>(kMoodDeviations * mood->arousal);
  }
  const auto stir = static_cast<float>(arousal_of(scene.plan));
  how.manners[index_of(rolls::Player::drums)] = manner(2.2F + 0.6F * stir, 1.65F, random, "drums");
  how.manners[index_of(rolls::Player::bass)] = manner(1.4F + 0.4F * stir, 1.0F, random, "bass");
  how.manners[index_of(rolls::Player::chords)] = manner(1.5F + 0.5F * stir, 2.2F, random, "chords");
  how.manners[index_of(rolls::Player::pad)] = manner(0.5F, 2.4F, random, "pad");
  how.rules.strict = options.strict_harmony;
  how.repeats = scene.repeats;
  if (options.band_critic != nullptr) {
    how.liking = [&](const rolls::Roll& phrase) { return options.band_critic->rank(phrase); };
    how.draws = options.band_draws;
  }
  how.stop = options.stop;
  std::array<Role, rolls::kPlayers> roles{};
  for (std::size_t i = 0; i < scene.planned.size(); ++i) {
    const rolls::Player player = *rolls::player_of(scene.planned[i].role);
    how.players.push_back(player);
    how.rules.lowest[index_of(player)] = scene.ranges[i].lowest;
    how.rules.highest[index_of(player)] = scene.ranges[i].highest;
    roles[index_of(player)] = scene.planned[i].role;
  }
  if (scene.rests) {
    how.rests = [&](rolls::Player player, int bar) {
      return scene.rests(roles[index_of(player)], bar);
    };
  }
  auto parts = band::arrange(*options.band, scene.piece, how, random);
  if (!parts) return parts;
  for (std::size_t i = 0; i < parts->size(); ++i)
    (*parts)[i].program = scene.planned[i].program;
  return parts;
}

}  // namespace cantus::compose
