// Any zip gives its entries or a sentence; what comes out can be packed and unpacked again.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "music/formats/musicxml/container.h"
#include "music/formats/musicxml/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace musicxml = cantus::formats::musicxml;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto entries = musicxml::zip_directory(bytes)) {
    for (std::size_t i = 0; i < entries->size() && i < 16; ++i) {
      const auto content = musicxml::unzip(bytes, (*entries)[i]);
      CANTUS_CHECK(!content || content->size() <= musicxml::kLargestZipEntry);
    }
  }
  const auto score = musicxml::score_in_container(bytes);
  if (!score || score->size() > 100000) return 0;
  const auto packed = musicxml::container_of(*score);
  CANTUS_CHECK(packed.has_value());
  CANTUS_CHECK(musicxml::score_in_container(*packed).value() == *score);
  return 0;
}
