// SPDX-License-Identifier: Apache-2.0
// A table for people: columns as wide as their content, two blanks between them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hanfs::report {

class Table {
 public:
  explicit Table(std::vector<std::string> header);
  void add(std::vector<std::string> row);  // missing cells are empty, extra ones a programming error
  bool empty() const { return rows_.empty(); }
  // Every line ends in a newline and holds no trailing blanks; control characters are shown as \xNN.
  std::string text() const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

// Text from outside (a path, a command's output) as it may be shown: control characters as \xNN, so that neither a
// terminal nor a log line can be played with.
std::string printable(std::string_view text);

}  // namespace hanfs::report
