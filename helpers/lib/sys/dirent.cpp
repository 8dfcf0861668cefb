// SPDX-License-Identifier: Apache-2.0
#include "sys/dirent.hpp"

namespace hanfs::sys {

bool is_marked_as_file([[maybe_unused]] const dirent& entry) {
#ifdef DT_REG
  return entry.d_type == DT_REG;
#else
  return false;
#endif
}

}  // namespace hanfs::sys
