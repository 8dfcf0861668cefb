// SPDX-License-Identifier: Apache-2.0
// What is kept of a stream that may never end: its first and its last half, and a count of what was between.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace hanfs::run {

class BoundedOutput {
 public:
  explicit BoundedOutput(std::size_t limit) : limit_(limit) {}

  // Never throws: bytes for which there is no memory count as dropped.
  void append(std::string_view bytes) noexcept {
    if (kept_.size() < limit_) {
      const std::string_view fits = bytes.substr(0, limit_ - kept_.size());
      try {
        kept_.append(fits);
      } catch (const std::bad_alloc&) {
        limit_ = kept_.size();
        dropped_ += bytes.size();
        return;
      }
      bytes.remove_prefix(fits.size());
    }
    if (bytes.empty()) return;
    dropped_ += bytes.size();
    const std::size_t head = limit_ / 2;
    const std::size_t tail = std::min(limit_ - head, kept_.size() - std::min(head, kept_.size()));
    if (tail == 0) return;
    // The second half is a ring; more than one round of it would only overwrite itself.
    if (bytes.size() > tail) {
      oldest_ = (oldest_ + (bytes.size() - tail)) % tail;
      bytes.remove_prefix(bytes.size() - tail);
    }
    const std::size_t to_end = std::min(bytes.size(), tail - oldest_);
    std::copy_n(bytes.data(), to_end, &kept_[head + oldest_]);
    std::copy_n(bytes.data() + to_end, bytes.size() - to_end, &kept_[head]);
    oldest_ = (oldest_ + bytes.size()) % tail;
  }

  std::uint64_t dropped() const { return dropped_; }

  // Head and tail in order. The object is used up.
  std::string take() {
    if (oldest_ != 0) {
      const auto ring = kept_.begin() + static_cast<std::string::difference_type>(limit_ / 2);
      std::rotate(ring, ring + static_cast<std::string::difference_type>(oldest_), kept_.end());
    }
    return std::move(kept_);
  }

 private:
  std::size_t limit_;
  std::string kept_;
  std::size_t oldest_ = 0;  // within the ring
  std::uint64_t dropped_ = 0;
};

}  // namespace hanfs::run
