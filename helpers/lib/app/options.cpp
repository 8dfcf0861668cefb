// SPDX-License-Identifier: Apache-2.0
#include "app/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>

#include "config/layers.hpp"
#include "report/table.hpp"
#include "sys/file.hpp"

namespace hanfs::app {
namespace {

// CLI11 would also take "7x" for true.
std::string check_truth(const std::string& text) {
  for (const char* word : {"true", "false", "yes", "no", "on", "off", "1", "0"})
    if (text == word) return "";
  return "\"" + report::escape_control(text) + "\" is neither yes nor no";
}

std::string one_line(const std::string& text) { return report::escape_control(text.substr(0, text.find('\n'))); }

Status resolve(RunModes& modes) {
  if (!modes.from.empty() && !modes.save.empty()) return Error{"--save and --from exclude each other"};
  if (!modes.from.empty() && !modes.sysroot.empty()) return Error{"--sysroot and --from exclude each other"};
  if (!modes.sysroot.empty()) modes.sysroot = sys::absolute_path(modes.sysroot);
  while (!modes.sysroot.empty() && modes.sysroot.back() == '/') modes.sysroot.pop_back();
  return Done{};
}

}  // namespace

// Digits only: CLI11 would take "010" for eight and "0x1" for one.
std::string check_decimal(const std::string& text) {
  const bool digits =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && (text.front() != '0' || text.size() == 1)
             ? ""
             : "\"" + report::escape_control(text) + "\" is no decimal number";
}

std::string check_path(const std::string& word) {
  return !word.empty() && word.front() == '/' ? "" : "\"" + report::escape_control(word) + "\" is not an absolute path";
}

std::vector<std::string> split_list(const std::string& word) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin <= word.size();) {
    const std::size_t end = std::min(word.find_first_of(",+ \t", begin), word.size());
    if (end > begin) items.push_back(word.substr(begin, end - begin));
    begin = end + 1;
  }
  return items;
}

void add_number(CLI::App& app, const char* name, long& target, long min, long max, const std::string& help) {
  app.add_option(name, target, help)->check(check_decimal)->check(CLI::Range(min, max))->group(settings_group);
}

void add_flag(CLI::App& app, const char* name, bool& target, const std::string& help) {
  app.add_flag(name, target, help)->check(check_truth)->group(settings_group);
}

void add_list(CLI::App& app, const char* name, std::vector<std::string>& target,
              const std::function<std::string(const std::string&)>& check, const char* type, const std::string& help) {
  app.add_option(name, target, help)->check(check)->type_name(type)->group(settings_group);
}

void add_limits(CLI::App& app, Limits& limits) {
  constexpr long max_jobs = 256;
  const auto shown = [](long value) { return " (default " + std::to_string(value) + ")"; };
  const Limits usual = limits;
  add_number(app, "--deadline", limits.deadline, 1, max_seconds, "seconds for the whole run" + shown(usual.deadline));
  add_number(app, "--command-deadline", limits.command_deadline, 1, max_seconds,
             "seconds for one command" + shown(usual.command_deadline));
  add_number(app, "--jobs", limits.jobs, 1, max_jobs, "commands side by side" + shown(usual.jobs));
}

void add_modes(CLI::App& app, RunModes& modes, const std::function<void(CLI::App&)>& own_modes) {
  const std::string group = modes_group;
  app.add_flag("--dry-run", modes.dry_run, "show the plan, change nothing")->group(group);
  app.add_flag("--check", modes.check, "change nothing, status 1 on any difference")->group(group);
  app.add_flag("--status", modes.status, "show the state, change nothing")->group(group);
  if (own_modes) own_modes(app);
  app.add_flag("--json", modes.json, "one JSON object instead of the table")->group(group);
  const auto place = [&](const char* name, std::string& target, const char* type, const std::string& help) {
    app.add_option(name, target, help)->type_name(type)->group(group);
  };
  place("--config", modes.config, "FILE",
        std::string("settings file (default ") + default_config + ", if it is there)");
  place("--save", modes.save, "DIR", "keep what was observed, to be replayed with --from");
  place("--from", modes.from, "DIR", "observe this capture instead of the node; nothing is changed");
  place("--sysroot", modes.sysroot, "DIR", "every absolute path, of commands and files, is below DIR");
  app.add_flag("--self-test", modes.self_test, "does this program work on this machine?")->group(group);
  app.add_flag("-V,--verbose", modes.verbose, "show every step and remark")->group(group);
}

Result<std::string> read_layers(const Program& program, System& system, int argc, const char* const* argv,
                                RunModes& modes, const OptionSources& layers) {
  const std::vector<std::string> words = config::normalized_words(argc, argv);
  const std::string version = std::string(program.name) + " " HANFS_VERSION;

  // Asked for by scripts that want to know who is there, so before anything is built.
  if (words.size() == 1 && (words.front() == "--version" || words.front() == "-v")) return version + "\n";

  using Add = std::function<void(CLI::App&)>;
  const auto parse_command_line = [&](const Add& add_modes, const Add& add_settings) -> Result<std::string> {
    CLI::App app(program.does, program.name);
    app.set_version_flag("-v,--version", version);
    add_modes(app);
    add_settings(app);
    try {
      app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp&) {
      return app.help();
    } catch (const CLI::CallForVersion&) {
      return version + "\n";
    } catch (const CLI::Error& error) {
      return Error{one_line(error.what()) + "; cure: see --help"};
    }
    return std::string();
  };
  Result<std::string> first = parse_command_line(layers.first_modes, layers.ignored_settings);
  if (!first || !first->empty() || modes.self_test) return first;
  if (layers.check_modes)
    if (const Status checked = layers.check_modes(); !checked) return checked.error();
  if (const Status resolved = resolve(modes); !resolved) return resolved.error();

  const bool asked_for = !modes.config.empty();
  const std::string file = asked_for ? modes.config : modes.sysroot + default_config;
  // A capture is judged by the defaults and what the command line says, not by this machine's settings.
  if (asked_for || modes.from.empty()) {
    const Result<std::optional<std::string>> text = config::read_trusted_file(system.files(), file, asked_for);
    if (!text) return text.error();
    if (*text)
      if (const Status read = config::read_settings(**text, file, program.name, layers.settings); !read)
        return read.error();
    if (*text && layers.domains != nullptr) {
      Result<std::vector<config::Domain>> domains = config::read_domains(**text, file);
      if (!domains) return domains.error();
      *layers.domains = std::move(*domains);
    }
  }
  const auto variable = [&](const std::string& name) { return system.environment(name); };
  if (const Status environment = config::read_environment(variable, layers.settings); !environment)
    return environment.error();

  // Again over what the weaker places said, this time for good; what it says about modes is known.
  const RunModes known = modes;
  Result<std::string> last = parse_command_line(layers.first_modes, layers.settings);
  modes = known;
  return last;
}

}  // namespace hanfs::app
