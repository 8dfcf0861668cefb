// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/characters.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::xcat {
namespace {

constexpr std::size_t most_digits = 18;  // fits in 64 bits, as in a range that is read; the rest is a part of its own

// A name is text and numbers in turn. A number can have become a range.
struct Part {
  std::string_view first;  // text or digits
  std::string_view last;   // empty, or the digits where the range ends
  bool number = false;
};
using Name = std::vector<Part>;

Name parts_of(std::string_view name) {
  Name parts;
  parts.reserve(4);
  std::size_t begin = 0;
  for (std::size_t at = 1; at <= name.size(); ++at) {
    const bool number = text::is_digit(name[begin]);
    if (at < name.size() && text::is_digit(name[at]) == number && (!number || at - begin < most_digits)) continue;
    parts.push_back({name.substr(begin, at - begin), {}, number});
    begin = at;
  }
  return parts;
}

std::string_view without_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

int order(const Part& a, const Part& b) {
  if (a.number != b.number) return a.number ? -1 : 1;
  if (a.number) {
    const auto left = without_zeros(a.first);
    const auto right = without_zeros(b.first);
    if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
    if (const int by_value = left.compare(right); by_value != 0) return by_value;
  }
  const int by_text = a.first.compare(b.first);
  return by_text != 0 ? by_text : a.last.compare(b.last);
}

constexpr std::size_t no_index = static_cast<std::size_t>(-1);

// Part by part, the one at `index` only where all others are the same.
int order(const Name& a, const Name& b, std::size_t index) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const int by_part = i == index ? 0 : order(a[i], b[i]);
    if (by_part != 0) return by_part;
  }
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return index < common ? order(a[index], b[index]) : 0;
}

bool differ_only_at(const Name& a, const Name& b, std::size_t index) {
  if (a.size() != b.size() || index >= a.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i != index && order(a[i], b[i]) != 0) return false;
  }
  return true;
}

// Whether `next` comes after `last` when counting from `first` on with its zeros.
bool counts_on(std::string_view first, std::string_view last, std::string_view next) {
  std::string expected(last);
  std::size_t at = expected.size();
  while (at > 0 && expected[at - 1] == '9') expected[--at] = '0';
  if (at > 0) {
    ++expected[at - 1];
  } else {
    expected.insert(0, 1, '1');
  }
  return expected.size() >= first.size() && next == expected;
}

std::size_t length(const Name& name) {
  std::size_t length = 0;
  for (const auto& part : name) length += part.first.size() + (part.last.empty() ? 0 : part.last.size() + 3);
  return length;
}

// Sorts only where needed: most lists come in order.
void sort(std::vector<Name>& names, std::size_t index) {
  const auto less = [index](const Name& a, const Name& b) { return order(a, b, index) < 0; };
  if (!std::is_sorted(names.begin(), names.end(), less)) std::sort(names.begin(), names.end(), less);
}

// Names that differ at `index` only, and count on there, become one with a range.
void merge(std::vector<Name>& names, std::size_t index) {
  sort(names, index);
  std::vector<Name> merged;
  for (std::size_t begin = 0; begin < names.size();) {
    Name& name = names[begin];
    std::size_t end = begin + 1;
    const bool can = index < name.size() && name[index].number && name[index].last.empty();
    while (can && end < names.size() && differ_only_at(name, names[end], index) && names[end][index].last.empty() &&
           counts_on(name[index].first, names[end - 1][index].first, names[end][index].first)) {
      ++end;
    }
    if (end > begin + 1) {
      Name range = name;
      range[index].last = names[end - 1][index].first;
      // "a1,a2" is no longer than "a[1-2]".
      if (end > begin + 2 || length(range) < length(name) + 1 + length(names[begin + 1])) {
        merged.push_back(std::move(range));
        begin = end;
        continue;
      }
    }
    merged.push_back(std::move(name));
    ++begin;
  }
  names = std::move(merged);
}

}  // namespace

std::string fold(const std::vector<std::string>& names) {
  std::vector<Name> folded;
  folded.reserve(names.size());
  std::size_t most_parts = 0;
  for (const auto& name : names) {
    if (name.empty()) continue;
    folded.push_back(parts_of(name));
    most_parts = std::max(most_parts, folded.back().size());
  }
  sort(folded, no_index);
  const auto same = [](const Name& a, const Name& b) { return order(a, b, no_index) == 0; };
  folded.erase(std::unique(folded.begin(), folded.end(), same), folded.end());
  for (std::size_t index = most_parts; index-- > 0;) merge(folded, index);
  sort(folded, no_index);
  std::string out;
  for (const auto& name : folded) {
    if (!out.empty()) out += ',';
    for (const auto& part : name) {
      if (!part.last.empty()) out += '[';
      out += part.first;
      if (!part.last.empty()) out += '-' + std::string(part.last) + ']';
    }
  }
  return out;
}

}  // namespace hanfs::xcat
