// SPDX-License-Identifier: Apache-2.0
// Which exports are ours to change, and whether two mean the same. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "setuphanfs/facts.hpp"

namespace hanfs::server {

using Rows = std::vector<aix::Export>;

// Without a slash at its end.
std::string plain_path(std::string path);

// The mount point of the file system that a path lies on, as the list of mounts tells it; "" when it does not.
std::string file_system_of(const std::vector<aix::Mount>& mounts, const std::string& path);

// At the directory, or below it in the same file system: what AIX refuses beside an export of the directory
// (facts/aix-nfs.md 4). An export below it in a file system of its own is none of our business.
bool is_ours(const aix::Export& row, const std::string& directory, const std::vector<aix::Mount>& mounts);

Rows rows_if(const Rows& rows, const std::function<bool(const aix::Export&)>& keep);
Rows rows_of(const Rows& rows, const std::string& directory);
std::vector<std::string> directories_of(const Rows& rows);

// The same set of rows, each in whatever order of options.
bool same_rows(const Rows& a, const Rows& b);

// Does a row do what `wanted` asks for? Replicas are compared as a set (each server lists itself first); sec= has to
// contain sys and is the server's own otherwise (exportfs may print one that nobody gave).
bool serves(const aix::Export& row, const aix::Export& wanted);

// The text of /etc/exports without the entries that `drop` takes, comments and all other lines as they were.
std::string without_entries(std::string_view text, const std::function<bool(const aix::Export&)>& drop);

// "-a,b" without the '-', as exportfs -o takes it.
std::string options_text(const aix::Export& row);
// One line each.
std::string text_of(const Rows& rows);

}  // namespace hanfs::server
