// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/attributes.hpp"

#include <doctest/doctest.h>

#include <string>

namespace hanfs::check {
namespace {

// XDR by hand (RFC 4506).
std::string word(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xFFU);
  return bytes;
}

std::string opaque(const std::string& text) {
  return word(static_cast<std::uint32_t>(text.size())) + text + std::string((4 - text.size() % 4) % 4, '\0');
}

const std::string list_of_two = word(1) + opaque("install") + word(2) + word(1) + opaque("10.1.0.1") + word(1) +
                                opaque("install") + word(2) + opaque("10.1.0.2") + opaque("sn2") + word(0);

// type, fh_expire_type, fsid, lease_time, rdattr_error, fs_locations
const std::vector<std::uint32_t> full_mask{1U << 1 | 1U << 2 | 1U << 8 | 1U << 10 | 1U << 11 | 1U << 24};
const std::string full_values =
    word(2) + word(3) + word(0) + word(7) + word(1) + word(0) + word(90) + word(10019) + list_of_two;

TEST_CASE("attributes: what is asked for is what can be decoded") { CHECK(wanted_attributes() == full_mask); }

TEST_CASE("attributes: all of them") {
  const Result<Attributes> read = decode_attributes(full_mask, full_values);
  REQUIRE(read);
  CHECK(read->type == 2U);
  CHECK(read->fh_expire_type == 3U);
  CHECK(read->fsid == Fsid{7, std::uint64_t{1} << 32});
  CHECK(read->lease_seconds == 90U);
  CHECK(read->rdattr_error == nfs4::moved);
  REQUIRE(read->fs_locations);
  CHECK(*read->fs_locations == FsLocations{"/install", {{"10.1.0.1", "/install"}, {"10.1.0.2", "/"}, {"sn2", "/"}}});
  const auto differs = [&](auto change) {
    Attributes other = *read;
    change(other);
    return !(other == *read);
  };
  CHECK(*read == Attributes(*read));
  CHECK(differs([](Attributes& a) { a.type.reset(); }));
  CHECK(differs([](Attributes& a) { a.fh_expire_type.reset(); }));
  CHECK(differs([](Attributes& a) { a.fsid.reset(); }));
  CHECK(differs([](Attributes& a) { a.lease_seconds.reset(); }));
  CHECK(differs([](Attributes& a) { ++a.rdattr_error; }));
  CHECK(differs([](Attributes& a) { a.fs_locations.reset(); }));
}

TEST_CASE("attributes: those that are missing stay unknown") {
  const Result<Attributes> none = decode_attributes({}, "");
  REQUIRE(none);
  CHECK(*none == Attributes());
  const Result<Attributes> lease = decode_attributes({1U << 10, 0}, word(60));
  REQUIRE(lease);
  CHECK(lease->lease_seconds == 60U);
  CHECK_FALSE(lease->fs_locations);
  const Result<Attributes> empty = decode_attributes({1U << 24}, word(0) + word(0));
  REQUIRE(empty);
  CHECK(*empty->fs_locations == FsLocations{"/", {}});
}

TEST_CASE("attributes: every cut is an error, and so is a byte more") {
  for (std::size_t length = 0; length < full_values.size(); ++length)
    CHECK_FALSE(decode_attributes(full_mask, full_values.substr(0, length)));
  CHECK_FALSE(decode_attributes(full_mask, full_values + "x"));
  CHECK_FALSE(decode_attributes(full_mask, full_values + word(0)));
}

TEST_CASE("attributes: what was not asked for is refused") {
  CHECK_FALSE(decode_attributes({1U << 3}, word(0) + word(0)));
  CHECK_FALSE(decode_attributes({0, 1}, word(0)));
  CHECK_FALSE(decode_attributes({0, 0, 0x80000000U}, ""));
}

TEST_CASE("attributes: lengths that cannot be") {
  const std::vector<std::uint32_t> list{1U << 24};
  for (const std::uint32_t length : {5U, 1025U, 0x10000000U, 0x40000000U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    CAPTURE(length);
    CHECK_FALSE(decode_attributes(list, word(length) + opaque("a") + word(0)));                      // parts of fs_root
    CHECK_FALSE(decode_attributes(list, word(1) + word(length) + "a" + word(0)));                    // bytes of a name
    CHECK_FALSE(decode_attributes(list, word(0) + word(length) + word(0)));                          // locations
    CHECK_FALSE(decode_attributes(list, word(0) + word(1) + word(length) + opaque("a") + word(0)));  // servers
  }
}

TEST_CASE("attributes: no more entries than a list can have, however they are spread") {
  std::string many = word(0) + word(40);
  for (int location = 0; location < 40; ++location) {
    many += word(30);
    for (int server = 0; server < 30; ++server) many += opaque("a");
    many += word(0);
  }
  CHECK_FALSE(decode_attributes({1U << 24}, many));
}

TEST_CASE("attributes: bytes that cannot be shown are escaped") {
  const Result<Attributes> read =
      decode_attributes({1U << 24}, word(1) + opaque("\x1b[2J") + word(1) + word(1) + opaque("a\nb\xff") + word(0));
  REQUIRE(read);
  CHECK(*read->fs_locations == FsLocations{"/\\x1B[2J", {{"a\\x0Ab\\xFF", "/"}}});
}

}  // namespace
}  // namespace hanfs::check
