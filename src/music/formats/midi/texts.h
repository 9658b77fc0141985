// What write() says in text events because MIDI has no event for it, and read() understands.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "music/formats/midi/clock.h"
#include "music/score/ticks.h"

namespace cantus::formats::midi {

/// A text event (FF 01) is "word:value". In the first track:
///   cantus:1            first of all: the texts below are meant, and end of track is the piece's
///   end composer:NAME       pickup:1/2 (beats, at the start) chord:Dm7           from this tick to
///   the next chord; chord:N.C. for none section:end         where a section, begun by a marker (FF
///   06), stops before the next key:D dorian        beside the key signature of a mode that is not
///   major or minor tempo:93.7123       beside a tempo that whole microseconds do not express
/// In the track of a part:
///   role:bass           the whole track is one part, even without notes
///   part:continued      its notes belong to the part before (unisons inside unisons)
///   lyric2:glo-         a syllable of verse 2; verse 1 is in lyric events, FF 05
namespace words {
constexpr std::string_view kCantus = "cantus";
constexpr std::string_view kComposer = "composer";
constexpr std::string_view kNoComposer = "<Name>";  ///< as a notation program leaves its form
constexpr std::string_view kPickup = "pickup";
constexpr std::string_view kChord = "chord";
constexpr std::string_view kNoChord = "N.C.";
constexpr std::string_view kEnd = "end";
constexpr std::string_view kSection = "section";
constexpr std::string_view kKey = "key";
constexpr std::string_view kTempo = "tempo";
constexpr std::string_view kPart = "part";
constexpr std::string_view kContinued = "continued";
constexpr std::string_view kRole = "role";
constexpr std::string_view kLyric = "lyric";
}  // namespace words

/// "Dm7" of "chord:Dm7" and the word "chord"; nothing for another word.
std::optional<std::string_view> value_of(std::string_view text, std::string_view word);
std::string worded(std::string_view word, std::string_view value);

/// "3/2" is three half beats; the inverse of beats_from_text. Fails on what is negative, not
/// whole ticks or longer than kLongestPiece.
std::string to_text(score::TickLength length);
Result<score::TickLength> beats_from_text(std::string_view text);

/// A file's text as clean UTF-8 up to a NUL: bytes that are not UTF-8 are read as Latin-1, line
/// ends become spaces, other control characters are dropped.
std::string clean_text(std::string_view bytes);
std::string_view trimmed(std::string_view text);

/// Tempo of a tempo event: the roundest number of beats a minute that would be written as these
/// microseconds (857143 is 70).
double bpm_of(std::uint32_t microseconds_a_beat);
std::uint32_t microseconds_of(double bpm);

}  // namespace cantus::formats::midi
