# Builds and runs the consumer WAY from nothing in WORK_DIR; installs BUILD_DIR into a prefix there
# first unless the consumer takes the sources themselves.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
set(prefix ${WORK_DIR}/prefix)
set(build ${WORK_DIR}/build)
set(programs consumer base_consumer)
set(arguments -DCMAKE_CXX_COMPILER=${CXX_COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${CXX_LAUNCHER})

# What was instrumented has to be linked so.
if(SANITIZE)
  list(APPEND arguments -DCMAKE_CXX_FLAGS=-fsanitize=${SANITIZE})
elseif(COVERAGE)
  list(APPEND arguments -DCMAKE_CXX_FLAGS=--coverage)
endif()

if(WAY STREQUAL "subdirectory")
  set(programs base_consumer)
  list(APPEND arguments -DLOOP_SOURCE_DIR=${SOURCE_DIR})
else()
  run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix} --component loop_development)
  list(APPEND arguments -DCMAKE_PREFIX_PATH=${prefix})
  set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIB_DIR}/pkgconfig)
endif()

run(${CMAKE_COMMAND} -S ${SOURCE_DIR}/tests/consumer/${WAY} -B ${build} -G Ninja ${arguments})
run(${CMAKE_COMMAND} --build ${build} --parallel 2 --target ${programs})
foreach(program IN LISTS programs)
  run(${build}/${program})
endforeach()
