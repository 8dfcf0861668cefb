// SPDX-License-Identifier: Apache-2.0
// Which xCAT this is: what `lsxcatd -v` prints. lib/xcat/README.md "Versions".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hanfs::xcat {

// Whose meaning tables have where nobody says otherwise: the version of the last AIX line that was tried.
constexpr const char* usual_version = "2.9.2";

// "2.13.1" of "Version 2.13.1 (git commit ..., built ...)", the first line of that form; a word is of digits and single
// dots, at most 32 bytes. nullopt: it names none, as on AIX 7.2, which has printed "Version " alone.
std::optional<std::string> parse_version(std::string_view text);

}  // namespace hanfs::xcat
