find_package(Boost 1.81 REQUIRED COMPONENTS unit_test_framework)

# One Boost.Test main for all test programs.
add_library(uploadproto_test_main STATIC EXCLUDE_FROM_ALL "${PROJECT_SOURCE_DIR}/tests/main.cpp")
target_compile_definitions(uploadproto_test_main PUBLIC BOOST_TEST_DYN_LINK)
target_link_libraries(uploadproto_test_main PUBLIC Boost::unit_test_framework)

# uploadproto_test(NAME name SOURCES a.cpp b.cpp [LIBRARIES lib...] [LABELS label...] [TIMEOUT seconds])
# One program, one ctest entry. Labels: quick (sans-I/O), net (loopback), interop, slow.
# Tests are compiled for speed of compilation, not of the code.
function(uploadproto_test)
  cmake_parse_arguments(arg "" "NAME;TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  add_executable(test_${arg_NAME} ${arg_SOURCES})
  target_link_libraries(test_${arg_NAME} PRIVATE uploadproto::compiled uploadproto_test_main
                                                 uploadproto_private_flags ${arg_LIBRARIES})
  target_compile_options(test_${arg_NAME} PRIVATE -O0)
  # The build directory is not told: it would keep trees of one checkout from sharing the compiler cache.
  target_compile_definitions(test_${arg_NAME} PRIVATE UPLOADPROTO_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${arg_NAME} COMMAND test_${arg_NAME} --color_output=no)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  if(NOT arg_LABELS)
    set(arg_LABELS quick)
  endif()
  set_tests_properties(${arg_NAME} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()

# uploadproto_seeds(NAME name FUZZER fuzzer LABELS label...)
# A fuzzer's seeds as a test, wherever there is no libFuzzer: the target over its folder of seeds.
function(uploadproto_seeds)
  cmake_parse_arguments(arg "" "NAME;FUZZER" "LABELS" ${ARGN})
  set(fuzz "${PROJECT_SOURCE_DIR}/tests/fuzz")
  add_executable(test_${arg_NAME} "${fuzz}/replay.cpp" "${fuzz}/${arg_FUZZER}_fuzzer.cpp")
  target_link_libraries(test_${arg_NAME} PRIVATE uploadproto::compiled uploadproto_private_flags)
  target_compile_options(test_${arg_NAME} PRIVATE -O0)
  add_test(NAME ${arg_NAME} COMMAND test_${arg_NAME} "${fuzz}/corpus/${arg_FUZZER}")
  set_tests_properties(${arg_NAME} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 60)
endfunction()
