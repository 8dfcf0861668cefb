// SPDX-License-Identifier: Apache-2.0
#include "run/probe_child.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

namespace hanfs::run {
namespace {

using std::chrono::milliseconds;

std::vector<ProbeReport> reports_of(ProbeChild& child, std::size_t wanted) {
  std::vector<ProbeReport> reports;
  const auto until = sys::RealClock().now() + std::chrono::seconds(10);
  while (reports.size() < wanted && sys::RealClock().now() < until) {
    wait_for_probes({&child}, milliseconds(20));
    const std::vector<ProbeReport> more = child.take();
    reports.insert(reports.end(), more.begin(), more.end());
  }
  return reports;
}

TEST_CASE("a probing child reports of each try when it begins and how it ended, again and again") {
  ProbeChild child;
  const auto before = sys::RealClock().now();
  REQUIRE(child.start([] { return 5; }, milliseconds(1)) == 0);
  CHECK_FALSE(child.has_ended());
  const std::vector<ProbeReport> reports = reports_of(child, 6);
  REQUIRE(reports.size() >= 6);
  auto last = before;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    INFO(i);
    CHECK(reports[i].ended == (i % 2 == 1));
    CHECK(reports[i].error == (reports[i].ended ? 5 : 0));
    CHECK(reports[i].at >= last);
    last = reports[i].at;
  }
}

TEST_CASE("a probing child that hangs in a try has reported its beginning") {
  ProbeChild child;
  REQUIRE(child.start(
              []() -> int {
                for (;;) ::pause();
              },
              milliseconds(1)) == 0);
  const std::vector<ProbeReport> reports = reports_of(child, 1);
  REQUIRE(reports.size() == 1);
  CHECK_FALSE(reports.front().ended);
  CHECK_FALSE(child.has_ended());
}

TEST_CASE("a probing child that dies is known to have ended") {
  ProbeChild child;
  REQUIRE(child.start([]() -> int { ::_exit(3); }, milliseconds(1)) == 0);
  const auto until = sys::RealClock().now() + std::chrono::seconds(10);
  while (!child.has_ended() && sys::RealClock().now() < until) wait_for_probes({&child}, milliseconds(10));
  CHECK(child.has_ended());
  CHECK(child.take().size() == 1);
}

}  // namespace
}  // namespace hanfs::run
