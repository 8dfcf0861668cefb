// SPDX-License-Identifier: Apache-2.0
// Where a file may come that real processes make.
#pragma once

#include <boost/filesystem/operations.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace hanfs::test {

// Whether it becomes true within 5 s.
inline bool comes(const std::function<bool()>& condition) {
  for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return condition();
}

// A path at which nothing is at first, and nothing is left.
class Place {
 public:
  Place() = default;
  ~Place() { boost::filesystem::remove(path); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  const std::string path =
      (boost::filesystem::temp_directory_path() / boost::filesystem::unique_path("hanfs-unit-%%%%%%%%")).string();
  bool is_there() const { return boost::filesystem::exists(path); }
};

}  // namespace hanfs::test
