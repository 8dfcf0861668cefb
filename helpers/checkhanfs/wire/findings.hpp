// SPDX-License-Identifier: Apache-2.0
// What the answers of all servers together mean for a failover. Pure: no clock, no network.
#pragma once

#include <string>
#include <vector>

#include "checkhanfs/wire/answer.hpp"
#include "checkhanfs/wire/ask.hpp"

namespace hanfs::check {

enum class WireLevel {
  critical,  // a failover will not work, or there is nowhere to go
  warning,   // it may not work for every node, or was not proved
  unknown,   // it was not looked at
  note,      // good to know
};

struct WireFinding {
  WireLevel level = WireLevel::critical;
  std::string code;                  // "no-list"
  std::vector<std::string> servers;  // as they were given; of not-asked those of the lists
  std::string text;                  // what is so, and of whom where that is not all servers
  std::string cure;

  bool operator==(const WireFinding& o) const {
    return level == o.level && code == o.code && servers == o.servers && text == o.text && cure == o.cure;
  }
};

const char* name_of(WireLevel level);  // "CRITICAL"

// "CRITICAL: refused: asn01: nobody listens ...; cure: ..."
std::string line_of(const WireFinding& finding);

// The worst first. `names`: the addresses of the names in the lists; what is missing there counts as unknown.
std::vector<WireFinding> judge_servers(const std::vector<Answer>& answers, const NameAddresses& names,
                                       const std::string& path);

// The servers of all lists, each once: whose addresses judge_servers() wants.
std::vector<std::string> names_in_lists(const std::vector<Answer>& answers);

// "10.1.0.1, 10.1.0.2", with their paths where these differ: for people.
std::string list_text(const FsLocations& list);

// "NFS4ERR_NOENT", or "status 10099".
std::string status_name(std::uint32_t status);

}  // namespace hanfs::check
