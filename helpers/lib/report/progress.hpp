// SPDX-License-Identifier: Apache-2.0
// A progress bar for long work.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace hanfs::report {

class Progress {
 public:
  // `show` writes to a terminal; without it the bar is silent.
  Progress(std::string title, std::size_t total, std::function<void(const std::string&)> show);
  ~Progress();  // wipes the bar
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance();

 private:
  void draw() const;

  std::string title_;
  std::size_t total_;
  std::size_t done_ = 0;
  std::function<void(const std::string&)> show_;
};

}  // namespace hanfs::report
