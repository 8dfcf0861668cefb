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

using Names = std::vector<std::string>;

constexpr std::size_t most_digits = 18;  // fits in 64 bits

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

// The numbers from `first` to `last`, which number_of() reads, as Perl counts: with a zero in front the width of the
// first stays, without one it is a number.
Result<Names> count(std::string_view first, std::string_view last, std::string_view whole, std::size_t most) {
  const std::uint64_t low = *number_of(first);
  const std::uint64_t high = *number_of(last);
  if (low > high) {
    return fault(quoted(whole) + " counts down, from " + std::string(first) + " to " + std::string(last),
                 "write the smaller number first");
  }
  const bool keeps_width = first.size() > 1 && first.front() == '0';
  if (keeps_width && (last.size() < first.size() || (last.size() > first.size() && last.front() == '0'))) {
    return fault(quoted(whole) + " has numbers of different width, " + std::string(first) + " and " + std::string(last),
                 "write both with the same zeros");
  }
  if (high - low >= most) return too_many(whole, most);
  Names numbers;
  for (std::uint64_t number = low; number <= high; ++number)
    numbers.push_back(padded(number, keeps_width ? first.size() : 0));
  return numbers;
}

// The part of a name that counts: first and last number, in a name of which the rest is the same.
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

Result<Names> from_to(std::string_view from, std::string_view to, std::string_view whole, std::size_t most) {
  if (from == to) return Names{std::string(from)};
  const std::optional<Difference> found = difference(from, to);
  if (!found) return Names{};
  Result<Names> names = count(found->first, found->last, whole, most);
  if (!names) return names;
  for (std::string& name : *names) name.insert(0, found->before).append(found->after);
  return names;
}

// "a1:a10", and with '-' the one in the middle: "blade-01-blade-03".
Result<Names> range(std::string_view text, std::size_t most) {
  std::size_t cut = text.find(':');
  if (cut == std::string_view::npos) {
    const auto dashes = std::count(text.begin(), text.end(), '-');
    if (dashes % 2 == 0) return Names{};
    cut = text.find('-');
    for (auto left = dashes / 2; left > 0; --left) cut = text.find('-', cut + 1);
  }
  const std::string_view from = text::trimmed(text.substr(0, cut));
  const std::string_view to = text::trimmed(text.substr(cut + 1));
  if (from.empty() || to.empty()) return Names{};
  return from_to(from, to, text, most);
}

// "a1+3" are four: the last number of the name counts. What stands behind a second '+' is passed by.
Result<Names> plus(std::string_view text, std::size_t most) {
  const std::size_t at = text.find('+');
  const std::string_view name = text.substr(0, at);
  std::string_view more = text.substr(at + 1);
  more = more.substr(0, more.find('+'));
  const auto is_digit = [](char c) { return text::is_digit(c); };
  const auto last = std::find_if(name.rbegin(), name.rend(), is_digit).base();
  const auto first = std::find_if_not(std::make_reverse_iterator(last), name.rend(), is_digit).base();
  const std::string_view digits =
      name.substr(static_cast<std::size_t>(first - name.begin()), static_cast<std::size_t>(last - first));
  const auto number = number_of(digits);
  const auto count = more.empty() ? std::optional<std::uint64_t>(0) : number_of(more);
  if (!number || !count) return Names{};
  if (*count >= most) return too_many(text, most);
  Names names;
  for (std::uint64_t i = 0; i <= *count; ++i)
    names.push_back(std::string(name.begin(), first) + padded(*number + i, digits.size()) +
                    std::string(last, name.end()));
  return names;
}

// An item of the brackets with what stands around them is a name, "1-3" stands for two with all between them: so
// "cn0[0-1]1" is cn001 to cn011. Where more brackets follow, each number makes a name of its own.
Result<Names> item_names(std::string_view item, std::string_view before, std::string_view behind,
                         std::string_view whole, std::size_t most) {
  const std::size_t cut = item.find_first_of("-:");
  const auto name = [&](std::string_view number) {
    return std::string(before) + std::string(number) + std::string(behind);
  };
  if (item.find_first_of("-:[") == std::string_view::npos) return Names{name(item)};
  const std::string_view first = text::trimmed(item.substr(0, cut));
  const std::string_view last = cut == std::string_view::npos ? first : text::trimmed(item.substr(cut + 1));
  if (!number_of(first) || !number_of(last)) {
    return fault(quoted(item) + " in the brackets of " + quoted(whole) + " is no number and no range",
                 "write numbers such as [1-10] or [1,3,5-7]");
  }
  if (behind.find('[') == std::string_view::npos) return from_to(name(first), name(last), whole, most);
  Result<Names> numbers = count(first, last, whole, most);
  if (!numbers) return numbers;
  for (std::string& number : *numbers) number = name(number);
  return numbers;
}

Result<Names> brackets(std::string_view text, std::size_t most) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return fault("brackets without a partner in " + quoted(text), "write numbers such as [1-10] or [1,3,5-7]");
  }
  const std::vector<std::string_view> items = text::split_list(text.substr(open + 1, close - open - 1));
  if (items.empty()) return fault("empty brackets in " + quoted(text), "write numbers such as [1-10] or [1,3,5-7]");
  Names names;
  for (const std::string_view item : items) {
    Result<Names> more = item_names(item, text.substr(0, open), text.substr(close + 1), text, most);
    if (!more) return more;
    if (names.size() + more->size() > most) return too_many(text, most);
    std::move(more->begin(), more->end(), std::back_inserter(names));
  }
  return names;
}

}  // namespace

Result<Names> names_of(std::string_view text, std::size_t most) {
  if (text.find_first_of("[]") != std::string_view::npos) return brackets(text, most);
  if (text.find('+') != std::string_view::npos) return plus(text, most);
  if (text.find_first_of("-:") != std::string_view::npos) return range(text, most);
  return Names{};
}

}  // namespace hanfs::xcat
