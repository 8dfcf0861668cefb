// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/digest.hpp"

#include <doctest/doctest.h>

namespace hanfs::tree {

// What xxh128sum 0.8.1 and sha256sum print for the same bytes.
TEST_CASE("hashes are those that xxh128sum and sha256sum print") {
  Digest xxh3(HashKind::xxh3);
  CHECK(xxh3.of("", 0) == "99aa06d3014798d86001c324468d497f");
  CHECK(xxh3.of("hi\n", 3) == "f4d0497cf9394caab34d1a3ab2bece70");
  Digest sha256(HashKind::sha256);
  CHECK(sha256.of("", 0) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256.of("abc", 3) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("in pieces the hash is the same") {
  const std::string data(100000, 'x');
  for (const HashKind kind : {HashKind::xxh3, HashKind::sha256}) {
    Digest digest(kind);
    const std::string whole = digest.of(data.data(), data.size());
    CHECK(whole.size() == hash_digits(kind));
    digest.reset();
    for (std::size_t i = 0; i < data.size(); i += 777)
      digest.update(data.data() + i, std::min<std::size_t>(777, data.size() - i));
    CHECK(digest.hex() == whole);
    CHECK(hash_kind(hash_name(kind)) == kind);
  }
  CHECK(!hash_kind("md5"));
}

}  // namespace hanfs::tree
