// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/status/status.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "makehanfs/engine/fanout.hpp"
#include "report/verdict.hpp"

namespace hanfs::cluster {
namespace {

using State = NodeState::State;

// What the nodes say, while they say it.
class Listener {
 public:
  Listener(const Cluster& cluster, const StatusOptions& options) : cluster_(cluster), options_(options) {
    notes_.resize(cluster.nodes.size());
  }

  void read_line(std::size_t node, std::string_view line, bool cut) {
    Notes& notes = notes_[node];
    const std::size_t text = line.find_first_not_of(" \t\r");
    if (text == std::string_view::npos) return;
    // Something without a newline may stand in front of the object: a prompt, a message of the day.
    constexpr std::string_view object = R"({"tool":"setupnfsv4replication")";
    const std::size_t begin = line[text] == '{' ? text : line.find(object);
    if (begin != std::string_view::npos) return hear_object(node, line.substr(begin), cut);
    if (looks_cut(line)) {
      notes.unread =
          "its answer could not be read: of " + std::to_string(line.size()) +
          " bytes the beginning is lost (pdsh keeps the last 128 KiB of a line; cure: --engine clush or xdsh)";
    } else if (notes.first_line.empty()) {
      constexpr std::size_t most = 200;
      notes.first_line = std::string(line.substr(0, most));
    }
  }

  NodeState state_of(std::size_t node, const HostAnswer& answer, long host_deadline) const {
    const Notes& notes = notes_[node];
    if (!notes.report) return without_report(answer, notes, host_deadline);
    NodeState state = *notes.report;
    const std::string distrust = distrust_reason(answer, notes, state, host_deadline);
    if (distrust.empty()) return state;
    if (state.state != State::backup) state.state = State::error;
    state.add_problem(distrust);
    return state;
  }

  bool has_report(std::size_t node) const { return notes_[node].report.has_value(); }

 private:
  // What was heard of a node.
  struct Notes {
    std::optional<NodeState> report;
    bool contradicts = false;  // it answered again, and said something else
    std::string unread;        // an answer that could not be read
    std::string first_line;    // of what is no answer
  };

  // The end of an object whose beginning is gone.
  static bool looks_cut(std::string_view line) {
    constexpr std::size_t many = 100000;
    return line.size() > many && line.back() == '}';
  }

  void hear_object(std::size_t node, std::string_view line, bool cut) {
    Notes& notes = notes_[node];
    const Result<NodeReport> report = parse_node_report(line);
    if (!report) {
      notes.unread = report.error().what + (cut ? " (too long, its rest is lost)" : "");
      return;
    }
    const NodeState state = judge(cluster_, node, *report);
    if (notes.report) {
      notes.contradicts = notes.contradicts || !(*notes.report == state);
      return;
    }
    notes.report = state;
    if (options_.one_more) options_.one_more();
  }

  // Why a report alone is not believed; empty: it is.
  static std::string distrust_reason(const HostAnswer& answer, const Notes& notes, const NodeState& state,
                                     long host_deadline) {
    if (notes.contradicts) return "it answered twice, and not the same";
    if (answer.end == HostAnswer::End::timed_out)
      return "it answered, but did not end within " + std::to_string(host_deadline) + " s";
    if (state.state == State::primary && answer.end == HostAnswer::End::exited && answer.status.value_or(0) != 0)
      return "all is as wanted, it says, but its exit status is " + std::to_string(*answer.status);
    return {};
  }

  // Why a node that gave no report gave none.
  NodeState without_report(const HostAnswer& answer, const Notes& notes, long host_deadline) const {
    NodeState state;
    state.state = State::silent;
    if (notes.first_line.empty() && notes.unread.empty() && lacks_program(answer, options_.command.front())) {
      state.state = State::error;
      const bool emptied = std::any_of(cluster_.findings.begin(), cluster_.findings.end(),
                                       [](const Finding& finding) { return finding.code == "xcatpost-emptied"; });
      state.no_tool = !emptied;  // else to run the postscript once more brings it for a moment only
      state.problem = options_.command.front() + " is not there: " +
                      (emptied ? "site.cleanupxcatpost has it removed after each run of the postscripts; cure: chtab "
                                 "key=cleanupxcatpost site.value=no"
                               : "the postscript never ran on it, or /xcatpost is older");
      return state;
    }
    const bool all_well = answer.end == HostAnswer::End::exited && answer.status.value_or(0) == 0;
    if (all_well && !answer.had_stdout && answer.last_stderr.empty()) {
      state.state = State::error;
      state.no_tool = true;
      state.problem = std::string("it said nothing about its file systems, ") + like_stock;
      return state;
    }
    switch (answer.end) {
      case HostAnswer::End::timed_out:
        state.problem = "no answer within " + std::to_string(host_deadline) + " s";
        break;
      case HostAnswer::End::unreachable:
        state.problem = "cannot be reached";
        break;
      case HostAnswer::End::unknown:
        if (!answer.had_stdout) state.problem = answer.last_stderr.empty() ? "no answer" : "";
        break;
      case HostAnswer::End::not_asked:
        state.problem = "not asked";
        break;
      case HostAnswer::End::left_out:
      case HostAnswer::End::exited:
        break;
    }
    if (answer.had_stdout || answer.end == HostAnswer::End::exited) {
      state.state = State::error;
      state.add_problem(!notes.unread.empty()       ? notes.unread
                        : !notes.first_line.empty() ? notes.first_line
                                                    : "it said nothing about its file systems");
      if (answer.status.value_or(0) != 0) state.add_problem("exit status " + std::to_string(*answer.status));
    }
    state.add_problem(answer.last_stderr);
    state.refuses = state.state == State::silent && refuses_connection(answer);
    if (state.refuses) state.add_problem(std::string("it is up; cure: ") + remedy_of_refusal);
    return state;
  }

  const Cluster& cluster_;
  const StatusOptions& options_;
  std::vector<Notes> notes_;
};

using NodeIndexes = std::vector<std::size_t>;

// More groups than this that break off at once: it is the engine that is broken, not what a node says.
constexpr std::ptrdiff_t most_broken = 3;

// Nothing at all is known of it.
bool is_silent(const HostAnswer& answer) {
  return answer.end == HostAnswer::End::unknown && !answer.had_stdout && answer.last_stderr.empty();
}

// Each group by an engine call of its own, side by side.
std::vector<FanoutResult> ask(run::Runner& runner, const Engine& engine, const Cluster& cluster,
                              const std::vector<NodeIndexes>& groups, Listener& listener,
                              const StatusOptions& options) {
  std::vector<FanoutRequest> requests;
  for (const NodeIndexes& group : groups) {
    FanoutRequest request;
    request.argv = options.command;
    for (const std::size_t node : group) request.hosts.push_back(cluster.nodes[node].name);
    requests.push_back(std::move(request));
  }
  FanoutOptions fanout_options;
  fanout_options.at_once = groups.size();
  fanout_options.time_left = options.time_left;
  fanout_options.on_line = [&](std::size_t group, std::size_t host, std::string_view line, bool cut) {
    listener.read_line(groups[group][host], line, cut);
  };
  return fan_out(runner, engine, requests, fanout_options);
}

}  // namespace

std::string server_name(const Cluster& cluster, std::size_t server) {
  return server == no_index ? "" : cluster.servers[server].name;
}

std::string domain_name(const Cluster& cluster, std::size_t domain) {
  return domain == no_index ? "" : cluster.domains[domain].name;
}

const char* name_of(State state) {
  constexpr std::array<const char*, state_count> names{"silent", "backup", "error", "untuned", "primary"};
  return names[static_cast<std::size_t>(state)];
}

std::vector<std::size_t> ClusterStatus::in(State state) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].state == state) found.push_back(i);
  return found;
}

std::vector<std::size_t> ClusterStatus::may_be_down() const {
  std::vector<std::size_t> found = in(State::silent);
  found.erase(std::remove_if(found.begin(), found.end(), [&](const std::size_t i) { return nodes[i].refuses; }),
              found.end());
  return found;
}

ClusterStatus observe_status(run::Runner& runner, const Engine& engine, const Cluster& cluster,
                             const StatusOptions& options) {
  ClusterStatus status;
  status.nodes.resize(cluster.nodes.size());
  status.worked = false;
  NodeIndexes asked;
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    const std::string wrong = check_host(cluster.nodes[i].name);
    if (wrong.empty()) {
      asked.push_back(i);
    } else {
      status.nodes[i].state = State::error;
      status.nodes[i].problem = "not asked: " + wrong;
    }
  }

  // A call that broke off says nothing of nodes that may have answered well. As it only reads, it is made again for
  // them, in halves, until it is known whose answer breaks it.
  Listener listener(cluster, options);
  std::vector<NodeIndexes> groups{asked};
  while (!groups.empty()) {
    const std::vector<FanoutResult> answers = ask(runner, engine, cluster, groups, listener, options);
    std::vector<NodeIndexes> again;
    const auto broken = std::count_if(answers.begin(), answers.end(), [](const auto& one) { return one.broke_off; });
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const FanoutResult& answer = answers[g];
      status.worked = status.worked || answer.worked;
      NodeIndexes silent;
      for (std::size_t i = 0; i < groups[g].size(); ++i) {
        const std::size_t node = groups[g][i];
        status.nodes[node] = listener.state_of(node, answer.hosts[i], engine.host_deadline);
        if (is_silent(answer.hosts[i])) silent.push_back(node);
      }
      if (answer.broke_off && silent.size() > 1 && broken <= most_broken) {
        const auto middle = silent.begin() + static_cast<std::ptrdiff_t>(silent.size() / 2);
        again.emplace_back(silent.begin(), middle);
        again.emplace_back(middle, silent.end());
        continue;
      }
      // Who hangs is said of the nodes.
      for (const std::string& warning : answer.warnings)
        if (silent.empty() || !tells_silence(warning)) status.warnings.push_back(warning);
      const bool it_is_this_one = answer.broke_off && groups.size() > 1 && silent.size() == 1;
      for (const std::string& problem : answer.problems) {
        if (it_is_this_one)
          status.nodes[silent.front()].add_problem(problem);
        else
          status.problems.push_back(problem);
      }
    }
    groups = std::move(again);
  }
  for (const std::size_t node : asked)
    if (!listener.has_report(node) && options.one_more) options.one_more();
  return status;
}

int exit_status_of(const ClusterStatus& status) {
  if (!status.worked) return report::exit_not_observed;
  return status.count(State::primary) == status.nodes.size() && status.problems.empty() ? report::exit_ok
                                                                                        : report::exit_not_as_wanted;
}

}  // namespace hanfs::cluster
