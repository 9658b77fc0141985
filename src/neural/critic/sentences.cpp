// What the critic says in words.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "neural/critic/critic.h"

namespace cantus::critic {
namespace {

constexpr double kGood = 0.6;
constexpr double kWeak = 0.4;

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

const char* one_or_several(BarRange bars, const char* one, const char* several) {
  return bars.first == bars.last ? one : several;
}

std::string good(Aspect aspect) {
  switch (aspect) {
    case Aspect::overall:
      return "It sounds like a piece that a person wrote.";
    case Aspect::melody:
      return "The melody moves as people's melodies do.";
    case Aspect::harmony:
      return "Melody and chords belong together.";
    case Aspect::rhythm:
      return "The rhythm keeps its stride.";
    case Aspect::form:
      return "Phrases and returns stand where people put them.";
  }
  return {};
}

std::string weak(Aspect aspect, BarRange bars) {
  const std::string where = to_text(bars);
  switch (aspect) {
    case Aspect::overall:
      return fmt::format("It does not sound like a person's piece, least of all in {}.", where);
    case Aspect::melody:
      return fmt::format("Some notes of the melody sound wrong, most of all in {}.", where);
    case Aspect::harmony:
      return fmt::format("The melody leaves the chords in {}.", where);
    case Aspect::rhythm:
      return fmt::format("The rhythm stumbles in {}.", where);
    case Aspect::form:
      return fmt::format("{} {} not fit {} neighbours.", capital(where),
                         one_or_several(bars, "does", "do"), one_or_several(bars, "its", "their"));
  }
  return {};
}

std::string between(Aspect aspect, BarRange bars) {
  const std::string where = to_text(bars);
  switch (aspect) {
    case Aspect::overall:
      return fmt::format("It could be a person's piece or a program's; {} {} most doubt.", where,
                         one_or_several(bars, "gives", "give"));
    case Aspect::melody:
      return fmt::format("The melody is plausible; {} {} its least likely place.", where,
                         one_or_several(bars, "is", "are"));
    case Aspect::harmony:
      return fmt::format("Melody and chords mostly agree; least in {}.", where);
    case Aspect::rhythm:
      return fmt::format("The rhythm mostly holds; least in {}.", where);
    case Aspect::form:
      return fmt::format("The form holds together, loosest around {}.", where);
  }
  return {};
}

}  // namespace

std::string to_text(BarRange bars) {
  return bars.first == bars.last ? fmt::format("bar {}", bars.first)
                                 : fmt::format("bars {}-{}", bars.first, bars.last);
}

std::string sentence_on(Aspect aspect, const Judgement& judgement) {
  if (aspect == Aspect::harmony && !judgement.has_chords) {
    return "There are no chords to judge.";
  }
  const double score = judgement.of(aspect);
  const BarRange bars = judgement.weakest[static_cast<std::size_t>(aspect)];
  return score >= kGood ? good(aspect) : score < kWeak ? weak(aspect, bars) : between(aspect, bars);
}

}  // namespace cantus::critic
