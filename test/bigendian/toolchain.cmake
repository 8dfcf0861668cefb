# SPDX-License-Identifier: Apache-2.0
# A program for TRIPLET, static, that finds its libraries in LIBRARIES; both come from the environment. Headers and CMake
# packages are this machine's: those that hanfs needs are the same for every processor, and the compiler looks for its own
# libc first.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER $ENV{TRIPLET}-gcc)
set(CMAKE_CXX_COMPILER $ENV{TRIPLET}-g++)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
set(CMAKE_FIND_ROOT_PATH $ENV{LIBRARIES} /usr/$ENV{TRIPLET})
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(Boost_NO_BOOST_CMAKE ON)  # Debian's names the libraries of this machine
