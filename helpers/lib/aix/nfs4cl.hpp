// SPDX-License-Identifier: Apache-2.0
// `nfs4cl showfs [PATH]`. Format: lib/aix/README.md "nfs4cl: showfs" (one transcript; what it prints without a path is
// a guess, so rows with and without the server and option lines are both read).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aix/problem.hpp"
#include "result.hpp"

namespace hanfs::aix {

struct NfsFilesystem {
  std::string server;                 // column "Server", as printed
  std::string remote;                 // column "Remote Path"
  std::string fsid;                   // column "fsid", "major:minor"
  std::string local;                  // column "Local Path"
  std::string current;                // address of "Current Server: ADDRESS:/path"; empty when the line was not printed
  std::vector<std::string> replicas;  // addresses of the "Replica Server:" lines, in order
  bool has_options = false;           // an "options :" line was printed
  // Key and value in the order printed; a flag such as "ro" has an empty value.
  std::vector<std::pair<std::string, std::string>> options;

  // The numeric value of an option, nullopt where it is absent or no number.
  std::optional<long> number(std::string_view key) const;
  // "ro,intr,timeo=1": as printed.
  std::string options_text() const;

  bool operator==(const NfsFilesystem& o) const {
    return server == o.server && remote == o.remote && fsid == o.fsid && local == o.local && current == o.current &&
           replicas == o.replicas && has_options == o.has_options && options == o.options;
  }
};

struct ShowFs {
  std::vector<NfsFilesystem> filesystems;
  std::vector<Problem> problems;
};

// Error when there is no header line. A header without rows is an empty list.
Result<ShowFs> parse_showfs(std::string_view text);

}  // namespace hanfs::aix
