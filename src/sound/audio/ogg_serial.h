// Gives an Ogg stream a serial number of our choice: encoders draw one at random, and the same
// song should be the same file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace cantus::sound {

/// Rewrites serial number and checksum (RFC 3533) of every page of a file with one stream.
void set_ogg_serial(std::string& file, std::uint32_t serial);

}  // namespace cantus::sound
