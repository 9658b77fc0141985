// How General MIDI instruments answer the hand: what decays, what is strummed, what rings on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cantus::sound {

/// Struck or plucked: the sound dies away while the key is held.
constexpr bool decays(int program) {
  return program <= 15 || (program >= 24 && program <= 37) || program == 45 || program == 46 ||
         program == 47 || (program >= 104 && program <= 108) || (program >= 112 && program <= 115);
}

/// Strings under one hand, struck one after another.
constexpr bool is_strummed(int program) {
  return (program >= 24 && program <= 31) || (program >= 104 && program <= 107);
}

constexpr bool is_harp(int program) {
  return program == 46;
}
constexpr bool is_piano(int program) {
  return program <= 7;
}

/// A pedal or open strings let broken chords ring: pianos, vibraphone, harp, unmuted guitars.
constexpr bool rings_on(int program) {
  return program <= 5 || program == 11 || program == 46 || (program >= 24 && program <= 27);
}

/// General MIDI drums that should not be choked by the end of their written note.
constexpr bool is_cymbal(int key) {
  return key == 46 || key == 49 || key == 51 || key == 52 || key == 53 || key == 55 || key == 57 ||
         key == 59;
}

constexpr bool is_time_keeper(int key) {
  return key == 42 || key == 44 || key == 46 || key == 51 || key == 59 || key == 69 || key == 70 ||
         key == 82;
}

}  // namespace cantus::sound
