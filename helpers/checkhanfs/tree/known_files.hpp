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

  // The hash of the file at `path`, where size, mtime, inode and ctime are the same; empty: it has to be read. To be
  // asked in the order of the paths. What is wrong with the files only makes the answer empty.
  std::string_view hash_of(std::string_view path, std::uint64_t size, const Timestamp& mtime, const Identity& identity);

 private:
  class Lines;

  KnownFiles(std::unique_ptr<ManifestReader> manifest, std::unique_ptr<Lines> local);
  void next();

  std::unique_ptr<ManifestReader> manifest_;
  std::unique_ptr<Lines> local_;
  std::string_view line_;  // of the manifest; empty: there are no more
  std::string_view local_line_;
  std::string path_;  // of that line
  std::string hash_;

 public:
  ~KnownFiles();
};

}  // namespace hanfs::tree
