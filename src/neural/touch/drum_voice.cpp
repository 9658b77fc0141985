#include "neural/touch/drum_voice.h"

namespace cantus::touch {

DrumVoice drum_voice(int key) {
  switch (key) {
    case 35:
    case 36:
      return DrumVoice::kick;
    case 38:
    case 40:
      return DrumVoice::snare;
    case 37:
    case 39:
      return DrumVoice::side_stick;
    case 22:
    case 42:
    case 44:
      return DrumVoice::closed_hat;
    case 26:
    case 46:
      return DrumVoice::open_hat;
    case 41:
    case 43:
    case 45:
    case 58:
      return DrumVoice::low_tom;
    case 47:
    case 48:
    case 50:
      return DrumVoice::high_tom;
    case 49:
    case 52:
    case 55:
    case 57:
      return DrumVoice::crash;
    case 51:
    case 53:
    case 59:
      return DrumVoice::ride;
    default:
      return DrumVoice::other;
  }
}

DrumGroup drum_group(DrumVoice voice) {
  switch (voice) {
    case DrumVoice::kick:
      return DrumGroup::kick;
    case DrumVoice::snare:
    case DrumVoice::side_stick:
      return DrumGroup::snare;
    case DrumVoice::closed_hat:
    case DrumVoice::open_hat:
    case DrumVoice::ride:
    case DrumVoice::other:
      return DrumGroup::time_keeper;
    default:
      return DrumGroup::accent;
  }
}

}  // namespace cantus::touch
