// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/findings.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>

#include "net/address.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

constexpr WireLevel critical = WireLevel::critical, warning = WireLevel::warning, unknown = WireLevel::unknown;

// What is wrong with one look, whoever it is of.
struct LookProblem {
  WireLevel level = critical;
  std::string code;
  std::string text;
  std::string cure;
};

std::string in_brackets(const std::string& detail) { return detail.empty() ? "" : " (" + detail + ")"; }

std::string canonical(const std::string& name) {
  const auto address = net::read_address(name);
  return address ? address->canonical : text::lower(name);
}

const FsLocations* list_of(const Look& look) {
  // A referral names where something else is.
  const bool has = look.reached == Reached::answered && look.status == nfs4::ok &&
                   look.attributes.rdattr_error != nfs4::moved && look.attributes.fs_locations &&
                   !look.attributes.fs_locations->locations.empty();
  return has ? &*look.attributes.fs_locations : nullptr;
}

LookProblem reach_problem(const Look& look) {
  const std::string why = in_brackets(look.detail);
  switch (look.reached) {
    case Reached::unresolved:
      return {critical, "unresolved", "the name has no address" + why,
              "its line in /etc/hosts of this host, or give the address"};
    case Reached::refused:
      return {critical, "refused", "nobody listens on port 2049" + why,
              "startsrc -g nfs on the server; a firewall may refuse, too"};
    case Reached::unreachable:
      return {critical, "unreachable", "there is no way to it" + why, "its power and network, and the route to it"};
    case Reached::no_connection:
      return {critical, "black-holed", "nothing comes back from it before the time is up" + why,
              "is it up (ping)? does a firewall drop port 2049? a longer --timeout on a slow way"};
    case Reached::silent:
      return {critical, "hung", "it takes the connection and does not answer before the time is up" + why,
              "its nfsd hangs or is starved: stopsrc -g nfs and startsrc -g nfs there, once no node runs from it"};
    case Reached::closed:
      return {critical, "closed", "it closes the connection instead of answering" + why,
              "its log; a firewall between, or nfsd that stops just now"};
    case Reached::garbage:
      return {critical, "garbage", "what it sends is no answer of an NFS server" + why,
              "what listens on its port 2049? is the address the right one?"};
    case Reached::not_nfs4:
      return {critical, "not-nfs4", "it does not speak NFS version 4" + why,
              "export with version 4 there (setuphanfs does), with NFS running"};
    case Reached::rejected:
      return {critical, "access", "it takes no sys credentials from this host" + why,
              "the export's sec= and access lists; as root a port below 1024 is tried, too"};
    case Reached::answered:
    case Reached::not_asked:
      break;
  }
  return {unknown, "not-looked", "it was not asked" + why, "run it again"};
}

std::string locations_text(const std::vector<Location>& locations) {
  std::vector<std::string> words;
  for (const Location& location : locations) words.push_back(location.server + ":" + location.rootpath);
  return text::joined(words, ", ");
}

LookProblem referral(const Look& look) {
  std::string where;
  if (look.attributes.fs_locations && !look.attributes.fs_locations->locations.empty())
    where = ", to " + locations_text(look.attributes.fs_locations->locations);
  return {critical, "referral", look.ended_at + " is only a referral there" + where,
          "export the data itself with its replicas (setuphanfs), not with refer="};
}

// Status of the COMPOUND other than ok.
LookProblem status_problem(const Look& look, const std::string& path) {
  const std::string where = " (" + status_name(look.status) + " at " + look.ended_at + ")";
  switch (look.status) {
    case nfs4::noent:
    case nfs4::notdir:
      return {critical, "wrong-path", "it has no " + path + where,
              "the right --path, as a node mounts it; or setuphanfs there, which exports it"};
    case nfs4::perm:
    case nfs4::access:
      return {critical, "access", "it does not let this host at " + path + where,
              "this host in the export's client list (setuphanfs --client); as root a port below 1024 is tried, too"};
    case nfs4::wrongsec:
      return {critical, "security", "it wants another security than sys for " + path + where,
              "sec=sys in the export; nodes that boot from it have no Kerberos ticket either"};
    case nfs4::moved:
      return referral(look);
    default:
      return {critical, "nfs-error", "it cannot show " + path + where, "its log; then run it again"};
  }
}

std::optional<LookProblem> problem_of(const Look& look, const std::string& path) {
  if (look.reached != Reached::answered) return reach_problem(look);
  if (look.status != nfs4::ok) return status_problem(look, path);
  if (look.attributes.rdattr_error == nfs4::moved) return referral(look);
  if (list_of(look) == nullptr)
    return LookProblem{critical, "no-list", "it names no replicas of " + path + ", so a node has nowhere to go",
                       "setuphanfs there, or makehanfs apply, which export it with all servers in replicas="};
  return std::nullopt;
}

class ServerJudge {
 public:
  ServerJudge(const std::vector<Answer>& answers, const NameAddresses& names, const std::string& path)
      : answers_(answers), names_(names), path_(path) {}

  std::vector<WireFinding> all() {
    for (std::size_t i = 0; i < answers_.size(); ++i) judge_looks(i);
    judge_lists();
    judge_addresses();
    judge_leases();
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const WireFinding& a, const WireFinding& b) { return a.level < b.level; });
    return std::move(findings_);
  }

 private:
  // One finding for all servers of which the same is so.
  void add(WireLevel level, const std::string& code, const std::string& server, const std::string& text,
           const std::string& cure) {
    for (WireFinding& known : findings_)
      if (known.level == level && known.code == code && known.text == text && known.cure == cure) {
        known.servers.push_back(server);
        return;
      }
    findings_.push_back({level, code, {server}, text, cure});
  }

  void add(const LookProblem& problem, const std::string& server, const std::string& when) {
    add(problem.level, problem.code, server, problem.text + when, problem.cure);
  }

  void judge_looks(std::size_t index) {
    const Answer& answer = answers_[index];
    if (answer.looks.empty()) return add(reach_problem(Look()), answer.server, "");
    const Look& first = answer.looks.front();
    const Look& last = answer.looks.back();
    const std::optional<LookProblem> before = problem_of(first, path_);
    const std::optional<LookProblem> now = problem_of(last, path_);
    const bool twice = answer.looks.size() > 1;
    if (!before && now && now->code == "no-list") {
      add(critical, "list-lost", answer.server, "it named its replicas, and some seconds later it did not",
          "setuphanfs there again; look with --watch whether it stays");
    } else {
      const bool same = before && now && before->code == now->code;
      if (before) add(*before, answer.server, twice && !same ? ", at the first look" : "");
      if (now && twice && !same) add(*now, answer.server, ", at the second look");
    }
    if (twice && !before && !now && list_key(first) != list_key(last))
      add(critical, "list-changed", answer.server,
          "it named other replicas some seconds later: first " + locations_text(list_of(first)->locations) + ", then " +
              locations_text(list_of(last)->locations),
          "setuphanfs there again; who changes its exports?");
    if (last.privileged_port)
      add(warning, "privileged-port", answer.server, "it answers source ports below 1024 only",
          "nodes must use such ports (nfso nfs_use_reserved_ports), or portcheck off on the server");
  }

  bool is_server(const std::string& listed, std::size_t index) const {
    const Answer& answer = answers_[index];
    if (canonical(listed) == canonical(answer.server)) return true;
    const auto known = names_.find(listed);
    const std::vector<std::string> addresses =
        known == names_.end() ? std::vector<std::string>{canonical(listed)} : known->second;
    for (const Look& look : answer.looks)
      for (const std::string& own : look.addresses)
        if (std::find(addresses.begin(), addresses.end(), canonical(own)) != addresses.end()) return true;
    return false;
  }

  // A server that was asked by its place, so that its name and its address are the same; any other as it is written.
  std::string key_of(const std::string& listed) const {
    for (std::size_t i = 0; i < answers_.size(); ++i)
      if (is_server(listed, i)) return "#" + std::to_string(i);
    return canonical(listed);
  }

  std::set<Location> list_key(const Look& look) const {
    std::set<Location> key;
    if (const FsLocations* list = list_of(look))
      for (const Location& location : list->locations) key.insert({key_of(location.server), location.rootpath});
    return key;
  }

  // The last list that it named.
  const Look* look_with_list(const Answer& answer) const {
    for (auto look = answer.looks.rbegin(); look != answer.looks.rend(); ++look)
      if (list_of(*look) != nullptr) return &*look;
    return nullptr;
  }

  void judge_lists() {
    std::map<std::set<Location>, std::vector<std::size_t>> alike;
    std::vector<std::string> not_asked;
    std::vector<std::string> by_name;
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      const Look* const look = look_with_list(answers_[i]);
      if (look == nullptr) continue;
      const std::vector<Location>& locations = list_of(*look)->locations;
      alike[list_key(*look)].push_back(i);
      const bool names_itself = std::any_of(locations.begin(), locations.end(),
                                            [&](const Location& location) { return is_server(location.server, i); });
      if (!names_itself)
        add(critical, "not-in-own-list", answers_[i].server, "it does not name itself: " + locations_text(locations),
            "its own address in replicas=: setuphanfs there, or makehanfs apply");
      std::set<std::string> different;
      for (const Location& location : locations) {
        different.insert(key_of(location.server));
        if (key_of(location.server).front() != '#') remember(not_asked, location.server);
        if (!net::read_address(location.server)) remember(by_name, location.server);
      }
      if (names_itself && different.size() == 1)
        add(critical, "no-replica", answers_[i].server, "it names only itself, so a node has nowhere to go",
            "the other servers in replicas=: setuphanfs there, or makehanfs apply");
    }
    if (alike.size() > 1) add_difference(alike);
    if (!not_asked.empty())
      findings_.push_back({warning, "not-asked", not_asked, "a list names it, and it was not asked",
                           "give it to checkhanfs servers, too; or take it out of replicas="});
    if (!by_name.empty())
      findings_.push_back(
          {WireLevel::note, "names-in-list", by_name, "a list has a name and no address",
           "addresses in replicas=: stnfs takes no names, and a name has to be resolved in a failover"});
  }

  static void remember(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }

  void add_difference(const std::map<std::set<Location>, std::vector<std::size_t>>& alike) {
    // In the order of the servers, not of the lists.
    std::map<std::size_t, std::vector<std::size_t>> groups;
    for (const auto& [key, members] : alike) groups[members.front()] = members;
    std::vector<std::string> all;
    std::string text = "the servers do not name the same replicas";
    const char* between = ": ";
    for (const auto& [first, members] : groups) {
      std::vector<std::string> these;
      for (const std::size_t member : members) these.push_back(answers_[member].server);
      all.insert(all.end(), these.begin(), these.end());
      text += between + text::joined(these, ", ") + ": " +
              locations_text(list_of(*look_with_list(answers_[first]))->locations);
      between = "; ";
    }
    findings_.push_back({critical, "lists-differ", all, text,
                         "the same replicas= on every server: setuphanfs with the same --replica, or makehanfs apply"});
  }

  void judge_addresses() {
    for (std::size_t i = 0; i < answers_.size(); ++i)
      for (std::size_t k = i + 1; k < answers_.size(); ++k)
        if (!answers_[i].looks.empty())
          for (const std::string& address : answers_[i].looks.front().addresses)
            if (is_server(address, k)) {
              findings_.push_back({warning,
                                   "same-server",
                                   {answers_[i].server, answers_[k].server},
                                   "both are " + address + ", which is one server",
                                   "give each server once"});
              break;
            }
  }

  void judge_leases() {
    std::map<std::uint32_t, std::vector<std::string>> leases;
    std::vector<std::string> all;
    for (const Answer& answer : answers_)
      if (!answer.looks.empty() && answer.looks.back().attributes.lease_seconds) {
        leases[*answer.looks.back().attributes.lease_seconds].push_back(answer.server);
        all.push_back(answer.server);
      }
    if (leases.size() < 2) return;
    std::string text = "their lease times differ";
    const char* between = ": ";
    for (const auto& [seconds, servers] : leases) {
      text += between + std::to_string(seconds) + " s on " + text::joined(servers, ", ");
      between = "; ";
    }
    findings_.push_back({WireLevel::note, "lease-differs", all, text, "none needed"});
  }

  const std::vector<Answer>& answers_;
  const NameAddresses& names_;
  const std::string& path_;
  std::vector<WireFinding> findings_;
};

}  // namespace

const char* name_of(WireLevel level) {
  switch (level) {
    case WireLevel::critical:
      return "CRITICAL";
    case WireLevel::warning:
      return "WARNING";
    case WireLevel::unknown:
      return "UNKNOWN";
    case WireLevel::note:
      return "NOTE";
  }
  return "";
}

std::string line_of(const WireFinding& finding) {
  return std::string(name_of(finding.level)) + ": " + finding.code + ": " + text::joined(finding.servers, ", ") + ": " +
         finding.text + "; cure: " + finding.cure;
}

std::vector<WireFinding> judge_servers(const std::vector<Answer>& answers, const NameAddresses& names,
                                       const std::string& path) {
  return ServerJudge(answers, names, path).all();
}

std::vector<std::string> names_in_lists(const std::vector<Answer>& answers) {
  std::set<std::string> names;
  for (const Answer& answer : answers)
    for (const Look& look : answer.looks)
      if (const FsLocations* list = list_of(look))
        for (const Location& location : list->locations) names.insert(location.server);
  return {names.begin(), names.end()};
}

std::string list_text(const FsLocations& list) {
  const bool one_path = std::all_of(list.locations.begin(), list.locations.end(), [&](const Location& location) {
    return location.rootpath == list.locations.front().rootpath;
  });
  if (!one_path) return locations_text(list.locations);
  std::vector<std::string> servers;
  for (const Location& location : list.locations) servers.push_back(location.server);
  return text::joined(servers, ", ");
}

// RFC 7530, section 13.1: those that can come of PUTROOTFH, LOOKUP and GETATTR.
std::string status_name(std::uint32_t status) {
  static const std::map<std::uint32_t, const char*> names{
      {0, "NFS4_OK"},
      {1, "NFS4ERR_PERM"},
      {2, "NFS4ERR_NOENT"},
      {5, "NFS4ERR_IO"},
      {13, "NFS4ERR_ACCESS"},
      {20, "NFS4ERR_NOTDIR"},
      {22, "NFS4ERR_INVAL"},
      {63, "NFS4ERR_NAMETOOLONG"},
      {70, "NFS4ERR_STALE"},
      {10001, "NFS4ERR_BADHANDLE"},
      {10004, "NFS4ERR_NOTSUPP"},
      {10006, "NFS4ERR_SERVERFAULT"},
      {10008, "NFS4ERR_DELAY"},
      {10013, "NFS4ERR_GRACE"},
      {10014, "NFS4ERR_FHEXPIRED"},
      {10016, "NFS4ERR_WRONGSEC"},
      {10018, "NFS4ERR_RESOURCE"},
      {10019, "NFS4ERR_MOVED"},
      {10020, "NFS4ERR_NOFILEHANDLE"},
      {10021, "NFS4ERR_MINOR_VERS_MISMATCH"},
      {10029, "NFS4ERR_SYMLINK"},
      {10036, "NFS4ERR_BADXDR"},
      {10040, "NFS4ERR_BADCHAR"},
      {10041, "NFS4ERR_BADNAME"},
      {10044, "NFS4ERR_OP_ILLEGAL"},
  };
  const auto found = names.find(status);
  return found == names.end() ? "status " + std::to_string(status) : found->second;
}

}  // namespace hanfs::check
