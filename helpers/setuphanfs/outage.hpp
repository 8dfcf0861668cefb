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

// Tells the run that has stopped NFS here to start it again now. Error: nobody has heard it; nothing was touched.
Status end_outage(app::Context& context);

}  // namespace hanfs::server
