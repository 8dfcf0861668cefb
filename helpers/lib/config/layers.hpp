// SPDX-License-Identifier: Apache-2.0
// Settings come from four places: command line before environment before settings file before default. Each place is
// read and checked by itself, so that every error names its place (file and line, variable).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/option.hpp"
#include "config/values.hpp"
#include "result.hpp"
#include "sys/files.hpp"

namespace hanfs::config {

// "key = value" lines, '#' comments, [tool] and [domain NAME] sections. Keys are the names of settings, with '_' or
// '-'. Keys outside of a section are for every tool, sections of other tools are skipped. Error "NAME:LINE: ..." on an
// unknown key or section, a bad value, a key set twice.
Result<Values> read_settings(std::string_view text, const std::string& name, const std::string& tool,
                             const std::vector<Option>& options, const Checks& checks);

// What the other tools would refuse in their own sections: keys, types and ranges, a key set twice.
std::vector<std::string> problems_of_other_sections(std::string_view text, const std::string& name,
                                                    const std::string& tool);

// Text of a settings file; nullopt: there is none. A missing file is an error only when it was `asked_for`, or when
// there is a link to it. Refuses a file that is not trusted (sys::Files::check_trusted).
Result<std::optional<std::string>> read_trusted_file(sys::Files& files, const std::string& path, bool asked_for);

// Environment variables whose names begin with HANFS_, with their values; empty: not set, as xCAT exports absent
// values.
using Variables = std::map<std::string, std::string>;
// HANFS_NAME variables, the setting's name in capitals with '_'. Others may be of somebody else, but a name that is
// that of a setting but for a letter or two, HANFS_DRY_RUN, HANFS_CHECK and HANFS_STATUS are errors: they would have no
// effect.
Result<Values> read_environment(const Variables& variables, const std::vector<Option>& options, const Checks& checks);

// What the command line says.
Result<Values> read_command_line(const std::vector<std::string>& words, const std::vector<Option>& options,
                                 const Checks& checks);

// The words of a command line: "key=value" (what survives xCAT's rewriting of a postscript line) becomes "--key=value",
// and '_' in option names becomes '-'.
std::vector<std::string> normalized_words(int argc, const char* const* argv);
// Where the options as a whole could not be read.
bool asks_for_json(int argc, const char* const* argv);
// For a look, or for another machine than this one.
bool only_looks(int argc, const char* const* argv);

}  // namespace hanfs::config
