// SPDX-License-Identifier: Apache-2.0
// musl shows two functions that are not of POSIX.1-2008 whatever is asked for. Here they are not declared by their names.
#pragma once
#define dup3 not_of_posix_2008_dup3
#define pipe2 not_of_posix_2008_pipe2
#include_next <unistd.h>
#undef dup3
#undef pipe2
