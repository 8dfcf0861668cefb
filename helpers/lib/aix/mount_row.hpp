// SPDX-License-Identifier: Apache-2.0
// One row of the mount list. Private to the parser of that list.
#pragma once

#include <optional>
#include <string_view>

#include "aix/mount.hpp"

namespace hanfs::aix {

struct MountRow {
  std::optional<Mount> mount;
  bool has_date = false;      // a date stands in the row: it ends here and does not go on in the next line
  bool exact = false;         // printing the fields again gives the same bytes
  std::string_view expected;  // when there is no mount: what is missing
};

// Never fails hard; `row` may span lines when a name holds a newline.
MountRow read_mount_row(std::string_view row);

}  // namespace hanfs::aix
