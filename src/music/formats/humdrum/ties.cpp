// SPDX-License-Identifier: Apache-2.0
#include "music/formats/humdrum/ties.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace cantus::formats::humdrum {

using score::Tick;
using score::TickLength;

namespace {

// Ties drawn across an arpeggio or a rest hold the note until the second is reached: this far.
constexpr std::int64_t kLongestGap = 8 * score::kTicksPerBeat;

// A grace note held into the note it leads to is that note.
void lengthen(score::Note& note, const Fragment& by, std::int64_t at) {
  if (by.grace) return;
  if (note.grace) {
    note.grace = false;
    note.onset = Tick(at);
  }
  note.length = Tick(at + by.length) - note.onset;
}

}  // namespace

std::vector<TieJoiner::Open>::iterator TieJoiner::waiting(std::vector<Open>& open,
                                                          std::int64_t at,
                                                          int voice) {
  std::erase_if(open, [at](const Open& tie) { return tie.end < at - kLongestGap; });
  const auto claim = [&](const Open& tie) {  // ends here, is of the voice, ends latest
    return std::tuple(tie.end == at, notes_[tie.note].voice == voice, tie.end);
  };
  auto best = open.end();
  for (auto tie = open.begin(); tie != open.end(); ++tie)
    if (tie->end <= at && (best == open.end() || claim(*tie) > claim(*best))) best = tie;
  return best;
}

void TieJoiner::take(const Event<Fragment>& fragment, score::Pitch pitch, int voice) {
  const auto& [segment, at, written] = fragment;
  auto& open = open_[static_cast<std::size_t>(pitch.key())];
  const std::int64_t end = written.grace ? at : at + written.length;
  if (written.tied_from) {
    const auto tie = waiting(open, at, voice);
    if (tie != open.end()) {
      lengthen(notes_[tie->note], written, at);
      if (written.tied_on)
        tie->end = end;
      else
        open.erase(tie);
      return;
    }
    if (!written.after_jump)
      warnings_->add(fmt::format("line {}: tie without a first note", written.line));
  }
  notes_.push_back({.onset = Tick(at),
                    .length = TickLength(written.length),
                    .pitch = pitch,
                    .velocity = written.velocity,
                    .spelling = written.spelling,
                    .voice = voice,
                    .grace = written.grace});
  if (written.tied_on) open.push_back({notes_.size() - 1, end});
}

}  // namespace cantus::formats::humdrum
