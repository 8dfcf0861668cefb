// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/run.hpp"

int main(int argc, char** argv) {
  hanfs::app::RealSystem system;
  return hanfs::cluster::run(system, argc, argv);
}
