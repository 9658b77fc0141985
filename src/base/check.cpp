#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace cantus {

void check_failed(const char* condition, std::source_location where) {
  std::fprintf(stderr, "cantus: bug at %s:%u: %s\n", where.file_name(), where.line(), condition);
  std::abort();
}

}  // namespace cantus
