// SPDX-License-Identifier: Apache-2.0
#include "aix/resolver.hpp"

#include <doctest/doctest.h>

#include <string>

#include "lib/aix/as_text.hpp"

namespace hanfs::aix {
namespace {

TEST_CASE("netsvc.conf") {
  struct OutageImpact {
    const char* text;
    const char* expected;
    bool first;
  };
  const OutageImpact cases[] = {
      {"", "hosts\n", false},
      {"# hosts = local\n", "hosts\n", false},
      {"hosts = local, bind\n", "hosts local bind\n", true},
      {"hosts=local,bind", "hosts local bind\n", true},
      {"  HOSTS\t=  Local4 , BIND4 \r\n", "hosts local4 bind4\n", true},
      {"hosts = local = auth, bind # why\n", "hosts local auth bind\n", true},
      {"hosts = bind, local\n", "hosts bind local\n", false},
      {"hosts = bind4 = auth , local6\n", "hosts bind4 auth local6\n", false},
      {"hosts = local6, bind4\n", "hosts local6 bind4\n", false},
      {"hosts = bind6, local4, bind\n", "hosts bind6 local4 bind\n", true},
      {"hosts = local6\naliases = files\n", "hosts local6\n", true},
      {"hosts local\n", "hosts\n! 1 hosts local\n", false},
      {"hosts =\n= local\n", "hosts\n! 1 hosts =\n! 2 = local\n", false},
      {"hosts = local\nhosts = bind\n", "hosts local\n! 2 hosts = bind\n", true},
      {"\xEF\xBB\xBFhosts = bind\nx = y\n", "hosts bind\n", false},  // found by fuzzing
      {"hostsx = local\n", "hosts\n", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(as_text(parse_netsvc_conf(c.text)) == c.expected);
    CHECK(hosts_come_first(*parse_netsvc_conf(c.text)) == c.first);
    const std::string changed = with_hosts_first(c.text);
    CHECK(hosts_come_first(*parse_netsvc_conf(changed)));
    CHECK(with_hosts_first(changed) == changed);
  }
}

TEST_CASE("netsvc.conf: only the hosts line changes") {
  const std::string line = "hosts = local, bind";
  CHECK(with_hosts_first("") == line + "\n");
  CHECK(with_hosts_first("# c\n") == "# c\n" + line + "\n");
  CHECK(with_hosts_first("# hosts = bind") == "# hosts = bind\n" + line + "\n");
  CHECK(with_hosts_first("a = b\r\n") == "a = b\r\n" + line + "\r\n");
  CHECK(with_hosts_first(std::string("\xFF\0 \n\n  HOSTS= bind  \r\nx = y", 27)) ==
        std::string("\xFF\0 \n\n", 5) + line + "\r\nx = y");
  CHECK(with_hosts_first("hosts = bind") == line);
  CHECK(with_hosts_first("hosts = bind\nz\nhosts = nis\n") == line + "\nz\n" + line + "\n");
}

TEST_CASE("resolv.conf") {
  CHECK(as_text(parse_resolv_conf("")).empty());
  CHECK(as_text(parse_resolv_conf("; c\n# c\nnameserver 10.0.0.1\r\n NAMESERVER\t2001:db8::1 ; x\ndomain a.example\n"
                                  "search a.example b.example\noptions timeout:1\nsortlist 10/8")) ==
        "nameserver 10.0.0.1\nnameserver 2001:db8::1\ndomain a.example\nsearch a.example\nsearch b.example\n");
  CHECK(as_text(parse_resolv_conf("nameserver\nnameserver x\nnameserver 1.2.3.4 5.6.7.8\nsearch\nrubbish\n")) ==
        "nameserver 1.2.3.4\n! 1 nameserver\n! 2 nameserver x\n! 3 nameserver 1.2.3.4 5.6.7.8\n! 4 search\n! 5 "
        "rubbish\n");
}

TEST_CASE("hosts") {
  const auto hosts = parse_hosts(
      "# c\n127.0.0.1 loopback localhost\n10.0.0.1\tSN01 sn01.example # primary\r\n2001:db8::1 sn01\n10.0.0.300 "
      "x\n10.0.0.9\n");
  REQUIRE(hosts);
  CHECK(as_text(*hosts) ==
        "127.0.0.1 loopback localhost\n10.0.0.1 SN01 sn01.example\n2001:db8::1 sn01\n! 5 10.0.0.300 x\n! 6 10.0.0.9\n");
  CHECK(hosts->has_address("10.0.0.1"));
  CHECK(hosts->has_address("2001:DB8:0::1"));
  CHECK_FALSE(hosts->has_address("10.0.0.9"));
  CHECK_FALSE(hosts->has_address(""));
  CHECK(hosts->addresses_of("Sn01") == std::vector<std::string>{"10.0.0.1", "2001:db8::1"});
  CHECK(hosts->addresses_of("primary").empty());
}

}  // namespace
}  // namespace hanfs::aix
