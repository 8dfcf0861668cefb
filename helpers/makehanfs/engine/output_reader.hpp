// SPDX-License-Identifier: Apache-2.0
// What the engines print: which line is whose, and how each host ended. Formats: pdsh 2.34 and clush 1.9.1 as seen on
// Debian 12 (test/unit/mn_engine_test.cpp holds samples and runs both); xdsh as far as lib/xcat/README.md "updatenode,
// xdsh, prsync" says: "host: line", and the exit status is that of the hosts.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "makehanfs/engine/engine.hpp"
#include "run/runner.hpp"

namespace hanfs::cluster {

struct HostAnswer {
  enum class End {
    exited,       // `status` says how
    timed_out,    // the engine gave it up
    unreachable,  // the remote shell could not reach it
    unknown,      // the engine did not say, or was stopped before
    not_asked,    // no call was made for it
    left_out,     // xCAT leaves it out of each range (Engine::left_out); `last_stderr` says so
  };

  std::string host;
  End end = End::unknown;
  std::optional<int> status;  // exit status, or 128 + signal; nullopt: not known
  bool had_stdout = false;    // it wrote something to its stdout
  std::string last_stderr;    // the last it, or the engine about it, wrote to stderr: at most 400 bytes on one line

  bool operator==(const HostAnswer& o) const {
    return host == o.host && end == o.end && status == o.status && had_stdout == o.had_stdout &&
           last_stderr == o.last_stderr;
  }
};

// The host says that this program is not there: a shell's status 127, or its words ("ksh: PATH:  not found.", "PATH: No
// such file or directory", "sudo: PATH: command not found"); xdsh tells no status of a host.
bool lacks_program(const HostAnswer& answer, std::string_view path);

// The remote shell says that it could not even connect, as there is nobody at this address (lib/xcat/README.md
// "updatenode, xdsh, prsync"): no route, or no answer to the connection. Whoever is only silent, hangs, refuses the
// connection or the key, or was not asked may be up, and so may all hosts where our own network is unreachable.
bool is_down(const HostAnswer& answer);

// It said something itself, or what was started there did: it is up. Not what ssh says of a connection.
bool has_spoken(const HostAnswer& answer);

// It is up, and refuses the connection: its sshd does not run, and no boot is needed for that.
bool refuses_connection(const HostAnswer& answer);
extern const char* const remedy_of_refusal;

// Of a program in the place of ours that has ended well without a word of ours.
constexpr const char* like_stock = "as xCAT's own script of this name does";

// What xdsh says of no host when it ends those that have said nothing for as long as its -t allows (lib/xcat/README.md
// "updatenode, xdsh, prsync"): hosts of which nothing is known hang, and the engine did its work.
bool tells_silence(std::string_view said);

// Each line of a host's stdout as it comes; `cut`: it was too long and its rest is lost.
using OnLine = std::function<void(std::size_t host, std::string_view line, bool cut)>;

// Reads the output of one engine call. Pure, and survives any bytes.
class EngineReader {
 public:
  // `heard` may be empty. At most `longest_line` bytes of a line are kept.
  EngineReader(Engine::Kind kind, const std::vector<std::string>& hosts, OnLine on_line,
               std::size_t longest_line = std::size_t{4} << 20);
  ~EngineReader();

  void feed(run::Channel channel, std::string_view bytes);

  struct Result {
    std::vector<HostAnswer> hosts;  // in the order of the names
    // What is wrong with the call as a whole: it did not start, did not end, had nothing to say about any host. Empty:
    // it did its work, whatever the hosts did.
    std::string problem;
    bool worked = true;      // it did something for at least one host
    bool untouched = false;  // it surely did nothing: not started, or ended by itself without a word about any host
    std::size_t unattributed_lines = 0;  // lines of stdout, and errors of xdsh, that belong to no host
    std::string last_unattributed;       // the last line that belongs to none, of stderr where it has any
  };
  Result finish(const run::Outcome& outcome);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hanfs::cluster
