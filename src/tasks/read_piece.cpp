#include "tasks/read_piece.h"

#include "base/files.h"
#include "music/formats/file.h"

namespace cantus::tasks {

Result<ReadPiece> read_piece(const std::filesystem::path& path, int which) {
  const bool standard_input = path == "-";
  auto bytes = read_file(standard_input ? "/dev/stdin" : path);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  auto reading = formats::read_bytes(*bytes, standard_input ? "standard input" : path);
  if (!reading) return tl::unexpected<Error>(reading.error());
  const auto count = reading->pieces.size();
  if (count == 0 && !reading->failures.empty()) {
    return fail(ErrorCode::invalid_input, path.string() + ": " + reading->failures.front());
  }
  if (which < 1 || static_cast<std::size_t>(which) > count) {
    return fail(ErrorCode::invalid_input, path.string() + ": there is no piece " +
                                              std::to_string(which) + "; it holds " +
                                              std::to_string(count));
  }
  ReadPiece out;
  out.piece = std::move(reading->pieces[static_cast<std::size_t>(which) - 1]);
  out.warnings = std::move(reading->warnings);
  for (const std::string& failure : reading->failures)
    out.warnings.push_back(failure);
  if (count > 1) {
    out.warnings.push_back(path.string() + " holds " + std::to_string(count) + " pieces; this is " +
                           "number " + std::to_string(which) + ", --piece chooses another");
  }
  if (out.piece.title.empty() && !standard_input) out.piece.title = path.stem().string();
  return out;
}

}  // namespace cantus::tasks
