// SPDX-License-Identifier: Apache-2.0
// One run at a time.
#pragma once

#include <memory>
#include <string>

namespace hanfs::sys {

// Held until it is destroyed.
struct Lock {
  enum class State { held, busy, unavailable };

  Lock() = default;
  virtual ~Lock() = default;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  State state = State::unavailable;
  long holder = 0;     // busy: process number of the holder, 0 when unknown
  std::string reason;  // unavailable: why the file cannot be used
};

// An fcntl lock on a file: the kernel drops it when the process dies, however it dies, so no stale lock is left. Never
// blocks. Creates the file when it is missing; the file itself stays.
std::unique_ptr<Lock> lock_file(const std::string& path);

}  // namespace hanfs::sys
