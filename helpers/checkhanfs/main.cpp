// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/run.hpp"

int main(int argc, char** argv) {
  hanfs::app::RealSystem system;
  return hanfs::check::run(system, argc, argv);
}
