// SPDX-License-Identifier: Apache-2.0
// A file that is written from its beginning to its end, with a buffer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "result.hpp"
#include "sys/descriptor.hpp"

namespace hanfs::tree {

class OutputFile {
 public:
  // Makes PATH.partial, empty. Error: it cannot be made.
  static Result<OutputFile> create(const std::string& path);
  // One without a name, in $TMPDIR (`folder`; empty: /var/tmp): it is gone when it is closed.
  static Result<OutputFile> temporary(const std::string& folder);

  // Error: not all could be written (a full disk); then discard() is all that is left to do.
  Status append(std::string_view text);
  Status flush();
  // All is on the disk, and PATH is this file, which nothing is appended to any more. The old PATH is there till then.
  Status commit();
  // Takes PATH.partial away.
  void discard();

  const std::string& name() const { return partial_; }  // for messages
  // Of a temporary one, to which nothing is appended any more: all of it, block by block. Error: it cannot be read, or
  // that of `take`.
  Status read_back(const std::function<Status(std::string_view)>& take);
  sys::Descriptor take() { return std::move(file_); }

 private:
  sys::Descriptor file_;
  std::string path_;     // empty: a temporary one
  std::string partial_;  // where it is meanwhile
  std::string buffer_;
};

}  // namespace hanfs::tree
