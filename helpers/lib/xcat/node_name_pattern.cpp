// SPDX-License-Identifier: Apache-2.0
#include "xcat/node_name_pattern.hpp"

#include <algorithm>
#include <utility>

#include "xcat/text.hpp"

namespace hanfs::xcat {
namespace {

constexpr std::size_t most_numbers = 20;  // in a node's name
constexpr std::size_t longest_name = 1000;

std::size_t numbers_in(std::string_view name) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (text::is_digit(name[at]) && (at == 0 || !text::is_digit(name[at - 1]))) ++count;
  }
  return count;
}

}  // namespace

Result<std::shared_ptr<NodeNamePattern>> NodeNamePattern::compile(std::string_view text) {
  std::shared_ptr<NodeNamePattern> found(new NodeNamePattern);  // NOLINT: make_shared cannot see the constructor
  found->text_ = text;
  if (found->is_generated()) return found;
  auto pattern = Pattern::compile(text);
  if (!pattern) return text::fault(pattern.error().what, "correct it");
  found->patterns_.emplace(0, std::move(*pattern));
  return found;
}

std::optional<std::size_t> NodeNamePattern::groups() const {
  if (is_generated()) return std::nullopt;
  return patterns_.begin()->second.groups();
}

Pattern* NodeNamePattern::pattern_for(std::size_t numbers) {
  const auto known = patterns_.find(numbers);
  if (known != patterns_.end()) return &known->second;
  std::string left;
  for (std::size_t i = 0; i < numbers; ++i) left += "[\\D0]*(\\d+)";
  auto pattern = Pattern::compile(left);
  return pattern ? &patterns_.emplace(numbers, std::move(*pattern)).first->second : nullptr;
}

void NodeNamePattern::look_at(std::string_view node) {
  name_ = node;
  searched_ = true;
  for (Calculation& calculation : calculations_) calculation.result.reset();
  numbers_ = is_generated() ? numbers_in(name_) : 0;
  if (is_generated() && (numbers_ == 0 || numbers_ > most_numbers)) return;
  Pattern* pattern = pattern_for(numbers_);
  match_ = pattern == nullptr ? Match::too_much : pattern->search(name_);
  // \K can make a match that is none.
  if (match_ == Match::yes && !pattern->group(0)) match_ = Match::no;
  matched_ = pattern;
}

Result<const Pattern*> NodeNamePattern::search(std::string_view node, std::size_t wanted) {
  if (node.size() > longest_name) return text::fault("the name is longer than 1000 bytes", "use a shorter one");
  if (!searched_ || node != name_) look_at(node);
  if (is_generated() && (numbers_ == 0 || numbers_ > most_numbers || numbers_ < wanted)) {
    return text::fault("the name has " + std::to_string(numbers_) + " numbers, too " +
                           (numbers_ > most_numbers ? "many" : "few") + " for this expression",
                       "write it with a regular expression, |re|subst|");
  }
  if (match_ == Match::too_much) {
    return text::fault("matching the regular expression " + text::quoted(text_) + " takes too long",
                       "write it without repetitions of repetitions, such as (a+)+");
  }
  if (match_ == Match::no) {
    return text::fault("the regular expression " + text::quoted(text_) + " does not match",
                       "correct it, or give the node a row of its own (chdef -t node)");
  }
  return matched_;
}

std::size_t NodeNamePattern::add(std::string_view text, Arithmetic calculation) {
  const auto known = std::find_if(calculations_.begin(), calculations_.end(),
                                  [&](const Calculation& one) { return one.text == text; });
  if (known != calculations_.end()) return static_cast<std::size_t>(known - calculations_.begin());
  calculations_.push_back({std::string(text), std::move(calculation), std::nullopt});
  return calculations_.size() - 1;
}

Result<long long> NodeNamePattern::calculate(std::size_t calculation) {
  Calculation& wanted = calculations_[calculation];
  if (wanted.result) return *wanted.result;
  auto result = wanted.arithmetic.evaluate(*matched_);
  if (result) wanted.result = *result;
  return result;
}

Result<std::shared_ptr<NodeNamePattern>> NodeNamePatterns::get(std::string_view text) {
  const auto known = known_.find(text);
  if (known != known_.end()) return known->second;
  auto compiled = NodeNamePattern::compile(text);
  if (compiled) known_.emplace(text, *compiled);
  return compiled;
}

}  // namespace hanfs::xcat
