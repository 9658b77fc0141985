# The loops over features are written to be vectorised; each machine may round its training differently.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/net_kernels.cpp PROPERTIES
  COMPILE_OPTIONS "-O3;-fopenmp-simd;-ffp-contract=fast;-fno-math-errno;-fno-trapping-math;-fno-signed-zeros")
