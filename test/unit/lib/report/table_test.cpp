// SPDX-License-Identifier: Apache-2.0
#include "report/table.hpp"

#include <doctest/doctest.h>

#include "report/verdict.hpp"

using hanfs::report::Table;

TEST_CASE("columns are as wide as their content, counted in characters, without trailing blanks") {
  Table table({"A", "LONGER"});
  table.add({"xyz", "1"});
  table.add({"\xc3\xa4"});
  CHECK(table.text() == "A    LONGER\nxyz  1\n\xc3\xa4\n");
}

TEST_CASE("a cell that is too wide loses its middle, and stays UTF-8") {
  Table table({"A"});
  std::string wide = "/start";
  for (int i = 0; i < 500; ++i) wide += "\xc3\xa4";
  table.add({wide + "/end"});
  const std::string text = table.text();
  CHECK(text.find("/start") != std::string::npos);
  CHECK(text.find("/end\n") != std::string::npos);
  CHECK(text.find("\xc3\xa4...\xc3\xa4") != std::string::npos);
}

TEST_CASE("the verdict is one line of words") {
  hanfs::report::Verdict verdict;
  verdict.tool = "setupnfsv4replication";
  verdict.node = "cn017";
  verdict.status = "ok";
  verdict.changed = 4;
  verdict.warnings = 1;
  verdict.failover = hanfs::report::seconds_text(0.3);
  CHECK(verdict.line() == "HANFS tool=setupnfsv4replication node=cn017 version=" HANFS_VERSION
                          " status=ok changed=4 failed=0 warnings=1 failover=0.3s");
  verdict.commands = {"netstat", "no"};
  CHECK(verdict.line().find(" failover=0.3s commands=netstat,no") != std::string::npos);
}

TEST_CASE("seconds") {
  CHECK(hanfs::report::seconds_text(15) == "15s");
  CHECK(hanfs::report::seconds_text(1.25) == "1.25s");
  CHECK(hanfs::report::seconds_text(600000) == "600000s");
}
