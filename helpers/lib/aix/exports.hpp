// SPDX-License-Identifier: Apache-2.0
// Lines "DIRECTORY -option,option=value": /etc/exports, /etc/xtab, what `exportfs` and `lsnfsexp` print without flags.
// Formats: lib/aix/README.md "Exports: printed form" ([SEEN]); option order is not stable, so options are compared as a
// set.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aix/problem.hpp"
#include "result.hpp"

namespace hanfs::aix {

struct ReplicaLocation {
  std::string path;
  std::string host;  // address or name

  bool operator==(const ReplicaLocation& o) const { return path == o.path && host == o.host; }
};

struct Export {
  std::string directory;
  // As written, in order; a flag such as "ro" has an empty value and no '='.
  std::vector<std::pair<std::string, std::string>> options;
  std::size_t line = 0;       // counted from 1
  std::size_t last_line = 0;  // the same, but where a backslash continues it

  // The locations of replicas=/a@h1+h2:/b@h3: '+' joins hosts of one path, ':' separates locations.
  std::vector<ReplicaLocation> replicas() const;
  // Of vers=3:4; without the option NFS version 4 is not exported (AIX's default is 2 and 3).
  bool exports_version(int version) const;
  bool has(std::string_view option) const;
  std::string value(std::string_view option) const;  // empty when absent

  // The same directory and the same set of options; the hosts of root=, access=, ro=, rw= are sets too, replicas are a
  // list in order.
  bool means_the_same_as(const Export& other) const;
};

struct Exports {
  std::vector<Export> rows;
  std::vector<Problem> problems;
};

// Never fails as a whole: a file with no export is an ordinary state. Comments ('#'), blank lines and shell prompts are
// skipped; a backslash at the end of a line continues it (it is what an administrator writes by hand).
Exports parse_exports(std::string_view text);

// "DIRECTORY -option,option=value", as AIX writes it.
std::string render_export(const Export& row);

}  // namespace hanfs::aix
