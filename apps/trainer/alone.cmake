# The trainer with the few folders it needs, as one program.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
get_filename_component(root ${CMAKE_CURRENT_SOURCE_DIR}/../.. ABSOLUTE)
find_package(Torch REQUIRED)
find_path(EXPECTED_HEADERS tl/expected.hpp REQUIRED)
find_path(JSON_HEADERS nlohmann/json.hpp REQUIRED)
find_path(CLI_HEADERS CLI/CLI.hpp REQUIRED)
file(GLOB sources CONFIGURE_DEPENDS *.cpp ${root}/src/base/*.cpp ${root}/src/neural/packed/*.cpp
     ${root}/src/neural/train/*.cpp ${root}/src/neural/train/workers/*.cpp)
find_package(ZLIB)
if(ZLIB_FOUND)  # the benchmarks read compressed files
  file(GLOB benchmark CONFIGURE_DEPENDS ${root}/src/neural/train/benchmark/*.cpp)
  list(APPEND sources ${benchmark})
else()
  list(FILTER sources EXCLUDE REGEX "benchmark_command\\.cpp$")
endif()
<<<<<<< HEAD
list(FILTER sources EXCLUDE REGEX "(_(test|fuzz)|tune_command|performer_command|critic_command)\\.cpp$")
=======
list(FILTER sources EXCLUDE REGEX "(_(test|fuzz)|tune_command|performer_command|band_command)\\.cpp$")
>>>>>>> main
add_executable(cantus-train ${sources})
target_include_directories(cantus-train PRIVATE ${root}/src)
target_include_directories(cantus-train SYSTEM PRIVATE ${EXPECTED_HEADERS} ${JSON_HEADERS}
                                                       ${CLI_HEADERS})
target_link_libraries(cantus-train PRIVATE ${TORCH_LIBRARIES})
if(ZLIB_FOUND)
  target_link_libraries(cantus-train PRIVATE ZLIB::ZLIB)
  target_compile_definitions(cantus-train PRIVATE CANTUS_LIKELIHOODS)
  include(${root}/src/neural/train/benchmark/kernels.cmake)
endif()
include(${root}/src/neural/train/workers/gloo.cmake)
link_gloo(cantus-train ${root}/src/neural/train/workers)
include(${root}/src/neural/train/kernels.cmake)
