// SPDX-License-Identifier: Apache-2.0
// hanfs.conf line by line; everything that reads the file goes by this.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace hanfs::config {

// Views of the file's text.
struct Line {
  std::size_t number = 0;    // the first one is 1
  std::string_view whole;    // without its newline
  std::string_view text;     // without blanks around it, and without the comment at its end
  std::string_view section;  // title of the section that it is in or begins; empty before the first one

  // A comment begins with # or ; in front, or with # behind a blank that is in no quotes: "/data#2" is a path.
  bool is_comment() const { return text.empty() || text.front() == '#' || text.front() == ';'; }  // or empty
  bool is_header() const { return !text.empty() && text.front() == '['; }
};

std::vector<Line> lines_of(std::string_view file);

// "domain NAME" -> NAME; nullopt: another section.
std::optional<std::string> domain_name(std::string_view section);

// All lines that are no comments, up to the first error, which gets "NAME:LINE: " in front.
Status read_lines(std::string_view file, const std::string& name, const std::function<Status(const Line&)>& read);

}  // namespace hanfs::config
