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

// The last whole line that the child said.
std::optional<Look> last_look(const IsolatedOutcome& outcome) {
  const std::string_view said = outcome.text;
  const std::size_t end = said.rfind('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::size_t before = said.substr(0, end).rfind('\n');
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return read_look(said.substr(begin, end - begin));
}

Look look_of(const IsolatedOutcome& outcome) {
  using End = IsolatedOutcome::End;
  std::optional<Look> said = last_look(outcome);
  Look look = said.value_or(Look());
  switch (outcome.end) {
    case End::ended:
    case End::timed_out:  // it stands where it was stopped: libnfs reads on as long as bytes come
      if (said) break;
      look.reached = outcome.end == End::ended ? Reached::garbage : Reached::not_asked;
      look.detail = outcome.end == End::ended ? "it made the process that reads its answer say something else"
                                              : "this host is too slow for the time-out";
      break;
    case End::crashed:
      look.reached = said ? Reached::garbage : Reached::not_asked;
      look.detail = std::string(said ? "it broke the process that reads its answer" : "the process that asks it died") +
                    (outcome.signal == 0 ? "" : " (signal " + std::to_string(outcome.signal) + ")");
      break;
    case End::not_started:
      look.reached = Reached::not_asked;
      look.detail = "no process could be started for it (errno " + std::to_string(outcome.start_errno) + ")";
      break;
    case End::interrupted:
      look.reached = Reached::not_asked;
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
    task.work = [question](const IsolatedTask::Say& say) {
      const auto tell = [&](const Look& look) { say(text_of(look) + "\n"); };
      tell(look_at(question, sys::RealClock(), tell));
    };
    task.wait = wait;
    task.deadline = with_margin(options_.timeout);
    task.memory_limit = memory_of_look;
    task.then = [this, server](const IsolatedOutcome& outcome) { return after(server, outcome); };
    return task;
  }

  std::vector<IsolatedTask> after(std::size_t server, const IsolatedOutcome& outcome) {
    Answer& answer = answers_[server];
    answer.looks.push_back(look_of(outcome));
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
    task.work = [name](const IsolatedTask::Say& say) {
      const Result<std::vector<std::string>> found = sys::addresses_of(name);
      if (found) say(text::joined(*found));
    };
    task.then = [&known, name](const IsolatedOutcome& outcome) {
      if (outcome.end != IsolatedOutcome::End::ended) return std::vector<IsolatedTask>();
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
