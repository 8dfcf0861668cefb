// SPDX-License-Identifier: Apache-2.0
// Perl's regular expressions, as xCAT's tables and noderanges use them.
#pragma once
#include <memory>
#include <optional>

#include "core/text.hpp"

struct pcre2_real_code_8;

namespace aixsim {

class Pattern {
 public:
  struct Match {
    std::string before, after;  // the text around the match
    Strings groups;             // 0 is the whole match; a group that took no part is empty
  };

  explicit Pattern(const std::string& text);
  bool valid() const { return code_ != nullptr; }
  // The first match. Empty when there is none, the pattern is invalid, or PCRE2 reached its limit of steps.
  std::optional<Match> search(const std::string& text) const { return match(text, 0); }
  bool matches_at_start(const std::string& text) const;

 private:
  struct Free {
    void operator()(pcre2_real_code_8* code) const;
  };
  std::optional<Match> match(const std::string& text, std::uint32_t options) const;
  std::unique_ptr<pcre2_real_code_8, Free> code_;
};

}  // namespace aixsim
