#include "neural/infer/aligned_floats.h"

#include <new>

#include <sys/mman.h>

namespace cantus::infer {

AlignedFloats::AlignedFloats(std::size_t size) : size_(size) {
  if (size == 0) return;
  const std::size_t bytes = size * sizeof(float);
  void* data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  ::madvise(data, bytes, MADV_HUGEPAGE);  // fewer address lookups; a wish only
#endif
  data_ = {static_cast<float*>(data), Unmap{bytes}};
}

void AlignedFloats::Unmap::operator()(float* data) const noexcept {
  ::munmap(data, bytes);
}

}  // namespace cantus::infer
