// SPDX-License-Identifier: Apache-2.0
// Properties: an answer does not depend on line ends or on what follows that says nothing; a domain is a domain.
#include "aix/nfs_server.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  using hanfs::aix::ReplicationMode;
  const auto all = fuzz::text_of(data, size);
  const std::string text(all);

  const auto mode = hanfs::aix::parse_getreplicas(all);
  fuzz::require(hanfs::aix::parse_getreplicas(text + "\n\n") == mode, "blank lines say nothing");
  fuzz::require(hanfs::aix::parse_getreplicas(text + "\n# exit\n") == mode, "a prompt says nothing");
  if (text.find("#") == std::string::npos) {
    const auto both = hanfs::aix::parse_getreplicas(text + "\non\n");
    fuzz::require(mode != ReplicationMode::on || both == mode, "on stays");
    fuzz::require(both != ReplicationMode::off, "on is never off");
    if (mode == ReplicationMode::on) {
      fuzz::require(hanfs::aix::parse_getreplicas(text + "\noff\n") == ReplicationMode::unknown, "both is unknown");
    }
  }

  const auto domain = hanfs::aix::parse_nfs_domain(all);
  if (!domain) return 0;
  fuzz::require(!domain->empty() && domain->size() <= 253, "the length of a domain");
  for (const char c : *domain) {
    fuzz::require(hanfs::text::is_letter(c) || hanfs::text::is_digit(c) || c == '-' || c == '_' || c == '.',
                  "the letters of a domain");
  }
  fuzz::require(hanfs::aix::parse_nfs_domain(*domain + "\n") == domain, "round trip");
  fuzz::require(hanfs::aix::parse_nfs_domain("Domain: " + *domain) == domain, "round trip with its name");
  fuzz::require(!hanfs::aix::parse_nfs_domain(text + "\nN/A"), "N/A is not set");
  return 0;
}
