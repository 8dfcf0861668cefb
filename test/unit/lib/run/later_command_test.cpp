// SPDX-License-Identifier: Apache-2.0
#include "run/later_command.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "support/place.hpp"

namespace hanfs::run {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::comes;
using test::Place;

TEST_CASE("a later command is started when whoever promised it is gone, and not before") {
  const Place file;
  {
    LaterCommand later;
    REQUIRE(later.start({"/usr/bin/touch", file.path}, seconds(0), seconds(60)) == 0);
    std::this_thread::sleep_for(milliseconds(150));
    CHECK_FALSE(file.is_there());
  }
  CHECK(comes([&] { return file.is_there(); }));
}

TEST_CASE("a later command is started after its grace although whoever promised it is still there") {
  const Place file;
  LaterCommand later;
  REQUIRE(later.start({"/usr/bin/touch", file.path}, seconds(0), seconds(0)) == 0);
  CHECK(comes([&] { return file.is_there(); }));
}

TEST_CASE("a later command waits for its time, and is not started once it is called off") {
  const Place file;
  {
    LaterCommand later;
    REQUIRE(later.start({"/usr/bin/touch", file.path}, seconds(30), seconds(0)) == 0);
    later.cancel();
    later.cancel();
  }
  {
    LaterCommand later;
    REQUIRE(later.start({"/usr/bin/touch", file.path}, seconds(0), seconds(60)) == 0);
    later.cancel();
  }
  std::this_thread::sleep_for(milliseconds(150));
  CHECK_FALSE(file.is_there());
}

}  // namespace
}  // namespace hanfs::run
