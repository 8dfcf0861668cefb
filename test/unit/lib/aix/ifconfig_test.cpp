// SPDX-License-Identifier: Apache-2.0
#include "aix/ifconfig.hpp"

#include <doctest/doctest.h>

#include <string>

#include "lib/aix/as_text.hpp"

namespace hanfs::aix {
namespace {

const char* const en0 = "en0: flags=1e084863,14c0<UP,BROADCAST,NOTRAILERS,RUNNING,CHECKSUM_OFFLOAD(ACTIVE),CHAIN>\n";

TEST_CASE("ifconfig: no interface is an error") {
  for (const char* text : {"", "\n", "#\n", "ifconfig: 0821-000 no\n", "\tinet 10.0.0.1\n"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_ifconfig(text));
  }
}

TEST_CASE("ifconfig: interfaces") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected;
  };
  const Case cases[] = {
      {"aliases, settings",
       std::string("# ifconfig -a\n") + en0 +
           "        inet 10.0.0.1 netmask 0xfffffc00 broadcast 10.0.3.255\n        inet 10.0.0.2 netmask 0xffffff00\n"
           "         tcp_sendspace 262144 tcp_recvspace 262144 rfc1323 1\n#",
       "en0 up\n  inet 10.0.0.1/22\n  inet 10.0.0.2/24\n"},
      {"IPv6, zones", std::string(en0) + "\tinet6 ::1%1/0\r\n\tinet6 fe80::1%en0/64\r\n\tinet6 2001:db8::5\r\n",
       "en0 up\n  inet6 ::1/0\n  inet6 fe80::1/64\n  inet6 2001:db8::5/-1\n"},
      {"down",
       "en1: flags=1e084862,14c0<BROADCAST,NOTRAILERS,RUNNING>\nen2: flags=1<UP,BROADCAST> metric 1\n"
       "en3: flags=0<>\nen4: flags=0\nen5: flags=0<UPPER,RUNNING",
       "en1 down\nen2 down\nen3 down\nen4 down\nen5 down\n"},
      {"masks",
       std::string(en0) +
           "\tinet 10.0.0.1\n\tinet 10.0.0.2 netmask\n\tinet 10.0.0.3 netmask 0xff00ff00\n"
           "\tinet 10.0.0.4 netmask 0x0\n\tinet 10.0.0.5 netmask 0xffffffff\n\tinet 10.0.0.6 netmask 255.255.254.0\n"
           "\tinet 10.0.0.7 --> 10.0.0.8 netmask 0xfffffffe\n\tinet 10.0.0.9 netmask 0x1ffffffff\n",
       "en0 up\n  inet 10.0.0.1/-1\n  inet 10.0.0.2/-1\n  inet 10.0.0.3/-1\n  inet 10.0.0.4/0\n  inet 10.0.0.5/32\n"
       "  inet 10.0.0.6/23\n  inet 10.0.0.7/31\n  inet 10.0.0.9/-1\n"},
      {"rubbish",
       std::string(en0) + "\tinet 10.0.0.256\n\tinet6 10.0.0.1/24\n\tinet\n...\ntcp_sendspace 1\n\tinet 10.0.0.1%1\n",
       "en0 up\n! 2 \\x09inet 10.0.0.256\n! 3 \\x09inet6 10.0.0.1/24\n! 4 \\x09inet\n! 5 ...\n! 6 tcp_sendspace 1\n! 7 "
       "\\x09inet 10.0.0.1%1\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(as_text(parse_ifconfig(c.text)) == c.expected);
  }
}

TEST_CASE("ifconfig: prefixes of IPv6, and what is a setting below an interface") {
  const auto below = [](const std::string& line) { return as_text(parse_ifconfig(en0 + line + "\n")); };
  CHECK(below("\tinet6 fe80::1/128") == "en0 up\n  inet6 fe80::1/128\n");
  for (const char* bad : {"\tinet6 fe80::1/129", "\tinet6 fe80::1/-1", "\tinet6 fe80::1/x", "\tinet6",
                          "\tinet6 10.0.0.1", "\tinet fe80::1 netmask 0x0"})
    CHECK(below(bad).find("\n! 2 ") != std::string::npos);
  for (const char* setting : {"\ttcp_sendspace 262144", " rfc-1323x 1", "\tA 1"}) CHECK(below(setting) == "en0 up\n");
  for (const char* other : {"\t1cp 5", "\ttcp:x 5", "\ttcp=x 5", "\ttcp_sendspace", "tcp_sendspace 5"})
    CHECK(below(other).find("\n! 2 ") != std::string::npos);
}

TEST_CASE("ifconfig: a name has a colon behind it and flags, and is up only where it runs") {
  CHECK(as_text(parse_ifconfig("e: flags=1<UP,RUNNING>\n")) == "e up\n");
  CHECK(as_text(parse_ifconfig("e: flags=1<RUNNING,UP\n")) == "e up\n");
  for (const char* none : {": flags=1<UP>\n", "en0 flags=1<UP>\n", "en0: mtu 1500\n", "en0:\n"})
    CHECK_FALSE(parse_ifconfig(none));
  CHECK(as_text(parse_ifconfig(std::string(en0) +
                               "\tinet 10.0.0.1 netmask 0x\n\tinet 10.0.0.2 netmask 0x80000001\n"
                               "\tinet 10.0.0.3 netmask fe80::1\n\tinet 10.0.0.4 netmask 0x80000000\n")) ==
        "en0 up\n  inet 10.0.0.1/-1\n  inet 10.0.0.2/-1\n  inet 10.0.0.3/-1\n  inet 10.0.0.4/1\n");
}

TEST_CASE("ifconfig: an address is one of an interface") {
  const auto found =
      parse_ifconfig(std::string(en0) + "\tinet 10.0.0.1\nlo0: flags=1<UP>\n\tinet 127.0.0.1\n\tinet6 ::1%1/0\n");
  REQUIRE(found);
  CHECK(found->addresses().size() == 3);
  for (const char* own : {"10.0.0.1", "127.0.0.1", "::1"}) CHECK(found->has_address(own));
  CHECK_FALSE(found->has_address("10.0.0.10"));
}

}  // namespace
}  // namespace hanfs::aix
