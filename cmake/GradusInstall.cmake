# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What `cmake --install` puts where, the CMake package Gradus, and a Debian package:
#   cmake --install build/release --prefix PREFIX
#   cmake --build build/release --target package

# Tools look for the runtime in ../lib beside their folder, so that a prefix can
# be moved; hence plain lib, not lib/x86_64-linux-gnu.
set(CMAKE_INSTALL_LIBDIR lib)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Tools find LLVM's shared libraries where they were linked from, as Debian has them.
set_target_properties(gradus gradus-opt gradus-lsp-server PROPERTIES
  INSTALL_RPATH "${LLVM_LIBRARY_DIR}")
set_target_properties(gradus_runtime PROPERTIES EXPORT_NAME runtime)
set_target_properties(gradus_simulator PROPERTIES EXPORT_NAME simulator)
target_include_directories(gradus_runtime INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

install(TARGETS gradus gradus_runtime gradus_simulator EXPORT GradusTargets)
install(TARGETS gradus-opt gradus-lsp-server gradus_main)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/runtime/include/gradus DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(FILES ${PROJECT_SOURCE_DIR}/compiler/Frontend/model.proto DESTINATION ${CMAKE_INSTALL_DATADIR}/gradus)
install(FILES README.md CHANGELOG.md SECURITY.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/gradus)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/gradus RENAME copyright)
install(DIRECTORY compiler/docs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/gradus/compiler)
install(FILES ${GRADUS_REFERENCE} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/gradus/reference)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/gradus PATTERN out EXCLUDE PATTERN run.sh EXCLUDE)

set(GRADUS_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Gradus)
configure_package_config_file(cmake/GradusConfig.cmake.in ${PROJECT_BINARY_DIR}/cmake/GradusConfig.cmake
  INSTALL_DESTINATION ${GRADUS_CMAKE_DIR} NO_SET_AND_CHECK_MACRO)
# Before 1.0, a minor version may change what programs see.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/GradusConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(EXPORT GradusTargets NAMESPACE Gradus:: DESTINATION ${GRADUS_CMAKE_DIR})
install(FILES ${PROJECT_BINARY_DIR}/cmake/GradusConfig.cmake ${PROJECT_BINARY_DIR}/cmake/GradusConfigVersion.cmake
  cmake/GradusAddModel.cmake DESTINATION ${GRADUS_CMAKE_DIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME gradus)
set(CPACK_PACKAGE_VENDOR "Gradus")
set(CPACK_PACKAGE_CONTACT "The Gradus contributors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Ahead-of-time compiler for deep learning")
set(CPACK_PACKAGE_DESCRIPTION
"Gradus compiles a model file, written in protobuf's text format, to a native
program that trains the model, saves it, resumes, evaluates and predicts, or
to a library for C and C++. The package holds the compiler, the runtime that
programs are linked with, and a CMake package.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
# Linking programs needs a C toolchain and zlib; dpkg-shlibdeps adds what the tools load.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "gcc, binutils, libc6-dev, zlib1g-dev")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS cmake)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
