// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/engine/engine.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "report/table.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using std::chrono::seconds;

struct Known {
  Engine::Kind kind;
  const char* name;
  const char* path;
};
// Where xCAT and the distributions put them.
constexpr std::array<Known, 3> known = {{{Engine::Kind::xdsh, "xdsh", "/opt/xcat/bin/xdsh"},
                                         {Engine::Kind::pdsh, "pdsh", "/usr/bin/pdsh"},
                                         {Engine::Kind::clush, "clush", "/usr/bin/clush"}}};

constexpr long connect_seconds = 10;  // as pdsh has it; a host that is up answers at once
constexpr seconds start_and_end{10};  // of the engine itself, beside its hosts

bool has_transport(const std::vector<std::string>& options) {
  return std::any_of(options.begin(), options.end(),
                     [](const std::string& word) { return word.compare(0, 2, "-R") == 0; });
}

bool all_of(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

}  // namespace

const char* name_of(Engine::Kind kind) {
  for (const Known& one : known)
    if (one.kind == kind) return one.name;
  return "";
}

std::string check_host(std::string_view name) {
  if (name.empty()) return "a host name is empty";
  if (!text::is_host_name(name))
    return "'" + report::escape_control(name) + "' is no plain host name (letters, digits, '-', '.', '_')";
  return {};
}

std::string check_word(std::string_view word) {
  if (!word.empty() && all_of(word, "-._/=:,@+%")) return {};
  return "'" + report::escape_control(word) +
         "' is no plain word: a remote shell reads it again (letters, digits and - . _ / = : , @ + %)";
}

bool is_left_out(const Engine& engine, const std::string& host) { return engine.left_out.count(host) != 0; }

bool leaves_out_all(const Engine& engine, const std::vector<std::string>& hosts) {
  return engine.kind == Engine::Kind::xdsh &&
         std::all_of(hosts.begin(), hosts.end(), [&](const std::string& host) { return is_left_out(engine, host); });
}

Engine engine_of(const Settings& settings) {
  Engine engine;
  engine.kind = Engine::Kind::xdsh;
  for (const Known& one : known)
    if (settings.engine == one.name) engine.kind = one.kind;
  engine.options = settings.engine_option;
  engine.prefix = settings.engine_prefix;
  engine.fanout = settings.fanout;
  engine.host_deadline = settings.host_deadline;
  return engine;
}

Result<Engine> find_engine(const Settings& settings, const std::function<bool(const std::string& path)>& is_program) {
  for (const auto* words : {&settings.engine_option, &settings.engine_prefix})
    for (const std::string& word : *words) {
      const std::string wrong = check_word(word);
      if (!wrong.empty()) return Error{"engine_option, engine_prefix: " + wrong};
    }
  std::string looked;
  for (const Known& one : known) {
    if (!settings.engine.empty() && settings.engine != one.name) continue;
    if (is_program(one.path)) {
      Engine engine = engine_of(settings);
      engine.kind = one.kind;
      engine.path = one.path;
      return engine;
    }
    looked += (looked.empty() ? "" : ", ") + std::string(one.path);
  }
  if (looked.empty()) return Error{"engine '" + settings.engine + "' is not known; it is xdsh, pdsh or clush"};
  return Error{"no engine to reach the hosts: " + looked +
               (settings.engine.empty() ? " are not installed; cure: install one of them"
                                        : " is not installed; cure: install it, or name another with --engine")};
}

std::vector<std::string> command_line(const Engine& engine, const std::string& range,
                                      const std::vector<std::string>& argv) {
  const std::string fanout = std::to_string(engine.fanout);
  const std::string deadline = std::to_string(engine.host_deadline);
  std::vector<std::string> line{name_of(engine.kind)};
  const auto add = [&](const std::vector<std::string>& more) { line.insert(line.end(), more.begin(), more.end()); };
  switch (engine.kind) {
    case Engine::Kind::xdsh:
      add({range});
      add(engine.options);
      add({"-f", fanout, "-t", deadline});
      break;
    // -S: these two tell the worst exit status of the hosts only then; xdsh does so by itself.
    case Engine::Kind::pdsh:
      // Its built-in default may be rsh, and PDSH_RCMD_TYPE of our environment is not passed on. No -t: it gives up a
      // connect after 10 seconds by itself, and refuses that option with -R exec.
      if (!has_transport(engine.options)) add({"-R", "ssh"});
      add(engine.options);
      add({"-S", "-f", fanout, "-u", deadline, "-w", range});
      break;
    case Engine::Kind::clush:
      add({"--nostdin", "--color=never"});
      add(engine.options);
      add({"-S", "-f", fanout, "-t", std::to_string(std::min(connect_seconds, engine.host_deadline)), "-u", deadline,
           "-w", range});
      break;
  }
  add(engine.prefix);
  add(argv);
  return line;
}

run::Command command_for(const Engine& engine, const std::vector<std::string>& hosts,
                         const std::vector<std::string>& argv) {
  run::Command command;
  command.argv = command_line(engine, xcat::fold(hosts), argv);
  command.argv.front() = engine.path;
  const auto fan = static_cast<std::size_t>(std::max(1L, engine.fanout));
  const auto turns = static_cast<long>((hosts.size() + fan - 1) / fan);
  command.deadline = seconds{turns * (engine.host_deadline + connect_seconds)} + start_and_end;
  // A node's report is some kilobytes; with this, 64 KiB for each.
  command.max_output = std::clamp(hosts.size() << 16U, std::size_t{16} << 20U, std::size_t{256} << 20U);
  return command;
}

std::vector<std::string> copy_command(const std::string& folder, const std::string& range) {
  const std::string parent = folder.substr(0, folder.rfind('/'));
  return {"prsync", "-o", "rltHpEAogDz", folder, range + ":" + (parent.empty() ? "/" : parent)};
}

}  // namespace hanfs::cluster
