// SPDX-License-Identifier: Apache-2.0
// setgroups() is not of POSIX, so musl hides it; AIX has it (IBM, "setgroups Subroutine").
#pragma once
#include_next <grp.h>

#ifdef __cplusplus
extern "C" {
#endif
int setgroups(int count, gid_t* groups);
#ifdef __cplusplus
}
#endif
