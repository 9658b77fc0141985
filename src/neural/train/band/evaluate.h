// Measures a band's stored weights: MuseGAN's table of generated phrases beside people's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "neural/band/network.h"
#include "neural/rolls/phrase.h"

namespace cantus::train_band {

struct Evaluation {
  std::filesystem::path weights;
  std::filesystem::path phrases;                  ///< of `cantus corpus phrases`
  rolls::Split split = rolls::Split::validation;  ///< of the held-out column
  bool held_out_conditions = false;  ///< asks for the held-out phrases, not for training ones
  bool told_manners = true;          ///< says how busily each plays
  bool leaned = true;                ///< decides with the weights' leanings
  bool again = false;  ///< from the noise that the phrases are made of, not a drawn one
  bool hands = true;   ///< plays with the weights' hands, where they have some
  std::optional<band::HandManners> manners;  ///< of the hands, in place of the weights'
  bool strict = false;
  /// Of so many draws of the hands' lots the one that is liked best; higher is better.
  std::function<double(const rolls::Roll& phrase)> liking;
  int draws = 1;
  std::size_t count = 8000;  ///< phrases to generate
  bool write = false;        ///< the generated and the training column into the card
  std::uint64_t seed = 1;
  bool table = true;                ///< else nothing but `generated` is made
  std::filesystem::path generated;  ///< written where it is named: NAME.phrases
};

/// Of a band: not of drummers, songs, quartets and orchestras, which have collections of their own.
bool is_band(const rolls::Phrase& phrase);

/// What the net plays for the conditions of these phrases, nothing being given.
std::vector<rolls::Phrase> played(const band::BandNet& net,
                                  const std::vector<const rolls::Phrase*>& asked,
                                  const Evaluation& how);

/// The four columns in Markdown, how many of MuseGAN's figures are within a tenth, and whether the
/// generated phrases lie nearer to the training phrases than people's do: than the phrases whose
/// conditions they have where those are held out, else than the held-out ones.
Result<std::string> evaluate(const Evaluation& how);

}  // namespace cantus::train_band
