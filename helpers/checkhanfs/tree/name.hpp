// SPDX-License-Identifier: Apache-2.0
// Names in a manifest. They are bytes: control characters, the backslash and whatever is no UTF-8 (or invisible there)
// stand as \xNN, all else as it is, so that each name has exactly one form, which fits between tabs on one line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hanfs::tree {

void append_escaped_name(std::string& out, std::string_view name);
std::string escaped_name(std::string_view name);

// The bytes again. nullopt: not a form that escaped_name() writes.
std::optional<std::string> unescaped_name(std::string_view text);

}  // namespace hanfs::tree
