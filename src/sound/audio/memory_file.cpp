#include "sound/audio/memory_file.h"

#include <algorithm>
#include <cstring>

namespace cantus::sound {
namespace {

MemoryFile& of(void* user) {
  return *static_cast<MemoryFile*>(user);
}

sf_count_t length(void* user) {
  return static_cast<sf_count_t>(of(user).bytes.size());
}

sf_count_t seek(sf_count_t offset, int whence, void* user) {
  MemoryFile& file = of(user);
  const sf_count_t from = whence == SEEK_SET   ? 0
                          : whence == SEEK_CUR ? static_cast<sf_count_t>(file.at)
                                               : length(user);
  if (offset < -from) return -1;
  file.at = static_cast<std::size_t>(from + offset);
  return from + offset;
}

sf_count_t read(void* out, sf_count_t count, void* user) {
  MemoryFile& file = of(user);
  if (count <= 0 || file.at >= file.bytes.size()) return 0;
  const std::size_t some = std::min(static_cast<std::size_t>(count), file.bytes.size() - file.at);
  std::memcpy(out, file.bytes.data() + file.at, some);
  file.at += some;
  return static_cast<sf_count_t>(some);
}

sf_count_t write(const void* in, sf_count_t count, void* user) {
  MemoryFile& file = of(user);
  if (count <= 0) return 0;
  const auto some = static_cast<std::size_t>(count);
  if (file.at + some > file.bytes.size()) file.bytes.resize(file.at + some);
  std::memcpy(file.bytes.data() + file.at, in, some);
  file.at += some;
  return count;
}

sf_count_t tell(void* user) {
  return static_cast<sf_count_t>(of(user).at);
}

}  // namespace

SF_VIRTUAL_IO* MemoryFile::functions() {
  static SF_VIRTUAL_IO functions = {length, seek, read, write, tell};
  return &functions;
}

}  // namespace cantus::sound
