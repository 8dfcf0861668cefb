// SPDX-License-Identifier: Apache-2.0
// What an application does with a file system: it opens and reads its files, one after the other. For the child that
// may hang: each call may block for ever.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hanfs::check {

class RotatingReader {
 public:
  explicit RotatingReader(std::string path) : path_(std::move(path)) {}

  // Opens and reads a piece of the next regular file at or below the path. Opening goes to the server, since NFSv4 has
  // an OPEN for it; where the system can, its copy of the data is dropped too. Without such a file the folder is read.
  // errno, or 0.
  int read_next();

 private:
  int find_files();
  int read_folder() const;
  int read_file(const std::string& file);

  std::string path_;
  std::vector<std::string> files_;
  std::size_t next_ = 0;
  bool searched_ = false;
};

}  // namespace hanfs::check
