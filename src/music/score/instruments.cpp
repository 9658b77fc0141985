#include "music/score/instruments.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace cantus::score {
namespace {

// General MIDI System Level 1, RP-003.
constexpr std::array<std::string_view, 128> kPrograms = {"Acoustic Grand Piano",
                                                         "Bright Acoustic Piano",
                                                         "Electric Grand Piano",
                                                         "Honky-tonk Piano",
                                                         "Electric Piano 1",
                                                         "Electric Piano 2",
                                                         "Harpsichord",
                                                         "Clavinet",
                                                         "Celesta",
                                                         "Glockenspiel",
                                                         "Music Box",
                                                         "Vibraphone",
                                                         "Marimba",
                                                         "Xylophone",
                                                         "Tubular Bells",
                                                         "Dulcimer",
                                                         "Drawbar Organ",
                                                         "Percussive Organ",
                                                         "Rock Organ",
                                                         "Church Organ",
                                                         "Reed Organ",
                                                         "Accordion",
                                                         "Harmonica",
                                                         "Tango Accordion",
                                                         "Acoustic Guitar (nylon)",
                                                         "Acoustic Guitar (steel)",
                                                         "Electric Guitar (jazz)",
                                                         "Electric Guitar (clean)",
                                                         "Electric Guitar (muted)",
                                                         "Overdriven Guitar",
                                                         "Distortion Guitar",
                                                         "Guitar Harmonics",
                                                         "Acoustic Bass",
                                                         "Electric Bass (finger)",
                                                         "Electric Bass (pick)",
                                                         "Fretless Bass",
                                                         "Slap Bass 1",
                                                         "Slap Bass 2",
                                                         "Synth Bass 1",
                                                         "Synth Bass 2",
                                                         "Violin",
                                                         "Viola",
                                                         "Cello",
                                                         "Contrabass",
                                                         "Tremolo Strings",
                                                         "Pizzicato Strings",
                                                         "Orchestral Harp",
                                                         "Timpani",
                                                         "String Ensemble 1",
                                                         "String Ensemble 2",
                                                         "Synth Strings 1",
                                                         "Synth Strings 2",
                                                         "Choir Aahs",
                                                         "Voice Oohs",
                                                         "Synth Voice",
                                                         "Orchestra Hit",
                                                         "Trumpet",
                                                         "Trombone",
                                                         "Tuba",
                                                         "Muted Trumpet",
                                                         "French Horn",
                                                         "Brass Section",
                                                         "Synth Brass 1",
                                                         "Synth Brass 2",
                                                         "Soprano Sax",
                                                         "Alto Sax",
                                                         "Tenor Sax",
                                                         "Baritone Sax",
                                                         "Oboe",
                                                         "English Horn",
                                                         "Bassoon",
                                                         "Clarinet",
                                                         "Piccolo",
                                                         "Flute",
                                                         "Recorder",
                                                         "Pan Flute",
                                                         "Blown Bottle",
                                                         "Shakuhachi",
                                                         "Whistle",
                                                         "Ocarina",
                                                         "Lead 1 (square)",
                                                         "Lead 2 (sawtooth)",
                                                         "Lead 3 (calliope)",
                                                         "Lead 4 (chiff)",
                                                         "Lead 5 (charang)",
                                                         "Lead 6 (voice)",
                                                         "Lead 7 (fifths)",
                                                         "Lead 8 (bass + lead)",
                                                         "Pad 1 (new age)",
                                                         "Pad 2 (warm)",
                                                         "Pad 3 (polysynth)",
                                                         "Pad 4 (choir)",
                                                         "Pad 5 (bowed)",
                                                         "Pad 6 (metallic)",
                                                         "Pad 7 (halo)",
                                                         "Pad 8 (sweep)",
                                                         "FX 1 (rain)",
                                                         "FX 2 (soundtrack)",
                                                         "FX 3 (crystal)",
                                                         "FX 4 (atmosphere)",
                                                         "FX 5 (brightness)",
                                                         "FX 6 (goblins)",
                                                         "FX 7 (echoes)",
                                                         "FX 8 (sci-fi)",
                                                         "Sitar",
                                                         "Banjo",
                                                         "Shamisen",
                                                         "Koto",
                                                         "Kalimba",
                                                         "Bagpipe",
                                                         "Fiddle",
                                                         "Shanai",
                                                         "Tinkle Bell",
                                                         "Agogo",
                                                         "Steel Drums",
                                                         "Woodblock",
                                                         "Taiko Drum",
                                                         "Melodic Tom",
                                                         "Synth Drum",
                                                         "Reverse Cymbal",
                                                         "Guitar Fret Noise",
                                                         "Breath Noise",
                                                         "Seashore",
                                                         "Bird Tweet",
                                                         "Telephone Ring",
                                                         "Helicopter",
                                                         "Applause",
                                                         "Gunshot"};

// 35 to 81 are General MIDI's; the others are Roland GS's, as most kits have them.
constexpr int kFirstDrum = 27;
constexpr std::array<std::string_view, 61> kDrums = {
    "High Q",          "Slap",           "Scratch Push",
    "Scratch Pull",    "Sticks",         "Square Click",
    "Metronome Click", "Metronome Bell", "Acoustic Bass Drum",
    "Bass Drum",       "Side Stick",     "Acoustic Snare",
    "Hand Clap",       "Electric Snare", "Low Floor Tom",
    "Closed Hi-hat",   "High Floor Tom", "Pedal Hi-hat",
    "Low Tom",         "Open Hi-hat",    "Low-Mid Tom",
    "Hi-Mid Tom",      "Crash Cymbal 1", "High Tom",
    "Ride Cymbal 1",   "Chinese Cymbal", "Ride Bell",
    "Tambourine",      "Splash Cymbal",  "Cowbell",
    "Crash Cymbal 2",  "Vibraslap",      "Ride Cymbal 2",
    "Hi Bongo",        "Low Bongo",      "Mute Hi Conga",
    "Open Hi Conga",   "Low Conga",      "High Timbale",
    "Low Timbale",     "High Agogo",     "Low Agogo",
    "Cabasa",          "Maracas",        "Short Whistle",
    "Long Whistle",    "Short Guiro",    "Long Guiro",
    "Claves",          "Hi Wood Block",  "Low Wood Block",
    "Mute Cuica",      "Open Cuica",     "Mute Triangle",
    "Open Triangle",   "Shaker",         "Jingle Bell",
    "Bell Tree",       "Castanets",      "Mute Surdo",
    "Open Surdo"};

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::optional<int> number_in(std::string_view text) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

std::string_view program_name(int program) {
  return program < 0 || program > 127 ? "" : kPrograms[static_cast<std::size_t>(program)];
}

std::string_view drum_name(int key) {
  const int index = key - kFirstDrum;
  if (index < 0 || index >= static_cast<int>(kDrums.size())) return "";
  return kDrums[static_cast<std::size_t>(index)];
}

Result<int> program_from_text(std::string_view text) {
  if (const auto number = number_in(text); number && *number >= 0 && *number <= 127) return *number;
  const std::string wanted = lowered(text);
  for (const bool at_start : {true, false}) {
    for (int program = 0; program < 128 && !wanted.empty(); ++program) {
      const auto found = lowered(program_name(program)).find(wanted);
      if (found == 0 || (!at_start && found != std::string::npos)) return program;
    }
  }
  return fail(
      ErrorCode::invalid_input,
      "'" + std::string(text) +
          "' is no General MIDI instrument; try flute, violin, piano or a number from 0 to 127");
}

Result<Pitch> pitch_from_text(std::string_view text) {
  if (const auto key = number_in(text)) return Pitch::from_key(*key);
  std::size_t name = 0;
  while (name < text.size() && std::isdigit(static_cast<unsigned char>(text[name])) == 0 &&
         text[name] != '-') {
    ++name;
  }
  const auto spelling = spelling_from_text(text.substr(0, name));
  const auto octave = number_in(text.substr(name));
  if (!spelling || !octave || *octave < -2 || *octave > 10) {
    return fail(ErrorCode::invalid_input,
                "'" + std::string(text) + "' is not a pitch such as C4, F#3 or 60");
  }
  constexpr int kLetters[] = {9, 11, 0, 2, 4, 5, 7};  // A to G
  return Pitch::from_key(12 * (*octave + 1) + kLetters[spelling->letter() - 'A'] +
                         spelling->alter());
}

Result<std::pair<Pitch, Pitch>> pitch_range_from_text(std::string_view text) {
  // The dash between follows a digit; one before a digit is an octave's minus sign: "C-1-G9".
  std::size_t dash = text.find('-', 1);
  while (dash != std::string_view::npos &&
         std::isdigit(static_cast<unsigned char>(text[dash - 1])) == 0) {
    dash = text.find('-', dash + 1);
  }
  if (dash == std::string_view::npos) {
    return fail(ErrorCode::invalid_input,
                "'" + std::string(text) + "' is not a range such as C4-C6");
  }
  const auto low = pitch_from_text(text.substr(0, dash));
  if (!low) return tl::unexpected<Error>(low.error());
  const auto high = pitch_from_text(text.substr(dash + 1));
  if (!high) return tl::unexpected<Error>(high.error());
  if (*high < *low) {
    return fail(ErrorCode::invalid_input,
                "'" + std::string(text) + "': the lower pitch comes first");
  }
  return std::pair(*low, *high);
}

}  // namespace cantus::score
