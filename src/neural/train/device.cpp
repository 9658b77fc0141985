#include "neural/train/device.h"

#include <algorithm>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <malloc.h>

namespace cantus::train {

Result<at::Device> prepare_device(const std::string& name, int threads) {
  at::set_num_threads(std::max(threads, 1));
  at::globalContext().setFlushDenormal(true);
#ifdef __GLIBC__
  // Without this every large tensor is mapped anew and its pages are cleared by the kernel.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
  try {
    const at::Device device(name);
    if (device.is_cuda() && !at::hasCUDA()) {
      return fail(ErrorCode::unsupported, "--device " + name + ": this LibTorch has no CUDA");
    }
    if (!device.is_cuda() && !device.is_cpu()) {
      return fail(ErrorCode::invalid_input, "--device must be cpu, cuda or cuda:N");
    }
    return device;
  } catch (const std::exception&) {
    return fail(ErrorCode::invalid_input, "--device must be cpu, cuda or cuda:N");
  }
}

}  // namespace cantus::train
