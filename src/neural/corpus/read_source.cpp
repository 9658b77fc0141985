#include "neural/corpus/read_source.h"

#include <cstdlib>

#include "base/files.h"
#include "music/formats/file.h"
#include "neural/corpus/form_labels.h"
#include "neural/corpus/labels.h"

namespace cantus::corpus {
namespace {

namespace fs = std::filesystem;

std::string text_or_empty(const fs::path& path) {
  return read_file(path).value_or("");
}

Result<score::Reading> one_piece(Result<score::Piece> piece, const fs::path& file) {
  if (!piece) return fail_at(file.string(), piece.error());
  score::Reading reading;
  reading.pieces.push_back(std::move(*piece));
  return reading;
}

/// textfile1_functions.txt with textfile1_uppercase.txt beside it.
Result<score::Piece> read_salami_beside(const fs::path& functions) {
  const auto text = read_file(functions);
  if (!text) return tl::unexpected<Error>(text.error());
  std::string letters = functions.filename().string();
  letters.replace(letters.rfind("functions"), 9, "uppercase");
  return read_salami(*text, text_or_empty(functions.parent_path() / letters));
}

/// segments/NAME.txt with beats_and_downbeats/NAME.txt beside it.
Result<score::Piece> read_harmonix_beside(const fs::path& segments) {
  const auto text = read_file(segments);
  if (!text) return tl::unexpected<Error>(text.error());
  const auto beats =
      read_file(segments.parent_path().parent_path() / "beats_and_downbeats" / segments.filename());
  if (!beats) return tl::unexpected<Error>(beats.error());
  return read_harmonix(*beats, *text);
}

}  // namespace

Result<score::Reading> read_music(const fs::path& file, Genre genre) {
  if (genre == Genre::billboard) {
    const auto text = read_file(file);
    if (!text) return tl::unexpected<Error>(text.error());
    return one_piece(read_billboard(*text), file);
  }
  if (genre == Genre::phrase_labels) {
    const fs::path folder = file.parent_path();
    const double bpm = std::strtod(text_or_empty(folder / "tempo.txt").c_str(), nullptr);
    return one_piece(
        read_phrase_labels(text_or_empty(file), text_or_empty(folder / "human_label1.txt"),
                           text_or_empty(folder / "analyzed_key.txt"), bpm > 0 ? bpm : 90.0),
        file);
  }
  if (genre == Genre::salami) return one_piece(read_salami_beside(file), file);
  if (genre == Genre::harmonix) return one_piece(read_harmonix_beside(file), file);
  return formats::read_file(file);
}

Result<Counts> read_source(
    const Source& source,
    const fs::path& data,
    const std::function<void(score::Piece& piece, const std::string& name)>& use,
    const std::atomic<bool>* stop) {
  const auto files = files_of(source, data);
  if (!files) return tl::unexpected<Error>(files.error());
  Counts counts;
  for (const fs::path& file : *files) {
    if (stop != nullptr && *stop) return fail(ErrorCode::interrupted, "interrupted");
    ++counts.files;
    auto reading = read_music(file, source.genre);
    if (!reading) {
      counts.failures.push_back(reading.error().message);
      continue;
    }
    const std::string name = file.lexically_relative(data / source.folder).generic_string();
    counts.warnings += reading->warnings.size();
    for (const std::string& failure : reading->failures) {
      counts.failures.push_back(name + ": " + failure);
    }
    for (std::size_t i = 0; i < reading->pieces.size(); ++i) {
      score::Piece& piece = reading->pieces[i];
      ++counts.pieces;
      counts.notes += score::note_count(piece);
      counts.chords += piece.chords.size();
      use(piece, reading->pieces.size() > 1 ? name + "#" + std::to_string(i + 1) : name);
    }
  }
  return counts;
}

}  // namespace cantus::corpus
