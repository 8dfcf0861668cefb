// SPDX-License-Identifier: Apache-2.0
// An earlier manifest and its local file, read beside a walk: which files need not be read again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "checkhanfs/tree/local_file.hpp"
#include "checkhanfs/tree/manifest_reader.hpp"
#include "result.hpp"

namespace hanfs::tree {

class KnownFiles {
 public:
  // `begun`: of a run that was killed; else the local file must belong to the manifest. Error: nothing can be known
  // from them, and why.
  static Result<std::unique_ptr<KnownFiles>> open(const std::string& manifest, const std::string& local, HashKind hash,
                                                  ManifestReader::Expected expected);

  // The line of the manifest, without its newline, that was written for this inode with this ctime; of the file at
  // `path`, unless a file was renamed or the line changed, which who asks can see by comparing. Empty: it has to be
  // read. To be asked in the order of the paths; valid until the next call. What is wrong with the files only makes the
  // answer empty.
  std::string_view line_of(std::string_view path, const Identity& identity);

 private:
  class Lines;

  KnownFiles(std::unique_ptr<ManifestReader> manifest, std::unique_ptr<Lines> local);
  void next();
  bool is_before(std::string_view path);

  std::unique_ptr<ManifestReader> manifest_;
  std::unique_ptr<Lines> local_;
  std::string_view line_;  // of the manifest; empty: there are no more
  std::string_view local_line_;
  bool given_ = false;  // to the last who asked
  std::string identity_;

 public:
  ~KnownFiles();
};

}  // namespace hanfs::tree
