// SPDX-License-Identifier: Apache-2.0
// Collects findings: one for each cause, however many nodes share it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "makehanfs/model/cluster.hpp"

namespace hanfs::cluster {

// What all findings of one cause have in common. In `what`, "{rows}" stands for the rows of tables that it comes from;
// in `cure`, "{}" for the subjects as a noderange (range_word).
struct FindingType {
  Finding::Level level = Finding::Level::error;
  std::string code;
  std::string what;
  std::string remedy;
  bool keeps_up = false;  // as Finding::keeps_up
};

class Findings {
 public:
  // To the finding of this cause, new or known already. A subject is named once for a cause; only the same one twice in
  // a row does no harm.
  void add(const FindingType& type, const std::string& subject);
  void add(const FindingType& type, const std::vector<std::string>& subjects);
  // A row that it comes from, as "noderes row rack01 (line 2)".
  void add_row(const FindingType& type, const std::string& row);

  // Only these subjects; a finding that loses its last one goes too.
  void keep(const std::function<bool(const std::string&)>& wanted);
  // Errors first, then warnings, then notes; each in the order of discovery, subjects in theirs.
  std::vector<Finding> take();

 private:
  struct Entry {
    Finding finding;
    std::vector<std::string> rows;
    std::size_t rows_in_all = 0;
  };
  Entry& entry(const FindingType& type);

  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> known_;
};

// "asn01, asn02 and 3 more".
std::string abbreviate(const std::vector<std::string>& names, std::size_t most = 4);
const char* level_name(Finding::Level level);
// For commands that people read: a noderange that is longer than any line is "NODES".
std::string short_range(const std::string& range);
// The same as a word of a shell, which would take the brackets for a pattern; none: "NODES".
std::string range_word(const std::string& range);

}  // namespace hanfs::cluster
