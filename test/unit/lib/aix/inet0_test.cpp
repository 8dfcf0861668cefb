// SPDX-License-Identifier: Apache-2.0
#include "aix/inet0.hpp"

#include <doctest/doctest.h>

#include <string>

#include "aix/commands.hpp"
#include "lib/aix/as_text.hpp"

namespace hanfs::aix {
namespace {

std::string read(const std::string& text) { return as_text(parse_lsattr_routes(text)); }

TEST_CASE("inet0: nothing stored") {
  for (const char* text : {"", "\n", "  \r\n\n", "# lsattr -El inet0 -a route -F value\n#"}) {
    CAPTURE(text);
    CHECK(read(text).empty());
  }
}

TEST_CASE("inet0: every generation of the string") {
  struct Case {
    const char* raw;
    const char* expected;
  };
  const Case cases[] = {
      {"net,,0,10.0.0.1", "net|0|10.0.0.1|||0|default\n"},
      {"net,-hopcount,0,,0,10.0.0.1", "net|0|10.0.0.1|||0|default\n"},
      {"net,-hopcount,7,,0,10.0.0.1", "net|0|10.0.0.1|||7|default\n"},
      {"net,-hopcount,0,-netmask,255.255.255.0,,,10.21.22.0,10.0.0.2", "net|10.21.22.0|10.0.0.2|255.255.255.0||0\n"},
      {"net,-hopcount,0,-netmask,255.255.255.0,,,,,10.21.22.0,10.0.0.2", "net|10.21.22.0|10.0.0.2|255.255.255.0||0\n"},
      {"net,-hopcount,0,,,,,0,10.0.0.1", "net|0|10.0.0.1|||0|default\n"},
      {"net,-hopcount,0,-netmask,255.0.0.0,,,,,-static,10.0.0.0,10.0.0.1",
       "net|10.0.0.0|10.0.0.1|255.0.0.0||0|static\n"},
      {"net,-hopcount,0,,,,,,-static,0,10.0.0.1", "net|0|10.0.0.1|||0|static|default\n"},
      {"net,-hopcount,1,,,-active_dgd,,,-static,0,10.0.0.1", "net|0|10.0.0.1|||1|dgd|static|default\n"},
      {"net,-hopcount,0,,-if,en0,-active_dgd,,,-static,0,10.0.0.1", "net|0|10.0.0.1||en0|0|dgd|static|default\n"},
      {"net,-hopcount,0,-netmask,255.255.0.0,-if,en0,,,,-static,10.1.0.0,10.0.0.1",
       "net|10.1.0.0|10.0.0.1|255.255.0.0|en0|0|static\n"},
      {"net,192.168.1.0,-netmask,255.255.255.0,10.0.0.1", "net|192.168.1.0|10.0.0.1|255.255.255.0||0\n"},
      {"host,-hopcount,2,-if,en0,10.1.1.1,10.0.0.1", "host|10.1.1.1|10.0.0.1||en0|2\n"},
      {"host,0,10.0.0.1", "host|0|10.0.0.1|||0\n"},
      {"net,default,10.0.0.1,0", "net|default|10.0.0.1|||0|default\n"},
      {"net,0.0.0.0,10.0.0.1", "net|0.0.0.0|10.0.0.1|||0|default\n"},
      {"net,-hopcount,0,,,,-policy,3,-weight,2,-static,0,10.0.0.1", "net|0|10.0.0.1|||0|static|default\n"},
      {"net,-hopcount,,,0,10.0.0.1", "net|0|10.0.0.1|||0|default\n"},
      {"net,-interface,,,,,,-static,10.1.0.0,10.0.0.1", "net|10.1.0.0|10.0.0.1|||0|static\n"},
      {",-hopcount,0,,,,,,-static,0,10.0.0.1", "|0|10.0.0.1|||0|static|default\n"},
      {",-hopcount,0,,,,,,-static,10.1.0.0,10.0.0.1", "|10.1.0.0|10.0.0.1|||0|static\n"},
      {"0,10.0.0.1", "|0|10.0.0.1|||0|default\n"},
      {"default,10.0.0.1,1", "|default|10.0.0.1|||0|default\n"},
  };
  std::string all;
  std::string expected;
  for (const auto& c : cases) {
    CAPTURE(c.raw);
    CHECK(read(c.raw) == c.expected);
    const auto one = parse_lsattr_routes(std::string(c.raw) + "\r\n");
    REQUIRE(one);
    REQUIRE(one->routes.size() == 1);
    CHECK(one->routes[0].raw == c.raw);
    all += std::string(c.raw) + '\n';
    expected += c.expected;
  }
  CHECK(read(all) == expected);
}

TEST_CASE("inet0: what can not be read is a problem") {
  for (const std::string raw :
       {"net", "net,", "net,0", "net,,,", "gateway,0,10.0.0.1", "net,-hopcount,255.255.255.128,0,10.0.0.1",
        "net,-hopcount,0,-static10.1.0.0,10.0.0.1", "net,-unknown,0,10.0.0.1", "net,0,10.0.0.1,x", "net,0,10.0.0.1,1,2",
        "net,0,10.0.0.1 net,0,10.0.0.2", "...", "lsattr: 0514-528 The \"route\""}) {
    CAPTURE(raw);
    CHECK(read("net,,0,10.0.0.9\n" + raw + "\nnet,,0,10.0.0.8") ==
          "net|0|10.0.0.9|||0|default\nnet|0|10.0.0.8|||0|default\n! 2 " + raw + '\n');
  }
}

TEST_CASE("inet0: the table form of lsattr") {
  CHECK(read("route net,-hopcount,0,,0,10.0.0.1 Route True\n      net,,0,10.0.0.2 Route True\n") ==
        "net|0|10.0.0.1|||0|default\nnet|0|10.0.0.2|||0|default\n");
  // Without some of the columns behind the value, but not with more.
  CHECK(read("route net,,0,10.0.0.1\nroute net,,0,10.0.0.2 Route\n") ==
        "net|0|10.0.0.1|||0|default\nnet|0|10.0.0.2|||0|default\n");
  CHECK(read("route net,,0,10.0.0.1 Route True x\n") == "! 1 route net,,0,10.0.0.1 Route True x\n");
}

TEST_CASE("inet0: what odm_route writes is read back") {
  for (const bool dgd : {false, true}) {
    CHECK(read(odm_route("10.0.0.1", 3, dgd)) ==
          std::string("net|0|10.0.0.1|||3") + (dgd ? "|dgd" : "") + "|static|default\n");
  }
}

}  // namespace
}  // namespace hanfs::aix
