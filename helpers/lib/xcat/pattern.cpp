// SPDX-License-Identifier: Apache-2.0
#include "xcat/pattern.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "xcat/message.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace hanfs::xcat {
namespace {

constexpr std::size_t longest_pattern = 1000;  // bytes
constexpr std::uint32_t most_steps = 100000;   // PCRE2 counts; node names need some hundred
constexpr std::uint32_t most_memory_kib = 1024;

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

PCRE2_SPTR bytes(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data());  // NOLINT: characters are bytes there
}

std::string message(int number) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(number, buffer.data(), buffer.size());
  std::string out;
  for (const PCRE2_UCHAR c : buffer) {
    if (c == 0) break;
    out += static_cast<char>(c);
  }
  return out;
}

}  // namespace

struct Pattern::Compiled {
  std::unique_ptr<pcre2_code, Free> code;
  std::unique_ptr<pcre2_match_data, Free> data;
  std::unique_ptr<pcre2_match_context, Free> context;

  // Where each group begins and ends; the whole match is group 0.
  const PCRE2_SIZE* ends() const { return pcre2_get_ovector_pointer(data.get()); }
};

Pattern::Pattern(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

Result<Pattern> Pattern::compile(std::string_view text) {
  const std::string what = "regular expression " + quoted(text) + ": ";
  if (text.size() > longest_pattern) return Error{what + "longer than " + std::to_string(longest_pattern) + " bytes"};
  int error = 0;
  PCRE2_SIZE offset = 0;
  auto compiled = std::make_unique<Compiled>();
  compiled->code.reset(pcre2_compile(
      bytes(text), text.size(), PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &offset, nullptr));
  if (!compiled->code) return Error{what + message(error) + ", at character " + std::to_string(offset + 1)};
  compiled->data.reset(pcre2_match_data_create_from_pattern(compiled->code.get(), nullptr));
  compiled->context.reset(pcre2_match_context_create(nullptr));
  if (!compiled->data || !compiled->context) return Error{what + "out of memory"};
  pcre2_set_match_limit(compiled->context.get(), most_steps);
  pcre2_set_heap_limit(compiled->context.get(), most_memory_kib);
  return Pattern(std::move(compiled));
}

std::size_t Pattern::groups() const {
  std::uint32_t count = 0;
  pcre2_pattern_info(compiled_->code.get(), PCRE2_INFO_CAPTURECOUNT, &count);
  return count;
}

Match Pattern::search(std::string_view text) {
  text_ = text;
  const int found = pcre2_match(compiled_->code.get(), bytes(text), text.size(), 0, 0, compiled_->data.get(),
                                compiled_->context.get());
  if (found == PCRE2_ERROR_NOMATCH) return Match::no;
  return found < 0 ? Match::too_much : Match::yes;
}

std::optional<std::string_view> Pattern::group(std::size_t number) const {
  if (number >= pcre2_get_ovector_count(compiled_->data.get())) return {};
  const PCRE2_SIZE* ends = compiled_->ends() + 2 * number;
  // \K can put the start behind the end.
  if (ends[0] == PCRE2_UNSET || ends[1] == PCRE2_UNSET || ends[0] > ends[1]) return {};
  return text_.substr(ends[0], ends[1] - ends[0]);
}

std::string_view Pattern::before() const { return text_.substr(0, compiled_->ends()[0]); }
std::string_view Pattern::behind() const { return text_.substr(compiled_->ends()[1]); }

}  // namespace hanfs::xcat
