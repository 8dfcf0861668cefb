// SPDX-License-Identifier: Apache-2.0
// The site's engine that runs one command on many hosts: xdsh (xCAT), pdsh or clush. They know how to reach a host, how
// many at a time, and when to give one up; what is here only words the call and reads what they print. Formats of pdsh
// 2.34 and clush 1.9.1 as seen on Debian 12 (test/unit/mn_engine_test.cpp holds samples and runs both); of xdsh only
// what facts/xcat-integration.md 1.7 says: "host: line", and the exit status is the host's.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "makehanfs/settings.hpp"
#include "result.hpp"
#include "run/runner.hpp"

namespace hanfs::mn {

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

// What one engine call runs. Hosts and words are plain (see above).
run::Command command_for(const Engine& engine, const std::vector<std::string>& hosts,
                         const std::vector<std::string>& words);

struct HostAnswer {
  enum class End {
    exited,       // `status` says how
    timed_out,    // the engine gave it up
    unreachable,  // the remote shell could not reach it
    unknown,      // the engine did not say, or was stopped before
    not_asked,    // no call was made for it
  };

  std::string host;
  End end = End::unknown;
  std::optional<int> status;  // exit status, or 128 + signal; nullopt: not known
  bool spoke = false;         // it wrote something to its stdout
  std::string said;           // the last it, or the engine about it, wrote to stderr: at most 400 bytes on one line

  bool operator==(const HostAnswer& o) const {
    return host == o.host && end == o.end && status == o.status && spoke == o.spoke && said == o.said;
  }
};

// Each line of a host's stdout as it comes; `cut`: it was too long and its rest is lost.
using LineHeard = std::function<void(std::size_t host, std::string_view line, bool cut)>;

// Reads the output of one engine call. Pure, and survives any bytes.
class EngineReader {
 public:
  // `heard` may be empty. At most `longest_line` bytes of a line are kept.
  EngineReader(Engine::Kind kind, const std::vector<std::string>& hosts, LineHeard heard,
               std::size_t longest_line = std::size_t{4} << 20);
  ~EngineReader();

  void feed(run::Channel channel, std::string_view bytes);

  struct Result {
    std::vector<HostAnswer> hosts;  // in the order of the names
    // What is wrong with the call as a whole: it did not start, did not end, had nothing to say about any host. Empty:
    // it did its work, whatever the hosts did.
    std::string problem;
    bool worked = true;  // it did something for at least one host
  };
  Result finish(const run::Outcome& outcome);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One command for some hosts.
struct Question {
  std::vector<std::string> hosts;
  std::vector<std::string> words;
};

struct Asked {
  std::vector<HostAnswer> hosts;  // in the order of the question
  std::vector<std::string> problems;
  bool worked = false;  // the engine did something for at least one host (or there was none to ask)
};

struct AskOptions {
  std::size_t at_once = 1;  // engine calls side by side; each has the engine's own fan-out
  bool never_kill = false;  // a signal to us waits for what the engine has in its hands
  // How long a call that starts now may take at most; 0 or less: none is started any more.
  std::function<std::chrono::milliseconds()> time_left;
  std::function<void(std::size_t question, std::size_t host, std::string_view line, bool cut)> heard;
};

// One engine call for each question; more, one after the other, only where the names are too many for one argument
// list. Answers in the order of the questions.
std::vector<Asked> ask(run::Runner& runner, const Engine& engine, const std::vector<Question>& questions,
                       const AskOptions& options);

}  // namespace hanfs::mn
