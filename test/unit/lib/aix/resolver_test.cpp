// SPDX-License-Identifier: Apache-2.0
#include "aix/resolver.hpp"

#include <doctest/doctest.h>

#include <string>

#include "lib/aix/as_text.hpp"

namespace hanfs::aix {
namespace {

TEST_CASE("netsvc.conf") {
  struct Case {
    const char* text;
    const char* expected;
    bool first;
  };
  const Case cases[] = {
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
    CHECK(hosts_come_first(parse_netsvc_conf(c.text)->services) == c.first);
    const std::string changed = with_hosts_first(c.text, {});
    CHECK(hosts_come_first(parse_netsvc_conf(changed)->services));
    CHECK(with_hosts_first(changed, {}) == changed);
  }
}

TEST_CASE("netsvc.conf: only the hosts line changes") {
  const std::string line = "hosts = local, bind";
  CHECK(with_hosts_first("", {}) == line + "\n");
  CHECK(with_hosts_first("# c\n", {}) == "# c\n" + line + "\n");
  CHECK(with_hosts_first("# hosts = bind", {}) == "# hosts = bind\n" + line + "\n");
  CHECK(with_hosts_first("a = b\r\n", {}) == "a = b\r\n" + line + "\r\n");
  CHECK(with_hosts_first(std::string("\xFF\0 \n\n  HOSTS= bind  \r\nx = y", 27), {}) ==
        std::string("\xFF\0 \n\n", 5) + line + "\r\nx = y");
  CHECK(with_hosts_first("hosts = bind", {}) == line);
  CHECK(with_hosts_first("hosts = bind\nz\nhosts = nis\nhosts=local4\n", {}) ==
        line + "\nz\nhosts = local, nis\nhosts=local4\n");
}

TEST_CASE("the hosts file goes to the front, the other services keep their order and names") {
  const auto first = [](const std::string& order) { return with_hosts_first("hosts = " + order, {}); };
  CHECK(first("nis_ldap, bind, local") == "hosts = local, nis_ldap, bind");
  CHECK(first("bind4 = auth, nis4, local4") == "hosts = local4, bind4 = auth, nis4");
  CHECK(first("bind4, bind6") == "hosts = local4, bind4, bind6");
  CHECK(first("bind6, bind4") == "hosts = local, bind6, bind4");
  CHECK(first("bind, local6, local4 # ours") == "hosts = local6, local4, bind # ours");
  CHECK(first("ldap") == "hosts = local, ldap");
  // In front, an authoritative hosts file would end the search for all names that it does not hold.
  CHECK(first("bind, local = auth") == "hosts = local, bind");
  CHECK(first("local6 = auth, bind4") == "hosts = local4, local6, bind4");
}

TEST_CASE("without a hosts line the order that counts so far goes on after the hosts file") {
  CHECK(with_hosts_first("alias = files\n", {"nis_ldap", "bind"}) == "alias = files\nhosts = local, nis_ldap, bind\n");
  CHECK(with_hosts_first("hosts =\n", {"bind4", "local4"}) == "hosts = local4, bind4\n");
  CHECK(with_hosts_first("hosts = bind\n", {"nis"}) == "hosts = local, bind\n");
}

TEST_CASE("irs.conf") {
  CHECK(as_text(parse_irs_conf("")) == "hosts\n");
  CHECK(as_text(parse_irs_conf("# hosts dns\nservices nis continue\nhosts dns continue # why\r\n\tHosts  LOCAL\n")) ==
        "hosts bind local\n");
  CHECK(as_text(parse_irs_conf("hosts dns4\nhosts nis_ldap merge\nnetworks dns\n")) == "hosts bind4 nis_ldap\n");
  CHECK(as_text(parse_irs_conf("hosts\nhosts local, dns\n")) == "hosts\n! 1 hosts\n! 2 hosts local, dns\n");
}

TEST_CASE("NSORDER of /etc/environment, and nothing else of it") {
  CHECK(as_text(parse_nsorder("")) == "hosts\n");
  CHECK(as_text(parse_nsorder("PATH=/usr/bin\nNSORDER=bind,local\nROOTPW=secret\n")) == "hosts bind local\n");
  CHECK(as_text(parse_nsorder("NSORDER=bind\nNSORDER = \"Local4, BIND\"\r\n")) == "hosts local4 bind\n");
  CHECK(as_text(parse_nsorder("#NSORDER=local\nMYNSORDER=local\nNSORDER\n")) == "hosts\n");
  CHECK(as_text(parse_nsorder("NSORDER=bind\nNSORDER=\n")) == "hosts\n");
  CHECK(only_nsorder("PATH=/usr/bin\nNSORDER=bind,local\nROOTPW=secret") == "NSORDER=bind,local\n");
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
