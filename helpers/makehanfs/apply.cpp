// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "report/table.hpp"
#include "report/verdict.hpp"
#include "run/command.hpp"
#include "sys/file.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::mn {
namespace {

using State = HostResult::State;

plan::Step step_of(const Work& work, const std::string& round) {
  plan::Step step;
  step.id = round + "/" + work.host;
  step.why = work.why;
  step.argv = work.words;
  step.expect = plan::Expectation{"host", work.host, work.domain};
  return step;
}

std::string_view value_of(std::string_view line, std::string_view key) {
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    if (word.substr(0, key.size()) == key) return word.substr(key.size());
  }
  return {};
}

bool begins_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

// What a host printed, as far as it matters.
struct Heard {
  std::string verdict;
  std::string last_error;  // "error: ...", as the hanfs tools print it
  std::string last_line;
};

void hear(Heard& heard, std::string_view line) {
  constexpr std::size_t most = 400;
  line = line.substr(0, most);
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  if (verdict_state(line) != State::left_out) {
    heard.verdict = std::string(line);
  } else if (begins_with(line, "error:") && heard.last_error.empty()) {
    heard.last_error = std::string(line);
  } else {
    heard.last_line = std::string(line);
  }
}

std::string why_no_verdict(const HostAnswer& answer, const Heard& heard, long host_deadline) {
  std::string why;
  switch (answer.end) {
    case HostAnswer::End::timed_out:
      why = "no end within " + std::to_string(host_deadline) + " s; what it does now is not known";
      break;
    case HostAnswer::End::unreachable:
      why = "cannot be reached";
      break;
    case HostAnswer::End::not_asked:
      break;
    case HostAnswer::End::unknown:
      why = "the engine says nothing about its end";
      break;
    case HostAnswer::End::exited:
      why = "no verdict, exit status " + (answer.status ? std::to_string(*answer.status) : "unknown");
      break;
  }
  const std::string& said = !answer.said.empty() ? answer.said : heard.last_line;
  return said.empty() ? why : why + ": " + said;
}

HostResult result_of(const Work& work, const HostAnswer& answer, Heard heard, long host_deadline) {
  HostResult result;
  result.host = work.host;
  result.domain = work.domain;
  if (answer.end == HostAnswer::End::not_asked) {
    result.problem = "not tried: the run was stopped";
    return result;
  }
  result.state = State::no_answer;
  if (heard.verdict.empty()) {
    result.problem = report::printable(why_no_verdict(answer, heard, host_deadline));
    return result;
  }
  result.verdict = report::printable(heard.verdict);
  result.state = verdict_state(heard.verdict);
  if (!result.good())
    result.problem = report::printable(!heard.last_error.empty() ? heard.last_error
                                       : !answer.said.empty()    ? answer.said
                                                                 : heard.last_line);
  return result;
}

class Handout {
 public:
  Handout(run::Runner& runner, const Engine& engine, const std::vector<Round>& rounds, plan::Journal& journal,
          const ApplyOptions& options)
      : runner_(runner), engine_(engine), rounds_(rounds), journal_(journal), options_(options) {
    for (const Work& work : options.done) done_.emplace(work.host, work.words);
  }

  Applied run() {
    for (const Round& round : rounds_) {
      applied_.rounds.emplace_back();
      for (const Work& work : round.work) {
        HostResult result;
        result.host = work.host;
        result.domain = work.domain;
        applied_.rounds.back().push_back(std::move(result));
      }
    }
    for (std::size_t i = 0; i < rounds_.size(); ++i) run_round(i);
    return std::move(applied_);
  }

 private:
  // Why nothing more is handed out; empty while it goes on.
  std::string stopped() {
    if (!stopped_.empty()) return stopped_;
    if (failures_ >= std::max<std::size_t>(1, options_.failure_limit)) {
      stopped_ = "not tried: " + std::to_string(failures_) + (failures_ == 1 ? " host" : " hosts") +
                 " failed, failure_limit is " + std::to_string(options_.failure_limit);
    } else if (options_.may_go_on && !options_.may_go_on()) {
      stopped_ = "not tried: " + (options_.why_not ? options_.why_not() : "the run was stopped");
    } else {
      return {};
    }
    applied_.problems.push_back("nothing more is handed out, " + stopped_.substr(stopped_.find(':') + 2));
    return stopped_;
  }

  void settle(std::size_t round, std::size_t place, State state, const std::string& problem) {
    HostResult& result = applied_.rounds[round][place];
    result.state = state;
    result.problem = problem;
    if (options_.one_more) options_.one_more();
  }

  void run_round(std::size_t round) {
    const Round& now = rounds_[round];
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < now.work.size(); ++i) {
      if (done_.count({now.work[i].host, now.work[i].words}) != 0) {
        settle(round, i, State::done, "");
      } else {
        left.push_back(i);
      }
    }
    const std::size_t most = static_cast<std::size_t>(std::max(1L, engine_.fanout));
    for (std::size_t from = 0; from < left.size(); from += most)
      run_batch(round, {left.begin() + static_cast<std::ptrdiff_t>(from),
                        left.begin() + static_cast<std::ptrdiff_t>(std::min(left.size(), from + most))});
  }

  void run_batch(std::size_t round, const std::vector<std::size_t>& places) {
    const std::string why_not = stopped();
    std::vector<Question> questions;
    std::vector<std::vector<std::size_t>> whose;  // beside the questions and their hosts: places in the round
    std::map<std::vector<std::string>, std::size_t> by_words;
    for (const std::size_t place : places) {
      const Work& work = rounds_[round].work[place];
      const auto broken = broken_.find(work.domain);
      if (!why_not.empty() || broken != broken_.end()) {
        settle(round, place, State::left_out, !why_not.empty() ? why_not : "not tried: " + broken->second);
        continue;
      }
      const auto [found, fresh] = by_words.emplace(work.words, questions.size());
      if (fresh) {
        questions.push_back({{}, work.words});
        whose.emplace_back();
      }
      questions[found->second].hosts.push_back(work.host);
      whose[found->second].push_back(place);
      journal_.begin(step_of(work, rounds_[round].title));
    }
    if (questions.empty()) return;

    std::vector<std::vector<Heard>> heard;
    for (const Question& question : questions) heard.emplace_back(question.hosts.size());
    AskOptions ask_options;
    ask_options.at_once = questions.size();  // one host each at worst, and a batch has no more than the fan-out
    ask_options.never_kill = true;
    ask_options.time_left = options_.time_left;
    ask_options.heard = [&](std::size_t question, std::size_t host, std::string_view line, bool) {
      hear(heard[question][host], line);
    };
    const std::vector<Asked> asked = ask(runner_, engine_, questions, ask_options);
    bool worked = false;
    for (std::size_t q = 0; q < questions.size(); ++q) {
      worked = worked || asked[q].worked;
      for (const std::string& problem : asked[q].problems)
        if (std::find(applied_.problems.begin(), applied_.problems.end(), problem) == applied_.problems.end())
          applied_.problems.push_back(problem);
      for (std::size_t h = 0; h < whose[q].size(); ++h)
        take(round, whose[q][h], asked[q].hosts[h], std::move(heard[q][h]));
    }
    if (!worked && !anything_worked_) applied_.worked = false;
    anything_worked_ = anything_worked_ || worked;
    if (anything_worked_) applied_.worked = true;
  }

  void take(std::size_t round, std::size_t place, const HostAnswer& answer, Heard heard) {
    const Work& work = rounds_[round].work[place];
    HostResult result = result_of(work, answer, std::move(heard), engine_.host_deadline);
    journal_.end(step_of(work, rounds_[round].title),
                 result.good() ? plan::JournalEntry::State::done : plan::JournalEntry::State::failed);
    if (!result.good()) {
      failures_ += result.state == State::left_out ? 0 : 1;
      // A node that failed stops no other node of its domain.
      if (rounds_[round].servers && !work.domain.empty())
        broken_.emplace(work.domain, "server " + work.host + " of domain " + work.domain + " is not as wanted (" +
                                         name_of(result.state) + ")");
    }
    applied_.rounds[round][place] = std::move(result);
    if (options_.one_more) options_.one_more();
  }

  run::Runner& runner_;
  const Engine& engine_;
  const std::vector<Round>& rounds_;
  plan::Journal& journal_;
  const ApplyOptions& options_;
  std::set<std::pair<std::string, std::vector<std::string>>> done_;
  std::map<std::string, std::string> broken_;  // domain -> why it is not continued
  std::size_t failures_ = 0;
  std::string stopped_;
  bool anything_worked_ = false;
  Applied applied_;
};

}  // namespace

const char* name_of(State state) {
  switch (state) {
    case State::ok:
      return "ok";
    case State::changed:
      return "changed";
    case State::drift:
      return "drift";
    case State::fail:
      return "fail";
    case State::refused:
      return "refused";
    case State::no_answer:
      return "no-answer";
    case State::done:
      return "done-before";
    case State::left_out:
      return "left-out";
  }
  return "";
}

State verdict_state(std::string_view line) {
  if (!begins_with(line, "HANFS tool=")) return State::left_out;
  const std::string_view status = value_of(line, "status=");
  for (const State state : {State::ok, State::changed, State::drift, State::fail, State::refused})
    if (status == name_of(state)) return state;
  return State::left_out;
}

std::vector<Round> server_rounds(const std::vector<Work>& servers) {
  std::vector<Round> rounds;
  std::map<std::string, std::size_t> next;  // round of the domain's next server
  for (const Work& work : servers) {
    const std::size_t round = next[work.domain]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].servers = true;
    rounds[round].work.push_back(work);
  }
  for (std::size_t i = 0; i < rounds.size(); ++i)
    rounds[i].title = "servers, round " + std::to_string(i + 1) + " of " + std::to_string(rounds.size());
  return rounds;
}

Status check_rounds(const std::vector<Round>& rounds) {
  for (const Round& round : rounds) {
    std::set<std::string> hosts;
    std::set<std::string> domains;
    for (const Work& work : round.work) {
      std::string wrong = check_host(work.host);
      if (work.words.empty() || work.words.front().empty() || work.words.front().front() != '/')
        wrong = "the command for " + work.host + " begins with no absolute path";
      for (const std::string& word : work.words)
        if (wrong.empty()) wrong = check_word(word);
      if (wrong.empty() && !hosts.insert(work.host).second) wrong = work.host + " has two commands in one round";
      if (wrong.empty() && round.servers && !domains.insert(work.domain).second)
        wrong = work.host + " is the second server of domain " + work.domain + " in one round";
      if (!wrong.empty()) return Error{round.title + ": " + wrong + "; nothing was handed out"};
    }
  }
  return Done{};
}

std::size_t Applied::count(State state) const {
  std::size_t number = 0;
  for (const auto& round : rounds)
    for (const HostResult& result : round) number += result.state == state ? 1 : 0;
  return number;
}

bool Applied::all_good() const {
  for (const auto& round : rounds)
    for (const HostResult& result : round)
      if (!result.good()) return false;
  return true;
}

Applied apply(run::Runner& runner, const Engine& engine, const std::vector<Round>& rounds, plan::Journal& journal,
              const ApplyOptions& options) {
  return Handout(runner, engine, rounds, journal, options).run();
}

std::vector<Work> read_done(const plan::JournalContent& journal) {
  std::vector<Work> done;
  std::map<std::pair<std::string, std::vector<std::string>>, bool> last;  // the last word about the same work counts
  for (const plan::JournalEntry& entry : journal.entries)
    if (entry.step.expect)
      last[{entry.step.expect->subject, entry.step.argv}] = entry.state == plan::JournalEntry::State::done;
  for (const auto& [work, good] : last)
    if (good) done.push_back({work.first, "", work.second, ""});
  return done;
}

Result<std::vector<Work>> open_journal(const std::string& path, bool resume) {
  if (resume) {
    constexpr std::size_t most = std::size_t{256} << 20U;
    const auto text = sys::read_file(path, most);
    if (!text) return text.error();
    if (!*text) return Error{"nothing to resume: " + path + " does not exist; run without --resume"};
    return read_done(plan::parse_journal(**text));
  }
  if (std::rename(path.c_str(), (path + ".old").c_str()) == -1 && errno != ENOENT)
    return Error{"cannot put " + path + " aside: " + std::strerror(errno)};
  return std::vector<Work>{};
}

int exit_status_of(const Applied& applied) {
  if (!applied.worked) return report::exit_not_observed;
  return applied.all_good() && applied.problems.empty() ? report::exit_ok : report::exit_not_as_wanted;
}

std::string text_of(const std::vector<Round>& rounds, const Applied& applied, bool everything) {
  std::string text;
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    report::Table table({"HOST", "DOMAIN", "RESULT", "WHY"});
    std::map<State, std::vector<std::string>> fine;
    for (const HostResult& result : applied.rounds[i]) {
      if (result.good() && !everything && !rounds[i].servers) {
        fine[result.state].push_back(result.host);
      } else {
        table.add({result.host, result.domain, name_of(result.state), result.problem});
      }
    }
    text += rounds[i].title + "\n";
    if (!table.empty()) text += table.text();
    for (const auto& [state, hosts] : fine)
      text += std::to_string(hosts.size()) + " " + name_of(state) + ": " + xcat::fold(hosts) + "\n";
    text += "\n";
  }
  for (const std::string& problem : applied.problems) text += "error: " + problem + "\n";
  return text;
}

nlohmann::ordered_json json_of(const std::vector<Round>& rounds, const Applied& applied) {
  using json = nlohmann::ordered_json;
  json list = json::array();
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    json hosts = json::array();
    for (std::size_t h = 0; h < applied.rounds[i].size(); ++h) {
      const HostResult& result = applied.rounds[i][h];
      hosts.push_back({{"host", result.host},
                       {"domain", result.domain},
                       {"argv", rounds[i].work[h].words},
                       {"result", name_of(result.state)},
                       {"problem", result.problem},
                       {"verdict", result.verdict}});
    }
    list.push_back({{"round", rounds[i].title}, {"hosts", hosts}});
  }
  json summary = json::object();
  for (const State state : {State::ok, State::changed, State::drift, State::fail, State::refused, State::no_answer,
                            State::done, State::left_out})
    summary[name_of(state)] = applied.count(state);
  return {{"summary", summary}, {"rounds", list}};
}

}  // namespace hanfs::mn
