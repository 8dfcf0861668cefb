// SPDX-License-Identifier: Apache-2.0
// Input: an expression, and the node's name behind the first newline. Properties: an error is one line with a cure; the
// same answer again; what was not matched stays.
#include "fuzz.hpp"
#include "xcat/expression.hpp"

namespace {

using hanfs::aix::fuzz::require;

void check(const hanfs::Error& error) {
  require(error.what.find("; cure: ") != std::string::npos, "an error says what to do");
  require(error.what.size() < 1000, "an error is short");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = hanfs::aix::fuzz::text_of(data, size);
  const std::size_t end = text.find('\n');
  const auto value = text.substr(0, end);
  const auto node = end == std::string_view::npos ? std::string_view("cn001-ml0") : text.substr(end + 1);
  auto expression = hanfs::xcat::Expression::parse(value);
  require(hanfs::xcat::Expression::is_one(value) || !expression, "only an expression is parsed");
  if (!expression) {
    check(expression.error());
    return 0;
  }
  const auto first = expression->evaluate(node);
  const auto second = expression->evaluate(node);
  require(static_cast<bool>(first) == static_cast<bool>(second), "the same answer again");
  if (!first) {
    check(first.error());
    require(first.error() == second.error(), "the same error again");
  } else {
    require(*first == *second, "the same value again");
  }
  return 0;
}
