// SPDX-License-Identifier: Apache-2.0
// Small text helpers. Nothing here knows AIX.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace aixsim {

using Strings = std::vector<std::string>;

// printf into a string of any length.
std::string strf(const char* format, ...) __attribute__((format(printf, 1, 2)));
// Pads on the right (or left) to a width in bytes; never cuts.
std::string padded(const std::string& text, size_t width);
std::string right(const std::string& text, size_t width);

Strings split(const std::string& text, char by);  // keeps empty fields
std::string join(const Strings& parts, const std::string& by, size_t from = 0);

// One word without blanks, control characters or '%'; the empty string becomes "%".
std::string escape(const std::string& text);
std::string unescape(const std::string& text);
// A record: escaped words separated by one blank.
std::string record(const Strings& fields);
Strings fields(const std::string& line);

// Decimal digits only, at most 18 of them.
bool parse_number(const std::string& text, long* value);
bool starts_with(const std::string& text, const std::string& head);
bool ends_with(const std::string& text, const std::string& tail);
std::uint64_t hash64(const std::string& text);  // FNV-1a
std::string json_string(const std::string& text);

}  // namespace aixsim
