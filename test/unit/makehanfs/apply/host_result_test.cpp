// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/host_result.hpp"

#include <doctest/doctest.h>

namespace hanfs::cluster {

TEST_CASE("a verdict is believed up to 4096 bytes") {
  std::string line = "HANFS tool=setuphanfs node=x status=ok ";
  line.resize(4096, 'x');
  HostOutput whole;
  read_line(whole, line, false);
  CHECK(whole.verdict == line);
  HostOutput longer;
  read_line(longer, line + "x", false);
  CHECK(longer.verdict.empty());
}

}  // namespace hanfs::cluster
