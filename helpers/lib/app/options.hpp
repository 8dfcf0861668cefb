// SPDX-License-Identifier: Apache-2.0
// The part of the command line that all programs share (helpers/README.md "Options that all programs share"), and the
// checks of words that they share.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/system.hpp"
#include "config/domains.hpp"
#include "config/option.hpp"
#include "config/values.hpp"
#include "result.hpp"

namespace hanfs::app {

constexpr const char* default_config = "/etc/hanfs.conf";

struct Limits {
  long deadline = config::default_number("deadline");                  // seconds for the whole run
  long command_deadline = config::default_number("command-deadline");  // seconds for one command
  long jobs = config::default_number("jobs");                          // commands side by side
};

struct RunModes {
  bool dry_run = false;
  bool check = false;
  bool status = false;
  bool json = false;
  bool verbose = false;
  bool self_test = false;
  std::string config;                        // the settings file that was read; empty: there is none
  std::vector<std::string> config_problems;  // what other tools would refuse in it
  std::string save;
  std::string from;
  std::string sysroot;          // "" or an absolute path without a slash at its end
  config::Values command_line;  // what stands there, without settings file, environment and defaults

  bool read_only() const { return dry_run || check || status || !from.empty(); }
};

// A check of one word: empty, or what is wrong with it.
std::string check_path(const std::string& word);
// A variable that is not set: --output "$DIR" must not write to /.
std::string check_not_empty(const std::string& word);

// An option that only these verbs take. An option that is in no table is for all of them.
struct OwnOption {
  std::string_view name;
  std::vector<std::string_view> verbs;
};

bool is_for(const std::vector<OwnOption>& own_options, std::string_view name, std::string_view verb);
// Error: one was said that this verb does not take, so it would be without effect.
Status check_own_options(const config::Values& said, const std::vector<OwnOption>& own_options,
                         const std::string& verb);

// Words and comma or plus lists alike: commas do not survive xCAT's postscripts table. Blanks beside a comma go.
std::vector<std::string> split_list(const std::string& word);

struct Program {
  config::Program id;
  const char* name;
  const char* does;  // first line of --help
  config::Checks checks;
  std::function<Status(const config::Values& command_line)> check_modes;  // may be empty
  // Whether settings may lie beside the program, if it was started by an absolute name: on a node they come with it,
  // and no postscript names them with --config. Empty: never.
  std::function<bool(const config::Values& command_line)> reads_file_beside = nullptr;
};

// What command line, environment, settings file and defaults say together.
struct Said {
  std::string print;  // --help and --version: print this and leave with 0
  RunModes modes;
  config::Values values;                // with --self-test of the command line only
  std::vector<config::Domain> domains;  // the [domain NAME] sections of the file
};

// Error: one clear line for exit status 2; nothing was touched.
Result<Said> read_sources(const Program& program, System& system, int argc, const char* const* argv);

// What a settings file with this text says to the program, with the defaults for all else. Error: as above.
Result<Said> read_settings_text(const Program& program, const std::string& text, const std::string& place);

// The items of a list setting, each once. Error: one is given twice.
Result<std::vector<std::string>> distinct_items(const config::Values& values, const std::string& name);

void take_limits(const config::Values& values, Limits& limits);

// `Options` is a program's own: RunModes with its modes besides, and its `settings`.
template <class Options>
struct CommandLine {
  Options options;
  std::string print;  // --help and --version: print this and leave with 0
};

// `take_modes`: the program's own; `resolve`: what the values are together. Error: as above.
template <class Options>
Result<CommandLine<Options>> read_command_line(const Program& program, System& system, int argc,
                                               const char* const* argv,
                                               void (*take_modes)(const config::Values&, Options&),
                                               Result<decltype(Options::settings)> (*resolve)(const config::Values&)) {
  Result<Said> said = read_sources(program, system, argc, argv);
  if (!said) return said.error();
  CommandLine<Options> command_line;
  Options& options = command_line.options;
  static_cast<RunModes&>(options) = said->modes;
  take_modes(said->values, options);
  command_line.print = std::move(said->print);
  if (!command_line.print.empty() || options.self_test) return command_line;
  auto settings = resolve(said->values);
  if (!settings) return settings.error();
  options.settings = std::move(*settings);
  options.settings.domains = std::move(said->domains);
  take_limits(said->values, options.settings);
  return command_line;
}

// Whether the program would take a settings file with this text. Error: it would refuse the whole file, and do nothing.
template <class Settings>
Status check_settings_text(const Program& program, const std::string& text, const std::string& place,
                           Result<Settings> (*resolve)(const config::Values&)) {
  const Result<Said> said = read_settings_text(program, text, place);
  if (!said) return said.error();
  if (const Result<Settings> settings = resolve(said->values); !settings) return settings.error();
  return Done{};
}

}  // namespace hanfs::app
