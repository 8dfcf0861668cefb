# SPDX-License-Identifier: Apache-2.0
# GCC of the AIX Toolbox, 64 bit. -maix64 belongs to the flags and not to the compiler's name, -pthread to all
# (helpers/lib/xcat/README.md "Programs built for AIX"). OBJECT_MODE=64, which `ar` asks for, comes from `build`.
find_program(CMAKE_C_COMPILER NAMES gcc PATHS /opt/freeware/bin)
find_program(CMAKE_CXX_COMPILER NAMES g++ PATHS /opt/freeware/bin)
if(CMAKE_HOST_SYSTEM_NAME STREQUAL "AIX")
  set(CMAKE_C_FLAGS_INIT "-maix64 -pthread")
  set(CMAKE_CXX_FLAGS_INIT "-maix64 -pthread")
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,-bbigtoc")
  list(APPEND CMAKE_PREFIX_PATH /opt/freeware)
endif()
