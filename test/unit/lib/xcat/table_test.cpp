// SPDX-License-Identifier: Apache-2.0
#include "xcat/table.hpp"

#include <doctest/doctest.h>

#include <boost/filesystem/operations.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>

namespace hanfs::xcat {
namespace {

namespace fs = boost::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path.string(), std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::set<fs::path> dumps(const std::string& folder) {
  std::set<fs::path> found;
  for (const auto& entry : fs::directory_iterator(std::string(HANFS_FIXTURES) + "/xcat/" + folder)) {
    if (entry.path().extension() == ".csv") found.insert(entry.path());
  }
  return found;
}

// "noderes-cut-off.csv" is a dump of noderes.
Result<Table> parse(const fs::path& path) {
  const std::string name = path.filename().string();
  return Table::parse(name.substr(0, name.find_first_of("-.")), name, content(path));
}

// Rows as "LINE cell|cell|...", undefined ones empty; or "error: WHAT".
std::string as_text(const Result<Table>& table) {
  if (!table) return "error: " + table.error().what + '\n';
  std::string out;
  for (std::size_t row = 0; row < table->size(); ++row) {
    out += std::to_string(table->line(row)) + ' ';
    for (std::size_t column = 0; column < table->columns().size(); ++column) {
      out += (column == 0 ? "" : "|") + std::string(table->value(row, column));
    }
    out += '\n';
  }
  return out;
}

TEST_CASE("xcat table: each broken dump has its one clear line, which stands beside it") {
  const auto broken = dumps("broken");
  CHECK(broken.size() >= 36);
  for (const auto& path : broken) {
    CAPTURE(path.filename().string());
    const auto table = parse(path);
    REQUIRE_FALSE(table);
    const std::string& what = table.error().what;
    CHECK(what + '\n' == content(fs::path(path).replace_extension(".error")));
    CHECK(what.find('\n') == std::string::npos);
    CHECK(what.find("; cure: ") != std::string::npos);
  }
}

TEST_CASE("xcat table: the samples of the fact sheet") {
  for (const auto& path : dumps("good")) {
    CAPTURE(path.filename().string());
    CHECK(parse(path));
  }
  const auto noderes = parse(std::string(HANFS_FIXTURES) + "/xcat/good/noderes.csv");
  REQUIRE(noderes);
  CHECK(noderes->name() == "noderes");
  CHECK(noderes->columns().size() == 22);
  REQUIRE(noderes->size() == 2);  // the third is disabled
  CHECK(noderes->value(0, "servicenode") == "asn01,asn02");
  CHECK(noderes->value(0, "netboot").empty());
  CHECK(noderes->value(0, "comments") == "first pair");
  CHECK(noderes->value(1, "xcatmaster") == "asn02-ml0");
  CHECK(noderes->value(1, "no such column").empty());
  CHECK_FALSE(noderes->has_column("hanfsdomid"));
  CHECK(noderes->line(1) == 3);
  CHECK(noderes->origin_of(1) == "noderes.csv:3");
  CHECK(noderes->row_of("rack02") == 1);
  CHECK_FALSE(noderes->row_of("old"));
  CHECK_FALSE(noderes->row_of(""));
  const auto nodelist = parse(std::string(HANFS_FIXTURES) + "/xcat/good/nodelist.csv");
  REQUIRE(nodelist);
  CHECK(nodelist->value(0, "groups") == "rack01,compute,aix,all");
  CHECK(nodelist->value(0, "updatestatustime") == "10-02-2014 09:12:00");
}

TEST_CASE("xcat table: text") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected;
  };
  const Case cases[] = {
      {"header only", "#a,b\n", ""},
      {"header only, no newline", "#a,b", ""},
      {"no newline at the end", "#a,b\n\"1\",\"2\"", "2 1|2\n"},
      {"no newline, last cell undefined", "#a,b\n\"1\",", "2 1|\n"},
      {"no newline, unquoted", "#a,b\n1,2", "2 1|2\n"},
      {"undefined", "#a,b,c\n,,\n\"\",\"\",\"\"\n", "2 ||\n3 ||\n"},
      {"unquoted", "#a,b,c\nx,y z,3\n", "2 x|y z|3\n"},
      {"blanks around unquoted values", "#a,b\n  x ,\ty\t\n", "2 x|y\n"},
      {"blanks within quotes stay", "#a,b\n\" x \",\"\ty\"\n", "2  x |\ty\n"},
      {"commas within quotes", "#a,b\n\"1,2,,\",\",\"\n", "2 1,2,,|,\n"},
      {"doubled quotes", "#a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", "2 say \"hi\"|\"\n"},
      {"only quotes", "#a\n\"\"\"\"\"\"\n", "2 \"\"\n"},
      {"newline within quotes", "#a,b\n\"1\n2\",\"3\"\n\"4\",\n", "2 1\n2|3\n4 4|\n"},
      {"comments", "#a,b\n#\"x,\n\"1\",\"2\"\n# y\n", "3 1|2\n"},
      {"comment sign within quotes", "#a,b\n\"#1\",\"x\n#2\"\n", "2 #1|x\n#2\n"},
      {"comment sign in a later cell", "#a,b\n1,#2\n", "2 1|#2\n"},
      {"blank lines", "#a,b\n\n1,2\n \t\n3,4\n\n", "3 1|2\n5 3|4\n"},
      {"CR LF", "#a,b\r\n\"1\",\"2\"\r\n3,4\r\n,\r\n", "2 1|2\n3 3|4\n4 |\n"},
      {"CR at the end", "#a,b\r\n\"1\",\"2\"\r", "2 1|2\n"},
      {"byte order mark", "\xEF\xBB\xBF#a,b\n1,2\n", "2 1|2\n"},
      {"bytes above 127", "#a\n\"M\xFCller \xC3\xBC\"\n", "2 M\xFCller \xC3\xBC\n"},
      {"tab", "#a\n\"x\ty\"\n", "2 x\ty\n"},
      {"header with blanks", "# a , b ,c\n1,2,3\n", "2 1|2|3\n"},
      {"header with a comma too many", "#a,b,\n1,2,\n", "2 1|2\n"},
      {"a comma too many in all rows", "#a,b\n1,2,\n\"3\",,\n", "2 1|2\n3 3|\n"},
      {"a comma too many, no newline", "#a,b\n1,2,", "2 1|2\n"},
      {"rows that are too short", "#a,b,c\n1\n\"2\",\"3\"\n", "2 1||\n3 2|3|\n"},
      {"disabled", "#a,disable\n1,1\n2,yes\n3,YES\n4,\" Yes \"\n5,0\n6,no\n7,\n8,11\n9,y\n", "6 5|0\n7 6|no\n8 7|\n"},
      {"no column disable", "#a,b\n1,1\n", "2 1|1\n"},
      {"carriage returns in the header", "#a,b\rc\n",
       "error: f:1:4: the header has 'b\\x0dc' where a column name must be; cure: dump it again: tabdump t\n"},
      {"more cells", "#a,b\n1,2,3\n",
       "error: f:2:5: more cells than the 2 columns of the header; cure: put values with a comma in "
       "double quotes, or dump it again: tabdump t\n"},
      {"two commas too many", "#a,b\n1,2,,\n",
       "error: f:2:5: more cells than the 2 columns of the header; cure: put values with a "
       "comma in double quotes, or dump it again: tabdump t\n"},
      {"a comma too many in some rows", "#a,b\n1,2\n3,4,\n",
       "error: f:3:5: more cells than the 2 columns of the header; cure: put "
       "values with a comma in double quotes, or dump it again: tabdump t\n"},
      {"a comma too many in the first row only", "#a,b\n1,\"2\n2\",\n3,4\n",
       "error: f:3:4: more cells than the 2 columns of the header; cure: put values with a comma in double quotes, or "
       "dump it "
       "again: tabdump t\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(as_text(Table::parse("t", "f", c.text)) == c.expected);
  }
}

TEST_CASE("xcat table: cells stay where they are when the table is moved") {
  for (const char* text : {"#node,b\n\"x\",y\n", "#node,b,a-column-with-a-long-name,another-one\n\"x\",y,,\n"}) {
    auto first = Table::parse("noderes", "f", text);
    REQUIRE(first);
    const std::string_view cell = first->value(0, "b");
    const Table second = std::move(*first);
    CHECK(cell == "y");
    CHECK(second.value(0, "b").data() == cell.data());
    CHECK(second.row_of("x") == 0);
    CHECK_FALSE(second.row_of("y"));
  }
}

TEST_CASE("xcat table: many rows are found by their key") {
  std::string text = "#node,a\n";
  for (int i = 0; i < 5000; ++i) text += 'n' + std::to_string(i) + ',' + std::to_string(i) + '\n';
  const auto table = Table::parse("noderes", "f", text);
  REQUIRE(table);
  for (std::size_t i = 0; i < 5000; ++i) CHECK(table->row_of('n' + std::to_string(i)) == i);
  CHECK_FALSE(table->row_of("n5000"));
  CHECK_FALSE(table->row_of("n"));
}

TEST_CASE("xcat table: a key that may be there twice") {
  const auto table = Table::parse("statelite", "f",
                                  "#node,image,statemnt,mntopts,comments,disable\n\"a\",,\"x\",,,\n\"a\",,\"y\",,,\n");
  REQUIRE(table);
  CHECK(table->size() == 2);
  CHECK_FALSE(table->row_of("a"));
}

}  // namespace
}  // namespace hanfs::xcat
