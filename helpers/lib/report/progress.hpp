// SPDX-License-Identifier: Apache-2.0
// A progress bar on stderr for long work; silent where stderr is no terminal.
#pragma once

#include <cstddef>
#include <string>

namespace hanfs::report {

class Progress {
 public:
  Progress(std::string title, std::size_t total);
  ~Progress();  // wipes the bar
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance();

 private:
  void draw() const;

  std::string title_;
  std::size_t total_;
  std::size_t done_ = 0;
  bool shown_;
};

}  // namespace hanfs::report
