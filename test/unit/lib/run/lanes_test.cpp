// SPDX-License-Identifier: Apache-2.0
#include "run/lanes.hpp"

#include <doctest/doctest.h>

#include "lib/run/fake_runner.hpp"

namespace run = hanfs::run;

namespace {

run::Outcome ended_as(run::Outcome::End end) {
  run::Outcome outcome;
  outcome.end = end;
  return outcome;
}

}  // namespace

TEST_CASE("of a lane that has not answered few are at work, of one that has, as many as there are") {
  run::LaneQueue<int> queue;
  for (int i = 0; i < 10; ++i) queue.push("nas", i);
  queue.push("", 10);
  queue.push("sn", 11);
  for (const int expected : {0, 1, 2, 3, 10, 11}) CHECK(queue.take() == expected);
  CHECK_FALSE(queue.take());
  queue.ended("nas", false, hanfs::test::exited(1));  // a failure is an answer too
  for (const int expected : {4, 5, 6, 7, 8, 9}) CHECK(queue.take() == expected);
  CHECK_FALSE(queue.take());
}

TEST_CASE("slowly: few of a lane also when it has answered") {
  run::LaneQueue<int> queue;
  for (int i = 0; i < 8; ++i) queue.push("nas", i);
  queue.go_slowly(true);
  for (int i = 0; i < 4; ++i) CHECK(queue.take() == i);
  CHECK_FALSE(queue.take());
  queue.ended("nas", false, hanfs::test::exited(0));
  CHECK(queue.take() == 4);
  CHECK_FALSE(queue.take());
  queue.go_slowly(false);
  for (int i = 5; i < 8; ++i) CHECK(queue.take() == i);
}

TEST_CASE("those that hung keep their places, and what was not run says nothing of a lane") {
  run::LaneQueue<int> queue;
  for (int i = 0; i < 10; ++i) queue.push("nas", i);
  for (int i = 0; i < 4; ++i) CHECK(queue.take() == i);
  queue.late("nas");
  queue.ended("nas", true, ended_as(run::Outcome::End::timed_out));
  queue.ended("nas", false, ended_as(run::Outcome::End::abandoned));
  CHECK_FALSE(queue.take());
  queue.ended("nas", false, ended_as(run::Outcome::End::interrupted));
  CHECK(queue.take() == 4);
  CHECK_FALSE(queue.take());
  CHECK_FALSE(queue.has_answered("nas"));
  CHECK(queue.take_rest() == std::vector<int>{5, 6, 7, 8, 9});
  CHECK(queue.take_rest().empty());
}
