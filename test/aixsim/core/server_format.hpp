// SPDX-License-Identifier: Apache-2.0
// Rows of a server's commands byte for byte as AIX prints them. Values in, text out; no state.
#pragma once
#include "core/text.hpp"

namespace aixsim {

std::string lssrc_header(bool blank);
std::string lssrc_row(const std::string& name, const std::string& group, const std::string& pid,
                      const std::string& status, bool blank);

// blocks: 512, 1024, MB or GB. Empty numbers print as '-'.
std::string df_header(const std::string& blocks);
std::string df_row(const std::string& device, const std::string& blocks, const std::string& free,
                   const std::string& used, const std::string& iused, const std::string& iused_percent,
                   const std::string& over);

// One stanza of /etc/filesystems, as lsfs tells it.
struct Stanza {
  std::string mount_point, device, vfs, node, type, size, options, automatic = "no", accounting = "no";
};
std::string lsfs_header(bool colons);
std::string lsfs_row(const Stanza& stanza);
std::string lsfs_colon_row(const Stanza& stanza);
std::string lsfs_query(const std::string& size, bool colons);

std::string showmount_header(const std::string& host);
std::string showmount_row(const std::string& directory, const std::string& clients);

}  // namespace aixsim
