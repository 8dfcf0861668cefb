// SPDX-License-Identifier: Apache-2.0
#include "xcat/number_range.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "text/words.hpp"
#include "xcat/message.hpp"

namespace hanfs::xcat {
namespace {

constexpr std::size_t most_digits = 18;  // fits in 64 bits
constexpr std::size_t most_brackets = 16;

Error too_many(std::string_view text, std::size_t most) {
  return fault(quoted(text) + " names more than " + std::to_string(most) + " nodes", "name fewer at a time");
}

std::string padded(std::uint64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

std::optional<std::uint64_t> number_of(std::string_view digits) {
  if (digits.size() > most_digits) return {};
  return text::whole_number<std::uint64_t>(digits);
}

// The numbers from `first` to `last`, which number_of() reads, appended. `whole` is for messages.
Status count(std::string_view first, std::string_view last, std::string_view whole, std::size_t most,
             std::vector<std::string>& numbers) {
  const std::uint64_t low = *number_of(first);
  const std::uint64_t high = *number_of(last);
  if (low > high) {
    return fault(quoted(whole) + " counts down, from " + std::string(first) + " to " + std::string(last),
                 "write the smaller number first");
  }
  if (last.size() < first.size() || (last.size() > first.size() && last.front() == '0')) {
    return fault(quoted(whole) + " has numbers of different width, " + std::string(first) + " and " + std::string(last),
                 "write both with the same zeros");
  }
  if (high - low >= most || numbers.size() + (high - low) >= most) return too_many(whole, most);
  for (std::uint64_t number = low; number <= high; ++number) numbers.push_back(padded(number, first.size()));
  return Done{};
}

// What stands between brackets: "1,3,5-7".
Result<std::vector<std::string>> read_brackets(std::string_view inner, std::string_view whole, std::size_t most) {
  std::vector<std::string> numbers;
  const auto items = text::split_list(inner);
  for (const auto item : items) {
    const std::size_t dash = item.find_first_of("-:");
    const std::string_view first = text::trimmed(item.substr(0, dash));
    const std::string_view last = dash == std::string_view::npos ? first : text::trimmed(item.substr(dash + 1));
    if (!number_of(first) || !number_of(last)) {
      return fault(quoted(item) + " in the brackets of " + quoted(whole) + " is no number and no range",
                   "write numbers such as [1-10] or [1,3,5-7]");
    }
    const auto counted = count(first, last, whole, most, numbers);
    if (!counted) return counted.error();
  }
  if (items.empty()) return fault("empty brackets in " + quoted(whole), "write numbers such as [1-10] or [1,3,5-7]");
  return numbers;
}

// Names that begin with one of `heads` and go on with one of `tails`.
std::vector<std::string> products(const std::vector<std::string>& heads, const std::vector<std::string>& tails) {
  std::vector<std::string> names;
  names.reserve(heads.size() * tails.size());
  for (const auto& head : heads) {
    for (const auto& tail : tails) names.push_back(head + tail);
  }
  return names;
}

// The part of a name that counts: first and last character of the number, in a name of which the rest is the same.
struct Difference {
  std::string_view before;
  std::string_view first;
  std::string_view last;
  std::string_view after;
};

// Nothing where the two differ in more than one number, or in a letter.
std::optional<Difference> difference(std::string_view from, std::string_view to) {
  const std::size_t shorter = std::min(from.size(), to.size());
  std::size_t begin = 0;
  while (begin < shorter && from[begin] == to[begin]) ++begin;
  while (begin > 0 && text::is_digit(from[begin - 1])) --begin;
  std::size_t tail = 0;
  while (tail < shorter - begin && from[from.size() - 1 - tail] == to[to.size() - 1 - tail]) ++tail;
  while (tail > 0 && text::is_digit(from[from.size() - tail])) --tail;
  const Difference found{from.substr(0, begin), from.substr(begin, from.size() - tail - begin),
                         to.substr(begin, to.size() - tail - begin), from.substr(from.size() - tail)};
  if (!number_of(found.first) || !number_of(found.last)) return {};
  return found;
}

}  // namespace

Result<std::vector<std::string>> expand_brackets(std::string_view text, std::size_t most) {
  std::vector<std::string> names = {""};
  std::string_view rest = text;
  for (std::size_t brackets = 0;; ++brackets) {
    const std::size_t open = rest.find_first_of("[]");
    names = products(names, {std::string(rest.substr(0, open))});
    if (open == std::string_view::npos) return names;
    const std::size_t close = rest.find(']', open);
    if (rest[open] == ']' || close == std::string_view::npos) {
      return fault("brackets without a partner in " + quoted(text), "write numbers such as [1-10] or [1,3,5-7]");
    }
    if (brackets == most_brackets) return too_many(text, most);
    auto numbers = read_brackets(rest.substr(open + 1, close - open - 1), text, most);
    if (!numbers) return numbers;
    if (numbers->size() > most / names.size()) return too_many(text, most);
    names = products(names, *numbers);
    rest.remove_prefix(close + 1);
  }
}

Result<std::vector<std::string>> expand_from_to(std::string_view text, std::size_t most,
                                                const std::function<bool(std::string_view)>& is_node) {
  std::optional<Difference> found;
  for (std::size_t cut = text.find_first_of("-:"); cut != std::string_view::npos;
       cut = text.find_first_of("-:", cut + 1)) {
    const std::string_view from = text::trimmed(text.substr(0, cut));
    const std::string_view to = text::trimmed(text.substr(cut + 1));
    const auto ends = difference(from, to);
    if (!ends) continue;
    const bool known = is_node(from) && is_node(to);
    if (!found || known) found = ends;
    if (known) break;
  }
  std::vector<std::string> names;
  if (!found) return names;
  const auto counted = count(found->first, found->last, text, most, names);
  if (!counted) return counted.error();
  for (auto& name : names) name.insert(0, found->before).append(found->after);
  return names;
}

}  // namespace hanfs::xcat
