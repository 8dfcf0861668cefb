// SPDX-License-Identifier: Apache-2.0
#include "run/isolated.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "sys/fds.hpp"

namespace hanfs::run {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t longest_text = std::size_t{1} << 20;
constexpr milliseconds longest_nap{100};   // how late a signal may be seen
constexpr milliseconds between_reaps{2};   // a child that has closed its pipe is gone at once
constexpr milliseconds time_to_die{1000};  // after SIGKILL

struct IsolatedChild {
  IsolatedTask task;
  SteadyClock::time_point starts;
  SteadyClock::time_point ends;  // first its deadline, then that of its death
  pid_t pid = 0;                 // 0: it has not begun
  int pipe = -1;                 // -1: it has said all
  bool killed = false;
  IsolatedOutcome outcome;
};

void limit_to(int what, rlim_t most) {
  struct rlimit limit{};
  if (::getrlimit(what, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? most : std::min(most, limit.rlim_max);
  ::setrlimit(what, &limit);
}

// On the child's side. It ends by itself some time after its deadline, should this process be killed.
[[noreturn]] void work_alone(const IsolatedTask& task, int pipe) {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGALRM, SIGCHLD, SIGABRT, SIGSEGV}) ::signal(number, SIG_DFL);
  ::alarm(static_cast<unsigned>(task.deadline.count() / 1000 + 2));
  // What a dying C library says, and a core file, are nobody's concern.
  if (const int null = sys::open_null(); null != -1)
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, fd);
  limit_to(RLIMIT_CORE, 0);
  if (task.memory_limit != 0) limit_to(RLIMIT_AS, task.memory_limit);
  int status = 1;
  try {
    task.work([pipe](std::string_view text) { (void)sys::write_all(pipe, text); });
    status = 0;
  } catch (...) {
    // Its status says that it crashed.
  }
  ::_exit(status);
}

// False: it could not be started, and its outcome says why.
bool start_isolated(IsolatedChild& child) {
  int ends[2];
  if (!sys::open_pipe(ends)) {
    child.outcome.start_errno = errno;
    return false;
  }
  child.pid = ::fork();
  if (child.pid == 0) {
    ::close(ends[0]);
    work_alone(child.task, ends[1]);
  }
  if (child.pid == -1) child.outcome.start_errno = errno;
  ::close(ends[1]);
  if (child.pid == -1) {
    ::close(ends[0]);
    child.pid = 0;
    return false;
  }
  child.pipe = ends[0];
  child.ends = SteadyClock::now() + child.task.deadline;
  return true;
}

void close_pipe(IsolatedChild& child) {
  if (child.pipe != -1) ::close(child.pipe);
  child.pipe = -1;
}

void kill_isolated(IsolatedChild& child, IsolatedOutcome::End why) {
  if (child.killed) return;
  child.outcome.end = why;
  child.killed = true;
  child.ends = SteadyClock::now() + time_to_die;
  ::kill(child.pid, SIGKILL);
  close_pipe(child);
}

void read_text(IsolatedChild& child) {
  char buffer[16384];
  for (int blocks = 0; blocks < 64; ++blocks) {
    const ssize_t got = ::read(child.pipe, buffer, sizeof buffer);
    if (got == -1 && errno == EINTR) continue;
    if (got == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got <= 0) return close_pipe(child);
    const std::size_t room = longest_text - child.outcome.text.size();
    child.outcome.text.append(buffer, std::min(room, static_cast<std::size_t>(got)));
  }
}

// True: it is over, and its outcome is complete.
bool reap_isolated(IsolatedChild& child) {
  int status = 0;
  const pid_t reaped = ::waitpid(child.pid, &status, WNOHANG);
  if (reaped == 0) return child.killed && SteadyClock::now() >= child.ends;
  if (child.killed) return true;
  const bool well = reaped == child.pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  child.outcome.end = well ? IsolatedOutcome::End::ended : IsolatedOutcome::End::crashed;
  if (reaped == child.pid && WIFSIGNALED(status)) child.outcome.signal = WTERMSIG(status);
  return true;
}

class IsolatedRun {
 public:
  explicit IsolatedRun(const std::function<bool()>& interrupted) : interrupted_(interrupted) {}

  void add(std::vector<IsolatedTask> tasks) {
    for (IsolatedTask& task : tasks) {
      IsolatedChild child;
      child.starts = SteadyClock::now() + task.wait;
      child.task = std::move(task);
      children_.push_back(std::move(child));
    }
  }

  void run() {
    while (!children_.empty()) {
      const bool stop = interrupted_ && interrupted_();
      std::vector<IsolatedChild> over;
      for (std::size_t i = 0; i < children_.size();) {
        if (step(children_[i], stop)) {
          over.push_back(std::move(children_[i]));
          children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
        } else {
          ++i;
        }
      }
      for (const IsolatedChild& child : over)
        if (child.task.then) add(child.task.then(child.outcome));
      if (over.empty()) wait();
    }
  }

 private:
  // True: it is over.
  static bool step(IsolatedChild& child, bool stop) {
    const SteadyClock::time_point now = SteadyClock::now();
    if (child.pid == 0) {
      if (stop) {
        child.outcome.end = IsolatedOutcome::End::interrupted;
        return true;
      }
      return now >= child.starts && !start_isolated(child);
    }
    if (child.pipe != -1) read_text(child);
    if (child.pipe == -1 && reap_isolated(child)) return true;
    if (stop) kill_isolated(child, IsolatedOutcome::End::interrupted);
    if (now >= child.ends) kill_isolated(child, IsolatedOutcome::End::timed_out);
    return false;
  }

  void wait() const {
    std::vector<pollfd> pipes;
    SteadyClock::time_point next = SteadyClock::now() + longest_nap;
    for (const IsolatedChild& child : children_) {
      next = std::min(next, child.pid == 0 ? child.starts : child.ends);
      if (child.pipe != -1) pipes.push_back({child.pipe, POLLIN, 0});
      if (child.pid != 0 && child.pipe == -1) next = std::min(next, SteadyClock::now() + between_reaps);
    }
    const auto nap = std::chrono::ceil<milliseconds>(next - SteadyClock::now());
    ::poll(pipes.data(), static_cast<nfds_t>(pipes.size()), static_cast<int>(std::max<long long>(nap.count(), 0)));
  }

  const std::function<bool()>& interrupted_;
  std::vector<IsolatedChild> children_;
};

}  // namespace

void run_isolated(std::vector<IsolatedTask> tasks, const std::function<bool()>& interrupted) {
  IsolatedRun run(interrupted);
  run.add(std::move(tasks));
  run.run();
}

}  // namespace hanfs::run
