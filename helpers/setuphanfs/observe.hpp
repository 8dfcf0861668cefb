// SPDX-License-Identifier: Apache-2.0
// Looks at the service node: read-only commands side by side, and a few files. Changes nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aix/commands.hpp"
#include "run/command.hpp"
#include "setuphanfs/observed_state.hpp"

namespace hanfs::server {

// `partners_of` says, of all else that was seen, whom to ask then: addresses of the set; this server's own may be among
// them.
ObservedState observe(const app::Sources& sources, const std::string& node,
                      const std::function<std::vector<std::string>(const ObservedState&)>& partners_of);
// Asks only for what a run can change; the rest is as `seen`.
ObservedState observe_again(const app::Sources& sources, const ObservedState& seen);

// Takes what one of the observing commands said into the facts.
void take(ObservedState& observed, const aix::Argv& argv, const run::Outcome& outcome, bool is_capture);
// exportfs prints /etc/xtab (lib/aix/README.md "Exports: rules"). While something is taken back, where exportfs gives
// no answer that can be believed, the file stands in for it: else exports of others would stay down for a list. True:
// it does.
bool read_xtab_instead(ObservedState& observed, const app::Sources& sources);
// /etc/exports, /etc/hosts and, where chnfsdom told nothing, /etc/nfs/local_domain.
void read_files(ObservedState& observed, const app::Sources& sources);

}  // namespace hanfs::server
