// SPDX-License-Identifier: Apache-2.0
// What a folder says of an entry beside its name, for which POSIX has no place.
#pragma once

#include <dirent.h>

namespace hanfs::sys {

// The folder itself marks it as a file. False: it does not, or the system has no such mark; AIX's folders hold names
// and inodes only.
bool is_marked_as_file(const dirent& entry);

}  // namespace hanfs::sys
