// SPDX-License-Identifier: Apache-2.0
// A line of a manifest: columns between tabs, then what only some entries have, each with its name in front.
//
//     kind mode uid gid size mtime hash path [target=T] [device=MAJOR:MINOR] [hardlink=PATH] [note=TEXT]
//     f  0644  0  0  5702  1700000000.123456789  99aa06d3014798d86001c324468d497f  usr/bin/ls
//
// mode is octal, size in bytes, mtime seconds.nanoseconds; "-" stands where an entry of this kind has nothing; the
// root's path is "."; names as in name.hpp. The path begins right after the seventh tab.
#pragma once

#include <string>
#include <string_view>

#include "checkhanfs/tree/digest.hpp"
#include "checkhanfs/tree/entry.hpp"
#include "result.hpp"

namespace hanfs::tree {

// With its newline. Returns where in `out` its field hardlink stands, or would stand.
std::size_t append_line(std::string& out, const Entry& entry);
void append_hardlink(std::string& out, const std::string& path);
// The line as it would be without that field; only of one without a note.
std::string_view without_hardlink(std::string_view line);

// Without its newline. Accepts only what append_line() writes. Error: the column that is wrong, without a place.
Result<Entry> parse_line(std::string_view line, HashKind hash);

// The path column as it is written, without looking at the others; empty: there is none.
std::string_view path_column(std::string_view line);

// The hash of the line of a file; empty: the line has none that could be of that kind.
std::string_view hash_column(std::string_view line, HashKind hash);

}  // namespace hanfs::tree
