// Whole files in and out: bounded reading, mapping, and writing that never leaves half a file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cantus {

constexpr std::uintmax_t kLargestFileRead = 256U << 20U;  ///< bytes; a larger score is refused

/// The bytes of a file; fails with not_found, io, or invalid_input where it is over `limit`.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::uintmax_t limit = kLargestFileRead);

/// Writes to a temporary name beside `path`, syncs and renames: `path` holds the old bytes or the
/// new ones, never a mixture. Makes missing folders; follows links; keeps the old permissions.
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);

/// The same for libraries that want a file name: `write` is given the temporary name, with
/// `path`'s ending; when it fails, the temporary file is removed and `path` is untouched.
Result<void> write_file_through(
    const std::filesystem::path& path,
    const std::function<Result<void>(const std::filesystem::path& temporary)>& write);

/// A file mapped for reading; the bytes live as long as this object.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace cantus
