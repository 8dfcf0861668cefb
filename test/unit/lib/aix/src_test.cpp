// SPDX-License-Identifier: Apache-2.0
#include "aix/src.hpp"

#include <doctest/doctest.h>

#include <string>

#include "lib/aix/as_text.hpp"
#include "lib/aix/print.hpp"

namespace hanfs::aix {
namespace {

const char* const header = "Subsystem         Group            PID          Status\n";

std::string subsystems(const std::string& rows) { return as_text(parse_lssrc(header + rows)); }

// " %-16s %-16s %-12s %s" (lib/aix/README.md "Daemons: SRC").
std::string print(const Subsystem& s) {
  return ' ' + field(s.name, 16) + field(s.group, 16) + field(s.pid, 12) + s.status + '\n';
}

TEST_CASE("lssrc: no header is an error that says what was seen") {
  for (const std::string text : {"", "\n\n", "0513-085 The nfsd Subsystem is not on file.\n", "# lssrc -g nfs\n",
                                 "\x01\x02\xFF", " biod             nfs              4587710      active\n",
                                 "0513-059 The biod Subsystem has been started. Subsystem PID is 9371710.\n",
                                 "0513-044 The snmpd Subsystem was requested to stop.\n"}) {
    CAPTURE(text);
    const auto rows = parse_lssrc(text);
    REQUIRE_FALSE(rows);
    CHECK(rows.error().what.find("no header") != std::string::npos);
  }
  CHECK(as_text(parse_lssrc("rubbish\n")).find("line 1: seen \"rubbish\", expected") != std::string::npos);
}

TEST_CASE("lssrc: rows") {
  struct Case {
    const char* name;
    std::string rows;
    const char* expected;
  };
  const Case cases[] = {
      {"none", "", ""},
      {"active", " biod             nfs              4587710      active \n", "biod|nfs|4587710|active\n"},
      {"no PID", " nfsrgyd          nfs                           inoperative\n", "nfsrgyd|nfs||inoperative\n"},
      {"no group", " x                                 77           active\n", "x||77|active\n"},
      {"neither", " x                                              inoperative\n", "x|||inoperative\n"},
      {"CR LF, no newline", " a nfs 1 active\r\n b nfs 2 active\r", "a|nfs|1|active\nb|nfs|2|active\n"},
      {"squeezed", "a nfs 1 active\nb nfs inoperative\nc inoperative\nd 5 active\n",
       "a|nfs|1|active\nb|nfs||inoperative\nc|||inoperative\nd||5|active\n"},
      {"several words", " a nfs 1 warned to stop\n b 1 warned to stop\n",
       "a|nfs|1|warned to stop\nb||1|warned to stop\n"},
      {"group of digits", " a 12 34 active\n", "a|12|34|active\n"},
      {"U+00A0", "\xC2\xA0 a nfs 1 active\xC2\xA0\n", "a|nfs|1|active\n"},
      {"second header, ruler, prompt", "----\nSUBSYSTEM group pid status x\n a nfs 1 active\n# exit\nsn01 #\n",
       "a|nfs|1|active\n"},
      {"rubbish", "a\na nfs 1\na 1\na b c active\na nfs 1 two three four five six\n0513-085 a b\n",
       "! 2 a\n! 3 a nfs 1\n! 4 a 1\n! 5 a b c active\n! 6 a nfs 1 two three four five six\n! 7 0513-085 a b\n"},
      {"six words are a row, seven are none", " a nfs 1 w x y\n a nfs 1 v w x y\n",
       "a|nfs|1|w x y\n! 3  a nfs 1 v w x y\n"},
      {"numbers of messages",
       "1234-567 nfs active\n1234-5678 nfs active\n123-4567 nfs active\n12345567 nfs active\n1x34-567 nfs active\n",
       "123-4567|nfs||active\n12345567|nfs||active\n1x34-567|nfs||active\n! 2 1234-567 nfs active\n! 3 1234-5678 nfs "
       "active\n"},
      {"NUL", std::string(" a nfs 1 act\0ive\n b nfs 2 active\n", 33), "b|nfs|2|active\n! 2  a nfs 1 act\\x00ive\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(subsystems(c.rows) == c.expected);
  }
  CHECK(as_text(parse_lssrc("x\n" + std::string(header) + " a nfs 1 active\n")) == "a|nfs|1|active\n! 1 x\n");
}

TEST_CASE("lssrc: find, is_active") {
  const auto rows = parse_lssrc(
      header + std::string(" nfsd nfs 1 active\n gssd nfs inoperative\n lpd x 2 stopping\n two x 3 stopping\n"
                           " two x 4 active\n up x 5 Active\n"));
  REQUIRE(rows);
  REQUIRE(rows->find("nfsd") != nullptr);
  CHECK(rows->find("nfsd")->pid == "1");
  CHECK(rows->find("nfs") == nullptr);
  CHECK(rows->find("") == nullptr);
  CHECK(rows->is_active("nfsd"));
  CHECK(rows->is_active("two"));
  for (const char* name : {"gssd", "lpd", "up", "absent", ""}) {
    CAPTURE(name);
    CHECK_FALSE(rows->is_active(name));
  }
}

TEST_CASE("lssrc: round trip") {
  for (const std::string name :
       {"nfsd", "rpc.mountd", "exactly16columns", "a.subsystem.with.a.long.name", "\xC3\xA4\xFF"}) {
    for (const std::string group : {"", "nfs", "exactly16columns", "a.group.with.a.long.name"}) {
      for (const std::string pid : {"", "1", "123456789012", "12345678901234567890"}) {
        const Subsystem row = {name, group, pid, pid.empty() ? "inoperative" : "warned to stop"};
        const auto read = parse_lssrc(header + print(row) + print(row));
        CAPTURE(print(row));
        REQUIRE(read);
        CHECK(read->problems.empty());
        REQUIRE(read->rows.size() == 2);
        CHECK(read->rows[0] == row);
        CHECK(read->rows[1] == row);
      }
    }
  }
}

TEST_CASE("lssrc: many rows") {
  std::string all = header;
  for (int i = 0; i < 10000; ++i) all += print({"s" + std::to_string(i), "nfs", std::to_string(i), "active"});
  CHECK(parse_lssrc(all)->rows.size() == 10000);
}

}  // namespace
}  // namespace hanfs::aix
