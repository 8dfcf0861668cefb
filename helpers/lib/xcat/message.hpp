// SPDX-License-Identifier: Apache-2.0
// Private to this room: how its messages are worded.
#pragma once

#include <string>
#include <string_view>

#include "result.hpp"
#include "text/escape.hpp"

namespace hanfs::xcat {

// In single quotes, one line, at most about 80 bytes; control characters as \xnn.
inline std::string quoted(std::string_view text) { return '\'' + text::escape_control(text, 80) + '\''; }

// "what; cure: what to do"
inline Error fault(const std::string& what, const std::string& remedy) { return Error{what + "; cure: " + remedy}; }

inline Error takes_too_long(std::string_view regex) {
  return fault("matching the regular expression " + quoted(regex) + " takes too long",
               "write it without repetitions of repetitions, such as (a+)+");
}

}  // namespace hanfs::xcat
