// SPDX-License-Identifier: Apache-2.0
// Device numbers, whose parts POSIX does not define.
#pragma once

#include <sys/types.h>

namespace hanfs::sys {

struct DeviceNumber {
  unsigned long major = 0;
  unsigned long minor = 0;

  bool operator==(const DeviceNumber& other) const { return major == other.major && minor == other.minor; }
};

DeviceNumber device_number(dev_t device);

}  // namespace hanfs::sys
