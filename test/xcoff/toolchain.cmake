# SPDX-License-Identifier: Apache-2.0
# clang 19 for AIX 7.2, 64 bit, as far as an object: there is neither a linker nor a library. HANFS_XCOFF is the folder that
# test/xcoff/run fills with what an AIX machine would have installed, HANFS_MUSL that of Debian's musl in /usr/include.
set(CMAKE_SYSTEM_NAME AIX)
set(CMAKE_SYSTEM_VERSION 7.2)
set(CMAKE_SYSTEM_PROCESSOR powerpc)
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_C_COMPILER_TARGET powerpc64-ibm-aix7.2)
set(CMAKE_CXX_COMPILER_TARGET powerpc64-ibm-aix7.2)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES HANFS_XCOFF HANFS_MUSL)

# Headers of others are no system headers for CMake on AIX, so clang gets a list of those whose warnings are not ours. musl shows names of
# POSIX.1-2008 alone; Boost before 1.81 hashes with std::unary_function, which libc++ hides in C++17.
set(headers "-D_XOPEN_SOURCE=700 -nostdinc -isystem ${HANFS_XCOFF}/absent -isystem ${CMAKE_CURRENT_LIST_DIR}/include")
set(own_headers "-isystem /usr/lib/llvm-19/lib/clang/19/include -isystem /usr/include/${HANFS_MUSL}")
foreach(others boost/ CLI/ nlohmann/ kainjow/ nettle/ nfsc/ pcre2.h xxhash.h)
  string(APPEND headers " --system-header-prefix=${others}")
endforeach()
set(CMAKE_C_FLAGS_INIT "${headers} ${own_headers}")
set(CMAKE_CXX_FLAGS_INIT
    "-Werror -D_LIBCPP_ENABLE_CXX17_REMOVED_UNARY_BINARY_FUNCTION ${headers} -isystem /usr/lib/llvm-19/include/c++/v1 ${own_headers}")
set(CMAKE_CXX_FLAGS_RELEASE_INIT "-O0")

set(CMAKE_FIND_ROOT_PATH ${HANFS_XCOFF}/prefix)
set(CMAKE_PREFIX_PATH /)
foreach(kind PACKAGE LIBRARY INCLUDE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()
set(Boost_NO_BOOST_CMAKE ON)  # Debian's looks for its own libraries
