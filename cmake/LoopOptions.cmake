# Build options, the language level and the warnings of every target of this project. All of it is
# of this directory's scope: a project that uses this one by add_subdirectory keeps its own settings.
include(GNUInstallDirs)

option(LOOP_BUILD_APPS "Build loopctl" ${PROJECT_IS_TOP_LEVEL})
option(LOOP_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(LOOP_BUILD_BENCH "Build loop-bench" OFF)
option(LOOP_INSTALL "Make install rules and the package loop" ${PROJECT_IS_TOP_LEVEL})
option(LOOP_WERROR "Warnings are errors" ${PROJECT_IS_TOP_LEVEL})
option(LOOP_FUZZ "Build the fuzz targets (clang)" OFF)
option(LOOP_COVERAGE "Measure line and branch coverage (gcc)" OFF)
set(LOOP_SANITIZE "" CACHE STRING "Sanitizers for every target: address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Type of build" FORCE)
endif()

add_library(loop_build_flags INTERFACE)
target_compile_features(loop_build_flags INTERFACE cxx_std_20)
target_compile_options(loop_build_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  $<$<BOOL:${LOOP_WERROR}>:-Werror>
  # clang warns of what the standard library of g++ 12 does inside std::stable_sort.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations -Wno-missing-designated-field-initializers>
  # g++ 12 warns falsely about members of std::optional and std::variant at -O2.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict -Wno-missing-field-initializers>)
if(LOOP_SANITIZE)
  set(loop_sanitizers ${LOOP_SANITIZE})
  if(LOOP_FUZZ)
    string(APPEND loop_sanitizers ",fuzzer-no-link")
  endif()
  target_compile_options(loop_build_flags INTERFACE
    -fsanitize=${loop_sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(loop_build_flags INTERFACE -fsanitize=${LOOP_SANITIZE})
endif()
if(LOOP_COVERAGE)
  target_compile_options(loop_build_flags INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(loop_build_flags INTERFACE --coverage)
endif()

find_program(LOOP_CCACHE ccache)
if(LOOP_CCACHE AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LOOP_CCACHE})
endif()
