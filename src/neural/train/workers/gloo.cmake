# link_gloo(<target> <folder of workers.cpp>): Gloo, where its headers are found. Without them the trainer is built
# for one process and says so where more are asked for.
function(link_gloo target folder)
  find_path(GLOO_HEADERS gloo/config.h)
  find_library(GLOO_LIBRARY gloo)
  if(NOT GLOO_HEADERS)
    return()
  endif()
  set_source_files_properties(${folder}/workers.cpp PROPERTIES COMPILE_DEFINITIONS "CANTUS_GLOO;USE_C10D_GLOO"
                                                               SKIP_UNITY_BUILD_INCLUSION ON)
  target_include_directories(${target} SYSTEM PRIVATE ${GLOO_HEADERS})
  if(GLOO_LIBRARY)  # some LibTorch hold it already
    target_link_libraries(${target} PRIVATE ${GLOO_LIBRARY})
  endif()
endfunction()
