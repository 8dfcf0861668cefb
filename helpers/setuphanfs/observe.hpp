// SPDX-License-Identifier: Apache-2.0
// Looks at the service node: read-only commands side by side, and a few files. Changes nothing.
#pragma once

#include <string>

#include "aix/commands.hpp"
#include "run/command.hpp"
#include "setuphanfs/facts.hpp"

namespace hanfs::server {

Facts observe(const tool::Sources& sources, const std::string& node);

// Takes what one of the observing commands said into the facts.
void take(Facts& facts, const aix::Argv& argv, const run::Outcome& outcome, bool is_capture);
// /etc/exports, /etc/hosts and, where chnfsdom told nothing, /etc/nfs/local_domain.
void read_files(Facts& facts, const tool::Sources& sources);

}  // namespace hanfs::server
