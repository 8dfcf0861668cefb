// SPDX-License-Identifier: Apache-2.0
// setupnfsv4replication: makes the NFSv4 file systems of an AIX diskless node fail over before the node dies.
#include <cstdio>

#include "setupnfsv4replication/options.hpp"
#include "setupnfsv4replication/session.hpp"
#include "sys/fds.hpp"
#include "sys/signals.hpp"

int main(int argc, char** argv) {
  hanfs::sys::fill_standard_descriptors();
  const auto invocation = hanfs::node::read_options(argc, argv);
  if (!invocation) return hanfs::node::refuse(invocation.error().what);
  if (!invocation->print.empty()) {
    std::fputs(invocation->print.c_str(), stdout);
    return 0;
  }
  hanfs::sys::close_inherited_on_exec();
  hanfs::sys::install_signals();
  if (invocation->options.self_test) return hanfs::node::self_test();
  return hanfs::node::run_session(invocation->options);
}
