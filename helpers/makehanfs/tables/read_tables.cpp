// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/tables/read_tables.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "run/runner.hpp"
#include "sys/file.hpp"
#include "xcat/version.hpp"

namespace hanfs::cluster {
namespace {

using End = run::Outcome::End;

// lib/xcat/README.md "Tables: columns". The first ones are required; where another one is missing, a warning names what
// cannot be checked then.
struct TableUse {
  const char* name;
  const char* without;  // the warning; nullptr: required; "": no warning
};
constexpr std::array<TableUse, 19> uses{{
    {"site", nullptr},
    {"nodelist", nullptr},
    {"noderes", nullptr},
    {"servicenode", nullptr},
    {"monitoring", ""},  // the runbook then takes a usual name, and says so
    {"networks", "gateways and networks cannot be checked"},
    {"hosts", "addresses come from what the other tables tell"},
    {"nodetype", "every node with a service node counts as a diskless AIX node"},
    {"nimimage", "which images are diskless is not known"},
    {"postscripts", "whether nodes run setupnfsv4replication cannot be checked"},
    {"prescripts", "whether servers run hanfs_export cannot be checked"},
    {"routes", "named routes cannot be checked"},
    {"statelite", "statelite mounts cannot be checked"},
    {"litetree", "statelite trees cannot be checked"},
    {"nodehm", "the runbook cannot tell consoles and hardware control"},
    {"ppc", "hardware control points cannot be told from nodes, nor named in the runbook"},
    {"osimage", "postscripts of images cannot be checked"},
    {"switch", ""},
    {"nodegroup", ""},  // dynamic groups: a noderange with one is refused either way
}};

constexpr std::size_t largest_table = std::size_t{1} << 30;

// A dump as somebody made it by hand or with dumpxCATdb.
Result<std::optional<std::string>> dump_of(const std::string& folder, const std::string& table, std::string& path) {
  path = folder + "/" + table + ".csv";
  Result<std::optional<std::string>> text = sys::read_file(path, largest_table);
  if (!text || *text) return text;
  const std::string plain = folder + "/" + table;
  text = sys::read_file(plain, largest_table);
  if (text && *text) path = plain;
  return text;
}

class Reader {
 public:
  explicit Reader(bool is_folder) : is_folder_(is_folder) {}

  void take(const TableUse& use, const std::string& origin, std::string text) {
    Result<xcat::Table> table = xcat::Table::parse(use.name, origin, std::move(text));
    if (table) {
      ++taken_;
      observed.tables.add(std::move(*table));
    } else {
      note_unobserved(origin, table.error().what);
    }
  }

  void missing(const TableUse& use, const std::string& what) {
    if (use.without == nullptr) return note_unobserved(std::string("tabdump ") + use.name, what);
    if (*use.without == '\0') return;
    observed.warnings.push_back(what + ": " + use.without);
  }

  // A dump is what the administrator gave: it is refused like a wrong option. A tabdump that fails is an observation
  // that is missing.
  void note_unobserved(const std::string& source, const std::string& what, bool not_there = false, bool hung = false) {
    if (is_folder_) return observed.broken.push_back(what);
    observed.unobserved.push_back(app::Unobserved{"tabdump", source, what, not_there, hung});
  }

  // No table at all: all have the same reason (xcatd is down, no tabdump), so it is reported once.
  void report_once_if_all_failed() {
    if (taken_ != 0 || observed.unobserved.size() < 2) return;
    observed.unobserved.resize(1);
    observed.unobserved.front().what += "; and so for all other tables";
    observed.warnings.clear();
  }

  Observed observed;

 private:
  std::size_t taken_ = 0;
  bool is_folder_;
};

void read_folder(Reader& reader, const std::string& folder) {
  for (const TableUse& use : uses) {
    std::string path;
    Result<std::optional<std::string>> text = dump_of(folder, use.name, path);
    if (!text) {
      reader.note_unobserved(path, text.error().what);
    } else if (*text) {
      reader.take(use, path, std::move(**text));
    } else {
      reader.missing(use, "there is no " + path + "; cure: tabdump " + use.name + " > " + path);
    }
  }
}

std::vector<run::Command> tabdumps(const app::Sources& sources, const std::string& folder) {
  std::vector<run::Command> commands;
  for (const TableUse& use : uses) {
    run::Command command;
    command.argv = {folder + "/tabdump", use.name};
    command.deadline = sources.time_for_command();
    command.max_output = largest_table;
    commands.push_back(std::move(command));
  }
  return commands;
}

bool not_installed(const run::Outcome& outcome) {
  return outcome.end == End::not_started && outcome.start_errno == ENOENT;
}

// lib/xcat/README.md "Versions". It asks xcatd, which tabdump does not need; nothing waits long for it.
run::Command version_command(const app::Sources& sources) {
  constexpr std::chrono::seconds longest{5};
  constexpr std::size_t much = std::size_t{1} << 16;
  run::Command command;
  command.argv = {"/opt/xcat/bin/lsxcatd", "-v"};
  command.deadline = std::min(sources.time_for_command(), std::chrono::milliseconds(longest));
  command.max_output = much;
  return command;
}

void take_version(Observed& observed, const run::Outcome& outcome) {
  const std::string why = run::failure(outcome);
  if (why.empty()) observed.version = xcat::parse_version(outcome.out);
  if (!observed.version) observed.version_problem = "lsxcatd -v: " + (why.empty() ? "it names no version" : why);
}

void run_tabdump(Reader& reader, const app::Sources& sources, bool ask_version) {
  std::vector<run::Command> commands = tabdumps(sources, "/opt/xcat/sbin");
  if (ask_version) commands.push_back(version_command(sources));
  std::vector<run::Outcome> outcomes = run::run_all(sources.runner, commands);
  if (ask_version) take_version(reader.observed, outcomes.back());
  for (std::size_t i = 0; i < uses.size(); ++i) {
    run::Outcome& outcome = outcomes[i];
    const std::string source = run::command_text(commands[i].argv);
    const std::string why = outcome.out_dropped != 0 ? "more output than can be read" : run::failure(outcome);
    if (why.empty() && outcome.out.empty()) {
      reader.missing(uses[i], source + ": it printed nothing");
    } else if (why.empty() && outcome.out.back() != '\n') {
      reader.note_unobserved(source, source + ": its output ends in the middle of a line");
    } else if (why.empty()) {
      reader.take(uses[i], source, std::move(outcome.out));
    } else if (uses[i].without != nullptr && outcome.end == End::exited) {
      reader.missing(uses[i], source + ": " + why);  // this xCAT does not know the table
    } else if (uses[i].without == nullptr || !not_installed(outcome)) {
      reader.note_unobserved(source, source + ": " + why, not_installed(outcome),
                             outcome.end == End::timed_out || outcome.end == End::abandoned);
    }
  }
}

}  // namespace

Observed observe(const app::Sources& sources, const std::string& folder, bool ask_version) {
  Reader reader(!folder.empty());
  if (folder.empty()) {
    run_tabdump(reader, sources, ask_version);
    reader.report_once_if_all_failed();
  } else {
    read_folder(reader, folder);
  }
  return std::move(reader.observed);
}

}  // namespace hanfs::cluster
