// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/engine/rnetboot.hpp"

#include <algorithm>
#include <string_view>

#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

// Views of the outcome.
std::vector<std::string_view> error_lines(const run::Outcome& outcome) {
  std::vector<std::string_view> lines;
  for (const std::string* said : {&outcome.out, &outcome.err})
    for (const std::string_view line : text::split(*said, '\n'))
      if (line.find("Error:") != std::string_view::npos) lines.push_back(line);
  return lines;
}

}  // namespace

std::string failure_of_boot(const run::Outcome& outcome) {
  if (const std::string why = run::failure(outcome); !why.empty()) return why;
  const std::vector<std::string_view> errors = error_lines(outcome);
  return errors.empty() ? "" : text::escape_control(text::trimmed(errors.front()));
}

std::vector<std::string> not_begun(const run::Outcome& outcome, const std::vector<std::string>& nodes) {
  std::vector<std::string> named;
  for (const std::string_view line : error_lines(outcome)) {
    const std::string_view label = line.substr(0, line.find(':'));
    if (std::find(nodes.begin(), nodes.end(), label) != nodes.end()) named.emplace_back(label);
  }
  const bool began_nothing = !run::failure(outcome).empty() && outcome.elapsed < time_to_begin;
  return named.empty() && began_nothing ? nodes : named;
}

}  // namespace hanfs::cluster
