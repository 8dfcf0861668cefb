// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/model/findings.hpp"

#include <doctest/doctest.h>

TEST_CASE("a cure has its nodes as a word that a shell takes") {
  hanfs::cluster::Findings findings;
  findings.add({hanfs::cluster::Finding::Level::error, "x", "x", "nodech {} a=b, then mkdsklsnode {}"},
               std::vector<std::string>{"cn1", "cn2", "cn3"});
  CHECK(findings.take().front().remedy == "nodech 'cn[1-3]' a=b, then mkdsklsnode 'cn[1-3]'");
}
