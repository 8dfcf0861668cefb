// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/ask.hpp"

#include <cstddef>

#include "checkhanfs/wire/answer_text.hpp"
#include "checkhanfs/wire/nfs_client.hpp"
#include "net/address.hpp"
#include "run/isolated.hpp"
#include "sys/sockets.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

using run::IsolatedOutcome;
using run::IsolatedTask;
using std::chrono::milliseconds;

// A reply of libnfs's largest size fits many times; what a length from the wire asks for beyond that does not.
constexpr std::size_t memory_of_look = std::size_t{256} << 20;

// The child ends by itself when its time is up; this is for one that cannot.
milliseconds with_margin(milliseconds time) { return time + std::max(milliseconds(50), time / 20); }

Look look_of(const IsolatedOutcome& outcome, const std::string& server) {
  using End = IsolatedOutcome::End;
  Look look;
  look.address = net::read_address(server) ? server : "";
  switch (outcome.end) {
    case End::ended:
      if (const std::optional<Look> read = read_look(outcome.text)) return *read;
      look.reached = Reached::garbage;
      look.detail = "it made the process that reads its answer say something else";
      break;
    case End::crashed:
      look.reached = Reached::garbage;
      look.detail = "it broke the process that reads its answer" +
                    (outcome.signal == 0 ? "" : " (signal " + std::to_string(outcome.signal) + ")");
      break;
    case End::timed_out:
      // It waits without an end for name servers only, and libnfs reads on as long as bytes come.
      look.reached = net::read_address(server) ? Reached::silent : Reached::unresolved;
      look.detail = net::read_address(server) ? "it may send without an end" : "name servers do not answer in time";
      break;
    case End::not_started:
      look.detail = "no process could be started for it (errno " + std::to_string(outcome.start_errno) + ")";
      break;
    case End::interrupted:
      look.detail = "the run was stopped";
      break;
  }
  return look;
}

class Asking {
 public:
  explicit Asking(const AskOptions& options) : options_(options) {
    for (const std::string& server : options.servers) answers_.push_back({server, {}});
  }

  std::vector<Answer> all() {
    std::vector<IsolatedTask> tasks;
    for (std::size_t i = 0; i < answers_.size(); ++i) tasks.push_back(look(i, milliseconds(0)));
    run::run_isolated(std::move(tasks), options_.interrupted);
    return std::move(answers_);
  }

 private:
  IsolatedTask look(std::size_t server, milliseconds wait) {
    IsolatedTask task;
    const Question question{answers_[server].server, options_.path, options_.timeout};
    task.work = [question] { return text_of(look_at(question, sys::RealClock())); };
    task.wait = wait;
    task.deadline = with_margin(options_.timeout);
    task.memory_limit = memory_of_look;
    task.then = [this, server](const IsolatedOutcome& outcome) { return after(server, outcome); };
    return task;
  }

  std::vector<IsolatedTask> after(std::size_t server, const IsolatedOutcome& outcome) {
    Answer& answer = answers_[server];
    answer.looks.push_back(look_of(outcome, answer.server));
    const bool again =
        answer.looks.size() == 1 && options_.again.count() > 0 && answer.looks.front().reached == Reached::answered;
    if (again) return {look(server, options_.again)};
    if (options_.one_more) options_.one_more();
    return {};
  }

  const AskOptions& options_;
  std::vector<Answer> answers_;
};

}  // namespace

std::vector<Answer> ask(const AskOptions& options) { return Asking(options).all(); }

NameAddresses addresses_of_names(const std::vector<std::string>& names, milliseconds timeout,
                                 const std::function<bool()>& interrupted) {
  NameAddresses known;
  std::vector<IsolatedTask> tasks;
  for (const std::string& name : names) {
    if (const auto address = net::read_address(name)) {
      known[name] = {address->canonical};
      continue;
    }
    if (!known.emplace(name, std::vector<std::string>()).second || !text::is_plain_name(name)) continue;
    IsolatedTask task;
    task.deadline = timeout;
    task.work = [name] {
      const Result<std::vector<std::string>> found = sys::addresses_of(name);
      return found ? text::joined(*found) : std::string();
    };
    task.then = [&known, name](const IsolatedOutcome& outcome) {
      for (const std::string_view word : text::fields(outcome.text))
        if (const auto address = net::read_address(word)) known[name].push_back(address->canonical);
      return std::vector<IsolatedTask>();
    };
    tasks.push_back(std::move(task));
  }
  run::run_isolated(std::move(tasks), interrupted);
  return known;
}

}  // namespace hanfs::check
