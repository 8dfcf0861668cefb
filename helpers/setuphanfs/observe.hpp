// SPDX-License-Identifier: Apache-2.0
// Observes the service node: read-only commands side by side, and a few files. Changes nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aix/commands.hpp"
#include "run/command.hpp"
#include "setuphanfs/observed_state.hpp"

namespace hanfs::server {

// `partners_of` names, by what was observed so far, the servers to ask then: addresses of the set, perhaps with this
// server's own among them.
ObservedState observe(const app::Sources& sources, const std::string& node,
                      const std::function<std::vector<std::string>(const ObservedState&)>& partners_of);
// Which of `servers`, this one left out, answer now.
void ask_partners(ObservedState& observed, const app::Sources& sources, std::vector<std::string> servers);
bool any_answers(const std::vector<Partner>& partners);
// "10.0.0.2 (why), 10.0.0.3 (why)" of partners that do not.
std::string text_of(const std::vector<Partner>& partners);
// Why nothing is to be interrupted where none does.
std::string no_partner_text(const std::vector<Partner>& partners);

// Observes only what a run can change; the rest is as `seen`.
ObservedState observe_again(const app::Sources& sources, const ObservedState& seen);

// Adds the outcome of one of the observing commands.
void take(ObservedState& observed, const aix::Argv& argv, const run::Outcome& outcome, bool is_capture);
// exportfs prints /etc/xtab (lib/aix/README.md "Exports: rules"). While something is taken back and exportfs gives no
// answer that can be believed, the file replaces it; otherwise exports of others would stay down only because a list
// is missing. True: it was used.
bool read_xtab_instead(ObservedState& observed, const app::Sources& sources);
// Where exportfs and /etc/xtab do not agree, what is exported is unobserved.
void compare_with_xtab(ObservedState& observed, const app::Sources& sources);
// /etc/exports, /etc/hosts and, where chnfsdom gave no answer, /etc/nfs/local_domain.
void read_files(ObservedState& observed, const app::Sources& sources);

}  // namespace hanfs::server
