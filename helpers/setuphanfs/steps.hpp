// SPDX-License-Identifier: Apache-2.0
// The steps that plans for a server are made of.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "setuphanfs/observed_state.hpp"

namespace hanfs::server {

// Each step of a server needs the one before it, so its plans are one sequence.
plan::Step step(plan::Resource resource, plan::Action action, std::string why, plan::Argv argv,
                plan::Expectation::Value expected);
plan::Step file_step(plan::Action action, std::string why, plan::FileChange change);
// For the journal: an outage that takes all of NFS down.
plan::Step outage_step(long seconds);
bool is_outage(const plan::Step& step);
// Daemons may take a while to stop or start.
plan::Step waiting(plan::Step step);

plan::Step withdraw(plan::Action action, const std::string& directory, const std::string& why);
plan::Step start(const std::string& daemon, const std::string& why);
plan::Step set_mode(bool replication, const std::string& why, const std::vector<std::string>& daemons);
// Where it runs: it reads the domain when it starts.
void restart_nfsrgyd(std::vector<plan::Step>& steps, const ObservedState& observed, plan::Purpose purpose);
// Of the earlier run that was killed before it could do that.
bool is_restart_owed(const ObservedState& observed);
// chnfsdom, and that.
void set_domain(std::vector<plan::Step>& steps, const ObservedState& observed, const std::string& domain,
                const std::string& why, plan::Purpose purpose);

// Exports a directory with the options it had: from /etc/exports where that says the same, else (and always with
// `explicit_options`) with each of its options.
void add_back(std::vector<plan::Step>& steps, const ObservedState& before, const std::string& directory,
              const std::string& why, bool explicit_options = false);

// Of the daemons needed, those that run, and those that do not.
std::vector<std::string> active_daemons(const ObservedState& observed);
std::vector<std::string> missing_daemons(const ObservedState& observed);

}  // namespace hanfs::server
