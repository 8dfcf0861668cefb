// SPDX-License-Identifier: Apache-2.0
// The site's engine that runs one command on many hosts: xdsh (xCAT), pdsh or clush. They know how to reach a host, how
// many at a time, and when to give one up; this file only composes the command lines. output_reader.hpp reads what they
// print, fanout.hpp makes the calls. pdsh 2.34 and clush 1.9.1 as seen on Debian 12; xdsh as in lib/xcat/README.md
// "updatenode, xdsh, prsync" and lib/xcat/README.md "Routes in xCAT".
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "makehanfs/model/settings.hpp"
#include "result.hpp"
#include "run/command.hpp"

namespace hanfs::cluster {

struct Engine {
  enum class Kind { xdsh, pdsh, clush };

  Kind kind = Kind::pdsh;
  std::string path;                               // absolute; empty: it was not looked for
  std::vector<std::string> options;               // of the engine itself
  std::vector<std::string> prefix;                // in front of each command
  long fanout = 64;                               // hosts at a time
  long host_deadline = 60;                        // seconds for one host
  std::unordered_set<std::string> left_out = {};  // hosts of site.excludenodes, which xCAT's commands leave out
};

const char* name_of(Engine::Kind kind);

// Why nothing is heard of a host of Engine::left_out.
constexpr const char* why_xcat_leaves_out = "in site.excludenodes, so xdsh, rpower and rnetboot leave it out";
constexpr const char* remedy_of_left_out = "take it out there (chtab key=excludenodes site.value=LIST)";
bool is_left_out(const Engine& engine, const std::string& host);
// By this engine none of them is asked.
bool leaves_out_all(const Engine& engine, const std::vector<std::string>& hosts);

// The engine that the settings name, else xdsh, which every xCAT management node has. Nothing is looked for.
Engine engine_of(const Settings& settings);

// The one that the settings name, else the first that is installed: xdsh, pdsh, clush. `is_program` says whether a path
// can be started. Error: none is there, or a word of the settings is not plain.
Result<Engine> find_engine(const Settings& settings, const std::function<bool(const std::string& path)>& is_program);

// Engines read a name as an expression (a[1-3], -a, ^file, @group) and a remote shell reads words again, so both must
// be plain. Empty, or what is wrong.
std::string check_host(std::string_view name);
std::string check_word(std::string_view word);

// The words of one engine call, the only place that composes them: plan prints them, apply starts them, the runbook
// shows them. The first word is the engine's name, as a person types it. `range`: one word, as fold() makes it; all
// three engines expand brackets.
std::vector<std::string> command_line(const Engine& engine, const std::string& range,
                                      const std::vector<std::string>& argv);

// The same to be started: the program at Engine::path, with deadline and limits. Hosts and words are plain (see above).
run::Command command_for(const Engine& engine, const std::vector<std::string>& hosts,
                         const std::vector<std::string>& argv);

// xCAT's command that copies a folder to the same place on servers, with its modification times: the letter t in -o
// (lib/xcat/README.md "updatenode, xdsh, prsync"). It always ends with 0; only the lines of rsync tell what failed.
std::vector<std::string> copy_command(const std::string& folder, const std::string& range);

}  // namespace hanfs::cluster
