// SPDX-License-Identifier: Apache-2.0
// Properties: names are nodes, each once; an error is one line with a cure; what fold writes names the same nodes, and
// any names can be folded.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "fuzz.hpp"
#include "xcat/noderange.hpp"

namespace {

using hanfs::aix::fuzz::require;

const hanfs::xcat::Tables& cluster() {
  static const hanfs::xcat::Tables tables = [] {
    std::string text = "#node,groups\n";
    for (int i = 1; i <= 12; ++i) text += "cn" + std::to_string(i / 10) + std::to_string(i % 10) + ",\"g,h\"\n";
    text += "r1n1,g\nr1n2,g\nr2n1,h\nr2n2,h\na-1,\na-2,\na9,\na10,\nx,\n";
    auto table = hanfs::xcat::Table::parse("nodelist", "nodelist", text);
    if (!table) std::abort();
    hanfs::xcat::Tables built;
    built.add(std::move(*table));
    return built;
  }();
  return tables;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

// Lines of the input, as names that no range can be.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (const auto& line : hanfs::aix::parsing::lines(text)) names.emplace_back(line.text);
  return names;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = hanfs::aix::fuzz::text_of(data, size);
  const auto names = hanfs::xcat::expand(text, cluster());
  if (!names) {
    const std::string& what = names.error().what;
    require(what.find("; cure: ") != std::string::npos, "an error says what to do");
    require(what.size() < 1000, "an error is short");
  } else {
    for (const auto& name : *names) require(cluster().has_node(name), "names are nodes");
    require(std::set<std::string>(names->begin(), names->end()).size() == names->size(), "each name once");
    if (!names->empty()) {
      const auto again = hanfs::xcat::expand(hanfs::xcat::fold(*names), cluster());
      require(again && sorted(*again) == sorted(*names), "fold names the same nodes");
    }
  }

  // fold of any names: all of them as nodes, and the range read again.
  auto wanted = names_in(text);
  const std::string folded = hanfs::xcat::fold(wanted);
  require(hanfs::xcat::fold(wanted) == folded, "the same answer again");
  std::string nodelist = "#node\n";
  std::set<std::string> plain;
  for (const auto& name : wanted) {
    const bool usable = !name.empty() && name.front() != '-' && name != "all" &&
                        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") == std::string::npos;
    if (usable && plain.insert(name).second) nodelist += name + '\n';
  }
  if (plain.empty()) return 0;
  auto table = hanfs::xcat::Table::parse("nodelist", "nodelist", nodelist);
  require(static_cast<bool>(table), "a nodelist");
  hanfs::xcat::Tables tables;
  tables.add(std::move(*table));
  const std::vector<std::string> all(plain.begin(), plain.end());
  const auto again = hanfs::xcat::expand(hanfs::xcat::fold(all), tables);
  require(again && sorted(*again) == all, "fold of any names");
  return 0;
}
