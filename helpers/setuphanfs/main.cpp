// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/run.hpp"

int main(int argc, char** argv) {
  hanfs::app::RealSystem system;
  return hanfs::server::run(system, argc, argv);
}
