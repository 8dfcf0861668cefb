// SPDX-License-Identifier: Apache-2.0
// `sysdumpdev -l`. Format: lib/aix/README.md "Dump device".
#pragma once

#include <string>
#include <string_view>

#include "result.hpp"

namespace hanfs::aix {

struct DumpDevices {
  std::string primary;  // "/dev/lg_dumplv"
  std::string secondary;

  // Of the two at least one that keeps a dump.
  bool any() const;
  bool operator==(const DumpDevices& o) const { return primary == o.primary && secondary == o.secondary; }
};

// Error when no row names the primary device.
Result<DumpDevices> parse_sysdumpdev(std::string_view text);

}  // namespace hanfs::aix
