// SPDX-License-Identifier: Apache-2.0
// Private to Table: which row has a key. Open addressing in one block of 8 bytes a slot, the keys stay in the table:
// std::unordered_map was measured first, and its lookups were half of the time of asking 100,000 nodes
// (test/bench/xcat_bench).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace hanfs::xcat {

class RowIndex {
 public:
  void make_room_for(std::size_t rows) {
    std::size_t slots = 16;
    while (slots < rows * 2) slots *= 2;  // at most half full, so a free slot is near
    slots_.assign(slots, Slot{});
  }

  // The row that has this key already, or nothing and `row` has it from now on. At most as many as room was made for.
  // `key_of(row)` is the key of a row that was added.
  template <class KeyOf>
  std::optional<std::uint32_t> add(std::string_view key, std::uint32_t row, const KeyOf& key_of) {
    Slot& slot = slots_[place_of(key, key_of)];
    if (slot.row != none) return slot.row;
    slot = {short_hash(key), row};
    return {};
  }

  template <class KeyOf>
  std::optional<std::uint32_t> find(std::string_view key, const KeyOf& key_of) const {
    if (slots_.empty()) return {};
    const Slot& slot = slots_[place_of(key, key_of)];
    if (slot.row == none) return {};
    return slot.row;
  }

  bool empty() const { return slots_.empty(); }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t row = none;
  };

  static std::uint32_t short_hash(std::string_view key) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>()(key));
  }

  // The slot of the key, or the free one where it belongs.
  template <class KeyOf>
  std::size_t place_of(std::string_view key, const KeyOf& key_of) const {
    const std::uint32_t hash = short_hash(key);
    const std::size_t last = slots_.size() - 1;
    std::size_t place = hash & last;
    while (slots_[place].row != none && (slots_[place].hash != hash || key_of(slots_[place].row) != key)) {
      place = (place + 1) & last;
    }
    return place;
  }

  std::vector<Slot> slots_;
};

}  // namespace hanfs::xcat
