// SPDX-License-Identifier: Apache-2.0
// Text from elsewhere, made fit for messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hanfs::text {

constexpr std::size_t all = std::string_view::npos;

// Control characters (below 0x20, and 0x7f) as \xnn; all other bytes as they are. Where the result would become longer
// than about `most` bytes, "..." stands for the rest.
std::string escape_control(std::string_view text, std::size_t most = all);
// In double quotes, control characters escaped.
std::string quoted(std::string_view text);

// Also bytes that are no UTF-8 (RFC 3629), and what is no printable character there: C1 controls, U+2028 and U+2029,
// which end a line as a newline does. Escapes are \xNN. For messages that end in a terminal, in syslog and in JSON.
std::string escape_unprintable(std::string_view text, std::size_t most = all);

}  // namespace hanfs::text
