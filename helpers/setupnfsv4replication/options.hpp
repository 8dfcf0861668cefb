// SPDX-License-Identifier: Apache-2.0
// The command line, the environment and hanfs.conf: what is wanted, and what this run is to do about it.
#pragma once

#include <string>

#include "result.hpp"
#include "setupnfsv4replication/settings.hpp"

namespace hanfs::node {

struct Options {
  Settings settings;
  bool dry_run = false;
  bool check = false;
  bool status = false;
  bool reset = false;
  bool json = false;
  bool verbose = false;
  bool self_test = false;
  std::string config;   // empty: the default file, if it is there
  std::string save;
  std::string from;
  std::string sysroot;  // "" or an absolute path without a slash at its end

  bool read_only() const { return dry_run || check || status || !from.empty(); }
};

struct Invocation {
  Options options;
  std::string print;  // --help and --version: print this and leave with 0
};

constexpr const char* tool_name = "setupnfsv4replication";
constexpr const char* default_config = "/etc/hanfs.conf";

// Error: one clear line for exit status 2; nothing was touched.
Result<Invocation> read_options(int argc, const char* const* argv);

}  // namespace hanfs::node
