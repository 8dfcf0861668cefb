// SPDX-License-Identifier: Apache-2.0
#include "harm/server.hpp"

#include <algorithm>

#include "harm/harm.hpp"
#include "state/clients.hpp"
#include "state/links.hpp"
#include "state/routes.hpp"
#include "state/src.hpp"

namespace aixsim {
namespace {

bool nests(const std::string& a, const std::string& b) { return a != b && (at_or_below(a, b) || at_or_below(b, a)); }

}  // namespace

Strings boot_exports(const Node& node) {
  const std::string dir = own_directory(node);
  const std::string next = node.get("nfs-mode-next");
  const bool mode = (next.empty() ? replication_mode(node) : next) != "off";
  Strings all;
  for (const auto& one : parse_exports(node.file("/etc/exports"))) {
    const bool nested =
        std::any_of(all.begin(), all.end(), [&](const std::string& other) { return nests(one.dir, other); });
    const bool needs_mode = !option(one.options, "replicas").empty();
    if (at_or_below(one.dir, dir) && !nested && (mode || !needs_mode)) all.push_back(one.dir);
  }
  return all;
}

namespace {

// As far as a server can see its partners: the machine is up, and its daemons answer.
bool any_partner_answers(const Node& node) {
  for (const auto& line : split(node.get("links"), '\n')) {
    const Node partner(unescape(line));
    if (!line.empty() && !server_down(partner) && Src(partner).active("nfsd") && Src(partner).active("rpc.mountd"))
      return true;
  }
  for (const auto& address : split(node.get("partners"), ',')) {
    if (!address.empty() && server_at(node, address).empty() && !is_dead(node, address)) return true;
  }
  return false;
}

bool holds(const std::vector<Export>& all, const Export& wanted, const std::string& version) {
  return std::any_of(all.begin(), all.end(),
                     [&](const Export& one) { return one.dir == wanted.dir && one.versions().count(version) != 0; });
}

// Lines as they stand, continuation lines joined, without blank ones.
Strings entries(const std::string& text) {
  Strings all;
  std::string whole;
  for (const auto& line : split(text, '\n')) {
    whole += line;
    if (ends_with(line, "\\")) {
      whole += "\n";
      continue;
    }
    if (whole.find_first_not_of(" \t\r") != std::string::npos) all.push_back(whole);
    whole.clear();
  }
  if (!whole.empty()) all.push_back(whole);
  return all;
}

}  // namespace

ServerTruth server_truth(const Node& node) {
  ServerTruth truth;
  truth.exported = Exports(node).now();
  truth.serves = Src(node).active("nfsd") && Src(node).active("rpc.mountd");
  truth.has_partner = any_partner_answers(node);
  truth.domain = node.file("/etc/nfs/local_domain");
  truth.boot = boot_exports(node);
  return truth;
}

void judge_server(const Node& node, const ServerTruth& before, const ServerTruth& after) {
  const std::string own = own_directory(node);
  const Strings first = split(node.get("harm.exports"), '\n');
  const auto from_before = [&](const Export& one) {
    return std::find(first.begin(), first.end(), escape(one.dir)) != first.end();
  };
  bool ours_left = false;
  Strings gone;
  for (const auto& one : before.exported) {
    for (const auto& version : one.versions()) {
      if (holds(after.exported, one, version) || !from_before(one)) continue;
      gone.push_back(one.dir + " vers=" + version);
      if (!at_or_below(one.dir, own)) record_harm(node, "foreign-export-down", one.dir + " vers=" + version);
      ours_left = ours_left || one.dir == own;
    }
  }
  const bool stopped = before.serves && !after.serves;
  const bool had_ours = std::any_of(before.exported.begin(), before.exported.end(),
                                    [&](const Export& one) { return one.dir == own && from_before(one); });
  const bool had_any = std::any_of(before.exported.begin(), before.exported.end(), from_before);
  if (before.serves && (ours_left || (stopped && had_ours)) && !before.has_partner)
    record_harm(node, "withdrawn-alone", stopped ? "NFS stopped" : own);
  if (before.serves && (!gone.empty() || (stopped && had_any)))
    record_harm(node, "interrupted", stopped ? "NFS stopped" : join(gone, ", "));
  const bool any_v4 =
      std::any_of(before.exported.begin(), before.exported.end(), [](const Export& one) { return one.v4(); });
  if (any_v4 && !before.domain.empty() && before.domain != after.domain)
    record_harm(node, "domain-changed", "was " + before.domain + ", is " + after.domain);
  std::string first_boot;
  const bool was_asked = node.read("harm.boot", &first_boot);
  if (!before.boot.empty() && after.boot.empty() && (!was_asked || !first_boot.empty()))
    record_harm(node, "boot-serves-nobody", "a boot would have exported " + join(before.boot, ", "));
}

void judge_exports_file(const Node& node, const std::string& before, const std::string& after) {
  const std::string own = own_directory(node);
  Strings left = entries(after);
  for (const auto& line : entries(before)) {
    const auto found = std::find(left.begin(), left.end(), line);
    if (found != left.end()) {
      left.erase(found);
      continue;
    }
    const auto parsed = parse_exports(line);
    if (parsed.empty() || !at_or_below(parsed[0].dir, own)) record_harm(node, "exports-line-lost", line);
  }
}

}  // namespace aixsim
