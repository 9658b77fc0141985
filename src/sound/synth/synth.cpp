#include "sound/synth/synth.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

#include <fluidsynth.h>

namespace cantus::sound {
namespace {

constexpr std::int64_t kGrid = 64;  // frames FluidSynth renders at a time
constexpr std::int64_t kTailStep = kGrid * 64;
constexpr float kInaudible = 1.0e-5F;  // -100 dBFS
constexpr int kDrumChannel = 9;
constexpr int kDrumBank = 128;

struct Freed {
  void operator()(fluid_settings_t* settings) const { delete_fluid_settings(settings); }
  void operator()(fluid_synth_t* synth) const { delete_fluid_synth(synth); }
};
using Settings = std::unique_ptr<fluid_settings_t, Freed>;
using Synth = std::unique_ptr<fluid_synth_t, Freed>;

// Settings must outlive the synth.
struct Player {
  Settings settings;
  Synth synth;
  int channel = 0;
};

// FluidSynth 2.3 fills its tables when the first synth is made and does not make a second thread
// wait for them: two first synths at once sound different now and then. So one is made beforehand.
void prepare_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    for (const int level : {FLUID_PANIC, FLUID_ERR, FLUID_WARN, FLUID_INFO, FLUID_DBG}) {
      fluid_set_log_function(level, nullptr, nullptr);
    }
    const Settings settings(new_fluid_settings());
    const Synth first(new_fluid_synth(settings.get()));
  });
}

Settings settings_for(int sample_rate) {
  Settings settings(new_fluid_settings());
  const auto set = [&](const char* name, int value) {
    fluid_settings_setint(settings.get(), name, value);
  };
  set("synth.dynamic-sample-loading", 1);
  set("synth.reverb.active", 0);
  set("synth.chorus.active", 0);
  set("synth.polyphony", 512);
  set("synth.cpu-cores", 1);
  set("synth.threadsafe-api", 0);
  set("synth.lock-memory", 0);
  set("synth.min-note-length", 0);
  fluid_settings_setnum(settings.get(), "synth.gain", 1.0);
  fluid_settings_setnum(settings.get(), "synth.sample-rate", sample_rate);
  return settings;
}

// Fonts with gaps: the first instrument of the same family of eight, then the piano.
bool choose_program(fluid_synth_t* synth, int font, const PerformedPart& part, int channel) {
  const bool drums = part.role == score::Role::drums;
  for (const int program : {part.program, part.program / 8 * 8, 0}) {
    if (fluid_synth_program_select(synth, channel, font, drums ? kDrumBank : 0, program) ==
        FLUID_OK) {
      return true;
    }
  }
  return false;
}

Result<Player> player_for(const PerformedPart& part, const SynthOptions& options) {
  prepare_library();
  Player player;
  player.channel = part.role == score::Role::drums ? kDrumChannel : 0;
  player.settings = settings_for(options.sample_rate);
  player.synth.reset(new_fluid_synth(player.settings.get()));
  if (!player.synth) return fail(ErrorCode::io, "cannot start FluidSynth");
  const int font = fluid_synth_sfload(player.synth.get(), options.soundfont.c_str(), 0);
  if (font == FLUID_FAILED) {
    return fail(ErrorCode::invalid_input, options.soundfont.string() + ": cannot be loaded");
  }
  if (!choose_program(player.synth.get(), font, part, player.channel)) {
    return fail(ErrorCode::invalid_input,
                options.soundfont.string() + ": has no instrument for part " + part.name);
  }
  return player;
}

struct Event {
  std::int64_t frame;  // on the grid
  bool starts;
  int key;
  int velocity;
};

std::int64_t on_grid(std::int64_t frame) {
  return (frame + kGrid / 2) / kGrid * kGrid;
}

// At one point of the grid keys are let go before others are struck.
std::vector<Event> events_of(const PerformedPart& part) {
  std::vector<Event> events;
  events.reserve(part.notes.size() * 2);
  for (const PerformedNote& note : part.notes) {
    const std::int64_t onset = on_grid(note.onset_frame);
    const std::int64_t release = std::max(on_grid(note.release_frame), onset + kGrid);
    events.push_back({onset, true, note.key, note.velocity});
    events.push_back({release, false, note.key, 0});
  }
  std::ranges::stable_sort(events, {},
                           [](const Event& event) { return std::pair(event.frame, event.starts); });
  return events;
}

void play(const Player& player, const Event& event) {
  if (event.starts) {
    fluid_synth_noteon(player.synth.get(), player.channel, event.key, event.velocity);
  } else {
    fluid_synth_noteoff(player.synth.get(), player.channel, event.key);
  }
}

void render(const Player& player, Audio& audio, std::int64_t to) {
  const auto from = static_cast<int>(audio.frames());
  if (to <= from) return;
  resize(audio, static_cast<std::size_t>(to));
  fluid_synth_write_float(player.synth.get(), static_cast<int>(to - from), audio.channels[0].data(),
                          from, 1, audio.channels[1].data(), from, 1);
}

bool is_silent_from(const Audio& audio, std::int64_t frame) {
  return peak(audio, static_cast<std::size_t>(frame)) < kInaudible;
}

void render_tail(const Player& player, Audio& audio, const SynthOptions& options) {
  const auto start = static_cast<std::int64_t>(audio.frames());
  const auto longest =
      static_cast<std::int64_t>(options.longest_tail_seconds * options.sample_rate);
  while (true) {
    const auto at = static_cast<std::int64_t>(audio.frames());
    render(player, audio, at + kTailStep);
    if (is_silent_from(audio, at)) return;
    if (at + kTailStep - start < longest) continue;
    const std::size_t fade = std::min(audio.frames(), static_cast<std::size_t>(longest) / 8);
    return fade_out(audio, audio.frames() - fade, audio.frames());
  }
}

}  // namespace

Result<Audio> synthesize(const PerformedPart& part, const SynthOptions& options) {
  Audio audio = silence(options.sample_rate, 2, 0);
  const std::vector<Event> events = events_of(part);
  if (events.empty()) return audio;
  const Result<Player> player = player_for(part, options);
  if (!player) return tl::unexpected(player.error());
  const auto length = static_cast<std::size_t>(events.back().frame + 4 * options.sample_rate);
  for (std::vector<float>& channel : audio.channels)
    channel.reserve(length);
  for (const Event& event : events) {
    if (options.stop != nullptr && options.stop->load()) {
      return fail(ErrorCode::interrupted, "interrupted");
    }
    render(*player, audio, event.frame);
    play(*player, event);
  }
  render_tail(*player, audio, options);
  return audio;
}

}  // namespace cantus::sound
