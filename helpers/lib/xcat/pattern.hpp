// SPDX-License-Identifier: Apache-2.0
// A Perl regular expression, as in group rows and in /regex of a noderange (lib/xcat/README.md "Attributes: rows and
// expressions"). PCRE2 does the matching: same syntax as xCAT's Perl, never throws, and its effort can be bounded.
// std::regex knows less of Perl's syntax, has no bound, and is twenty times slower, which 100,000 nodes would feel.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "result.hpp"

namespace hanfs::xcat {

enum class Match { yes, no, too_much };  // too_much: given up, a match of this would take too long

class Pattern {
 public:
  // Error: "regular expression 'X': what, at character N". Text is bytes, no Unicode.
  static Result<Pattern> compile(std::string_view text);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  // How many groups in parentheses it has.
  std::size_t groups() const;
  // The first match anywhere in `text`.
  Match search(std::string_view text);
  // Of the last search that found something, a view into its text: 0 is the whole match; nothing for a group that took
  // no part in it.
  std::optional<std::string_view> group(std::size_t number) const;
  // What stands before and behind the match; only where there is a group 0.
  std::string_view before() const;
  std::string_view behind() const;

 private:
  struct Compiled;
  explicit Pattern(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
  std::string_view text_;
};

}  // namespace hanfs::xcat
