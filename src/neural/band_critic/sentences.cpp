// What the band's critic says in words.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "neural/band_critic/critic.h"

namespace cantus::band_critic {
namespace {

constexpr double kGood = 0.6;
constexpr double kWeak = 0.4;

std::string good(Aspect aspect) {
  switch (aspect) {
    case Aspect::overall:
      return "The band sounds like one that people play in.";
    case Aspect::drums:
      return "The drums keep a groove as people do.";
    case Aspect::bass:
      return "The bass line holds.";
    case Aspect::harmony:
      return "What is played belongs to the harmony.";
    case Aspect::together:
      return "The players play together.";
    case Aspect::form:
      return "The bars follow one another well.";
  }
  return {};
}

std::string weak(Aspect aspect, const std::string& where) {
  switch (aspect) {
    case Aspect::overall:
      return fmt::format("It does not sound like a band of people, least of all in {}.", where);
    case Aspect::drums:
      return fmt::format("The drums lose the groove, most of all in {}.", where);
    case Aspect::bass:
      return fmt::format("The bass goes astray in {}.", where);
    case Aspect::harmony:
      return fmt::format("Some notes are outside the harmony, most of all in {}.", where);
    case Aspect::together:
      return fmt::format("A player is not with the others in {}.", where);
    case Aspect::form:
      return fmt::format("The bars do not follow from one another, least of all {}.", where);
  }
  return {};
}

std::string between(Aspect aspect, const std::string& where) {
  switch (aspect) {
    case Aspect::overall:
      return fmt::format("It could be people's band or a program's; most doubtful is {}.", where);
    case Aspect::drums:
      return fmt::format("The drums mostly keep the groove; least in {}.", where);
    case Aspect::bass:
      return fmt::format("The bass is plausible; least in {}.", where);
    case Aspect::harmony:
      return fmt::format("The harmony mostly holds; least in {}.", where);
    case Aspect::together:
      return fmt::format("The players are mostly together; least in {}.", where);
    case Aspect::form:
      return fmt::format("The bars mostly follow from one another; least {}.", where);
  }
  return {};
}

}  // namespace

std::string sentence_on(Aspect aspect, const Judgement& judgement) {
  const auto a = static_cast<std::size_t>(aspect);
  if (!judgement.heard[a]) return aspect == Aspect::drums ? "No drums play." : "No bass plays.";
  const std::string where = critic::to_text(judgement.weakest[a]);
  const double score = judgement.scores[a];
  return score >= kGood  ? good(aspect)
         : score < kWeak ? weak(aspect, where)
                         : between(aspect, where);
}

}  // namespace cantus::band_critic
