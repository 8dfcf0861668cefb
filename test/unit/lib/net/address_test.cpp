// SPDX-License-Identifier: Apache-2.0
#include "net/address.hpp"

#include <doctest/doctest.h>

namespace net = hanfs::net;

TEST_CASE("only whole addresses are addresses") {
  for (const char* good : {"10.0.0.1", "255.255.255.255"}) CHECK(net::is_ipv4(good));
  for (const char* bad :
       {"", "10.1", "010.0.0.1", "0x0a.0.0.1", "10.0.0.1 ", "10.0.0.256", "10.0.0.1/8", "sn1", "::1", "10.0.0.1%1"})
    CHECK_FALSE(net::is_ipv4(bad));
  CHECK(net::is_ipv6("2001:db8::1"));
  CHECK(net::read_address("fe80:0:0::1%en0")->canonical == "fe80::1");
  CHECK_FALSE(net::is_ipv6("2001:db8::1::"));
}

TEST_CASE("a host cannot be loopback, multicast, broadcast or no network") {
  CHECK(net::is_host_ipv4("203.0.113.15"));
  for (const char* bad : {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "sn1"})
    CHECK_FALSE(net::is_host_ipv4(bad));
}

TEST_CASE("subnets") {
  CHECK(net::same_subnet("10.0.0.1", "10.0.3.254", 22));
  CHECK_FALSE(net::same_subnet("10.0.0.1", "10.0.4.1", 22));
  CHECK(net::same_subnet("10.0.0.1", "99.0.0.1", 0));
  CHECK_FALSE(net::same_subnet("10.0.0.1", "10.0.0.1", 33));
  CHECK_FALSE(net::same_subnet("10.0.0.1", "::1", 8));
}

TEST_CASE("a network's own address and that of broadcasts are no host's") {
  CHECK(net::is_host_in("10.0.0.1", 22));
  CHECK(net::is_host_in("10.0.0.255", 22));
  CHECK_FALSE(net::is_host_in("10.0.3.255", 22));
  CHECK_FALSE(net::is_host_in("10.0.0.0", 22));
  CHECK_FALSE(net::is_host_in("10.0.0.3", 30));
  CHECK(net::is_host_in("10.0.0.3", 31));
  CHECK(net::is_host_in("10.0.0.3", 32));
  CHECK(net::is_host_in("10.0.0.3", -1));
  CHECK_FALSE(net::is_host_in("name", 24));
}
