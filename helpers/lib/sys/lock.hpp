// SPDX-License-Identifier: Apache-2.0
// One run at a time.
#pragma once

#include <string>

#include "result.hpp"

namespace hanfs::sys {

// An fcntl lock on a file: the kernel drops it when the process dies, however it dies, so no stale lock is left.
class Lock {
 public:
  enum class State { held, busy, unavailable };

  // Never blocks. Creates the file when it is missing; the file itself stays.
  explicit Lock(const std::string& path);
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  State state() const { return state_; }
  long holder() const { return holder_; }                // busy: process number of the holder, 0 when unknown
  const std::string& reason() const { return reason_; }  // unavailable: why the file cannot be used

 private:
  int fd_ = -1;
  State state_ = State::unavailable;
  long holder_ = 0;
  std::string reason_;
};

}  // namespace hanfs::sys
