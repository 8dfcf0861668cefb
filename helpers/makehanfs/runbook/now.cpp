// SPDX-License-Identifier: Apache-2.0
// The part of runbook_sections.hpp for the minutes after a server has died, before anything is moved.
#include <algorithm>
#include <cstdio>
#include <set>

#include "aix/failover.hpp"
#include "makehanfs/runbook/commands.hpp"
#include "makehanfs/runbook/sections.hpp"
#include "report/verdict.hpp"

namespace hanfs::cluster::outage {
namespace {

constexpr long probe_seconds = 10;  // a dead server is to cost no more

// "30 to asn02 (10.0.0.2), 10 to asn03 (10.0.0.3)"
std::string split_text(const OutageImpact& c, const std::vector<Group>& groups, const char* word) {
  std::string text;
  for (const Group& group : groups)
    text += (text.empty() ? "" : "; ") + std::to_string(group.nodes.size()) + " " + word + " " +
            c.replacement(group.server).name + " (" +
            (c.replacement(group.server).address.empty() ? "address not known" : c.replacement(group.server).address) +
            "): " + range_text(group.nodes);
  return text;
}

std::string tenths_text(long tenths) { return report::seconds_text(static_cast<double>(tenths) / 10); }

RunbookStep who_step(const OutageImpact& c) {
  RunbookStep step;
  step.id = "check.who";
  step.title = "Which nodes are concerned";
  const Names primary = c.primary_nodes();
  step.why = primary.empty() ? "No node has " + c.server->name + " as its first server."
                             : count_text(primary.size(), "node") + " have " + c.server->name +
                                   " as their first server: " + split_text(c, c.primary, "to") + ".";
  if (!c.secondary_nodes.empty())
    step.why += " It is the backup of " + std::to_string(c.nodes().size() - primary.size()) +
                " more: " + split_text(c, c.secondary_nodes, "on") + ". They run on, but without this spare.";
  if (!c.nodes_without_backup.empty())
    step.why += " " + count_text(c.nodes_without_backup.size(), "node") +
                " have no other server: " + range_text(c.nodes_without_backup) + ".";
  if (!c.fails_over)
    step.why += " Nothing can be expected to fail over (the note at the top says why): what runs from " +
                c.server->name + " hangs.";
  if (c.fails_over && c.partners.size() > 1)
    step.cautions.push_back(
        "With more than two servers the kernel of a node chooses the replica, most likely by the order of the list "
        "that "
        "its server exports. It need not be the backup that the tables name; makehanfs status shows which one it is.");
  step.nodes = c.nodes();
  step.nodes.insert(step.nodes.end(), c.nodes_without_backup.begin(), c.nodes_without_backup.end());
  return step;
}

}  // namespace

RunbookSection check_section(const OutageImpact& c) {
  RunbookSection section;
  section.id = "check";
  section.title = "Is " + c.server->name + " really dead?";
  section.intro = "Nothing here changes anything, and nothing takes longer than its limit.";

  RunbookStep ping;
  ping.id = "check.ping";
  ping.title = "Does it answer on the network?";
  ping.why = "A server that answers is not dead, and moving its services would make two of them.";
  // ping's options are not in the fact sheets; AIX and Linux both know -c and -w.
  ping.commands = {shell_line({"ping", "-c", "3", "-w", "5", c.server->name})};
  if (!c.server->address.empty())
    ping.commands.push_back(shell_line({"ping", "-c", "3", "-w", "5", c.server->address}));
  ping.expect =
      "Dead: no answer from either. The second is the address that the nodes use; the management node may have "
      "no way to it even in good times, so the first counts.";
  section.steps.push_back(std::move(ping));

  RunbookStep nfs;
  nfs.id = "check.nfs";
  nfs.title = "Does its NFS still serve?";
  nfs.why = "A server can answer a ping and serve no file.";
  nfs.commands = {on_hosts(*c.settings, c.server->name, probe_seconds, "lssrc -g nfs"),
                  on_hosts(*c.settings, c.server->name, probe_seconds, "exportfs")};
  nfs.expect = "Alive: nfsd is active, and " + c.settings->directory + " is in the list" +
               (c.fails_over ? " with -replicas=" : "") + ". Dead: xdsh gives up after about " +
               std::to_string(probe_seconds) +
               " s. Alive but without nfsd: go on with section 1, then to section 4; it needs no reboot.";
  nfs.cautions = {"Do not start NFS by hand before " + c.settings->directory +
                  " is there: a server whose NFS runs without its disks hangs the nodes."};
  section.steps.push_back(std::move(nfs));

  RunbookStep view;
  view.id = "check.status";
  view.title = "What do the nodes say?";
  view.why = "They tell from which server their files come now.";
  view.commands = {status_line(*c.settings)};
  view.expect = !c.fails_over ? "Nodes that hang do not answer; they are named."
                              : "Nodes of " + c.server->name +
                                    " show up on a backup. Nodes that do not answer are named; those that have no "
                                    "other server are among them.";
  view.expected_seconds = static_cast<double>(c.settings->host_deadline);
  view.basis =
      "the limit for one host that does not answer (host_deadline); longer when there are more hosts than the "
      "engine asks at a time";
  section.steps.push_back(std::move(view));
  section.steps.push_back(who_step(c));
  return section;
}

namespace {

RunbookStep nfs_step(const OutageImpact& c) {
  const double seconds = aix::failover_seconds(c.tuning.timeo, c.tuning.retrans, 0);
  RunbookStep step;
  step.id = "automatic.nfs";
  step.title = "NFSv4 file systems go to a replica";
  step.why =
      "The clients do it themselves, each file system when it is next used: " + split_text(c, c.primary, "to") + ".";
  step.expected_seconds = seconds;
  step.basis = "IBM's description: the larger of retrans x timeo and 2 x timeo, here retrans " +
               std::to_string(c.tuning.retrans) + ", timeo " + tenths_text(c.tuning.timeo) +
               "; if nfso nfs_v4_fail_over_timeout is not 0 on a node, that number of seconds where it is larger";
  add_on_nodes(*c.settings, c.primary_nodes(), c.settings->host_deadline, c.settings->node_command + " --status",
               step.checks);
  step.expect =
      "CURRENT is the backup's address for every nfs4 mount that was used since. Verdict lines say failover=" +
      report::seconds_text(seconds) + ".";
  step.cautions = {
      "Files that were open before the node was tuned keep AIX's own values: xCAT saw about 5 minutes for those (IBM's "
      "description explains 50 s). Wait that long before you call a node dead.",
      // Not in the fact sheets: xCAT may hand a command for nodes to their service node.
      "If xdsh complains about " + c.server->name +
          " instead of showing nodes, it went by way of it: ask a node with ssh.",
      "Nodes whose verdict says failover=never or fallback=sh, or that give none, were not ready."};
  step.nodes = c.primary_nodes();
  return step;
}

RunbookStep stnfs_step(const OutageImpact& c) {
  RunbookStep step;
  step.id = "automatic.stnfs";
  step.title = "The shared root (STNFS) goes to a replica";
  step.why = "The image of these nodes has a shared root: / is STNFS, which has its own times.";
  step.expected_seconds = aix::stnfs_replication_timeout;
  step.basis = "fixed in AIX: " + std::to_string(aix::stnfs_timeout) + " s timeout, " +
               std::to_string(aix::stnfs_replication_timeout) + " s until it goes to a replica";
  step.expect = "Commands that need / stall that long, once. Writes to / are in the node's memory and stay.";
  step.nodes = c.stnfs;
  return step;
}

bool is_gateway(const OutageImpact& c) {
  return !c.gateways.empty() ||
         std::find(c.domain_gateways.begin(), c.domain_gateways.end(), c.server->address) != c.domain_gateways.end();
}

std::string references_text(const std::vector<ServerReference>& references) {
  std::string text;
  for (const ServerReference& one : references)
    text += (text.empty() ? "" : "; ") + one.where + " is `" + one.value + "`";
  return text;
}

RunbookStep gateway_step(const OutageImpact& c) {
  RunbookStep step;
  step.id = "automatic.gateway";
  step.title = "The default gateway changes";
  step.why = c.server->name + " is a default gateway of its nodes" +
             (c.gateways.empty() ? "" : " (" + references_text(c.gateways) + ")") +
             ". Nodes with dead gateway detection (DGD) go to the next one.";
  step.expected_seconds = aix::detection_seconds(c.tuning.dgd_ping_time, c.tuning.dgd_packets_lost);
  step.basis =
      "active DGD with " + c.tuning.dgd_source + ": dgd_ping_time " + std::to_string(c.tuning.dgd_ping_time) +
      " s, then dgd_packets_lost " + std::to_string(c.tuning.dgd_packets_lost) +
      " quick pings of about 1 s each; an estimate, their spacing is not published. Passive DGD: seconds when TCP "
      "is busy, up to 20 minutes when it is idle";
  add_on_nodes(*c.settings, c.primary_nodes(), c.settings->host_deadline, c.settings->node_command + " --status",
               step.checks);
  step.expect = "In the gateway table " + c.server->address + " has NOW = max (dead), another one is live.";
  std::string others;
  for (const std::size_t partner : c.partners)
    if (!c.replacement(partner).address.empty()) others += (others.empty() ? "" : "+") + c.replacement(partner).address;
  step.cautions = {
      "A node without DGD keeps the dead gateway and cannot leave its own network. Give it the others: `" +
      on_hosts(*c.settings, "NODE", c.settings->host_deadline, c.settings->node_command + " gateways=" + others) +
      "`."};
  step.nodes = c.primary_nodes();
  return step;
}

// noderes.nameservers of nodes, as a person reads it.
std::string changes_text(const std::vector<AttributeChange>& changes) {
  std::string text;
  for (const AttributeChange& one : changes)
    text += (text.empty() ? "" : "; ") + one.column + " of " + range_text(one.nodes) + " is `" + one.from + "`";
  return text;
}

// Who asks the dead name server: all nodes of the server where site or networks name it, else those whose own list
// does.
Names askers(const OutageImpact& c) {
  Names nodes = c.nameservers.empty() ? Names{} : c.nodes();
  std::set<std::string> known(nodes.begin(), nodes.end());
  for (const AttributeChange& move : c.node_nameservers)
    for (const std::string& node : move.nodes)
      if (known.insert(node).second) nodes.push_back(node);
  return nodes;
}

RunbookStep resolver_step(const OutageImpact& c) {
  RunbookStep step;
  step.id = "automatic.resolver";
  step.title = "Names are looked up without it";
  step.why = c.server->name + " is a name server (" + references_text(c.nameservers) +
             (c.nameservers.empty() || c.node_nameservers.empty() ? "" : "; ") + changes_text(c.node_nameservers) +
             "). Nodes that ask /etc/hosts first do not notice.";
  step.expected_seconds = 0;
  step.basis =
      "hosts first: no DNS question at all. DNS first: up to 75 s for each name (5+10+20+40 s) until the resolver "
      "gives up on a dead server";
  step.nodes = askers(c);
  add_on_nodes(*c.settings, step.nodes, c.settings->host_deadline, "cat /etc/netsvc.conf", step.checks);
  step.expect = "hosts = local comes before bind. Where it does not, logins hang: section 3 has the cure.";
  return step;
}

}  // namespace

RunbookSection automatic_section(const OutageImpact& c) {
  RunbookSection section;
  section.id = "automatic";
  section.title = "What fails over by itself";
  section.intro = "Type nothing but the checks. The seconds are from documents, not measured on your nodes.";
  if (!c.fails_over) {
    section.intro = "Nothing that could be relied on.";
    RunbookStep step;
    step.id = "automatic.nothing";
    step.title = "By the tables nothing fails over";
    step.why = "The servers of these nodes make no sound domain: " + c.no_failover_reason +
               ". If replicas were set up by hand all the same, nodes move as soon as a file is used.";
    step.checks = {status_line(*c.settings)};
    step.expect = "Nodes that answer are well, whatever server they are on. Nodes that do not answer hang.";
    section.steps.push_back(std::move(step));
    return section;
  }
  if (c.primary.empty()) {
    section.not_needed.push_back("NFS and the shared root: no node runs from " + c.server->name + " by the tables.");
  } else {
    section.steps.push_back(nfs_step(c));
    if (!c.stnfs.empty()) {
      section.steps.push_back(stnfs_step(c));
    } else {
      section.not_needed.push_back(c.unknown.count("nimimage") + c.unknown.count("nodetype") > 0
                                       ? "Shared root (STNFS): not known, the tables nimimage and nodetype were not "
                                         "given. It would take 10 s, then 20 s, fixed in AIX."
                                       : "Shared root (STNFS): no image of these nodes has one.");
    }
  }
  if (is_gateway(c) && !c.primary.empty()) {
    section.steps.push_back(gateway_step(c));
  } else {
    section.not_needed.push_back(c.unknown.count("networks") > 0
                                     ? "Default gateway: not known, the table networks was not given."
                                     : "Default gateway: " + c.server->name + " is none by the tables.");
  }
  if (!c.nameservers.empty() || !c.node_nameservers.empty()) {
    section.steps.push_back(resolver_step(c));
  } else {
    section.not_needed.push_back("Name resolution: no name server in the tables is " + c.server->name + ".");
  }
  return section;
}

RunbookSection lost_section(const OutageImpact& c) {
  RunbookSection section;
  section.id = "lost";
  section.title = "What does not fail over";
  section.intro = "Know this before users ask.";
  const auto add = [&](const char* id, const std::string& title, const std::string& why, const Names& nodes) {
    RunbookStep step;
    step.id = std::string("lost.") + id;
    step.title = title;
    step.why = why;
    step.nodes = nodes;
    section.steps.push_back(std::move(step));
    return &section.steps.back();
  };
  if (!c.nodes_without_backup.empty())
    add("one-server", "Nodes with one server only",
        "They hang until " + c.server->name +
            " is back; no other server knows them, so they cannot boot elsewhere either. Section 5 says how they come "
            "back. Give them a second server in noderes.servicenode and run mkdsklsnode -b for them afterwards.",
        c.nodes_without_backup);
  if (!c.outside.empty())
    add("outside", "Nodes outside of the domain",
        "Their lists name servers that are no replicas of " + c.server->name +
            " (the notes at the top say which), so they may hang, whatever section 1 says. They come back by the step "
            "of section 3 that moves them in the tables (snmove with -i) and rnetboot, or when " +
            c.server->name + " is back.",
        c.outside);
  if (!c.fails_over) {
    if (!c.primary.empty())
      add("hang", "Nodes that have it first",
          "They hang, with everything that runs on them, until " + c.server->name +
              " is back or they are moved and rebooted (section 3). What they had not written is lost then.",
          c.primary_nodes());
    return section;
  }
  add("nfs3", "NFSv3 mounts",
      c.all_nfs3
          ? "site.useNFSv4onAIX is off, so these nodes mount everything by NFSv3 unless somebody changed it by hand. "
            "A hard NFSv3 mount hangs until " +
                c.server->name + " is back."
          : "A hard NFSv3 mount hangs until " + c.server->name + " is back. Do not run df or ls on it.",
      c.all_nfs3 ? c.primary_nodes() : Names{});
  if (!c.statelite_nfs3.empty()) {
    add("statelite", "Persistent directories (statelite) without vers=4",
        "statelite.mntopts of these nodes has no vers=4, so /.statelite/persistent is NFSv3 and hangs. Afterwards: "
        "statelite.mntopts=vers=4 and mkdsklsnode.",
        c.statelite_nfs3);
  } else {
    section.not_needed.push_back(
        c.unknown.count("statelite") > 0
            ? "Persistent directories: not known, the table statelite was not given."
            : "Persistent directories: every statelite row of these nodes has vers=4, or there "
              "is none.");
  }
  if (c.settings->access == "ro") {
    add("writes", "Writes to the replica",
        "The replicas are exported read-only (access=ro): a write to them fails, it does not hang. Programs that write "
        "below " +
            c.settings->directory + " need to be stopped or pointed elsewhere.",
        {});
  } else {
    add("writes", "Files that were being written",
        "The data is shared and writable (access=rw), so writing goes on. A file that was written at the very moment "
        "can be "
        "marked dead on the node, because its mtime differs: close and open it again.",
        {});
  }
  if (!c.paging.empty()) {
    add("paging", "Paging space over NFS",
        "The image of these nodes has a NIM paging resource (swapnfs0). It is not replicated: a node that pages hangs. "
        "lsps shows the old server for ever. What hangs comes back when it is moved in the tables (section 3) and "
        "booted "
        "with rnetboot, or when " +
            c.server->name + " is back (section 5).",
        c.paging);
  } else {
    section.not_needed.push_back(
        c.unknown.count("nimimage") + c.unknown.count("nodetype") > 0
            ? "Paging space over NFS: not known, the tables nimimage and nodetype were not given."
            : "Paging space over NFS: no image of these nodes has a paging resource.");
  }
  std::string services;
  for (const std::string& service : c.other_services) services += (services.empty() ? "" : ", ") + service;
  if (!services.empty())
    add("services", "Other services that it ran",
        "The table servicenode says that " + c.server->name + " runs these too: " + services +
            ". Nothing here moves them; look who needs them.",
        {});
  if (!c.gateway_only.empty()) {
    RunbookStep* gateway =
        add("gateway", "The way out of nodes that run from other servers",
            c.server->name + " is the default gateway of nodes that it does not serve (" + references_text(c.gateways) +
                "). They run on, but cannot leave their network: the tables give them no other one.",
            c.gateway_only);
    std::string others;
    for (const std::size_t partner : c.partners)
      if (!c.replacement(partner).address.empty())
        others += (others.empty() ? "" : "+") + c.replacement(partner).address;
    if (!others.empty()) {
      add_on_nodes(*c.settings, c.gateway_only, c.settings->host_deadline,
                   c.settings->node_command + " gateways=" + others, gateway->commands);
      gateway->expect =
          "Verdicts say status=changed or status=ok. It lasts until they boot; makehanfs plan has the cure.";
      gateway->cautions = {"Only if " + c.replacement(c.partners.front()).name +
                           " forwards packets (servicenode.ipforward)."};
    }
  }
  RunbookStep* console = add(
      "console", "A console log on NFS",
      "AIX writes a line to the console when it moves. If that log is on the dead server, the move itself can hang. "
      "The command moves it to /tmp, until the next boot.",
      c.primary_nodes());
  add_on_nodes(*c.settings, c.primary_nodes(), c.settings->host_deadline, "swcons -p /tmp/conslog", console->commands);
  if (!console->commands.empty())
    console->expect = "No error. A node that hangs does not answer; leave it for section 3.";
  return section;
}

}  // namespace hanfs::cluster::outage
