// SPDX-License-Identifier: Apache-2.0
// AIX's side of two formats, for round trips and for tests with names that no transcript has. The format strings are
// those of lib/aix/README.md "nfs4cl: showfs" and "mount: the list".
#pragma once

#include <cstdio>
#include <string>

#include "aix/mount.hpp"
#include "aix/nfs4cl.hpp"

namespace hanfs::aix {

// The value, blanks up to the width, one blank behind it: what "%-8s " prints.
inline std::string field(const std::string& value, std::size_t width) {
  return value + std::string(value.size() < width ? width - value.size() : 0, ' ') + ' ';
}

inline const char* mount_header() {
  return "  node       mounted        mounted over    vfs       date        options      \n"
         "-------- ---------------  ---------------  ------ ------------ --------------- \n";
}

inline std::string print(const Mount& m) {
  return field(m.node, 8) + field(m.device, 16) + field(m.path, 16) + field(m.vfs, 6) + field(m.date, 12) +
         field(m.options, 15) + '\n';
}

inline const char* showfs_header() {
  return "Server      Remote Path          fsid                 Local Path        \n"
         "--------    ---------------      ---------------      ---------------   \n";
}

inline std::string print_row(const NfsFilesystem& fs) {
  std::string row = field(fs.server, 11) + field(fs.remote, 20) + field(fs.fsid, 20) + field(fs.local, 18);
  row.back() = '\n';
  return row;
}

inline std::string print(const NfsFilesystem& fs) {
  std::string out = print_row(fs);
  if (!fs.current.empty()) out += "        Current Server: " + fs.current + ':' + fs.remote + '\n';
  for (const auto& replica : fs.replicas) out += "        Replica Server: " + replica + ':' + fs.remote + '\n';
  if (fs.has_options) out += "options : " + fs.options_text() + '\n';
  return out;
}

}  // namespace hanfs::aix
