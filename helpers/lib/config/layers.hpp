// SPDX-License-Identifier: Apache-2.0
// Settings come from four places: command line before environment before settings file before default. Each place is
// read by CLI11 with the same options, the weakest first, so that the later ones overwrite; that keeps the place (file
// and line, variable) in every error.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"
#include "sys/files.hpp"

namespace CLI {
class App;
}

namespace hanfs::config {

// Adds the program's settings to an app: long names with '-', bound to the program's struct.
using AddSettings = std::function<void(CLI::App&)>;

// "key = value" lines, '#' comments, [tool] and [domain NAME] sections (as CLI11's INI reader takes them). Keys are the
// long names, with '_' or '-'. Keys outside of a section are for every tool, sections of other tools are skipped. Error
// "NAME:LINE: ..." on an unknown key or section, a bad value, a key set twice.
Status read_settings(std::string_view text, const std::string& name, const std::string& tool, const AddSettings& add);

// Text of a settings file; nullopt: there is none. A missing file is an error only when it was `asked_for`. Refuses a
// file that is not trusted (sys::Files::check_trusted).
Result<std::optional<std::string>> read_trusted_file(sys::Files& files, const std::string& path, bool asked_for);

// HANFS_KEY variables, KEY in capitals with '_'. `variable` gives the value of one; empty means not set, as xCAT
// exports absent values.
Status read_environment(const std::function<std::string(const std::string& name)>& variable, const AddSettings& add);

// The words of a command line as CLI11 takes them: "key=value" (what survives xCAT's rewriting of a postscript line)
// becomes "--key=value", and '_' in option names becomes '-'.
std::vector<std::string> normalized_words(int argc, const char* const* argv);
// Where the options as a whole could not be read.
bool asks_for_json(int argc, const char* const* argv);

}  // namespace hanfs::config
