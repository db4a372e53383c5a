# Install and export: find_package(loop) gives loop::loop and a target a layer (loop::base, ...);
# pkg-config knows the whole as "loop". The component loop_development is the library without loopctl.
if(NOT LOOP_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)

get_property(loop_layers GLOBAL PROPERTY LOOP_LAYERS)
list(TRANSFORM loop_layers PREPEND loop_ OUTPUT_VARIABLE loop_layer_targets)
set(loop_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/loop)

install(TARGETS loop ${loop_layer_targets} EXPORT loopTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT loop_development)
install(DIRECTORY libloop/include/loop DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT loop_development FILES_MATCHING PATTERN "*.h")
install(EXPORT loopTargets NAMESPACE loop:: DESTINATION ${loop_package_dir}
  COMPONENT loop_development)

configure_package_config_file(cmake/loopConfig.cmake.in
  ${PROJECT_BINARY_DIR}/loopConfig.cmake INSTALL_DESTINATION ${loop_package_dir})
# Before 1.0 a minor version may break its users.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/loopConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/loopConfig.cmake ${PROJECT_BINARY_DIR}/loopConfigVersion.cmake
  DESTINATION ${loop_package_dir} COMPONENT loop_development)

# The archives in the order in which a linker needs them: a layer before the ones below it.
set(loop_pc_libs "")
foreach(layer IN LISTS loop_layers)
  string(PREPEND loop_pc_libs " -lloop-${layer}")
endforeach()
# Relative, so that the prefix can be chosen at installation and moved later.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE loop_pc_to_prefix)
configure_file(cmake/loop.pc.in ${PROJECT_BINARY_DIR}/loop.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/loop.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  COMPONENT loop_development)
