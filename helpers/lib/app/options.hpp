// SPDX-License-Identifier: Apache-2.0
// The part of the command line that all programs share (helpers/README.md "Options that all programs share"), and the
// checks of words that they share.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/system.hpp"
#include "config/domains.hpp"
#include "result.hpp"

namespace CLI {
class App;
}

namespace hanfs::app {

constexpr const char* default_config = "/etc/hanfs.conf";

struct Program {
  const char* name;
  const char* does;  // first line of --help
};

struct Limits {
  long deadline = 120;         // seconds for the whole run
  long command_deadline = 15;  // seconds for one command
  long jobs = 32;              // commands side by side
};

struct RunModes {
  bool dry_run = false;
  bool check = false;
  bool status = false;
  bool json = false;
  bool verbose = false;
  bool self_test = false;
  std::string config;  // empty: the default file, if it is there
  std::string save;
  std::string from;
  std::string sysroot;  // "" or an absolute path without a slash at its end

  bool read_only() const { return dry_run || check || status || !from.empty(); }
};

constexpr const char* modes_group = "What to do";
constexpr const char* settings_group = "Settings (also in hanfs.conf, and in the environment as HANFS_NAME)";
constexpr long max_seconds = 86400;

// --dry-run --check --status, what the program has besides (`own_modes`, may be empty), and all other modes.
void add_modes(CLI::App& app, RunModes& modes, const std::function<void(CLI::App&)>& own_modes);
// --deadline --command-deadline --jobs
void add_limits(CLI::App& app, Limits& limits);
// A whole number from `min` to `max`, written in decimal.
void add_number(CLI::App& app, const char* name, long& target, long min, long max, const std::string& help);
void add_flag(CLI::App& app, const char* name, bool& target, const std::string& help);
// Words, each checked.
void add_list(CLI::App& app, const char* name, std::vector<std::string>& target,
              const std::function<std::string(const std::string&)>& check, const char* type, const std::string& help);

// Checks of one word: empty, or what is wrong with it.
std::string check_decimal(const std::string& word);
std::string check_path(const std::string& word);

// Words and comma or plus lists alike: commas do not survive xCAT's postscripts table. Blanks beside a comma go.
std::vector<std::string> split_list(const std::string& word);

// What a program adds to an app, bound to its own structs.
struct OptionSources {
  std::function<void(CLI::App&)> first_modes;       // into the options that count
  std::function<void(CLI::App&)> ignored_settings;  // the first reading only learns which settings file
  std::function<void(CLI::App&)> settings;          // into the settings that count
  std::function<Status()> check_modes;              // after the first reading; may be empty
  std::vector<config::Domain>* domains = nullptr;   // gets the [domain NAME] sections of the file; may be empty
};

// Command line over environment over settings file. The text is for --help and --version: print it and leave with 0;
// empty otherwise (and with --self-test, where no settings are read). Error: one clear line for exit status 2.
Result<std::string> read_layers(const Program& program, System& system, int argc, const char* const* argv,
                                RunModes& modes, const OptionSources& layers);

// `Options` is a program's own: Modes with its modes besides, and its `settings`.
template <class Options>
struct CommandLine {
  Options options;
  std::string print;  // --help and --version: print this and leave with 0
};

// How a program reads its options. `Raw` holds the settings in the form in which CLI11 fills them in.
template <class Options, class RawSettings>
struct OptionReader {
  using Settings = decltype(Options::settings);

  Program program;
  void (*add_modes)(CLI::App&, Options&) = nullptr;
  void (*add_settings)(CLI::App&, RawSettings&) = nullptr;
  std::vector<config::Domain>& (*domains)(RawSettings&) = nullptr;  // where [domain NAME] sections go; may be empty
  Status (*check_modes)(const Options&) = nullptr;                  // may be empty
  Result<Settings> (*resolve)(const RawSettings&) = nullptr;

  // Error: one clear line for exit status 2; nothing was touched.
  Result<CommandLine<Options>> read(System& system, int argc, const char* const* argv) const {
    CommandLine<Options> command_line;
    Options& options = command_line.options;
    RawSettings ignored;
    RawSettings raw;
    OptionSources layers;
    layers.first_modes = [&](CLI::App& app) { add_modes(app, options); };
    layers.ignored_settings = [&](CLI::App& app) { add_settings(app, ignored); };
    layers.settings = [&](CLI::App& app) { add_settings(app, raw); };
    if (domains != nullptr) layers.domains = &domains(raw);
    if (check_modes != nullptr) layers.check_modes = [&] { return check_modes(options); };
    Result<std::string> print = read_layers(program, system, argc, argv, options, layers);
    if (!print) return print.error();
    command_line.print = std::move(*print);
    if (!command_line.print.empty() || options.self_test) return command_line;
    Result<Settings> settings = resolve(raw);
    if (!settings) return settings.error();
    options.settings = std::move(*settings);
    return command_line;
  }
};

}  // namespace hanfs::app
