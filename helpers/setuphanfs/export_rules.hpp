// SPDX-License-Identifier: Apache-2.0
// Which exports are ours to change, and whether two mean the same. Pure.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "setuphanfs/observed_state.hpp"

namespace hanfs::server {

using Rows = std::vector<aix::Export>;

// Without a slash at its end, and without two of them side by side.
std::string plain_path(std::string path);

bool is_below(const std::string& path, const std::string& parent);

// The mount point of the file system that a path lies on, as the list of mounts tells it; "" when it does not.
std::string file_system_of(const std::vector<aix::Mount>& mounts, const std::string& path);

// At the directory, or below it in the same file system as things are mounted now: what AIX refuses beside an export of
// the directory (lib/aix/README.md "Exports: rules").
bool collides(const aix::Export& row, const std::string& directory, const std::vector<aix::Mount>& mounts);

// At the directory, or below it and not in a file system of its own, which is none of our business. One of
// /etc/filesystems that is not mounted now is such a file system, too: it may be mounted again.
bool is_ours(const aix::Export& row, const std::string& directory, const ObservedState& observed);

// Why AIX would refuse a row that it has exported, or had once, were it exported anew beside the rest of what is
// `observed`, in its mode (lib/aix/README.md "Exports: rules" and "Replication: rules"): then nothing must be withdrawn
// for it. Empty: nothing is known that speaks against it.
std::string reason_refused_anew(const ObservedState& observed, const aix::Export& row);

bool is_v4(const aix::Export& row);

// Without the options of these names, and with its path made plain.
aix::Export without(aix::Export row, std::initializer_list<std::string_view> names);

// What the kernel takes of it while replication is off.
aix::Export without_replicas(aix::Export row);

Rows rows_if(const Rows& rows, const std::function<bool(const aix::Export&)>& keep);
Rows rows_of(const Rows& rows, const std::string& directory);
std::vector<std::string> directories_of(const Rows& rows);

// One of them means the same as the row.
bool has_row(const Rows& rows, const aix::Export& row);

// The same set of rows, each in whatever order of options.
bool same_rows(const Rows& a, const Rows& b);

// What of a row that was exported is to be exported again: as it was, or what /etc/exports says now, where somebody has
// changed the line by which it was exported; nothing, where that was taken out. `old_lines`, `lines`: of the file.
Rows to_export_again(const aix::Export& row, const Rows& old_lines, const Rows& lines);

// Replicas are compared as a set: each server lists itself first.
bool same_but_sec(const aix::Export& a, const aix::Export& b);

// Is this row of exportfs what this line of /etc/exports makes? exportfs may print a sec= that nobody gave (variant of
// lib/aix/README.md "Exports: printed form").
bool is_made_by(const aix::Export& row, const aix::Export& line);

// Diskless nodes come with sec=sys, which is also what holds without sec=.
bool takes_sys(const aix::Export& row);

// Does a row do what `desired` asks for? sec= may be anything that allows sys, without which no diskless node
// boots.
bool serves(const aix::Export& row, const aix::Export& desired);

// Hosts that the directory has as replicas now, in the kernel or in /etc/exports, and that are not in `desired`.
std::vector<std::string> dropped_replicas(const ObservedState& observed, const std::string& directory,
                                          const std::vector<std::string>& desired);

// "-a,b" without the '-', as exportfs -o takes it.
std::string options_text(const aix::Export& row);
// One line each.
std::string text_of(const Rows& rows);

}  // namespace hanfs::server
