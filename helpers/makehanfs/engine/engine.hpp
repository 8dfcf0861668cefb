// SPDX-License-Identifier: Apache-2.0
// The site's engine that runs one command on many hosts: xdsh (xCAT), pdsh or clush. They know how to reach a host, how
// many at a time, and when to give one up; what is here only words the call. engine_reader.hpp reads what they print,
// ask.hpp makes the calls. pdsh 2.34 and clush 1.9.1 as seen on Debian 12; of xdsh lib/xcat/README.md "updatenode,
// xdsh, prsync" and lib/xcat/README.md "Routes in xCAT" know `xdsh NODERANGE COMMAND` and "host: line".
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "makehanfs/model/settings.hpp"
#include "result.hpp"
#include "run/command.hpp"

namespace hanfs::cluster {

struct Engine {
  enum class Kind { xdsh, pdsh, clush };

  Kind kind = Kind::pdsh;
  std::string path;                  // absolute
  std::vector<std::string> options;  // of the engine itself
  std::vector<std::string> prefix;   // in front of each command
  long fanout = 64;                  // hosts at a time
  long host_deadline = 60;           // seconds for one host
};

const char* name_of(Engine::Kind kind);

// The one that the settings name, else the first that is installed: xdsh, pdsh, clush. `is_program` says whether a path
// can be started. Error: none is there, or a word of the settings is not plain.
Result<Engine> find_engine(const Settings& settings, const std::function<bool(const std::string& path)>& is_program);

// Engines read a name as an expression (a[1-3], -a, ^file, @group) and a remote shell reads words again, so both must
// be plain. Empty, or what is wrong.
std::string check_host(std::string_view name);
std::string check_word(std::string_view word);

// Which options a call has beside the ones of the settings.
enum class Wording {
  usual,
  known_only,  // xdsh: without -f and -t, which no fact sheet knows [GUESS]; it then waits for hosts as long as it
               // likes
};

// What one engine call runs. Hosts and words are plain (see above).
run::Command command_for(const Engine& engine, const std::vector<std::string>& hosts,
                         const std::vector<std::string>& argv, Wording wording = Wording::usual);

}  // namespace hanfs::cluster
