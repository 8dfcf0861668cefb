// SPDX-License-Identifier: Apache-2.0
#include "aix/ifconfig.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  const auto all = fuzz::text_of(data, size);
  const auto list = hanfs::aix::parse_ifconfig(all);
  if (!list) return 0;
  fuzz::check(list->problems, hanfs::aix::parsing::lines(all).size());
  fuzz::require(!list->interfaces.empty(), "an interface, or an error");
  for (const auto& interface : list->interfaces) {
    fuzz::require(!interface.name.empty(), "an interface has a name");
    for (const auto& a : interface.addresses) {
      fuzz::require(!a.address.empty() && a.address.find_first_of("%/ ") == std::string::npos, "a bare address");
      fuzz::require(a.prefix_length >= -1 && a.prefix_length <= (a.inet6 ? 128 : 32), "a possible length");
    }
  }
  return 0;
}
