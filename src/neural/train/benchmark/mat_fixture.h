// Writes small MATLAB 5 files for tests, uncompressed or compressed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <zlib.h>

namespace cantus::benchmark::fixture {

template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  std::string bytes(numbers.size() * sizeof(Number), '\0');
  if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

inline std::string element(std::uint32_t type, const std::string& data) {
  std::string bytes = bytes_of<std::uint32_t>({type, static_cast<std::uint32_t>(data.size())});
  bytes += data;
  bytes.append((8 - data.size() % 8) % 8, '\0');
  return bytes;
}

inline std::string matrix_head(std::uint32_t array_class,
                               std::int32_t rows,
                               std::int32_t columns,
                               const std::string& name) {
  return element(6, bytes_of<std::uint32_t>({array_class, 0})) +
         element(5, bytes_of<std::int32_t>({rows, columns})) + element(1, name);
}

/// `values` column by column, as MATLAB keeps them.
inline std::string matrix(std::int32_t rows,
                          std::int32_t columns,
                          const std::vector<double>& values) {
  return element(14, matrix_head(6, rows, columns, "") + element(9, bytes_of(values)));
}

inline std::string cells(const std::string& name, const std::vector<std::string>& matrices) {
  std::string data = matrix_head(1, 1, static_cast<std::int32_t>(matrices.size()), name);
  for (const std::string& each : matrices)
    data += each;
  return element(14, data);
}

inline std::string compressed(const std::string& bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  packed.resize(size);
  return bytes_of<std::uint32_t>({15, static_cast<std::uint32_t>(size)}) + packed;
}

inline std::string file(const std::string& variables) {
  std::string header = "MATLAB 5.0 MAT-file";
  header.resize(124, ' ');
  return header + std::string("\x00\x01IM", 4) + variables;
}

}  // namespace cantus::benchmark::fixture
