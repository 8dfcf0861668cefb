// SPDX-License-Identifier: Apache-2.0
// The content of one entry: the hash of a file, the target of a link.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "checkhanfs/tree/folder.hpp"
#include "checkhanfs/tree/listing.hpp"
#include "checkhanfs/tree/workers.hpp"

namespace hanfs::tree {

struct FileContent {
  std::string hash;  // of what was read; empty where it could not be read to its end
  std::string note;  // as Entry::note
};

// Only for what lstat, or its folder, called a file. Opening never blocks; should something else have taken its place,
// that is said and nothing follows a link. `device`: of the folder. An entry that was not looked at is completed; one
// with an error or a mount point is not read. `go_on` gets the number of bytes that were read; false: the hash is not
// needed any more.
FileContent read_content(const FolderHandle& folder, dev_t device, ListedEntry& listed, Scratch& scratch,
                         const std::function<bool(std::size_t)>& go_on);

// Empty with a note where it cannot be read.
std::string read_target(int folder, const char* name, std::string& note);

// "cannot open: Permission denied"
std::string note_of(const char* doing, int error);

}  // namespace hanfs::tree
