// SPDX-License-Identifier: Apache-2.0
// Two servers as they should be.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checkhanfs/wire/answer.hpp"

namespace hanfs::check {

inline Look good_look(const std::string& address, std::vector<Location> locations) {
  Look look;
  look.reached = Reached::answered;
  look.addresses = {address};
  look.address = address;
  look.round_trip_seconds = 0.0012;
  look.ended_at = "/install";
  look.attributes.fsid = Fsid{77, 0};
  look.attributes.lease_seconds = 90;
  look.attributes.fs_locations = FsLocations{"/install", std::move(locations)};
  return look;
}

inline std::vector<Location> both_locations() { return {{"10.1.0.1", "/install"}, {"10.1.0.2", "/install"}}; }

inline Answer good_answer(const std::string& server, const std::string& address) {
  return {server, {good_look(address, both_locations()), good_look(address, both_locations())}};
}

inline std::vector<Answer> good_answers() {
  return {good_answer("10.1.0.1", "10.1.0.1"), good_answer("asn02", "10.1.0.2")};
}

}  // namespace hanfs::check
