// SPDX-License-Identifier: Apache-2.0
// The list that `mount` prints without arguments. Format: lib/aix/README.md "mount: the list" ([SEEN] in seven
// transcripts).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aix/problem.hpp"
#include "result.hpp"

namespace hanfs::aix {

struct Mount {
  std::string node;     // NFS server as mounted (name or address); empty for a local mount
  std::string device;   // column "mounted": device, or the path on the server
  std::string path;     // column "mounted over"
  std::string vfs;      // jfs2, nfs3, nfs4, stnfs, autofs, namefs, ...
  std::string date;     // "Nov 07 19:11": no year
  std::string options;  // as given at mount time, may be empty; nfs4cl changes never show here

  bool operator==(const Mount& o) const {
    return node == o.node && device == o.device && path == o.path && vfs == o.vfs && date == o.date &&
           options == o.options;
  }
};

struct MountTable {
  std::vector<Mount> mounts;  // in the order of the list
  std::vector<Problem> problems;
};

// Error when there is no header line at all: then this is not the list.
Result<MountTable> parse_mount(std::string_view text);

// The mount points in the text of /etc/filesystems, whether they are mounted or not: its stanzas begin with "/path:".
// Format: lib/aix/README.md "Other lists of file systems" ([SEEN] in one transcript).
std::vector<std::string> parse_filesystems(std::string_view text);

// By path, the mount that hides all others there: the rows are in mounting order. They have to outlive it.
std::map<std::string, const Mount*> uppermost(const std::vector<Mount>& mounts);

}  // namespace hanfs::aix
