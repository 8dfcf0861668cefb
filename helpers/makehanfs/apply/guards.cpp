// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/guards.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "aix/exports.hpp"
#include "aix/nfs4cl.hpp"
#include "aix/src.hpp"
#include "net/address.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

// Why nothing is known of a host; empty: it answered.
std::string no_answer(const HostReply& one) {
  if (one.answer.had_stdout || !one.output.text.empty()) return {};
  if (one.answer.end == HostAnswer::End::left_out) return one.answer.last_stderr;
  return "does not answer" +
         (one.answer.last_stderr.empty() ? "" : ": " + text::escape_control(one.answer.last_stderr));
}

void add(std::string& list, const std::string& more) { list += (list.empty() ? "" : "; ") + more; }

std::string wrong_with_exports(const HostReply& one, const std::string& directory) {
  const aix::Exports exports = aix::parse_exports(one.output.text);
  const bool serves = std::any_of(exports.rows.begin(), exports.rows.end(), [&](const aix::Export& row) {
    return text::is_at_or_below(row.directory, directory);
  });
  return serves ? "" : "exports nothing at or below " + directory;
}

std::string wrong_with_nfsd(const HostReply& one) {
  const Result<aix::Subsystems> daemons = aix::parse_lssrc(one.output.text);
  return daemons && daemons->is_active("nfsd") ? "" : "has no active nfsd";
}

// It has ended by itself, and nothing went wrong: what it printed is all of it.
bool ended_well(const HostAnswer& answer) {
  const bool by_itself = answer.end == HostAnswer::End::exited || answer.end == HostAnswer::End::unknown;
  return by_itself && answer.status.value_or(0) == 0 && answer.last_stderr.find("Error:") == std::string::npos;
}

// It has said something, or of it was said that it is down.
bool is_heard(const HostReply& one, const std::string& program) {
  return no_answer(one).empty() || is_down(one.answer) || lacks_program(one.answer, program);
}

bool ended_without_a_word(const HostReply& one) {
  return !no_answer(one).empty() && one.answer.status.value_or(1) == 0 && one.answer.last_stderr.empty();
}

// Of a server that is not seen serving: it has not said so itself, or not all that it said was heard. Silence can be
// what exportfs has to say; of several hosts that all are silent the answer may have been lost.
bool may_serve(const Action& action, const HostReply& one, const std::vector<HostReply>& replies,
               const std::string& failure) {
  if (is_down(one.answer)) return false;
  if (!failure.empty() || !ended_well(one.answer)) return true;
  if (no_answer(one).empty()) return false;
  const bool any_heard = replies.size() == 1 || std::any_of(replies.begin(), replies.end(), [](const HostReply& other) {
                           return no_answer(other).empty() || is_down(other.answer);
                         });
  return action.judge != Action::Judge::exports || !one.answer.last_stderr.empty() || !any_heard;
}

// Why it is not known from which servers a node runs; empty: it has said so, is down, or is no client with NFSv4 of
// AIX. Who said nothing at all and ended well has no such file system, where silence is believed.
std::string why_not_known(const HostReply& one, const std::string& program, bool silence_is_believed) {
  if (is_down(one.answer) || lacks_program(one.answer, program)) return {};
  if (const std::string silent = no_answer(one); !silent.empty())
    return ended_without_a_word(one) && silence_is_believed ? "" : silent;
  if (!aix::parse_showfs(one.output.text)) return program + " says nothing that can be read";
  if (ended_well(one.answer)) return {};
  return program + " did not end well" +
         (one.answer.last_stderr.empty() ? "" : ": " + text::escape_control(one.answer.last_stderr));
}

// Names of a host in whatever case, with their domain or without.
bool is_same_host(const std::string& used, const std::string& known) {
  if (net::is_ipv4(used) || net::is_ipv4(known)) return used == known;
  const auto plain = [](const std::string& name) { return text::lower(name.substr(0, name.find('.'))); };
  return plain(used) == plain(known);
}

// Of the lines "NODE: STATE", in lower case.
std::vector<std::pair<std::string, std::string>> power_states(std::string_view said) {
  std::vector<std::pair<std::string, std::string>> states;
  for (const std::string_view line : text::split(said, '\n'))
    if (const std::size_t colon = line.find(": "); colon != std::string_view::npos)
      states.emplace_back(line.substr(0, colon), text::lower(text::trimmed(line.substr(colon + 2))));
  return states;
}

}  // namespace

std::string server_in_use(std::string_view showfs, const std::vector<ServerNames>& servers) {
  const Result<aix::ShowFs> shown = aix::parse_showfs(showfs);
  if (!shown) return {};
  for (const aix::NfsFilesystem& one : shown->filesystems) {
    // Without a path the line of the current server may be missing (lib/aix/README.md "nfs4cl: showfs").
    const std::string& used = one.current.empty() ? one.server : one.current;
    for (const ServerNames& names : servers)
      if (std::any_of(names.known_as.begin(), names.known_as.end(),
                      [&](const std::string& known) { return is_same_host(used, known); }))
        return names.server;
  }
  return {};
}

Objection objection_of(const Action& action, const std::vector<HostReply>& replies, const std::string& failure) {
  Objection objection;
  std::map<std::string, std::vector<std::string>> not_heard;  // by what is said of them
  for (const HostReply& one : replies) {
    const std::string silent = no_answer(one);
    std::string wrong;
    switch (action.judge) {
      case Action::Judge::exports:
        // Nothing on both streams is how exportfs says that nothing is exported.
        wrong = silent.empty() || one.answer.last_stderr.empty() ? wrong_with_exports(one, action.directory) : silent;
        break;
      case Action::Judge::nfsd:
        wrong = !silent.empty() ? silent : wrong_with_nfsd(one);
        break;
      case Action::Judge::known:
      case Action::Judge::silence:
        if (is_down(one.answer) || (action.judge == Action::Judge::known && one.answer.had_stdout)) continue;
        objection.hosts.push_back(one.answer.host);
        if (!silent.empty()) not_heard[text::without_name(silent, one.answer.host)].push_back(one.answer.host);
        continue;
      case Action::Judge::answers:
        if (!silent.empty()) objection.hosts.push_back(one.answer.host);
        continue;
      case Action::Judge::guests:
      case Action::Judge::exit_status:
      case Action::Judge::rsync_lines:
      case Action::Judge::verdicts:
      case Action::Judge::nothing:
      case Action::Judge::up:
        continue;
    }
    if (wrong.empty()) continue;
    objection.hosts.push_back(one.answer.host);
    if (may_serve(action, one, replies, failure)) objection.not_known.push_back(one.answer.host);
    add(objection.why, one.answer.host + " " + wrong);
  }
  for (const auto& [said, hosts] : not_heard) add(objection.why, xcat::fold(hosts) + ": " + said);
  return objection;
}

Guests guests_of(const Action& action, const std::vector<HostReply>& replies, const std::string& failure,
                 bool asked_again) {
  std::map<std::string, std::vector<std::string>> by_server, not_known;  // by server, by what is said of them
  std::vector<std::string> hosts, unheard;
  const std::string& program = action.argv.front();
  const bool any_heard =
      std::any_of(replies.begin(), replies.end(), [&](const HostReply& one) { return is_heard(one, program); });
  const bool silence_is_believed = failure.empty() && (any_heard || replies.size() == 1 || asked_again);
  for (const HostReply& one : replies) {
    if (const std::string server = server_in_use(one.output.text, action.servers); !server.empty()) {
      hosts.push_back(one.answer.host);
      by_server[server].push_back(one.answer.host);
    } else if (const std::string why = why_not_known(one, program, silence_is_believed); !why.empty()) {
      unheard.push_back(one.answer.host);
      not_known[text::without_name(why, one.answer.host)].push_back(one.answer.host);
    }
  }
  Guests guests;
  for (const auto& [server, some] : by_server)
    add(guests.objection, xcat::fold(some) + (some.size() == 1 ? " runs from " : " run from ") + server + ", and " +
                              (some.size() == 1 ? "is" : "are") + " not of its domain");
  if (!hosts.empty())
    guests.remedy = "those that noderes.xcatmaster boots from a server of their own domain go home by " +
                    run::command_text({"rnetboot", xcat::fold(hosts)}) +
                    "; others are shut down for the time; makehanfs plan says what the tables have wrong";
  if (unheard.empty()) return guests;
  for (const auto& [said, some] : not_known) add(guests.warning, xcat::fold(some) + ": " + said);
  if (!any_heard || action.all_known) {
    add(guests.objection, std::string(action.all_known ? "whether nodes run from its servers that may by the tables"
                                                       : "whether nodes of other domains run from its servers") +
                              " is not known (" + (failure.empty() || action.all_known ? guests.warning : failure) +
                              ")");
    guests.warning.clear();
    guests.nobody_spoke = !any_heard && failure.empty() && replies.size() > 1 &&
                          std::all_of(replies.begin(), replies.end(), ended_without_a_word);
    if (!hosts.empty()) return guests;
    guests.remedy = std::string(failure.empty() ? "their consoles (rcons)" : "what is said there") + "; " +
                    (unheard.size() == 1 ? ""
                     : action.all_known  ? "each of "
                                         : "one of ") +
                    xcat::fold(unheard) + " has to answer " + program + ", or to be known to be down";
    return guests;
  }
  guests.warning = "whether nodes of other domains run from its servers is not known of all: " + guests.warning +
                   "; cure: their consoles (rcons)";
  return guests;
}

std::vector<std::string> powered_on(std::string_view said) {
  std::vector<std::string> nodes;
  for (const auto& [node, state] : power_states(said))
    if (state == "on" || state == "running") nodes.push_back(node);
  return nodes;
}

std::vector<std::string> without_power_state(std::string_view said, const std::vector<std::string>& nodes) {
  std::set<std::string> known;
  for (const auto& [node, state] : power_states(said))
    if (!state.empty() && !text::starts_with(state, "error")) known.insert(node);
  std::vector<std::string> unknown;
  for (const std::string& node : nodes)
    if (known.count(node) == 0) unknown.push_back(node);
  return unknown;
}

}  // namespace hanfs::cluster
