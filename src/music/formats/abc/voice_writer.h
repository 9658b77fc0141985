// One part of a piece as ABC, bar by bar.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "music/formats/abc/layers.h"
#include "music/formats/abc/note_text.h"

namespace cantus::formats::abc {

/// What stands before a note of the first layer.
struct Cue {
  std::string fields;  ///< "[M:3/4][Q:1/4=90]"
  std::optional<score::Key> key;
  std::string symbol;  ///< "\"Am\""
  std::string dynamic;
  std::vector<const score::Note*> graces;
};
using Cues = std::map<score::Tick, Cue>;

struct WrittenBar {
  std::string music;
  std::vector<std::string> words;  ///< [verse - 1] the syllables of this bar
};

class VoiceWriter {
 public:
  /// `cues` are those of all voices, or of this; the part must outlive the writer.
  VoiceWriter(const score::Part& part,
              std::vector<Layer> layers,
              Cues cues,
              std::optional<score::Key> key);

  /// Bars are to be asked for in order. `last` writes what stands at `end`, too.
  WrittenBar bar(score::Tick start, score::Tick end, score::TickLength pulse, bool last);
  std::size_t elements() const { return elements_; }

 private:
  /// A note, chord or rest, or a piece of one between bar lines and cues.
  struct Element {
    score::Tick at;
    score::TickLength length;
    const Event* event = nullptr;  ///< Null for a rest.
    bool tied = false;
  };

  std::vector<Element> elements_in(std::size_t layer, score::Tick start, score::Tick end);
  void cut(std::vector<Element>& out, std::size_t layer, Element whole) const;
  std::string text_of_layer(std::size_t layer,
                            const std::vector<Element>& elements,
                            score::Tick start,
                            score::TickLength pulse);
  std::string element_text(std::size_t layer, const Element& element, const LengthText& length);
  std::string cue_text(score::Tick at);
  void add_words(const std::vector<Element>& elements, WrittenBar& bar);
  std::string syllable_at(score::Tick at, std::size_t verse);

  const score::Part* part_;
  std::vector<Layer> layers_;
  std::vector<std::size_t> next_;  // [layer] the first event that may still sound
  Cues cues_;
  Speller speller_;
  std::vector<std::vector<const score::Lyric*>> verses_;  // [verse - 1], by onset
  std::vector<std::size_t> sung_;                         // [verse - 1]
  std::size_t elements_ = 0;
};

}  // namespace cantus::formats::abc
