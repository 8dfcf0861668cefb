// SPDX-License-Identifier: Apache-2.0
// A planned outage of this server, for a failover drill: NFS is stopped, and started again whatever happens. A process
// of its own that is left on the server holds that promise, also when the run is killed or its connection breaks.
#pragma once

#include "app/context.hpp"
#include "result.hpp"
#include "setuphanfs/options.hpp"
#include "setuphanfs/report.hpp"

namespace hanfs::server {

// The lock is held, and `report` has what was observed, the partners among it, with all of what is desired. Fills in
// the report; nothing is touched unless this server is as desired and another one answers.
void run_outage(app::Context& context, const Options& options, Report& report);

// Seconds, beside the lead and the outage, that stopping and starting all of NFS may take.
constexpr long longest_stop_and_start = 180;

// A run is at work here, which may be one with an outage.
bool is_at_work(app::Context& context);
// Has the run at work here end its outage now, or not begin it. Error: it has not noticed; nothing was touched.
Status end_outage(app::Context& context);
// With the lock held, before an outage: who asked for an end meant an earlier one.
void forget_end_of_outage(app::Context& context);

// The run that stopped NFS was killed: starts it now. `report` has what was observed.
void end_killed_outage(app::Context& context, const Options& options, Report& report);

}  // namespace hanfs::server
