// SPDX-License-Identifier: Apache-2.0
#include "core/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace aixsim {
namespace {

PCRE2_SPTR8 bytes(const std::string& text) { return reinterpret_cast<PCRE2_SPTR8>(text.data()); }

}  // namespace

void Pattern::Free::operator()(pcre2_real_code_8* code) const { pcre2_code_free(code); }

Pattern::Pattern(const std::string& text) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  code_.reset(pcre2_compile(bytes(text), text.size(), 0, &error, &offset, nullptr));
}

std::optional<Pattern::Match> Pattern::match(const std::string& text, std::uint32_t options) const {
  if (!code_) return {};
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(
      pcre2_match_data_create_from_pattern(code_.get(), nullptr), pcre2_match_data_free);
  if (!data || pcre2_match(code_.get(), bytes(text), text.size(), 0, options, data.get(), nullptr) < 0) return {};
  const PCRE2_SIZE* const ends = pcre2_get_ovector_pointer(data.get());
  Match found{text.substr(0, ends[0]), text.substr(ends[1]), {}};
  for (std::uint32_t i = 0; i < pcre2_get_ovector_count(data.get()); ++i) {
    const PCRE2_SIZE from = ends[2 * i], to = ends[2 * i + 1];
    found.groups.push_back(from == PCRE2_UNSET ? "" : text.substr(from, to - from));
  }
  return found;
}

bool Pattern::matches_at_start(const std::string& text) const { return match(text, PCRE2_ANCHORED).has_value(); }

}  // namespace aixsim
