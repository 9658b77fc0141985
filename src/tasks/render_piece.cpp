#include "tasks/render_piece.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <new>
#include <set>
#include <thread>

#include "sound/master/master.h"
#include "sound/mix/strip.h"
#include "sound/perform/perform.h"
#include "sound/synth/soundfont.h"
#include "sound/synth/synth.h"
#include "tasks/touch_parts.h"

namespace cantus::tasks {
namespace {

using sound::Audio;

constexpr float kInaudible = 3.0e-5F;  // -90 dBFS, of a stem

Result<void> check(const score::Piece& piece, const RenderOptions& options) {
  if (options.sample_rate < 22050 || options.sample_rate > 96000) {
    return fail(ErrorCode::invalid_input, "the sample rate must be from 22050 to 96000 Hz");
  }
  if (!(options.loudness_lufs >= -60.0 && options.loudness_lufs <= -5.0)) {
    return fail(ErrorCode::invalid_input, "the loudness must be from -60 to -5 LUFS");
  }
  if (score::note_count(piece) == 0) {
    return fail(ErrorCode::invalid_input, "the piece has no notes to play");
  }
  if (score::seconds_of(piece) > kLongestSeconds) {
    return fail(ErrorCode::invalid_input, "the piece is over two hours long");
  }
  const double most_frames = kLongestSeconds * options.sample_rate;
  if (options.exact_frames &&
      (*options.exact_frames < 1 || static_cast<double>(*options.exact_frames) > most_frames)) {
    return fail(ErrorCode::invalid_input, "the length must be above 0 and up to two hours");
  }
  return {};
}

std::vector<std::string> stem_names(const score::Piece& piece) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const score::Part& part : piece.parts) {
    const std::string first =
        part.name.empty() ? std::string(score::to_text(part.role)) : part.name;
    std::string name = first;
    for (int i = 2; !taken.insert(name).second; ++i)
      name = first + " " + std::to_string(i);
    names.push_back(name);
  }
  return names;
}

/// Ends a stem where it has become inaudible, without a click.
void trim(Audio& stem) {
  std::size_t end = stem.frames();
  constexpr std::size_t kStep = 1024;
  while (end > kStep && sound::peak(stem, end - kStep, end) < kInaudible)
    end -= kStep;
  sound::resize(stem, end);
  const auto fade = std::min(end, static_cast<std::size_t>(stem.sample_rate) / 20);
  sound::fade_out(stem, end - fade, end);
}

/// Fades over two thirds of what the last onset leaves, within half a second and two seconds.
void fit(Audio& stem, std::size_t frames, std::int64_t last_onset) {
  sound::resize(stem, frames);
  const auto onset = std::min(static_cast<std::size_t>(last_onset), frames);
  const auto second = static_cast<std::size_t>(stem.sample_rate);
  const std::size_t fade = std::clamp((frames - onset) * 2 / 3, second / 2, second * 2);
  sound::fade_out(stem, frames - std::min(fade, frames), frames);
}

/// Everything a stem is made from.
struct Session {
  const sound::Performance& performance;
  const std::vector<sound::Strip>& strips;
  const sound::SynthOptions& synth;
  std::optional<std::int64_t> exact_frames;
  std::int64_t last_onset = 0;
};

Result<Audio> make_stem(const Session& session, std::size_t index) {
  Result<Audio> stem = sound::synthesize(session.performance.parts[index], session.synth);
  if (!stem) return stem;
  sound::apply(session.strips[index], *stem);
  if (session.exact_frames) {
    fit(*stem, static_cast<std::size_t>(*session.exact_frames), session.last_onset);
  } else {
    trim(*stem);
  }
  return stem;
}

using Take = std::function<void(std::size_t index, Audio stem)>;

/// Makes stems on several threads and hands them on one at a time, in their order.
class Workshop {
 public:
  Workshop(const Session& session, Take take)
      : session_(session), take_(std::move(take)), done_(session.performance.parts.size()) {}

  Result<void> run(int threads) {
    {
      std::vector<std::jthread> others;
      const auto most = static_cast<int>(done_.size());
      for (int i = 1; i < std::min(threads, most); ++i)
        others.emplace_back([this] { work(); });
      work();
    }
    if (error_) return tl::unexpected(*error_);
    return {};
  }

 private:
  void work() {
    while (!failed_) {
      const std::size_t index = next_++;
      if (index >= done_.size()) return;
      finish(index, make(index));
    }
  }

  Result<Audio> make(std::size_t index) const {
    try {
      return make_stem(session_, index);
    } catch (const std::bad_alloc&) {
      return fail(ErrorCode::io, "there is not enough memory for a piece of this length");
    }
  }

  void finish(std::size_t index, Result<Audio> stem) {
    const std::scoped_lock lock(mutex_);
    if (!stem) {
      failed_ = true;
      if (!error_) error_ = stem.error();
      return;
    }
    done_[index] = std::move(*stem);
    for (; taken_ < done_.size() && done_[taken_]; ++taken_) {
      take_(taken_, std::move(*done_[taken_]));
      done_[taken_].reset();
    }
  }

  const Session& session_;
  Take take_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;  // guards what follows
  std::vector<std::optional<Audio>> done_;
  std::size_t taken_ = 0;
  std::optional<Error> error_;
};

std::int64_t last_onset(const sound::Performance& performance) {
  std::int64_t last = 0;
  for (const sound::PerformedPart& part : performance.parts) {
    if (!part.notes.empty()) last = std::max(last, part.notes.back().onset_frame);
  }
  return last;
}

sound::PerformOptions perform_options(const RenderOptions& options) {
  sound::PerformOptions perform;
  perform.sample_rate = options.sample_rate;
  perform.seed = options.seed;
  perform.amount = options.humanity;
  perform.final_slowing = options.final_slowing;
  return perform;
}

Result<void> make_mix(const Session& session,
                      const RenderOptions& options,
                      const std::vector<std::string>& names,
                      Rendering& rendering) {
  rendering.mix = sound::silence(options.sample_rate, 2, 0);
  Workshop workshop(session, [&](std::size_t index, Audio stem) {
    Audio& mix = rendering.mix;
    sound::resize(mix, std::max(mix.frames(), stem.frames()));
    sound::add(mix, stem);
    if (options.keeps_stems) rendering.stems.push_back({names[index], std::move(stem)});
  });
  const Result<void> made = workshop.run(options.threads);
  for (Stem& stem : rendering.stems)
    sound::resize(stem.audio, rendering.mix.frames());
  return made;
}

}  // namespace

Result<Rendering> render_piece(const score::Piece& piece, const RenderOptions& options) {
  if (const Result<void> good = check(piece, options); !good) return tl::unexpected(good.error());
  const Result<std::filesystem::path> font = sound::find_soundfont(options.soundfont);
  if (!font) return tl::unexpected(font.error());
  const auto touches =
      touch_parts(piece, {options.seed, options.style, options.performer, options.player});
  if (!touches) return tl::unexpected(touches.error());
  sound::PerformOptions how = perform_options(options);
  how.touches = *touches;
  const sound::Performance performance = sound::perform(piece, how);
  const std::vector<sound::Strip> strips = sound::strips_for(piece);
  sound::SynthOptions synth;
  synth.soundfont = *font;
  synth.sample_rate = options.sample_rate;
  synth.stop = options.stop;
  const Session session{performance, strips, synth, options.exact_frames, last_onset(performance)};
  Rendering rendering;
  const Result<void> mixed = make_mix(session, options, stem_names(piece), rendering);
  if (!mixed) return tl::unexpected(mixed.error());
  sound::Mastered mastered =
      sound::master(rendering.mix, {options.loudness_lufs, options.ceiling_dbtp});
  rendering.master = std::move(mastered.audio);
  rendering.loudness_lufs = mastered.loudness_lufs;
  rendering.true_peak_dbtp = mastered.true_peak_dbtp;
  rendering.limited_db = mastered.limited_db;
  return rendering;
}

}  // namespace cantus::tasks
