// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/run.hpp"

int main(int argc, char** argv) {
  hanfs::app::RealSystem system;
  return hanfs::node::run(system, argc, argv);
}
