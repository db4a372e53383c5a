# The libraries this project stands on; all are Debian 12 packages (cmake/install-dependencies.sh).
# cmake/loopConfig.cmake.in finds the same ones for users of the installed library.
set(Boost_USE_STATIC_LIBS ON)
if(LOOP_BUILD_APPS)
  find_package(Boost 1.81 REQUIRED COMPONENTS json program_options)
else()
  find_package(Boost 1.81 REQUIRED COMPONENTS json)
endif()
find_package(fmt 9 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(tomlplusplus 3 REQUIRED)
find_package(date REQUIRED)
# Of libcrypto two hashes are used; the shared library costs every start of a program more than half
# a millisecond, for tables of thousands of functions.
set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)

# The same for others of which little is used, where the package has the archive too.
function(loop_prefer_archive target archive)
  find_library(LOOP_ARCHIVE_${target} ${archive})
  if(NOT LOOP_ARCHIVE_${target})
    return()
  endif()
  if(target STREQUAL "PkgConfig::RE2")
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${LOOP_ARCHIVE_${target}}")
    return()
  endif()
  get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
  foreach(configuration IN LISTS configurations)
    set_target_properties(${target} PROPERTIES
      IMPORTED_LOCATION_${configuration} "${LOOP_ARCHIVE_${target}}")
  endforeach()
endfunction()
loop_prefer_archive(yaml-cpp libyaml-cpp.a)
loop_prefer_archive(PkgConfig::RE2 libre2.a)
