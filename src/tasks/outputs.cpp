#include "tasks/outputs.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <set>

#include "base/files.h"
#include "music/formats/file.h"
#include "music/picture/draw.h"
#include "sound/audio/encode.h"

namespace cantus::tasks {
namespace {

namespace fs = std::filesystem;

std::string lowered_ending(const fs::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending;
}

std::optional<picture::Format> picture_format(const std::string& ending) {
  if (ending == ".png") return picture::Format::png;
  if (ending == ".svg") return picture::Format::svg;
  if (ending == ".pdf") return picture::Format::pdf;
  return std::nullopt;
}

/// Makes each output's bytes; sound is rendered once, when first asked for.
class Producer {
 public:
  Producer(const score::Piece& piece, const OutputOptions& options)
      : piece_(piece), options_(options) {}

  Result<std::string> bytes(const fs::path& named) {
    const auto form = form_of(named);
    if (!form) return tl::unexpected<Error>(form.error());
    switch (*form) {
      case Form::notes: {
        const auto format = formats::format_of(named);
        if (!format) return tl::unexpected<Error>(format.error());
        return formats::write_bytes(piece_, *format);
      }
      case Form::picture:
        return picture::draw(piece_, *picture_format(lowered_ending(named)), {});
      case Form::manifest:
        return options_.manifest;
      case Form::sound:
        break;
    }
    return sound(*sound::format_of(named));
  }

  Result<const Rendering*> rendering() {
    if (!rendering_) {
      if (options_.said) options_.said("rendering");
      RenderOptions how = options_.render;
      how.keeps_stems = options_.stems.has_value();
      auto rendered = render_piece(piece_, how);
      if (!rendered) return tl::unexpected<Error>(rendered.error());
      rendering_ = std::move(*rendered);
    }
    return &*rendering_;
  }

  bool rendered() const { return rendering_.has_value(); }

 private:
  Result<std::string> sound(sound::Format format) {
    const auto rendering = this->rendering();
    if (!rendering) return tl::unexpected<Error>(rendering.error());
    sound::Encoding encoding;
    encoding.format = format;
    return sound::encode((*rendering)->master, encoding, tags());
  }

  sound::Tags tags() const {
    sound::Tags tags;
    tags.title = piece_.title;
    tags.artist = piece_.composer;
    tags.comment = options_.comment;
    tags.more = {{"BPM", std::to_string(std::lround(piece_.tempo.bpm_at(score::Tick())))}};
    return tags;
  }

  const score::Piece& piece_;
  const OutputOptions& options_;
  std::optional<Rendering> rendering_;
};

std::string file_name(std::size_t index, std::string name) {
  for (char& c : name) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) == 0 && c != '-' && u < 0x80) c = '_';
  }
  const std::string number = std::to_string(index + 1);
  return (number.size() < 2 ? "0" : "") + number + "_" + name + ".wav";
}

Result<void> write_stems(Producer& producer, const fs::path& folder, Outputs& out) {
  const auto rendering = producer.rendering();
  if (!rendering) return tl::unexpected<Error>(rendering.error());
  const auto& stems = (*rendering)->stems;
  for (std::size_t i = 0; i <= stems.size(); ++i) {
    const bool mix = i == stems.size();
    const fs::path path = folder / (mix ? "mix.wav" : file_name(i, stems[i].name));
    const auto& audio = mix ? (*rendering)->mix : stems[i].audio;
    if (auto written = sound::write_audio(path, audio, {}); !written) return written;
    out.written.push_back(path);
  }
  return {};
}

Result<void> to_stdout(std::string_view bytes) {
  const bool done = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() &&
                    std::fflush(stdout) == 0;
  if (!done)
    return fail(ErrorCode::io,
                "standard output: cannot write; is the disk full or the pipe closed?");
  return {};
}

}  // namespace

Result<Form> form_of(const fs::path& path) {
  constexpr std::array<std::string_view, 5> kNotes = {".mid", ".midi", ".musicxml", ".mxl", ".abc"};
  const std::string ending = lowered_ending(path);
  if (std::ranges::find(kNotes, ending) != kNotes.end()) return Form::notes;
  if (sound::format_of(path)) return Form::sound;
  if (picture_format(ending)) return Form::picture;
  if (ending == ".json") return Form::manifest;
  return fail(ErrorCode::unsupported,
              path.string() +
                  ": the ending tells no form; use .mid .musicxml .mxl .abc, .wav .flac "
                  ".ogg .opus .mp3, .png .svg .pdf or .json");
}

Result<void> check_outputs(const std::vector<fs::path>& paths,
                           const fs::path& stems,
                           const std::string& stdout_ending) {
  std::set<fs::path> names;
  std::error_code error;
  for (const fs::path& path : paths) {
    const auto form = form_of(path == "-" ? fs::path("stdout" + stdout_ending) : path);
    if (!form) return tl::unexpected<Error>(form.error());
    if (fs::is_directory(path, error)) {
      return fail(ErrorCode::unsupported, path.string() + ": is a folder; give a file name");
    }
    if (!names.insert(fs::weakly_canonical(fs::absolute(path), error)).second) {
      return fail(ErrorCode::unsupported,
                  path.string() + ": is named twice; leave one of them out");
    }
  }
  if (fs::exists(stems, error) && !fs::is_directory(stems, error)) {
    return fail(ErrorCode::unsupported,
                stems.string() + ": is not a folder; stems need one, which may be new");
  }
  return {};
}

Result<Outputs> write_outputs(const score::Piece& piece,
                              const std::vector<fs::path>& paths,
                              const OutputOptions& options,
                              const std::string& stdout_ending) {
  if (auto checked = check_outputs(paths, options.stems.value_or(""), stdout_ending); !checked) {
    return tl::unexpected<Error>(checked.error());
  }
  Outputs out;
  Producer producer(piece, options);
  for (const fs::path& path : paths) {
    const auto bytes = producer.bytes(path == "-" ? fs::path("stdout" + stdout_ending) : path);
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    const auto written = path == "-" ? to_stdout(*bytes) : write_file(path, *bytes);
    if (!written) return tl::unexpected<Error>(written.error());
    if (path != "-") out.written.push_back(path);
  }
  if (options.stems) {
    if (auto written = write_stems(producer, *options.stems, out); !written) {
      return tl::unexpected<Error>(written.error());
    }
  }
  if (producer.rendered()) {
    const auto rendering = producer.rendering();
    out.loudness_lufs = (*rendering)->loudness_lufs;
    out.true_peak_dbtp = (*rendering)->true_peak_dbtp;
  }
  return out;
}

}  // namespace cantus::tasks
