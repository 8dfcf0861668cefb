// SPDX-License-Identifier: Apache-2.0
// Parts of boot that nodes and servers share.
#pragma once
#include "state/routes.hpp"

namespace aixsim {

constexpr long kFirstClock = 1352315460;  // Nov 07 19:11, as in mount-ahafs-trailing-blanks

enum class MachineKind { kNode, kServer, kManager };
void link_commands(const std::string& root, const std::string& self, MachineKind kind);
// ADDRESS or ADDRESS/PREFIX; the prefix is 24 when none is given.
bool parse_prefixed(const std::string& text, unsigned* address, int* prefix);
void seed_file(const std::string& path, const std::string& text);
// `standalone`: the default route comes from the ODM, otherwise it is NIM's, by this gateway.
void build_routes(const Node& node, bool standalone, const std::vector<Nic>& ethernets,
                  const std::string& gateway_address);
int boot_server(Node& node, const Strings& words, const std::string& self, bool again, bool as_last_time);

}  // namespace aixsim
