# SPDX-License-Identifier: Apache-2.0
# IBM Open XL C/C++ 17.1, 64 bit. Its commands with _r are those for programs with threads. OBJECT_MODE=64, which `ar` asks
# for, comes from `build`.
if(CMAKE_HOST_SYSTEM_NAME STREQUAL "AIX")
  file(GLOB folders /opt/IBM/openxlC/*/bin)
  find_program(CMAKE_C_COMPILER NAMES ibm-clang_r PATHS ${folders})
  find_program(CMAKE_CXX_COMPILER NAMES ibm-clang++_r PATHS ${folders})
  set(CMAKE_C_FLAGS_INIT "-m64 -pthread")
  set(CMAKE_CXX_FLAGS_INIT "-m64 -pthread")
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,-bbigtoc")
  list(APPEND CMAKE_PREFIX_PATH /opt/freeware)
else()
  # It is clang, so that clang stands for it where this is tried elsewhere.
  find_program(CMAKE_C_COMPILER NAMES clang-19 clang)
  find_program(CMAKE_CXX_COMPILER NAMES clang++-19 clang++)
endif()
