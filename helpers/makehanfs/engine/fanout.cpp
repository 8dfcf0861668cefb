// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/engine/fanout.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t names_in_one_call = 49152;  // bytes; Linux takes 128 KiB in one argument

// Hosts [from, from + count) of a question: what one argument list holds.
struct Call {
  std::size_t request = 0;
  std::size_t from = 0;
  std::size_t count = 0;
  std::unique_ptr<EngineReader> reader;
};

std::vector<Call> calls_for(const std::vector<FanoutRequest>& requests) {
  std::vector<Call> calls;
  for (std::size_t q = 0; q < requests.size(); ++q) {
    std::size_t bytes = names_in_one_call + 1;
    for (std::size_t i = 0; i < requests[q].hosts.size(); ++i) {
      const std::size_t more = requests[q].hosts[i].size() + 1;
      if (bytes + more > names_in_one_call) {
        Call call;
        call.request = q;
        call.from = i;
        calls.push_back(std::move(call));
        bytes = 0;
      }
      bytes += more;
      ++calls.back().count;
    }
  }
  return calls;
}

class Asking {
 public:
  Asking(run::Runner& runner, const Engine& engine, const std::vector<FanoutRequest>& requests,
         const FanoutOptions& options)
      : runner_(runner),
        engine_(engine),
        requests_(requests),
        options_(options),
        asked_(requests.size()),
        calls_(calls_for(requests)) {
    for (std::size_t q = 0; q < requests.size(); ++q) {
      asked_[q].worked = requests[q].hosts.empty();
      for (const std::string& name : requests[q].hosts) {
        HostAnswer answer;
        answer.host = name;
        answer.end = HostAnswer::End::not_asked;
        asked_[q].hosts.push_back(std::move(answer));
      }
    }
  }

  std::vector<FanoutResult> run() {
    runner_.run([this] { return give(); },
                [this](const run::Job& job, const run::Outcome& outcome) { take(job.id, outcome); });
    for (std::size_t i = next_; i < calls_.size() && is_wanted(calls_[i]); ++i)
      asked_[calls_[i].request].problems.push_back(
          name() + ": " + std::to_string(calls_[i].count) +
          " hosts were not asked: " + (late_ ? "the time is over" : "the run was stopped"));
    return std::move(asked_);
  }

 private:
  std::string name() const { return name_of(engine_.kind); }

  bool is_wanted(const Call& call) const { return !options_.is_wanted || options_.is_wanted(call.request); }

  std::optional<run::Job> give() {
    if (next_ == calls_.size() || running_ >= std::max<std::size_t>(1, options_.at_once) || late_) return std::nullopt;
    const Call& call = calls_[next_];
    if (!is_wanted(call)) return std::nullopt;
    const FanoutRequest& request = requests_[call.request];
    const auto first = request.hosts.begin() + static_cast<std::ptrdiff_t>(call.from);
    const std::vector<std::string> hosts(first, first + static_cast<std::ptrdiff_t>(call.count));
    run::Job job;
    job.id = next_;
    job.command = command_for(engine_, hosts, request.argv);
    job.command.never_kill = options_.never_kill || !request.on_signal.empty();
    if (!request.on_signal.empty()) job.command.on_signal = command_for(engine_, hosts, request.on_signal).argv;
    if (options_.time_left) {
      const milliseconds left = options_.time_left();
      if (left <= milliseconds{0}) {
        late_ = true;
        return std::nullopt;
      }
      job.command.deadline = std::min(job.command.deadline, left);
    }
    listen(calls_[next_], hosts, job);
    ++next_;
    ++running_;
    return job;
  }

  void listen(Call& call, const std::vector<std::string>& hosts, run::Job& job) {
    OnLine on_line;
    if (options_.on_line)
      on_line = [this, q = call.request, from = call.from](std::size_t host, std::string_view line, bool cut) {
        options_.on_line(q, from + host, line, cut);
      };
    call.reader = std::make_unique<EngineReader>(engine_.kind, hosts, std::move(on_line));
    job.on_output = [reader = call.reader.get()](run::Channel channel, std::string_view bytes) {
      reader->feed(channel, bytes);
    };
  }

  void take(std::size_t id, const run::Outcome& outcome) {
    --running_;
    EngineReader::Result result = calls_[id].reader->finish(outcome);
    calls_[id].reader.reset();
    FanoutResult& answer = asked_[calls_[id].request];
    answer.worked = answer.worked || result.worked;
    answer.untouched = answer.untouched && result.untouched;
    answer.broke_off = answer.broke_off || (outcome.end == run::Outcome::End::exited && outcome.status != 0 &&
                                            !result.last_unattributed.empty() &&
                                            outcome.elapsed < std::chrono::seconds(engine_.host_deadline));
    for (HostAnswer& host : result.hosts) {
      const bool was_heard = host.had_stdout || !host.last_stderr.empty();
      if (engine_.kind != Engine::Kind::xdsh || was_heard || !is_left_out(engine_, host.host)) continue;
      host.end = HostAnswer::End::left_out;
      host.status.reset();
      host.last_stderr = why_xcat_leaves_out;
    }
    if (!result.problem.empty()) answer.problems.push_back(std::move(result.problem));
    if (result.unattributed_lines != 0)
      answer.warnings.push_back(name() + " printed " + text::counted(result.unattributed_lines, "line") +
                                " of no host that was asked; the last: " + result.last_unattributed);
    std::move(result.hosts.begin(), result.hosts.end(),
              answer.hosts.begin() + static_cast<std::ptrdiff_t>(calls_[id].from));
  }

  run::Runner& runner_;
  const Engine& engine_;
  const std::vector<FanoutRequest>& requests_;
  const FanoutOptions& options_;
  std::vector<FanoutResult> asked_;
  std::vector<Call> calls_;
  std::size_t next_ = 0;
  std::size_t running_ = 0;
  bool late_ = false;
};

}  // namespace

std::string FanoutResult::failure() const {
  if (!problems.empty()) return problems.front();
  return warnings.empty() ? "" : warnings.front();
}

std::vector<FanoutResult> fan_out(run::Runner& runner, const Engine& engine, const std::vector<FanoutRequest>& requests,
                                  const FanoutOptions& options) {
  return Asking(runner, engine, requests, options).run();
}

PrintedAnswer ask_for_text(run::Runner& runner, const Engine& engine, const FanoutRequest& request, std::size_t longest,
                           const std::function<std::chrono::milliseconds()>& time_left) {
  PrintedAnswer answer;
  answer.printed.resize(request.hosts.size());
  FanoutOptions how;
  how.time_left = time_left;
  how.on_line = [&](std::size_t, std::size_t host, std::string_view line, bool) {
    std::string& text = answer.printed[host];
    if (text.size() < longest) text.append(line) += '\n';
  };
  answer.asked = std::move(fan_out(runner, engine, {request}, how).front());
  return answer;
}

}  // namespace hanfs::cluster
