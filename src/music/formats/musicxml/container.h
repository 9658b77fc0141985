// The .mxl container: which file of the zip is the score.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cantus::formats::musicxml {

/// The score's XML: the first rootfile of META-INF/container.xml, or, without one, the first
/// entry outside META-INF that ends in .musicxml or .xml.
Result<std::string> score_in_container(std::string_view zip_bytes);

/// A .mxl holding this XML as score.musicxml.
Result<std::string> container_of(std::string xml);

}  // namespace cantus::formats::musicxml
