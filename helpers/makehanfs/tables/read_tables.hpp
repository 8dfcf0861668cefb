// SPDX-License-Identifier: Apache-2.0
// Gets the xCAT tables: live from tabdump, all side by side, or from a folder of dumps. Changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/context.hpp"
#include "xcat/tables.hpp"

namespace hanfs::cluster {

struct Observed {
  xcat::Tables tables;
  std::optional<std::string> version;       // of xCAT, as lsxcatd says; nullopt: not asked, or not known
  std::string version_problem;              // why it is not known; empty: it was not asked
  std::vector<std::string> broken;          // of a folder of dumps: one line for each that is broken, or must be there
  std::vector<app::Unobserved> unobserved;  // without these nothing can be judged
  std::vector<std::string> warnings;        // tables that are not there and that can be done without
};

// `folder`: of dumps, one file TABLE.csv for each as `tabdump TABLE` or dumpxCATdb writes it; empty: live.
// `ask_version`: live, lsxcatd is asked beside the tables for 5 seconds at most.
Observed observe(const app::Sources& sources, const std::string& folder, bool ask_version);

}  // namespace hanfs::cluster
