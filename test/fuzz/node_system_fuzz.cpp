// SPDX-License-Identifier: Apache-2.0
// oslevel -s and sysdumpdev -l. Properties: a level that was read prints as it stood there; devices hold no blank, and
// are read the same when they are printed.
#include "aix/dump_device.hpp"
#include "aix/level.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  const std::string_view all = fuzz::text_of(data, size);
  if (const auto level = hanfs::aix::parse_oslevel(all)) {
    fuzz::require(all.find(level->text()) != std::string_view::npos, "the level stands there");
    const auto again = hanfs::aix::parse_oslevel(level->text() + "-0000\n");
    fuzz::require(again && *again == *level, "round trip of a level");
  }
  if (const auto devices = hanfs::aix::parse_sysdumpdev(all)) {
    fuzz::require(devices->primary.find_first_of(" \t\n") == std::string::npos, "one word");
    const auto again =
        hanfs::aix::parse_sysdumpdev("primary " + devices->primary + "\nsecondary " + devices->secondary + "\n");
    fuzz::require(again && *again == *devices, "round trip of devices");
  }
  return 0;
}
