// A small zip reader and writer: what a .mxl needs, safe against bombs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cantus::formats::musicxml {

constexpr std::size_t kLargestZipEntry = 64U << 20U;  ///< bytes, uncompressed

struct ZipEntry {
  std::string name;
  std::uint32_t crc = 0;
  std::size_t packed_size = 0;
  std::size_t size = 0;  ///< as the directory says
  std::size_t header_offset = 0;
  int method = 0;  ///< 0 stored, 8 deflate
  bool encrypted = false;
};

/// True where the bytes start as a zip does.
bool is_zip(std::string_view bytes);

/// The central directory, at most 4,096 entries. Views nothing of `bytes` afterwards.
Result<std::vector<ZipEntry>> zip_directory(std::string_view bytes);

/// One entry's content: exactly `entry.size` bytes with the right checksum, at most
/// kLargestZipEntry, or a sentence saying what is wrong.
Result<std::string> unzip(std::string_view bytes, const ZipEntry& entry);

struct ZipFile {
  std::string name;
  std::string content;
  bool stored = false;  ///< Not compressed: the container's mimetype.
};

/// A zip of these files in this order; the same bytes for the same files.
Result<std::string> zip(const std::vector<ZipFile>& files);

}  // namespace cantus::formats::musicxml
