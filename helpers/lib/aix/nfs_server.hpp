// SPDX-License-Identifier: Apache-2.0
// `showmount -e`, `nfsd -getreplicas` and `chnfsdom`. Of the last two nobody documents what they print
// (lib/aix/README.md "Unknown: NFS", 10 and 11), so only words that can be meant one way are understood, and "unknown"
// is an answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hanfs::aix {

enum class ReplicationMode { on, off, unknown };

// on: a line or value that says on, enabled, yes, 1 or that lists hosts; off: off, disabled, no, 0, none.
ReplicationMode parse_getreplicas(std::string_view text);

// The directories that another server exports. It does not show what is exported for NFSv4 alone (lib/aix/README.md
// "Other lists of file systems", [SEEN] "export list for HOST:", "DIR (everyone)", "no exported file systems for
// HOST"). nullopt: it is no such list.
std::optional<std::vector<std::string>> parse_showmount(std::string_view text);

// Does rpcinfo say of any version that it answers? "program 100003 version 3 ready and waiting".
bool is_ready_and_waiting(std::string_view text);

// The NFSv4 domain; nullopt when it is not set (xCAT: "N/A" somewhere in the text) or no word can be a domain.
std::optional<std::string> parse_nfs_domain(std::string_view text);

// Can it be an NFSv4 domain? Labels with dots between them, the last one with a letter; no word that says there is
// none.
bool is_nfs_domain(std::string_view word);

}  // namespace hanfs::aix
