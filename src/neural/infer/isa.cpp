#include "neural/infer/isa.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

namespace cantus::infer {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"scalar", "neon", "avx2", "avx512",
                                                    "avx512_vnni"};

}  // namespace

std::string_view name_of(Isa isa) {
  return kNames[static_cast<std::size_t>(isa)];
}

Result<Isa> chosen_isa() {
  const std::vector<Isa> isas = supported_isas();
  const char* wish = std::getenv("CANTUS_ISA");
  if (wish == nullptr || *wish == '\0') return isas.back();
  const auto found = std::ranges::find(isas, std::string_view(wish), name_of);
  if (found != isas.end()) return *found;
  const bool known = std::ranges::find(kNames, std::string_view(wish)) != kNames.end();
  return fail(known ? ErrorCode::unsupported : ErrorCode::invalid_input,
              "CANTUS_ISA=" + std::string(wish) +
                  (known ? ": this machine cannot run it"
                         : ": is not scalar, neon, avx2, avx512 or avx512_vnni"));
}

}  // namespace cantus::infer
