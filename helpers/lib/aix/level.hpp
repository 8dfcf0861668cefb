// SPDX-License-Identifier: Apache-2.0
// `oslevel -s`: "7100-01-03-1207". Format: lib/aix/README.md "AIX level".
#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "result.hpp"

namespace hanfs::aix {

struct Level {
  int release = 0;  // 7100 is AIX 7.1
  int technology_level = 0;
  int service_pack = 0;

  bool operator==(const Level& o) const { return key() == o.key(); }
  bool operator<(const Level& o) const { return key() < o.key(); }
  std::string text() const;  // "7100-01-03"

 private:
  std::tuple<int, int, int> key() const { return {release, technology_level, service_pack}; }
};

// The oldest level on which a node with stnfs fails over: lib/aix/README.md "Replication: rules".
constexpr Level oldest_for_failover{7100, 1, 3};

// Error when there is no line of this form.
Result<Level> parse_oslevel(std::string_view text);

}  // namespace hanfs::aix
