// SPDX-License-Identifier: Apache-2.0
#include "sys/machine.hpp"

#include <doctest/doctest.h>

// That these complain can only be seen on a machine that differs; that they do not where all is well can be seen here.
TEST_CASE("on this machine all is as it should be") {
  CHECK(hanfs::sys::wrong_with_byte_order().empty());
  CHECK(hanfs::sys::wrong_with_time().empty());
  CHECK(hanfs::sys::wrong_with_pipes().empty());
  CHECK(hanfs::sys::wrong_with_close_on_exec().empty());
}
