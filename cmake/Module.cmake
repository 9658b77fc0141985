# add_module(<folder> DEPENDS <folders...> LIBS <imported targets...>)
# add_app(<folder> <program> DEPENDS <folders...> LIBS <imported targets...>)
#
# A folder is one static library, one test program and a program for each fuzz target. Every *.cpp in
# it is built, every *_test.cpp is a test, every <what>_fuzz.cpp is run on the files of
# seeds/<what>/ : nothing is listed by hand, so a test that exists is a test that runs.
# DEPENDS is also what tools/check_layers.py holds the folder's #includes to.
include(GoogleTest)

add_library(cantus_options INTERFACE)
target_compile_features(cantus_options INTERFACE cxx_std_20)
target_include_directories(cantus_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
target_compile_options(cantus_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                              -Wdouble-promotion -Wnon-virtual-dtor)
# Members left out of a designated initializer have their defaults: that is what they are for.
target_compile_options(cantus_options INTERFACE -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(cantus_options INTERFACE -Wno-restrict)  # wrong about std::string: GCC bug 105651
endif()
# The same song on every machine: the compiler may not fuse a multiply and an add behind our back.
target_compile_options(cantus_options INTERFACE -ffp-contract=off)

set(CANTUS_SANITIZE "" CACHE STRING "Sanitizers for everything, such as address,undefined")
if(CANTUS_SANITIZE)
  add_compile_options(-fsanitize=${CANTUS_SANITIZE} -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CANTUS_SANITIZE})
endif()
option(CANTUS_FUZZ "Build the fuzz targets with libFuzzer (clang)" OFF)
if(CANTUS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

function(add_fuzz_target folder library source)
  get_filename_component(what ${source} NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" what ${what})
  set(program ${library}_${what}_fuzz)
  if(CANTUS_FUZZ)
    add_executable(${program} ${source})
    target_link_options(${program} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${program} ${source} ${PROJECT_SOURCE_DIR}/tests/run_seeds.cpp)
  endif()
  target_link_libraries(${program} PRIVATE ${library})
  add_test(NAME fuzz_seeds.${folder}/${what}
           COMMAND ${program} ${PROJECT_SOURCE_DIR}/src/${folder}/seeds/${what})
endfunction()

function(add_module folder)
  cmake_parse_arguments(MODULE "" "" "DEPENDS;LIBS" ${ARGN})
  string(REPLACE "/" "_" target ${folder})
  string(REPLACE "/" "_" links "${MODULE_DEPENDS}")
  file(GLOB sources CONFIGURE_DEPENDS *.h *.cpp)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  add_library(${target} STATIC ${sources})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${target} PUBLIC ${links} ${MODULE_LIBS} cantus_options)
  if(tests AND CANTUS_TESTS AND NOT CANTUS_FUZZ)
    add_executable(${target}_test ${tests})
    target_link_libraries(${target}_test PRIVATE ${target} GTest::gmock_main)
    if(CMAKE_BUILD_TYPE STREQUAL Release)
      target_compile_options(${target}_test PRIVATE -O1)  # what is tested is optimised; tests build faster
    endif()
    gtest_discover_tests(${target}_test DISCOVERY_TIMEOUT 60)
  endif()
  if(NOT CANTUS_TESTS)
    set(fuzzers "")
  endif()
  foreach(fuzzer ${fuzzers})
    add_fuzz_target(${folder} ${target} ${fuzzer})
  endforeach()
endfunction()

function(add_app folder program)
  cmake_parse_arguments(APP "" "" "DEPENDS;LIBS" ${ARGN})
  string(REPLACE "/" "_" links "${APP_DEPENDS}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.h *.cpp)
  add_executable(${program} ${sources})
  target_link_libraries(${program} PRIVATE ${links} ${APP_LIBS} cantus_options)
endfunction()
