// A matrix as a weights file holds it, its numbers checked.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "neural/infer/precision.h"
#include "neural/infer/quantise.h"
#include "neural/infer/safetensors.h"

namespace cantus::infer {

struct StoredMatrix {
  Precision precision = Precision::float32;  ///< which loses nothing of it; float32 for float16
  std::vector<float> floats;                 ///< [row][depth], unless int8
  Int8Rows whole;                            ///< where int8

  /// Whatever it is stored as.
  std::vector<float> widened() const;
};

/// The tensor NAME, F32, F16, BF16 or I8; where I8 also NAME.scale, F32 [rows]. Fails where one is
/// missing or of another shape, a number is not finite, or a scale is
/// negative or makes numbers that are not finite.
Result<StoredMatrix> read_matrix(const SafeTensors& file,
                                 const std::string& name,
                                 int rows,
                                 int depth);

/// The name of an int8 matrix's scales.
std::string scale_name(const std::string& name);

}  // namespace cantus::infer
