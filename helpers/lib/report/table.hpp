// SPDX-License-Identifier: Apache-2.0
// A table for people: columns as wide as their content, two blanks between them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::report {

class Table {
 public:
  explicit Table(std::vector<std::string> header);
  // Missing cells are empty, extra ones a programming error. A cell of more than 60 columns loses its middle: one
  // mount point of 1,000 characters must not spoil the table (JSON has it whole).
  void add(std::vector<std::string> row);
  bool empty() const { return rows_.empty(); }
  // Every line ends in a newline and holds no trailing blanks; control characters are shown as \xNN.
  std::string text() const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

using text::escape_control;
using text::joined;
using text::quoted;

}  // namespace hanfs::report
