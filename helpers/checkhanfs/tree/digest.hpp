// SPDX-License-Identifier: Apache-2.0
// Hashes of contents, in the form that xxh128sum and sha256sum print: for XXH3-128 the canonical one, big-endian on
// every machine.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hanfs::tree {

enum class HashKind { xxh3, sha256 };

const char* hash_name(HashKind kind);  // "xxh3", "sha256"
std::optional<HashKind> hash_kind(std::string_view name);
std::size_t hash_digits(HashKind kind);  // 32, 64

class Digest {
 public:
  explicit Digest(HashKind kind);
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void reset();
  void update(const char* data, std::size_t size);
  std::string hex() const;  // of all since reset()

  // reset(), update(), hex() in one.
  std::string of(const char* data, std::size_t size);

 private:
  struct State;
  HashKind kind_;
  std::unique_ptr<State> state_;
};

}  // namespace hanfs::tree
