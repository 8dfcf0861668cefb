// SPDX-License-Identifier: Apache-2.0
#include "app/options.hpp"

#include <algorithm>
#include <optional>

#include "config/layers.hpp"
#include "report/table.hpp"
#include "sys/file.hpp"

namespace hanfs::app {
namespace {

RunModes modes_of(const config::Values& values) {
  RunModes modes;
  modes.dry_run = values.truth("dry-run");
  modes.check = values.truth("check");
  modes.status = values.truth("status");
  modes.json = values.truth("json");
  modes.verbose = values.truth("verbose");
  modes.self_test = values.truth("self-test");
  modes.config = values.word("config");
  modes.save = values.word("save");
  modes.from = values.word("from");
  modes.sysroot = values.word("sysroot");
  modes.command_line = values;
  return modes;
}

Status resolve(RunModes& modes) {
  if (!modes.from.empty() && !modes.save.empty()) return Error{"--save and --from exclude each other"};
  if (!modes.from.empty() && !modes.sysroot.empty()) return Error{"--sysroot and --from exclude each other"};
  if (!modes.sysroot.empty()) modes.sysroot = sys::absolute_path(modes.sysroot);
  while (!modes.sysroot.empty() && modes.sysroot.back() == '/') modes.sysroot.pop_back();
  return Done{};
}

// The first of these that is there counts. `self`: the name that the program was started by.
std::vector<std::string> settings_files(const Program& program, const config::Values& command_line,
                                        const std::string& self, const RunModes& modes) {
  if (!modes.config.empty()) return {modes.config};
  // A capture is judged by the defaults and what the command line says, not by this machine's settings.
  if (!modes.from.empty()) return {};
  std::vector<std::string> files;
  if (self.substr(0, 1) == "/" && program.reads_file_beside && program.reads_file_beside(command_line))
    files.push_back(self.substr(0, self.rfind('/')) + "/hanfs.conf");
  files.push_back(modes.sysroot + default_config);
  return files;
}

Status read_text(const Program& program, const std::vector<config::Option>& options, const std::string& text,
                 const std::string& place, Said& said) {
  const Result<config::Values> values = config::read_settings(text, place, program.name, options, program.checks);
  if (!values) return values.error();
  said.values.overwrite(*values);
  Result<std::vector<config::Domain>> domains = config::read_domains(text, place);
  if (!domains) return domains.error();
  said.domains = std::move(*domains);
  return Done{};
}

Status read_file(const Program& program, System& system, const std::vector<config::Option>& options,
                 const std::vector<std::string>& files, Said& said) {
  const bool asked_for = !said.modes.config.empty();
  std::string file;
  std::optional<std::string> text;
  for (const std::string& candidate : files) {
    Result<std::optional<std::string>> found = config::read_trusted_file(system.files(), candidate, asked_for);
    if (!found) return found.error();
    file = candidate;
    text = std::move(*found);
    if (text) break;
  }
  if (!text) return Done{};
  said.modes.config = file;
  said.modes.config_problems = config::problems_of_other_sections(*text, file, program.name);
  return read_text(program, options, *text, file, said);
}

}  // namespace

std::string check_path(const std::string& word) {
  return !word.empty() && word.front() == '/' ? "" : report::quoted(word) + " is not an absolute path";
}

std::string check_not_empty(const std::string& word) { return word.empty() ? "the name is empty" : ""; }

bool is_for(const std::vector<OwnOption>& own_options, std::string_view name, std::string_view verb) {
  const auto own = std::find_if(own_options.begin(), own_options.end(),
                                [&](const OwnOption& option) { return option.name == name; });
  return own == own_options.end() || std::find(own->verbs.begin(), own->verbs.end(), verb) != own->verbs.end();
}

Status check_own_options(const config::Values& said, const std::vector<OwnOption>& own_options,
                         const std::string& verb) {
  for (const OwnOption& own : own_options)
    if (!said.list(own.name).empty() && !is_for(own_options, own.name, verb))
      return Error{"--" + std::string(own.name) + " is not for " + verb + "; cure: see --help"};
  return Done{};
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

Result<Said> read_sources(const Program& program, System& system, int argc, const char* const* argv) {
  const std::vector<std::string> words = config::normalized_words(argc, argv);
  const std::vector<config::Option> options = config::options_of(program.id);
  const Result<config::Values> command_line = config::read_command_line(words, options, program.checks);
  if (!command_line) return Error{command_line.error().what + "; cure: see --help"};
  Said said;
  said.values = *command_line;
  said.modes = modes_of(*command_line);
  if (command_line->truth("help")) said.print = config::help_text(options, program.name, program.does);
  if (said.print.empty() && command_line->truth("version"))
    said.print = program.name + std::string(" " HANFS_VERSION "\n");
  if (!said.print.empty() || said.modes.self_test) return said;
  if (program.check_modes)
    if (const Status checked = program.check_modes(*command_line); !checked) return checked.error();
  if (const Status resolved = resolve(said.modes); !resolved) return resolved.error();

  said.values = config::defaults(options);
  const std::vector<std::string> files = settings_files(program, *command_line, argc > 0 ? argv[0] : "", said.modes);
  if (const Status read = read_file(program, system, options, files, said); !read) return read.error();
  const Result<config::Values> environment =
      config::read_environment(system.environment_of("HANFS_"), options, program.checks);
  if (!environment) return environment.error();
  said.values.overwrite(*environment);
  said.values.overwrite(*command_line);
  return said;
}

Result<Said> read_settings_text(const Program& program, const std::string& text, const std::string& place) {
  const std::vector<config::Option> options = config::options_of(program.id);
  Said said;
  said.values = config::defaults(options);
  if (const Status read = read_text(program, options, text, place, said); !read) return read.error();
  return said;
}

Result<std::vector<std::string>> distinct_items(const config::Values& values, const std::string& name) {
  std::vector<std::string> items;
  for (const std::string& word : values.list(name)) {
    for (std::string& item : split_list(word)) {
      if (std::find(items.begin(), items.end(), item) != items.end())
        return Error{values.said_as(name) + ": " + item + " is given twice"};
      items.push_back(std::move(item));
    }
  }
  return items;
}

void take_limits(const config::Values& values, Limits& limits) {
  limits.deadline = values.number("deadline");
  limits.command_deadline = values.number("command-deadline");
  limits.jobs = values.number("jobs");
}

}  // namespace hanfs::app
