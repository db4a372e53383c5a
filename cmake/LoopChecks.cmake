# Checks of the sources by clang's tools, where they are installed: the test `format`, and the
# target `tidy` (slow, so not a test).
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

find_program(LOOP_CLANG_FORMAT clang-format-19)
if(LOOP_BUILD_TESTS AND LOOP_CLANG_FORMAT)
  add_test(NAME format COMMAND ${PROJECT_SOURCE_DIR}/cmake/format.sh --check)
endif()

find_program(LOOP_RUN_CLANG_TIDY run-clang-tidy-19)
if(LOOP_RUN_CLANG_TIDY)
  # clang does not know every warning flag of g++ in compile_commands.json, and warns of what the
  # standard library of g++ 12 does inside std::stable_sort.
  add_custom_target(tidy
    COMMAND ${LOOP_RUN_CLANG_TIDY} -quiet -p ${PROJECT_BINARY_DIR}
      -extra-arg=-Wno-unknown-warning-option -extra-arg=-Wno-deprecated-declarations
      ${PROJECT_SOURCE_DIR}/libloop/src ${PROJECT_SOURCE_DIR}/apps
    USES_TERMINAL VERBATIM)
endif()
