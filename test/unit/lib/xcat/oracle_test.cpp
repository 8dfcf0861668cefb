// SPDX-License-Identifier: Apache-2.0
// Noderanges and attributes as a real xCAT 2.9.2 answered them: fixtures/xcat/oracle, which nobody of us wrote.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lib/xcat/valid_tables.hpp"
#include "text/words.hpp"
#include "xcat/attribute.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::xcat {
namespace {

using nlohmann::json;
using Cells = std::vector<std::string>;
using Dumps = std::vector<std::pair<std::string, std::string>>;

const std::string folder = std::string(HANFS_FIXTURES) + "/xcat/oracle/";

std::string content_of(const std::string& path) {
  std::ifstream file(folder + path, std::ios::binary);
  REQUIRE_MESSAGE(file, path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Without the header; each with as many cells as the header.
std::vector<Cells> rows_of(const std::string& path) {
  std::istringstream text(content_of(path));
  std::vector<Cells> rows;
  for (std::string line; std::getline(text, line);) {
    Cells cells;
    for (const std::string_view cell : text::split(line, '\t')) cells.emplace_back(cell);
    rows.push_back(std::move(cells));
    rows.back().resize(rows.front().size());
  }
  REQUIRE(rows.size() > 1);
  rows.erase(rows.begin());
  return rows;
}

bool notes(const std::string& note, const char* word) { return note.find(word) != std::string::npos; }

void compare_ranges(const std::string& file, const std::string& tables_folder) {
  Dumps dumps;
  for (const char* const name : {"nodelist", "nodehm", "nodetype", "noderes", "nodegroup", "site"})
    dumps.emplace_back(name, content_of(tables_folder + "/" + name + ".csv"));
  const Tables tables = tables_of(dumps);
  for (const Cells& row : rows_of(file)) {
    const std::string range = json::parse(row[1]).get<std::string>();
    const std::string& note = row[3];
    const bool fails = row[2].empty() || row[2].compare(0, 6, "ERROR:") == 0;
    CAPTURE(row[0]);
    CAPTURE(range);
    const Result<std::vector<std::string>> names = expand(range, tables);
    if (!names) {
      CHECK_MESSAGE((fails || notes(note, "refusal-ok")), names.error().what);
      continue;
    }
    if (fails && notes(note, "lenient-ok")) continue;
    std::vector<std::string> sorted = *names;
    std::sort(sorted.begin(), sorted.end());
    std::string seen;
    for (const std::string& name : sorted) seen += (seen.empty() ? "" : " ") + name;
    CHECK(seen == (fails ? "" : row[2]));
  }
}

std::string quoted_cell(const json& value) {
  std::string text = value.is_string() ? value.get<std::string>() : "";
  for (std::size_t at = text.find('"'); at != std::string::npos; at = text.find('"', at + 2)) text.insert(at, 1, '"');
  return value.is_string() ? "\"" + text + "\"" : "";
}

Tables tables_of_case(const json& asked) {
  std::string noderes = "#node,servicenode,xcatmaster,disable\n";
  for (const json& row : asked["rows"])
    noderes += quoted_cell(row[0]) + "," + quoted_cell(row[1].value("servicenode", json())) + "," +
               quoted_cell(row[1].value("xcatmaster", json())) + "," + quoted_cell(row[1].value("disable", json())) +
               "\n";
  std::string site = "#key,value\n";
  const json settings = asked.value("site", json::object());
  for (const auto& [key, value] : settings.items()) site += quoted_cell(key) + "," + quoted_cell(value) + "\n";
  return tables_of(
      {{"nodelist", "#node,groups\n" + quoted_cell(asked["node"]) + "," + quoted_cell(asked["groups"]) + "\n"},
       {"noderes", noderes},
       {"site", site}});
}

}  // namespace

TEST_CASE("noderanges are those of a real xCAT") { compare_ranges("noderange.tsv", "tables"); }

TEST_CASE("noderanges leave out site.excludenodes, as a real xCAT does") {
  compare_ranges("noderange-excludenodes.tsv", "tables-excludenodes");
}

TEST_CASE("attributes are those of a real xCAT") {
  for (const Cells& row : rows_of("values.tsv")) {
    const json asked = json::parse(row[1]);
    for (const char* const version : {"2.9.2", "2.16.5"}) {
      const bool is_later = std::string(version) != "2.9.2";
      const std::string& expected = is_later && !row[3].empty() ? row[3] : row[2];
      const bool may_refuse = notes(row[4], "refusal-ok");
      CAPTURE(row[0]);
      CAPTURE(version);
      Tables tables = tables_of_case(asked);
      tables.set_version(version);
      const Result<Attribute> found =
          Attributes(tables).get(asked["node"].get<std::string>(), "noderes", "servicenode");
      if (!found) {
        CHECK_MESSAGE((may_refuse || expected.compare(0, 6, "ERROR:") == 0), found.error().what);
      } else {
        const json wanted = json::parse(expected, nullptr, false);
        REQUIRE(wanted.is_string());
        CHECK(found->value == wanted.get<std::string>());
      }
    }
  }
}

}  // namespace hanfs::xcat
