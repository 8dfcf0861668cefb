// SPDX-License-Identifier: Apache-2.0
// Properties: the changed netsvc.conf has hosts first and changing it again changes nothing.
#include "aix/resolver.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  const auto all = fuzz::text_of(data, size);
  const std::size_t lines = hanfs::aix::parsing::lines(all).size();

  const auto conf = hanfs::aix::parse_netsvc_conf(all);
  fuzz::require(static_cast<bool>(conf), "never an error");
  fuzz::check(conf->problems, lines);
  const std::string changed = hanfs::aix::with_hosts_first(all, {});
  const auto after = hanfs::aix::parse_netsvc_conf(changed);
  fuzz::require(after && hanfs::aix::hosts_come_first(after->services), "hosts come first");
  fuzz::require(hanfs::aix::with_hosts_first(changed, {}) == changed, "changed once");

  const auto irs = hanfs::aix::parse_irs_conf(all);
  fuzz::require(static_cast<bool>(irs), "never an error");
  fuzz::check(irs->problems, lines);
  const std::string carried = hanfs::aix::with_hosts_first("", irs->services);
  for (const std::string& service : irs->services)
    fuzz::require(service == "auth" || carried.find(service) != std::string::npos, "no service is lost");
  const std::string kept = hanfs::aix::only_nsorder(all);
  fuzz::require(hanfs::aix::parse_nsorder(kept)->services == hanfs::aix::parse_nsorder(all)->services, "kept");

  const auto resolv = hanfs::aix::parse_resolv_conf(all);
  fuzz::require(static_cast<bool>(resolv), "never an error");
  fuzz::check(resolv->problems, lines);

  const auto hosts = hanfs::aix::parse_hosts(all);
  fuzz::require(static_cast<bool>(hosts), "never an error");
  fuzz::check(hosts->problems, lines);
  if (!hosts->entries.empty()) {
    const auto& entry = hosts->entries.back();
    fuzz::require(hosts->has_address(entry.address), "found by its address");
    fuzz::require(!hosts->addresses_of(entry.names.front()).empty(), "found by its name");
  }
  return 0;
}
