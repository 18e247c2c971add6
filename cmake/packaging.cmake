# Install and export; tests/package proves both ways of using it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
install(TARGETS uploadproto EXPORT uploadproto-targets
        FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT uploadproto-targets NAMESPACE uploadproto::
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/uploadproto")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/uploadproto-config.cmake.in"
                              "${PROJECT_BINARY_DIR}/uploadproto-config.cmake"
                              INSTALL_DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/uploadproto")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/uploadproto-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/uploadproto-config.cmake"
              "${PROJECT_BINARY_DIR}/uploadproto-config-version.cmake"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/uploadproto")
