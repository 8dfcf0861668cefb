// SPDX-License-Identifier: Apache-2.0
// `lssrc -g GROUP`, `lssrc -s SUBSYSTEM`. Format: lib/aix/README.md "Daemons: SRC" ([SEEN]): PID and even Group may be
// empty, so the last word is the status.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aix/problem.hpp"
#include "result.hpp"

namespace hanfs::aix {

struct Subsystem {
  std::string name;
  std::string group;   // may be empty
  std::string pid;     // empty when it does not run
  std::string status;  // "active", "inoperative", ...

  bool operator==(const Subsystem& o) const {
    return name == o.name && group == o.group && pid == o.pid && status == o.status;
  }
};

struct Subsystems {
  std::vector<Subsystem> rows;
  std::vector<Problem> problems;

  const Subsystem* find(std::string_view name) const;
  bool is_active(std::string_view name) const;
};

// Error when there is no header line.
Result<Subsystems> parse_lssrc(std::string_view text);

}  // namespace hanfs::aix
