#include "music/formats/musicxml/zip.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <zlib.h>

namespace cantus::formats::musicxml {
namespace {

// Signatures and sizes of PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kDirectoryEntry = 0x02014b50;
constexpr std::uint32_t kDirectoryEnd = 0x06054b50;
constexpr std::size_t kLocalHeaderSize = 30;
constexpr std::size_t kDirectoryEntrySize = 46;
constexpr std::size_t kDirectoryEndSize = 22;
constexpr std::size_t kLongestComment = 65535;
constexpr std::size_t kMostEntries = 4096;
constexpr std::uint16_t kUtf8Names = 0x0800;
constexpr std::uint16_t kDosDate = 0x0021;  // 1 January 1980: no clock in the output
constexpr int kRawDeflate = -MAX_WBITS;

std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i > 0; --i) {
    value = (value << 8U) | static_cast<std::uint8_t>(bytes[at + i - 1]);
  }
  return value;
}

std::uint32_t u16(std::string_view bytes, std::size_t at) {
  return number(bytes, at, 2);
}
std::uint32_t u32(std::string_view bytes, std::size_t at) {
  return number(bytes, at, 4);
}

std::optional<std::size_t> find_directory_end(std::string_view bytes) {
  if (bytes.size() < kDirectoryEndSize) return std::nullopt;
  const std::size_t last = bytes.size() - kDirectoryEndSize;
  const std::size_t first = last > kLongestComment ? last - kLongestComment : 0;
  for (std::size_t at = last + 1; at > first; --at) {
    if (u32(bytes, at - 1) == kDirectoryEnd) return at - 1;
  }
  return std::nullopt;
}

ZipEntry entry_at(std::string_view bytes, std::size_t at) {
  ZipEntry entry;
  entry.encrypted = (u16(bytes, at + 8) & 1U) != 0;
  entry.method = static_cast<int>(u16(bytes, at + 10));
  entry.crc = u32(bytes, at + 16);
  entry.packed_size = u32(bytes, at + 20);
  entry.size = u32(bytes, at + 24);
  entry.header_offset = u32(bytes, at + 42);
  return entry;
}

/// Where the entry's bytes are, checked against the file's size.
Result<std::string_view> packed_bytes(std::string_view bytes, const ZipEntry& entry) {
  const std::size_t header = entry.header_offset;
  if (header > bytes.size() || bytes.size() - header < kLocalHeaderSize ||
      u32(bytes, header) != kLocalHeader) {
    return fail(ErrorCode::invalid_input,
                fmt::format("'{}' has no local header at byte {}", entry.name, header));
  }
  const std::size_t start =
      header + kLocalHeaderSize + u16(bytes, header + 26) + u16(bytes, header + 28);
  if (start > bytes.size() || bytes.size() - start < entry.packed_size) {
    return fail(ErrorCode::invalid_input, fmt::format("'{}' is cut off", entry.name));
  }
  return bytes.substr(start, entry.packed_size);
}

/// Inflates into exactly `size` bytes; nothing where the stream is broken, short or too long.
std::optional<std::string> inflated(std::string_view packed, std::size_t size) {
  // No honest stream packs better than 1032 to 1, so `size` cannot make us allocate for nothing.
  if (size / 1040 > packed.size()) return std::nullopt;
  std::string out(size + 1, '\0');  // one more: a stream that goes on is seen
  z_stream stream{};
  if (inflateInit2(&stream, kRawDeflate) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = inflate(&stream, Z_FINISH);
  const std::size_t got = out.size() - stream.avail_out;
  inflateEnd(&stream);
  if (status != Z_STREAM_END || got != size) return std::nullopt;
  out.resize(size);
  return out;
}

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

std::optional<std::string> deflated(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, kRawDeflate, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) return std::nullopt;
  return out;
}

void put(std::string& out, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i)
    out.push_back(static_cast<char>((value >> (8 * i)) & 0xffU));
}

/// The fields that the local header and the directory share, from "version needed" on.
void put_shared_fields(std::string& out, const ZipEntry& entry) {
  put(out, 20, 2);
  put(out, kUtf8Names, 2);
  put(out, static_cast<std::uint32_t>(entry.method), 2);
  put(out, 0, 2);
  put(out, kDosDate, 2);
  put(out, entry.crc, 4);
  put(out, static_cast<std::uint32_t>(entry.packed_size), 4);
  put(out, static_cast<std::uint32_t>(entry.size), 4);
  put(out, static_cast<std::uint32_t>(entry.name.size()), 2);
  put(out, 0, 2);
}

void put_directory_entry(std::string& out, const ZipEntry& entry) {
  put(out, kDirectoryEntry, 4);
  put(out, 20, 2);
  put_shared_fields(out, entry);
  put(out, 0, 2);  // comment
  put(out, 0, 2);  // disk
  put(out, 0, 2);  // internal attributes
  put(out, 0, 4);  // external attributes
  put(out, static_cast<std::uint32_t>(entry.header_offset), 4);
  out += entry.name;
}

void put_directory_end(std::string& out, std::size_t entries, std::size_t start) {
  const std::size_t size = out.size() - start;
  put(out, kDirectoryEnd, 4);
  put(out, 0, 4);  // disks
  put(out, static_cast<std::uint32_t>(entries), 2);
  put(out, static_cast<std::uint32_t>(entries), 2);
  put(out, static_cast<std::uint32_t>(size), 4);
  put(out, static_cast<std::uint32_t>(start), 4);
  put(out, 0, 2);
}

}  // namespace

bool is_zip(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06");
}

Result<std::vector<ZipEntry>> zip_directory(std::string_view bytes) {
  const auto end = find_directory_end(bytes);
  if (!end) return fail(ErrorCode::invalid_input, "the zip has no directory; it may be cut off");
  const std::size_t count = u16(bytes, *end + 10);
  if (count > kMostEntries) {
    return fail(ErrorCode::invalid_input, fmt::format("the zip has {} entries", count));
  }
  std::vector<ZipEntry> entries;
  std::size_t at = u32(bytes, *end + 16);
  for (std::size_t i = 0; i < count; ++i) {
    if (at > *end || *end - at < kDirectoryEntrySize || u32(bytes, at) != kDirectoryEntry) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("byte {}: no zip directory entry where one was promised", at));
    }
    ZipEntry entry = entry_at(bytes, at);
    const std::size_t name_size = u16(bytes, at + 28);
    const std::size_t more = name_size + u16(bytes, at + 30) + u16(bytes, at + 32);
    if (*end - at - kDirectoryEntrySize < more) {
      return fail(ErrorCode::invalid_input, fmt::format("byte {}: the zip name is cut off", at));
    }
    entry.name = std::string(bytes.substr(at + kDirectoryEntrySize, name_size));
    entries.push_back(std::move(entry));
    at += kDirectoryEntrySize + more;
  }
  return entries;
}

Result<std::string> unzip(std::string_view bytes, const ZipEntry& entry) {
  const auto bad = [&](std::string_view what) {
    return fail(ErrorCode::invalid_input, fmt::format("'{}' in the zip {}", entry.name, what));
  };
  if (entry.encrypted) return bad("is encrypted");
  if (entry.size > kLargestZipEntry) return bad("is larger than 64 MiB");
  const auto packed = packed_bytes(bytes, entry);
  if (!packed) return tl::unexpected(packed.error());
  std::string content;
  if (entry.method == 0) {
    if (entry.packed_size != entry.size) return bad("has two different sizes");
    content = std::string(*packed);
  } else if (entry.method == Z_DEFLATED) {
    auto whole = inflated(*packed, entry.size);
    if (!whole) return bad("is damaged");
    content = std::move(*whole);
  } else {
    return bad(fmt::format("is packed by method {}, which a .mxl does not use", entry.method));
  }
  if (checksum(content) != entry.crc) return bad("has a wrong checksum");
  return content;
}

Result<std::string> zip(const std::vector<ZipFile>& files) {
  std::string out;
  std::vector<ZipEntry> entries;
  for (const ZipFile& file : files) {
    auto packed = file.stored ? std::optional(file.content) : deflated(file.content);
    const bool fits = file.content.size() <= kLargestZipEntry && file.name.size() <= 65535;
    if (!packed || !fits || files.size() > kMostEntries) {
      return fail(ErrorCode::unsupported, fmt::format("'{}' is too large for a .mxl", file.name));
    }
    ZipEntry entry{file.name,  checksum(file.content),       packed->size(), file.content.size(),
                   out.size(), file.stored ? 0 : Z_DEFLATED, false};
    put(out, kLocalHeader, 4);
    put_shared_fields(out, entry);
    out += entry.name;
    out += *packed;
    entries.push_back(std::move(entry));
  }
  const std::size_t start = out.size();
  for (const ZipEntry& entry : entries)
    put_directory_entry(out, entry);
  put_directory_end(out, entries.size(), start);
  return out;
}

}  // namespace cantus::formats::musicxml
