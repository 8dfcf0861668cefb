// SPDX-License-Identifier: Apache-2.0
#include "sys/device.hpp"

#include <sys/sysmacros.h>  // Linux and AIX both have it

#undef major  // the parentheses below keep the macros away from our members
#undef minor

namespace hanfs::sys {

DeviceNumber device_number(dev_t device) {
#if defined(_AIX) && defined(__64BIT__)
  return {static_cast<unsigned long>(major64(device)), static_cast<unsigned long>(minor64(device))};
#elif defined(__linux__)
  return {gnu_dev_major(device), gnu_dev_minor(device)};
#else
  return {static_cast<unsigned long>(device) >> 16U, static_cast<unsigned long>(device) & 0xffffU};
#endif
}

}  // namespace hanfs::sys
