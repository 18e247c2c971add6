# uploadproto::uploadproto  the SDK as headers: Boost (>= 1.81) and OpenSSL, nothing else.
# uploadproto::compiled     the same SDK with its non-template code compiled once.
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Threads REQUIRED)

file(GLOB_RECURSE UPLOADPROTO_HEADERS CONFIGURE_DEPENDS
     "${PROJECT_SOURCE_DIR}/include/uploadproto/*.hpp"
     "${PROJECT_SOURCE_DIR}/include/uploadproto/*.ipp")

add_library(uploadproto INTERFACE)
add_library(uploadproto::uploadproto ALIAS uploadproto)
target_sources(uploadproto INTERFACE
               FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${UPLOADPROTO_HEADERS})
target_compile_features(uploadproto INTERFACE cxx_std_20)
target_link_libraries(uploadproto INTERFACE Boost::headers Boost::json Boost::url
                                            OpenSSL::SSL OpenSSL::Crypto Threads::Threads)

add_library(uploadproto_compiled STATIC EXCLUDE_FROM_ALL
            "${PROJECT_SOURCE_DIR}/src/protocol.cpp"
            "${PROJECT_SOURCE_DIR}/src/server.cpp"
            "${PROJECT_SOURCE_DIR}/src/client.cpp")
add_library(uploadproto::compiled ALIAS uploadproto_compiled)
# Fit for shared libraries, and as fast as code that is not: nothing in it can be replaced from outside.
set_target_properties(uploadproto_compiled PROPERTIES EXPORT_NAME compiled POSITION_INDEPENDENT_CODE ON
                                                      CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
target_compile_definitions(uploadproto_compiled PUBLIC UPLOADPROTO_SEPARATE_COMPILATION)
target_link_libraries(uploadproto_compiled PUBLIC uploadproto)
