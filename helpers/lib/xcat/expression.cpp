// SPDX-License-Identifier: Apache-2.0
#include "xcat/expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "xcat/text.hpp"

namespace hanfs::xcat {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || text::is_digit(c);
}

}  // namespace

bool Expression::is_one(std::string_view value) {
  if (value.size() < 2 || value.front() != value.back()) return false;
  if (value.front() == '|') return true;
  // More slashes are a path.
  return value.front() == '/' && std::count(value.begin(), value.end(), '/') == 3;
}

Result<Expression> Expression::parse(std::string_view value) {
  NodeNamePatterns alone;
  return parse(value, alone);
}

Result<Expression> Expression::parse(std::string_view value, NodeNamePatterns& shared) {
  if (!is_one(value)) return text::fault(text::quoted(value) + " is no expression", "write /re/subst/ or |re|subst|");
  const char bar = value.front();
  const std::string_view inner = value.substr(1, value.size() - 2);
  const auto bars = std::count(inner.begin(), inner.end(), bar);
  if (bars > 1) {
    return text::fault(text::quoted(value) + " has " + std::to_string(bars + 2) +
                           " bars, so where its regular expression ends cannot be told",
                       "write alternatives in another way, such as [ab] for a|b");
  }
  Expression found;
  const std::size_t middle = inner.find(bar);
  const bool generated = middle == std::string_view::npos;
  const std::string_view text = generated ? std::string_view() : inner.substr(0, middle);
  if (!generated && text.empty()) {
    return text::fault("the regular expression is empty",
                       "write |subst| to have it generated, or ^ to match the beginning");
  }
  auto left = shared.get(text);
  if (!left) return left.error();
  found.pattern_ = std::move(*left);
  const auto read = found.read_replacement(generated ? inner : inner.substr(middle + 1), bar == '|');
  if (!read) return read.error();
  const auto groups = found.pattern_->groups();
  if (groups && found.highest_ > *groups) {
    return text::fault('$' + std::to_string(found.highest_) + " is used, but the regular expression " +
                           text::quoted(text) + " has " + std::to_string(*groups) + " groups in parentheses",
                       "correct one of them");
  }
  return found;
}

Status Expression::read_replacement(std::string_view rest, bool arithmetic) {
  std::string plain;
  bool within_word = false;
  while (!rest.empty()) {
    const char c = rest.front();
    if (const auto helper = within_word ? std::string_view() : helper_called(rest); !helper.empty()) {
      return refuse_helper(helper);
    }
    within_word = is_letter_or_digit(c);
    std::size_t length = 1;
    if (c == '\\')
      return text::fault("a '\\' in the replacement", "write $1 instead of \\1, and other characters as they are");
    if (c == ')' && arithmetic) return text::fault("a ')' without its '('", "correct the expression");
    if (c == '$' || (c == '(' && arithmetic)) {
      if (!plain.empty()) parts_.emplace_back(std::move(plain));
      plain.clear();
    }
    if (c == '$') {
      const auto group = read_group_reference(rest);
      if (!group) return group.error();
      highest_ = std::max(highest_, group->number);
      length = group->length;
      copies_groups_ = true;
      parts_.emplace_back(*group);
    } else if (c == '(' && arithmetic) {
      auto calculation = Arithmetic::parse(rest);
      if (!calculation) return calculation.error();
      highest_ = std::max(highest_, calculation->highest_group());
      length = calculation->length();
      parts_.emplace_back(Number{calculations_.size()});
      calculations_.push_back(pattern_->add(rest.substr(0, length), std::move(*calculation)));
    } else {
      plain += c;
    }
    rest.remove_prefix(length);
  }
  if (!plain.empty()) parts_.emplace_back(std::move(plain));
  return Done{};
}

Result<std::string_view> Expression::evaluate(std::string_view node) {
  const auto searched = pattern_->search(node, highest_);
  if (!searched) return searched.error();
  const Pattern& matched = **searched;
  numbers_.clear();
  for (const std::size_t calculation : calculations_) {
    const auto number = pattern_->calculate(calculation);
    if (!number) return number.error();
    numbers_.push_back(*number);
  }
  const bool by_numbers =
      !calculations_.empty() && !copies_groups_ && matched.before().empty() && matched.behind().empty();
  if (!by_numbers) return put_together(matched);
  for (const Recent& recent : recent_)
    if (recent.numbers == numbers_) return recent.value;
  Recent& recent = recent_[next_recent_];
  next_recent_ = (next_recent_ + 1) % recent_.size();
  recent = {numbers_, put_together(matched)};
  return recent.value;
}

std::string_view Expression::put_together(const Pattern& matched) {
  made_ = matched.before();
  for (const auto& part : parts_) {
    if (const auto* plain = std::get_if<std::string>(&part)) {
      made_ += *plain;
    } else if (const auto* group = std::get_if<GroupReference>(&part)) {
      made_ += matched.group(group->number).value_or("");
    } else {
      std::array<char, 24> digits{};
      const long long number = numbers_[std::get_if<Number>(&part)->index];
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
      made_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    }
  }
  made_ += matched.behind();
  const auto known = values_.find(made_);
  return known != values_.end() ? *known : *values_.insert(made_).first;
}

}  // namespace hanfs::xcat
