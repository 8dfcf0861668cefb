// SPDX-License-Identifier: Apache-2.0
// Formats: lib/aix/README.md "Tunables: no" and "Tunables: nfso" ("-a" seen, "no -x" documented).
#include "aix/tunables.hpp"

#include <algorithm>
#include <cstddef>

#include "aix/parsing.hpp"

namespace hanfs::aix {
namespace {

// Pieces between commas; a value such as "{23,80}" stays whole when its brace is closed.
std::vector<std::string_view> comma_fields(std::string_view row) {
  std::vector<std::string_view> found;
  std::size_t begin = 0;
  std::size_t at = 0;
  bool closes = true;  // false after the last brace: keeps one long line of open braces linear
  while (at <= row.size()) {
    if (at == row.size() || row[at] == ',') {
      found.push_back(text::trimmed(row.substr(begin, at - begin)));
      begin = at + 1;
    } else if (row[at] == '{' && at == begin && closes) {
      const std::size_t close = row.find('}', at);
      closes = close != std::string_view::npos;
      if (closes) at = close;
    }
    ++at;
  }
  return found;
}

bool is_name(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return text::is_letter(c) || text::is_digit(c) || c == '_' || c == '-' || c == '.' || c == ':';
  });
}

// Lines that hold no tunable and are no problem: blank ones, prompts, "##Restricted tunables".
bool is_no_row(std::string_view line) { return text::trimmed(line).empty() || parsing::is_prompt(line); }

}  // namespace

const Tunable* Tunables::find(std::string_view name) const {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Tunable& t) { return t.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

Result<Tunables> parse_tunables_x(std::string_view all) {
  constexpr std::size_t columns = 8;
  Tunables found;
  for (const auto& line : parsing::lines(all)) {
    const auto fields = comma_fields(line.text);
    if (fields.size() >= columns && is_name(fields[0])) {
      found.rows.push_back({std::string(fields[0]), std::string(fields[1]), std::string(fields[2]),
                            std::string(fields[3]), std::string(fields[4]), std::string(fields[5]),
                            std::string(fields[6]), std::string(fields[7])});
    } else if (!is_no_row(line.text)) {
      found.problems.push_back(parsing::problem(line, "name,current,default,reboot,min,max,unit,type"));
    }
  }
  return found;
}

Result<Tunables> parse_tunables_o(std::string_view all) {
  Tunables found;
  for (const auto& line : parsing::lines(all)) {
    const std::size_t equals = line.text.find('=');
    const std::string_view name = text::trimmed(line.text.substr(0, equals));
    if (equals != std::string_view::npos && is_name(name)) {
      Tunable row;
      row.name = name;
      row.current = text::trimmed(line.text.substr(equals + 1));
      found.rows.push_back(std::move(row));
    } else if (!is_no_row(line.text)) {
      found.problems.push_back(parsing::problem(line, "NAME = VALUE"));
    }
  }
  return found;
}

std::optional<long long> tunable_number(std::string_view value) { return parsing::whole_number(value); }

}  // namespace hanfs::aix
