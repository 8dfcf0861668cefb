// SPDX-License-Identifier: Apache-2.0
// Reading and writing small local files. Never use these on a path that could lie on an NFS mount other than the root.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "result.hpp"

namespace hanfs::sys {

// "Permission denied; cure: run it as root", of an errno; the cure only where it helps: who is root already is kept out
// by something else.
std::string file_error(int error, bool is_root);
std::string file_error(int error);  // of this process

// The whole file; nullopt when it does not exist. Error when it is larger than `limit` bytes, no regular file, or
// cannot be read.
Result<std::optional<std::string>> read_file(const std::string& path, std::size_t limit = std::size_t{16} << 20);

// Temporary file beside it, fsync, rename: afterwards either the old or the new content is there. Keeps mode and owner
// of what was there, else `mode`.
Status write_atomically(const std::string& path, std::string_view content, unsigned mode = 0644);

// The same, with mode and owner of `model` where that exists: for backup copies, and for going back to one.
Status write_atomically_like(const std::string& model, const std::string& path, std::string_view content);

// write_atomically(), unless the file holds something else than `there` (nullopt: there is none) right before the
// rename: then an error, and nothing has changed. For files that others write too.
Status replace_atomically(const std::string& path, const std::optional<std::string>& there, std::string_view content);

// Whether write_atomically() could do it now: the content is written beside the file, and taken away again.
Status try_write(const std::string& path, std::string_view content);

// Where symbolic links at `path` end, whether anything is there or not. It is for files that an administrator may have
// replaced by a link. It is not for folders where other users may make links: they would choose what is written.
Result<std::string> behind_links(const std::string& path);

// Removes a file that may already be gone.
Status remove_file(const std::string& path);

// mkdir -p with mode 0755 for what is missing.
Status make_folders(const std::string& path);

// Error unless the file is owned by root (or by the caller, where that is not root) and not writable by group or
// others, nor its folder (but for a sticky one, like /tmp), nor that of a link which leads to it: a settings file that
// others may write or replace must not steer a program that runs as root.
Status check_trusted(const std::string& path);

// "/xcatpost" of "/xcatpost/hanfs.conf"; "." where there is no slash.
std::string folder_of(const std::string& path);

// A relative path is taken as one below the current folder. Links and ".." stay as they are, and the path is not looked
// at.
std::string absolute_path(const std::string& path);

}  // namespace hanfs::sys
