// SPDX-License-Identifier: Apache-2.0
// The same verdict for Prometheus: a file for the textfile folder of a node exporter, in the text format that
// promtool check metrics reads.
#pragma once

#include <string>

#include "checkhanfs/node/judge.hpp"

namespace hanfs::check {

// Names begin with hanfs_; times are seconds. When it was written the exporter says itself.
// Nothing could be seen: state UNKNOWN alone, so that an older file does not go on saying OK.
std::string openmetrics_unknown();

std::string openmetrics_text(const node::Report& report, const NodeVerdict& verdict);

}  // namespace hanfs::check
