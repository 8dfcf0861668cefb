// SPDX-License-Identifier: Apache-2.0
// Text from outside (names, messages) on its way into a page.
#pragma once

#include <string>
#include <string_view>

namespace hanfs::text {

// For element content and quoted attributes: & < > " ' become references, control characters and bytes that are no
// UTF-8 the replacement character.
std::string html_escaped(std::string_view text);

// At most `most` characters, the last an ellipsis where something is left out.
std::string clipped(std::string_view text, std::size_t most);

}  // namespace hanfs::text
