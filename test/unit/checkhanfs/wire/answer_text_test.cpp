// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/answer_text.hpp"

#include <doctest/doctest.h>

namespace hanfs::check {
namespace {

Look rich_look() {
  Look look;
  look.reached = Reached::answered;
  look.detail = "a \"word\"\n\x01";
  look.addresses = {"10.1.0.1", "2001:db8::1"};
  look.address = "10.1.0.1";
  look.privileged_port = true;
  look.connect_seconds = 0.000125;
  look.round_trip_seconds = 0.25;
  look.status = 10099;
  look.ended_at = "/install";
  look.attributes.type = 2;
  look.attributes.fh_expire_type = 0;
  look.attributes.fsid = Fsid{0xFFFFFFFFFFFFFFFFU, 1};
  look.attributes.lease_seconds = 0xFFFFFFFFU;
  look.attributes.rdattr_error = nfs4::moved;
  look.attributes.fs_locations = FsLocations{"/install", {{"10.1.0.1", "/install"}, {"sn|2", "/"}}};
  return look;
}

TEST_CASE("answer text: a look comes back as it was") {
  for (const Look& look : {rich_look(), Look()}) {
    const std::optional<Look> read = read_look(text_of(look));
    REQUIRE(read);
    CHECK(*read == look);
  }
}

TEST_CASE("answer text: every cut and what is no look is refused") {
  const std::string text = text_of(rich_look());
  for (std::size_t length = 0; length < text.size(); ++length) CHECK_FALSE(read_look(text.substr(0, length)));
  for (const char* other : {"", "null", "[]", "{}", "7", "\"x\"", "{\"reached\":0}", "\xff\xfe"})
    CHECK_FALSE(read_look(other));
  CHECK_FALSE(read_look(std::string(100000, '[')));
}

TEST_CASE("answer text: values of another kind are refused") {
  const std::string text = text_of(rich_look());
  const auto with = [&](const std::string& old, const std::string& other) {
    std::string changed = text;
    const std::size_t at = changed.find(old);
    REQUIRE(at != std::string::npos);
    return changed.replace(at, old.size(), other);
  };
  CHECK_FALSE(read_look(with("\"reached\":0", "\"reached\":11")));
  CHECK_FALSE(read_look(with("\"reached\":0", "\"reached\":-1")));
  CHECK_FALSE(read_look(with("\"status\":10099", "\"status\":4294967296")));
  CHECK_FALSE(read_look(with("\"privileged_port\":true", "\"privileged_port\":1")));
  CHECK_FALSE(read_look(with("\"address\":\"10.1.0.1\"", "\"address\":null")));
  CHECK_FALSE(read_look(with("[\"sn|2\",\"/\"]", "[\"sn|2\"]")));
  CHECK_FALSE(read_look(with("[\"sn|2\",\"/\"]", "{}")));
  CHECK_FALSE(read_look(with("\"type\":2", "\"type\":2.5")));
}

}  // namespace
}  // namespace hanfs::check
