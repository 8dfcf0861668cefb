// SPDX-License-Identifier: Apache-2.0
// What `no` and `nfso` print. Formats: lib/aix/README.md "Tunables: no" and "Tunables: nfso".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aix/problem.hpp"
#include "result.hpp"

namespace hanfs::aix {

// A row of `no -x`: name,current,default,reboot,min,max,unit,type[,dependency...]. Fields can be empty, "n/a" or
// no numbers ("{}", "{all}"), so all of them stay text.
struct Tunable {
  std::string name;
  std::string current;
  std::string default_value;
  std::string reboot;  // value after the next boot
  std::string min;
  std::string max;
  std::string unit;
  std::string type;  // D dynamic, R reboot, ...

  bool operator==(const Tunable& o) const {
    return name == o.name && current == o.current && default_value == o.default_value && reboot == o.reboot &&
           min == o.min && max == o.max && unit == o.unit && type == o.type;
  }
};

struct Tunables {
  std::vector<Tunable> rows;
  std::vector<Problem> problems;

  const Tunable* find(std::string_view name) const;
};

// Comma rows of `no -x` / `nfso -x`.
Result<Tunables> parse_tunables_x(std::string_view text);

// "NAME = VALUE" lines of `no -o NAME`, `no -a`, `nfso -o NAME`, `nfso -a`; only name and current are set.
Result<Tunables> parse_tunables_o(std::string_view text);

// A whole number, also with the abbreviations of `no -L` absent: digits with an optional sign, nothing else.
std::optional<long long> tunable_number(std::string_view value);

}  // namespace hanfs::aix
