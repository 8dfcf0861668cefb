// SPDX-License-Identifier: Apache-2.0
// The one source that includes xxHash: its functions are inlined here, at -O3 (CMakeLists.txt), and in the canonical
// form (xxHash's specification, "Canonical representation") they are the same on big-endian machines.
#include "checkhanfs/tree/digest.hpp"

#include <nettle/sha2.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace hanfs::tree {
namespace {

std::string hex_of(const unsigned char* bytes, std::size_t size) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text(2 * size, '0');
  for (std::size_t i = 0; i < size; ++i) {
    text[2 * i] = digits[bytes[i] >> 4U];
    text[2 * i + 1] = digits[bytes[i] & 15U];
  }
  return text;
}

std::string hex_of_xxh3(const XXH128_hash_t& hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return hex_of(canonical.digest, sizeof canonical.digest);
}

}  // namespace

struct Digest::State {
  XXH3_state_t xxh3;  // aligned to 64 bytes; C++17's new keeps that
  sha256_ctx sha256;
};

const char* hash_name(HashKind kind) { return kind == HashKind::xxh3 ? "xxh3" : "sha256"; }

std::optional<HashKind> hash_kind(std::string_view name) {
  for (const HashKind kind : {HashKind::xxh3, HashKind::sha256})
    if (name == hash_name(kind)) return kind;
  return std::nullopt;
}

std::size_t hash_digits(HashKind kind) { return kind == HashKind::xxh3 ? 32 : 64; }

Digest::Digest(HashKind kind) : kind_(kind), state_(std::make_unique<State>()) { reset(); }
Digest::~Digest() = default;

void Digest::reset() {
  if (kind_ == HashKind::xxh3) {
    XXH3_128bits_reset(&state_->xxh3);
  } else {
    sha256_init(&state_->sha256);
  }
}

void Digest::update(const char* data, std::size_t size) {
  if (kind_ == HashKind::xxh3) {
    XXH3_128bits_update(&state_->xxh3, data, size);
  } else {
    sha256_update(&state_->sha256, size, reinterpret_cast<const std::uint8_t*>(data));  // NOLINT: bytes
  }
}

std::string Digest::hex() const {
  if (kind_ == HashKind::xxh3) return hex_of_xxh3(XXH3_128bits_digest(&state_->xxh3));
  sha256_ctx copy = state_->sha256;
  std::uint8_t bytes[SHA256_DIGEST_SIZE];
  sha256_digest(&copy, sizeof bytes, bytes);
  return hex_of(bytes, sizeof bytes);
}

std::string Digest::of(const char* data, std::size_t size) {
  if (kind_ == HashKind::xxh3) return hex_of_xxh3(XXH3_128bits(data, size));
  reset();
  update(data, size);
  return hex();
}

}  // namespace hanfs::tree
