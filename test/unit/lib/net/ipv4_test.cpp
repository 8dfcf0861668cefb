// SPDX-License-Identifier: Apache-2.0
#include "net/ipv4.hpp"

#include <doctest/doctest.h>

using hanfs::net::host_number;
using hanfs::net::subnet_of;

TEST_CASE("netmasks: both forms, ones before zeros") {
  CHECK(subnet_of("10.40.0.0", "255.255.0.0")->contains(*host_number("10.40.255.1")));
  CHECK_FALSE(subnet_of("10.40.0.0", "255.255.0.0")->contains(*host_number("10.41.0.1")));
  CHECK(subnet_of(" 10.40.3.0 ", "/16")->net == subnet_of("10.40.0.0", "255.255.0.0")->net);
  CHECK(subnet_of("10.40.0.0", "/16")->mask == subnet_of("10.40.0.0", "255.255.0.0")->mask);
  CHECK(subnet_of("0.0.0.0", "/0")->contains(*host_number("192.0.2.1")));
  CHECK(subnet_of("10.0.0.1", "255.255.255.255")->contains(*host_number("10.0.0.1")));
  for (const char* mask : {"255.0.255.0", "/33", "/", "16", "/1x", "", "::", "255.255.0"})
    CHECK_FALSE_MESSAGE(subnet_of("10.40.0.0", mask), mask);
  CHECK_FALSE(subnet_of("fd00::", "/64"));
  CHECK_FALSE(subnet_of("net", "/16"));
}

TEST_CASE("addresses that a host can have") {
  CHECK(host_number("10.40.0.11") == 0x0A28000BU);
  CHECK(host_number("223.255.255.255") == 0xDFFFFFFFU);
  for (const char* none :
       {"", ".", "10.40.0", "10.40.0.", "10.40.0.1.", "10.40.0.1.2", "010.1.1.1", "10.40.0.256", "1000.1.1.1",
        "10.40.0.1 ", "10.40.0.x", "a", "::1", "127.0.0.1", "0.1.2.3", "224.0.0.1", "255.255.255.255"})
    CHECK_FALSE_MESSAGE(host_number(none), none);
}
