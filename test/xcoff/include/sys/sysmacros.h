// SPDX-License-Identifier: Apache-2.0
// AIX has the parts of a 64-bit device number by these names (helpers/lib/sys/device.cpp); musl has none of them.
#pragma once
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif
unsigned int major64(dev_t device);
unsigned int minor64(dev_t device);
#ifdef __cplusplus
}
#endif
