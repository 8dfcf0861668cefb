// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook/runbook.hpp"

#include <algorithm>
#include <map>

#include "makehanfs/runbook/outage_impact.hpp"
#include "makehanfs/runbook/sections.hpp"

namespace hanfs::cluster {
namespace {

using outage::Group;
using outage::OutageImpact;

std::vector<RunbookGroup> groups_of(const OutageImpact& c, const std::vector<Group>& groups) {
  std::vector<RunbookGroup> reported;
  for (const Group& group : groups)
    reported.push_back({c.replacement(group.server).name, c.replacement(group.server).address, group.nodes});
  return reported;
}

// What is wrong with this server, its domain or its nodes: an engineer wants to know before believing the rest.
std::vector<std::string> findings_about(const OutageImpact& c) {
  std::vector<std::string> subjects = c.nodes();
  subjects.push_back(c.server->name);
  subjects.push_back(c.domain);
  std::sort(subjects.begin(), subjects.end());
  std::vector<std::string> lines;
  for (const Finding& finding : c.cluster->findings) {
    const bool ours = std::any_of(finding.subjects.begin(), finding.subjects.end(), [&](const std::string& subject) {
      return std::binary_search(subjects.begin(), subjects.end(), subject);
    });
    if (ours && finding.level != Finding::Level::note)
      lines.push_back((finding.range.empty() ? "" : finding.range + ": ") + finding.what +
                      (finding.remedy.empty() ? "" : "; cure: " + finding.remedy));
  }
  return lines;
}

// Two steps of one kind for one server (two old values, say) stay two for scripts.
void make_ids_unique(std::vector<RunbookSection>& sections) {
  std::map<std::string, int> seen;
  for (RunbookSection& section : sections)
    for (RunbookStep& step : section.steps)
      if (const int times = ++seen[step.id]; times > 1) step.id += "#" + std::to_string(times);
}

}  // namespace

Result<Runbook> make_runbook(const Cluster& cluster, const xcat::Tables& tables, const Settings& settings,
                             const std::string& server) {
  const Result<OutageImpact> made = outage::make_outage_impact(cluster, tables, settings, server);
  if (!made) return made.error();
  const OutageImpact& c = *made;
  Runbook runbook;
  runbook.server = c.server->name;
  runbook.address = c.server->address;
  runbook.node_facing_name = c.server->node_facing_name;
  runbook.domain = c.domain;
  runbook.fails_over = c.fails_over;
  for (const std::size_t one : c.servers) runbook.servers.push_back(c.replacement(one).name);
  runbook.primary = groups_of(c, c.primary);
  runbook.secondary_nodes = groups_of(c, c.secondary_nodes);
  runbook.nodes_without_backup = c.nodes_without_backup;
  runbook.in_short = outage::short_of(c);
  runbook.sections = outage::sections_of(c);
  make_ids_unique(runbook.sections);
  if (!c.fails_over)
    runbook.notes.push_back(c.server->name +
                            " is in no sound domain, so nothing can be expected to fail over: " + c.no_failover_reason);
  for (std::string& line : findings_about(c))
    if (c.fails_over || c.no_failover_reason.find(line) == std::string::npos) runbook.notes.push_back(std::move(line));
  runbook.notes.insert(runbook.notes.end(), c.notes.begin(), c.notes.end());
  return runbook;
}

}  // namespace hanfs::cluster
