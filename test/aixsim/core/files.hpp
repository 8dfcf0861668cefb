// SPDX-License-Identifier: Apache-2.0
// Files that survive SIGKILL at any moment and many processes at once; or those of a Memory (core/outside.hpp).
#pragma once
#include <string>

namespace aixsim {

// All that can be read from a descriptor.
std::string read_all(int fd);
bool read_file(const std::string& path, std::string* content);
// Temporary file beside it, then rename. True when written.
bool write_file(const std::string& path, const std::string& content);
// One write(2) with O_APPEND: concurrent writers never mix.
bool append_file(const std::string& path, const std::string& text);
bool exists(const std::string& path);
bool is_folder(const std::string& path);
void remove_file(const std::string& path);
bool is_link(const std::string& path);
bool make_dirs(const std::string& path);
// Gives it, and all that is below, this time of modification, in seconds since 1970; 0: now.
void touch_tree(const std::string& path, long seconds = 0);
// A file or a folder with all below it: modes and times are kept, links are followed. False when anything failed.
bool copy_tree(const std::string& from, const std::string& to);
void remove_tree(const std::string& path);
std::string absolute(const std::string& path);  // a relative path starts at the working directory
void say(int fd, const std::string& text);      // writes all, ignores a closed pipe

// Exclusive flock for the life of the object; the kernel releases it when the process dies.
class Lock {
 public:
  explicit Lock(const std::string& path);
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int fd_;
};

}  // namespace aixsim
