// SPDX-License-Identifier: Apache-2.0
// Edits of /etc/exports, which NIM, xCAT and administrators write too: entries are taken out and put in, everything
// else stays byte for byte. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aix/exports.hpp"
#include "plan/plan.hpp"
#include "result.hpp"

namespace hanfs::server {

using ExportsText = std::optional<std::string>;  // nullopt: there is no file

// Takes out the entries that `drop` takes and puts `in` in their place.
plan::TextEdit edit_of(const ExportsText& text, const std::function<bool(const aix::Export&)>& drop,
                       std::vector<std::string> in);

// Error: an entry that is to go is not there as it was.
Result<ExportsText> edited(const plan::TextEdit& edit, const ExportsText& text);

// What takes it back.
plan::TextEdit reversed(const plan::TextEdit& edit);

// It was made, and nobody has taken it back since.
bool is_made(const plan::TextEdit& edit, const ExportsText& text);

// An entry for people, also one that goes on in further lines of the file.
std::string in_one_line(std::string_view entry);

// For people: 'take out "A", put in "B"'.
std::string as_words(const plan::TextEdit& edit);

}  // namespace hanfs::server
