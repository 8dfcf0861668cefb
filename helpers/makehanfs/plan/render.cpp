// SPDX-License-Identifier: Apache-2.0
// The part of plan.hpp that shows a plan.
#include <algorithm>
#include <string_view>

#include "makehanfs/model/findings.hpp"
#include "makehanfs/plan/json_text.hpp"
#include "makehanfs/plan/plan.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

constexpr std::size_t rows_shown = 40;  // beyond this a screen is no help; --verbose and --json have everything

std::vector<std::size_t> primary_nodes(const Cluster& cluster) {
  std::vector<std::size_t> counts(cluster.servers.size());
  for (const Node& node : cluster.nodes)
    if (!node.servers.empty()) ++counts[node.servers.front()];
  return counts;
}

std::vector<std::string> names_of(const Cluster& cluster, const std::vector<std::size_t>& servers) {
  std::vector<std::string> names;
  names.reserve(servers.size());
  for (const std::size_t server : servers) names.push_back(cluster.servers[server].name);
  return names;
}

// "  ... 960 more; --verbose shows all"
std::string rest_line(std::size_t all, bool verbose) {
  if (verbose || all <= rows_shown) return {};
  return "  ... " + std::to_string(all - rows_shown) + " more; --verbose shows all\n";
}

std::size_t shown(std::size_t all, bool verbose) { return verbose ? all : std::min(all, rows_shown); }

std::string domains_text(const Cluster& cluster, bool verbose) {
  if (cluster.domains.empty()) return "No HA domain.\n";
  report::Table table({"DOMAIN", "BY", "SERVERS", "NODES", "NFS DOMAIN", "GATEWAYS", "STATE"});
  for (std::size_t i = 0; i < shown(cluster.domains.size(), verbose); ++i) {
    const Domain& domain = cluster.domains[i];
    table.add({domain.name, source_name(domain.source), report::joined(names_of(cluster, domain.servers), " "),
               std::to_string(domain.nodes.size()), domain.nfs_domain.empty() ? "-" : domain.nfs_domain,
               domain.gateways.empty() ? "-" : report::joined(domain.gateways, " "),
               domain.valid ? "sound" : "not sound"});
  }
  return table.text() + rest_line(cluster.domains.size(), verbose);
}

std::string servers_text(const Cluster& cluster, bool verbose) {
  if (cluster.servers.empty()) return {};
  const std::vector<std::size_t> nodes = primary_nodes(cluster);
  report::Table table({"SERVER", "ADDRESS", "KNOWN TO NODES AS", "NODES", "DOMAIN"});
  for (std::size_t i = 0; i < shown(cluster.servers.size(), verbose); ++i) {
    const Server& server = cluster.servers[i];
    table.add({server.name, server.address.empty() ? "?" : server.address,
               server.node_facing_name.empty() ? "-" : server.node_facing_name, std::to_string(nodes[i]),
               server.domain == no_index ? "-" : cluster.domains[server.domain].name});
  }
  return "\n" + table.text() + rest_line(cluster.servers.size(), verbose);
}

std::string findings_text(const Cluster& cluster, bool verbose) {
  std::string text;
  for (const Finding& finding : cluster.findings) {
    constexpr std::size_t few = 6;
    std::string subjects =
        verbose || finding.subjects.size() <= few ? report::joined(finding.subjects, ", ") : finding.range;
    constexpr std::size_t longest = 100;
    if (!verbose && subjects.size() > longest) subjects = abbreviate(finding.subjects);
    text += std::string(level_name(finding.level)) + " " + finding.code + ": " + report::escape_control(subjects) +
            ": " + report::escape_control(finding.what) + "\n";
    if (!finding.remedy.empty()) text += "    cure: " + report::escape_control(finding.remedy) + "\n";
  }
  return text.empty() ? text : "\n" + text;
}

std::string steps_text(const ClusterPlan& plan, bool verbose) {
  if (plan.steps.empty()) return "\nNothing to do.\n";
  std::string text = "\nTo do, in this order:\n";
  for (std::size_t i = 0; i < shown(plan.steps.size(), verbose); ++i) {
    const PlanStep& step = plan.steps[i];
    text += "  " + run::command_text(step.argv) + "\n      " + (step.by_hand ? "by hand, " : "") +
            "why: " + report::escape_control(step.why) + "\n";
  }
  return text + rest_line(plan.steps.size(), verbose);
}

void write_domains(JsonText& out, const Cluster& cluster, const ClusterPlan& plan) {
  std::vector<const DomainTask*> tasks(cluster.domains.size());
  for (const DomainTask& task : plan.domains) tasks[task.domain] = &task;
  out.open('[');
  for (std::size_t i = 0; i < cluster.domains.size(); ++i) {
    const Domain& domain = cluster.domains[i];
    out.open('{');
    out.key("name");
    out.value(domain.name);
    out.key("source");
    out.value(source_name(domain.source));
    out.key("sound");
    out.truth(domain.valid);
    out.key("nfs_domain");
    out.value(domain.nfs_domain);
    out.key("servers");
    out.value(names_of(cluster, domain.servers));
    out.key("gateways");
    out.value(domain.gateways);
    out.key("nodes");
    out.value(tasks[i] == nullptr ? xcat::fold(node_names(cluster, domain.nodes)) : tasks[i]->nodes);
    out.key("count");
    out.value(domain.nodes.size());
    out.key("hanfs_conf");
    out.value(tasks[i] == nullptr ? std::string_view() : tasks[i]->section);
    out.close('}');
  }
  out.close(']');
}

void write_servers(JsonText& out, const Cluster& cluster, const ClusterPlan& plan) {
  const std::vector<std::size_t> nodes = primary_nodes(cluster);
  std::vector<const ServerTask*> tasks(cluster.servers.size());
  for (const ServerTask& task : plan.servers) tasks[task.server] = &task;
  out.open('[');
  for (std::size_t i = 0; i < cluster.servers.size(); ++i) {
    const Server& server = cluster.servers[i];
    out.open('{');
    out.key("name");
    out.value(server.name);
    out.key("address");
    out.value(server.address);
    out.key("facing");
    out.value(server.node_facing_name);
    out.key("domain");
    if (server.domain == no_index) {
      out.null();
    } else {
      out.value(cluster.domains[server.domain].name);
    }
    out.key("primary_of_nodes");
    out.value(nodes[i]);
    out.key("round");
    if (tasks[i] == nullptr) {
      out.null();
    } else {
      out.value(tasks[i]->round);
    }
    out.key("argv");
    out.value(tasks[i] == nullptr ? std::vector<std::string>() : tasks[i]->argv);
    out.close('}');
  }
  out.close(']');
}

// Subjects as a noderange, like the nodes of a domain: a finding about all nodes of a large cluster must not be the
// largest part of the output.
void write_findings(JsonText& out, const Cluster& cluster) {
  out.open('[');
  for (const Finding& finding : cluster.findings) {
    out.open('{');
    out.key("level");
    out.value(level_name(finding.level));
    out.key("code");
    out.value(finding.code);
    out.key("subjects");
    out.value(finding.range);
    out.key("count");
    out.value(finding.subjects.size());
    out.key("what");
    out.value(finding.what);
    out.key("cure");
    out.value(finding.remedy);
    out.close('}');
  }
  out.close(']');
}

void write_steps(JsonText& out, const ClusterPlan& plan) {
  out.open('[');
  for (const PlanStep& step : plan.steps) {
    out.open('{');
    out.key("id");
    out.value(step.id);
    out.key("why");
    out.value(step.why);
    out.key("argv");
    out.value(step.argv);
    if (!step.domain.empty()) {
      out.key("domain");
      out.value(step.domain);
    }
    if (step.by_hand) {
      out.key("by_hand");
      out.truth(true);
    }
    out.close('}');
  }
  out.close(']');
}

std::string comment(const std::string& text) { return "# " + report::escape_control(text) + "\n"; }

// Exactly this word to a shell. run::shell_word is for eyes, and shows control characters as what they are not.
std::string exact_word(const std::string& word) {
  if (run::shell_word(word) == word) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::string plan_text(const Cluster& cluster, const ClusterPlan& plan, bool verbose) {
  return domains_text(cluster, verbose) + servers_text(cluster, verbose) + findings_text(cluster, verbose) +
         steps_text(plan, verbose);
}

std::string plan_json(const Cluster& cluster, const ClusterPlan& plan) {
  std::vector<std::string> nodes_without_domain;
  for (const Node& node : cluster.nodes)
    if (node.domain == no_index) nodes_without_domain.push_back(node.name);
  JsonText out;
  out.open('{');
  out.key("counts");
  out.open('{');
  out.key("domains");
  out.value(cluster.domains.size());
  out.key("servers");
  out.value(cluster.servers.size());
  out.key("nodes");
  out.value(cluster.nodes.size());
  out.close('}');
  out.key("domains");
  write_domains(out, cluster, plan);
  out.key("servers");
  write_servers(out, cluster, plan);
  out.key("nodes_without_domain");
  out.value(xcat::fold(nodes_without_domain));
  out.key("findings");
  write_findings(out, cluster);
  out.key("plan");
  write_steps(out, plan);
  out.close('}');
  return out.take();
}

std::string plan_script(const Cluster& cluster, const ClusterPlan& plan) {
  std::string text = "#!/bin/sh\n";
  text += comment("Made by makehanfs " HANFS_VERSION
                  " from the xCAT tables: review it, then run it on the management "
                  "node as root.");
  text += comment(
      "sh THIS-FILE shows the commands, sh THIS-FILE run runs them. It stops at the first failure; every "
      "command may be run again.");
  bool first = true;
  for (const Finding& finding : cluster.findings) {
    if (finding.level != Finding::Level::error) continue;
    if (first) text += "#\n" + comment("Not cured by this script (makehanfs plan says how):");
    first = false;
    text += comment("  " + finding.code + ": " + abbreviate(finding.subjects) + ": " + finding.what);
  }
  text +=
      "\nmode=${1:-show}\n"
      "case $mode in\n"
      "  run | show) ;;\n"
      "  *)\n"
      "    printf '%s\\n' \"usage: sh $0 [run]\" >&2\n"
      "    exit 2\n"
      "    ;;\n"
      "esac\n"
      "\nrun() {  # WHAT COMMAND...\n"
      "  what=$1\n"
      "  shift\n"
      "  printf '%s\\n' \"== $what: $*\"\n"
      "  [ \"$mode\" = run ] || return 0\n"
      "  \"$@\" </dev/null\n"
      "  status=$?\n"
      "  [ \"$status\" -eq 0 ] && return 0\n"
      "  printf '%s\\n' \"$what ended with status $status; nothing after it was done\" >&2\n"
      "  exit \"$status\"\n"
      "}\n";
  for (const PlanStep& step : plan.steps) {
    text += "\n" + comment(step.why);
    if (step.by_hand) {
      text += comment("By hand: " + run::command_text(step.argv));
    } else {
      text += "run " + exact_word(step.id);
      for (const std::string& word : step.argv) text += " " + exact_word(word);
      text += "\n";
    }
  }
  return text;
}

}  // namespace hanfs::cluster
