// SPDX-License-Identifier: Apache-2.0
// The only translation unit that knows Boost.Process. It starts a child and nothing else: never its wait_for,
// terminate, running, exit_code, group or limit_handles (lib/run/README.md "Boost.Process: known faults" says why).
#include "run/real_runner.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/process/child.hpp>
#include <boost/process/error.hpp>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "run/bounded_output.hpp"
#include "sys/fds.hpp"

namespace hanfs::run {
namespace {

namespace bp = boost::process;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds grace{1000};        // from SIGTERM to SIGKILL, and from SIGKILL to abandoned
constexpr milliseconds drain{500};         // how long a grandchild may hold the pipes after the exit
constexpr milliseconds longest{86400000};  // a day: keeps time points far from overflow
constexpr milliseconds batch_delay{2};     // how long a start may wait for others, to make a burst
constexpr milliseconds lost_signal{250};   // how late an exit is seen when something else ate the SIGCHLD
constexpr std::size_t block_size = 65536;  // what a pipe holds on Linux; AIX holds half
constexpr int blocks_at_once = 4;          // a talker must not keep us from looking at the clock

// What every child's environment begins with: helpers/README.md "Commands".
constexpr std::array<const char*, 5> environment = {"LC_ALL=C", "LANG=C", "NSORDER=local",
                                                    "PATH=/usr/bin:/usr/sbin:/etc", "ODMDIR=/etc/objrepos"};

// Where a child leaves the errno of its execve. Shared memory instead of Boost's error pipe, because the parent waits
// on that pipe until the exec is through, and the exec of a program on a dead server's file system never is. (vfork
// and posix_spawn wait the same way.) It also saves five system calls for each child.
class ExecErrors {
 public:
  ExecErrors() {
    void* memory = ::mmap(nullptr, count * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    slots_ = static_cast<int*>(memory);
    free_.reserve(count);
    for (std::size_t i = count; i-- > 0;) free_.push_back(i);
  }
  ~ExecErrors() {
    if (slots_ != nullptr) ::munmap(slots_, count * sizeof(int));
  }
  ExecErrors(const ExecErrors&) = delete;
  ExecErrors& operator=(const ExecErrors&) = delete;

  // nullptr when there is none left. A slot that is never given back is one that an abandoned child may still write.
  volatile int* take() {
    if (free_.empty()) return nullptr;
    volatile int* slot = slots_ + free_.back();
    free_.pop_back();
    *slot = 0;
    return slot;
  }
  void give_back(const volatile int* slot) { free_.push_back(static_cast<std::size_t>(slot - slots_)); }

 private:
  static constexpr std::size_t count = 1024;  // one page

  int* slots_ = nullptr;
  std::vector<std::size_t> free_;
};

// What Boost.Process asks while it starts a child. On the child's side of the fork only async-signal-safe calls.
struct Startup : bp::detail::posix::handler_base_ext {
  const char* file = nullptr;
  char* const* argv = nullptr;
  char* const* env = nullptr;
  std::array<int, 3> standard{-1, -1, -1};
  const std::vector<int>* not_default = nullptr;  // signals
  bool survives_our_end = false;
  volatile int* exec_error = nullptr;
  int kept_fd = -1;
  int fork_error = 0;

  template <class Executor>
  void on_setup(Executor& executor) const {
    executor.exe = file;
    executor.cmd_line = argv;
    executor.env = const_cast<char**>(env);  // Boost takes it so; nobody writes to it
  }

  template <class Executor>
  void on_fork_error(Executor&, const std::error_code& error) {
    fork_error = error.value();
  }

  template <class Executor>
  void on_exec_setup(Executor&) const {
    if (::setpgid(0, 0) == -1) leave(errno);
    // dup2 clears close-on-exec; all three come from 3 up, so none can overwrite another.
    for (int fd = 0; fd < 3; ++fd) {
      if (::dup2(standard[static_cast<std::size_t>(fd)], fd) == -1) leave(errno);
    }
    if (kept_fd != -1) ::fcntl(kept_fd, F_SETFD, 0);
    struct sigaction action{};
    action.sa_handler = SIG_DFL;
    ::sigemptyset(&action.sa_mask);
    for (const int number : *not_default) ::sigaction(number, &action, nullptr);
    if (survives_our_end) {
      // We may be gone before it prints its last word, and that word must not kill it.
      action.sa_handler = SIG_IGN;
      ::sigaction(SIGPIPE, &action, nullptr);
    }
    ::sigprocmask(SIG_SETMASK, &action.sa_mask, nullptr);
  }

  template <class Executor>
  void on_exec_error(Executor&, const std::error_code& error) const {
    leave(error.value());
  }

 private:
  [[noreturn]] void leave(int why) const {
    *exec_error = why;
    ::_exit(127);
  }
};

// The read end of a pipe and what came through it.
struct Stream {
  explicit Stream(std::size_t limit) : output(limit) {}
  ~Stream() { close(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  bool open() const { return fd != -1; }
  void close() {
    if (fd != -1) ::close(fd);
    fd = -1;
  }

  // poll() said that something is there. Whatever it said, only read() tells what: AIX may not report POLLHUP.
  // Throws what `heard` throws.
  void take(char* buffer, bool hung_up, const Job& job, Channel channel) {
    for (int i = 0; i < blocks_at_once; ++i) {
      const ssize_t count = ::read(fd, buffer, block_size);
      if (count > 0) {
        output.append({buffer, static_cast<std::size_t>(count)});
        if (job.on_output) job.on_output(channel, {buffer, static_cast<std::size_t>(count)});
        if (!hung_up && static_cast<std::size_t>(count) < block_size) return;
      } else if (count == 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)) {
        return close();
      } else {
        return;
      }
    }
  }

  int fd = -1;
  BoundedOutput output;
};

enum class Phase {
  running,
  terminating,  // SIGTERM is sent
  killing,      // SIGKILL is sent
  draining,     // it is reaped; somebody else holds its pipes
};

struct Child {
  explicit Child(Job what) : job(std::move(what)), out(job.command.max_output), err(job.command.max_output) {}

  Job job;
  Stream out;
  Stream err;
  pid_t pid = -1;
  volatile int* exec_error = nullptr;
  Phase phase = Phase::running;
  Clock::time_point started;
  Clock::time_point until;  // when the phase ends by itself
  Clock::time_point ended;
  Outcome::End reason = Outcome::End::exited;  // why it was told to go, if it was
  bool leader_gone = false;                    // while terminating: it has exited and is not reaped yet
  bool status_lost = false;
  int wait_status = 0;

  bool silent() const { return !out.open() && !err.open(); }
};

// waitpid would let the group's number be given to somebody else, and then our SIGKILL would go to them.
bool has_exited(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

void signal_group(pid_t pid, int number) {
  // ESRCH: it was not scheduled once since the fork and has no group of its own yet.
  if (::killpg(pid, number) == -1 && errno == ESRCH) ::kill(pid, number);
}

std::vector<int> signals_not_default() {
  std::vector<int> numbers;
  for (int number = 1; number <= 64; ++number) {
    struct sigaction action{};
    if (number == SIGKILL || number == SIGSTOP || ::sigaction(number, nullptr, &action) == -1) continue;
    if ((action.sa_flags & SA_SIGINFO) != 0 || action.sa_handler != SIG_DFL) numbers.push_back(number);
  }
  return numbers;
}

// An ignored SIGCHLD makes the kernel reap for us and the exit status is lost.
void keep_exit_statuses() {
  struct sigaction action{};
  if (::sigaction(SIGCHLD, nullptr, &action) == -1) return;
  const bool ignored = (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN;
  if (!ignored && (action.sa_flags & SA_NOCLDWAIT) == 0) return;
  if (ignored) action.sa_handler = SIG_DFL;
  action.sa_flags &= ~SA_NOCLDWAIT;
  ::sigaction(SIGCHLD, &action, nullptr);
}

// Where functions are bound at their first call (a dynamic program, as linkers make it by default), every child would
// look these up again after its fork: 14 page faults and 30 of 180 us on top of a bare posix_spawn, as measured. So
// they are called once here, with arguments that change nothing.
void bind_what_children_call(int null_fd) {
  ::dup2(null_fd, null_fd);
  ::setpgid(0, -1);  // EINVAL
  ::sigprocmask(SIG_SETMASK, nullptr, nullptr);
  char* const none[] = {nullptr};
  ::execve("", none, none);  // ENOENT
}

milliseconds since(Clock::time_point start, Clock::time_point end) {
  return std::chrono::duration_cast<milliseconds>(end - start);
}

Outcome not_started(int why) {
  Outcome outcome;
  outcome.end = Outcome::End::not_started;
  outcome.start_errno = why;
  return outcome;
}

// 0 when execve can be given these words unchanged.
int refuse(const std::vector<std::string>& argv) {
  if (argv.empty() || argv.front().empty() || argv.front().front() != '/') return EINVAL;
  for (const std::string& word : argv) {
    if (word.find('\0') != std::string::npos) return EINVAL;
  }
  return 0;
}

}  // namespace

struct RealRunner::SharedResources {
  SharedResources() : null_fd(sys::open_null()), buffer(new char[block_size]) { bind_what_children_call(null_fd); }
  ~SharedResources() {
    reap_abandoned();
    if (null_fd != -1) ::close(null_fd);
  }
  SharedResources(const SharedResources&) = delete;
  SharedResources& operator=(const SharedResources&) = delete;

  void reap_abandoned() {
    abandoned.erase(std::remove_if(abandoned.begin(), abandoned.end(),
                                   [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; }),
                    abandoned.end());
  }

  int null_fd;
  ExecErrors exec_errors;
  std::vector<pid_t> abandoned;
  const std::unique_ptr<char[]> buffer;  // not zeroed: untouched pages cost neither memory nor fork time
};

namespace {

class Loop {
 public:
  // RealRunner::Kept is private; this is the part of it that the loop needs.
  struct Tools {
    int null_fd;
    ExecErrors& exec_errors;
    std::vector<pid_t>& abandoned;
    char* buffer;
    std::function<void()> reap_abandoned;
  };

  Loop(const RealRunner::Options& options, Tools tools, const Runner::Next& next, const Runner::Finished& finished)
      : options_(options),
        tools_(std::move(tools)),
        next_(next),
        finished_(finished),
        wake_fd_(options.wake_fd),
        signals_(signals_not_default()) {
    for (const char* const each : environment) env_.push_back(const_cast<char*>(each));
    for (const std::string& more : options.more_environment) env_.push_back(const_cast<char*>(more.c_str()));
    env_.push_back(nullptr);
  }

  void run() {
    for (;;) {
      look_for_interruption();
      fill();
      if (children_.empty()) return;
      const bool exits = wait();
      const Clock::time_point now = Clock::now();
      if (exits && !tools_.abandoned.empty()) tools_.reap_abandoned();
      for (std::size_t i = 0; i < children_.size();) {
        Child& child = *children_[i];
        if (exits) look_for_exit(child, now);
        if (advance(child, now)) {
          finish(i);  // moves the last one here
        } else {
          ++i;
        }
      }
    }
  }

 private:
  void look_for_interruption() {
    if (stopping_) return;
    if (!broken_ && !(options_.interrupted && options_.interrupted())) return;
    stopping_ = true;
    const Clock::time_point now = Clock::now();
    for (const auto& child : children_) {
      if (child->phase != Phase::running) continue;
      if (child->job.command.never_kill) {
        child->until =
            std::min(child->until, now + std::clamp(child->job.command.after_signal, milliseconds{0}, longest));
        continue;
      }
      look_for_exit(*child, now);
      if (child->phase == Phase::running) terminate(*child, Outcome::End::interrupted, now);
    }
  }

  // Starting a child lends it all of our memory, and each page that we write to afterwards is copied: with much memory
  // that costs more than the start itself. So where many run, children are started in bursts, not one for each that
  // ended.
  bool waits_for_a_burst() const {
    constexpr std::size_t part = 4;
    const std::size_t room = std::max(1U, options_.jobs) - children_.size();
    return !children_.empty() && room < options_.jobs / part && room_since_ &&
           Clock::now() - *room_since_ < batch_delay;
  }

  void fill() {
    lingers_ = !stopping_ && !broken_ && !nothing_now_ && waits_for_a_burst();
    if (lingers_) return;
    room_since_.reset();
    const std::size_t jobs = std::max(1U, options_.jobs);
    while (!stopping_ && !broken_ && !nothing_now_ && children_.size() < jobs) {
      std::optional<Job> job;
      try {
        job = next_();
      } catch (...) {
        broken_ = true;
        look_for_interruption();
        return;
      }
      if (!job) {
        nothing_now_ = true;
        return;
      }
      start(std::move(*job));
    }
  }

  void start(Job job) {
    try {
      auto child = std::make_unique<Child>(std::move(job));
      const int why = start(*child);
      if (why != 0) {
        if (child->exec_error != nullptr) tools_.exec_errors.give_back(child->exec_error);
        report(child->job, not_started(why));
        return;
      }
      // From here on nothing may throw before it is in the list.
      children_.push_back(std::move(child));
    } catch (const std::exception&) {
      report(job, not_started(ENOMEM));
    }
  }

  // errno, or 0 when it runs.
  int start(Child& child) {
    const Command& command = child.job.command;
    if (const int why = refuse(command.argv)) return why;
    if (tools_.null_fd == -1) return ENFILE;
    const std::string file = options_.sysroot + command.argv.front();
    std::vector<char*> argv;
    argv.reserve(command.argv.size() + 1);
    argv.push_back(const_cast<char*>(file.c_str()));
    for (std::size_t i = 1; i < command.argv.size(); ++i) argv.push_back(const_cast<char*>(command.argv[i].c_str()));
    argv.push_back(nullptr);
    children_.reserve(children_.size() + 1);
    child.exec_error = tools_.exec_errors.take();
    if (child.exec_error == nullptr) return ENOMEM;

    int out[2];
    int err[2];
    if (!sys::open_pipe(out)) return errno;
    child.out.fd = out[0];
    if (!sys::open_pipe(err)) {
      const int why = errno;
      ::close(out[1]);
      return why;
    }
    child.err.fd = err[0];

    Startup startup;
    startup.file = file.c_str();
    startup.argv = argv.data();
    startup.env = env_.data();
    startup.standard = {tools_.null_fd, out[1], err[1]};
    startup.not_default = &signals_;
    startup.survives_our_end = command.never_kill;
    startup.exec_error = child.exec_error;
    startup.kept_fd = options_.kept_fd ? options_.kept_fd() : -1;

    child.started = Clock::now();
    child.until = child.started + std::clamp(command.deadline, milliseconds{0}, longest);
    int why = 0;
    try {
      // ignore_error leaves out the error pipe (see ExecErrors), not the errors: Startup notes them.
      bp::child started(startup, bp::ignore_error);
      child.pid = started.id();
      started.detach();
      if (!started.valid()) why = startup.fork_error != 0 ? startup.fork_error : EAGAIN;
    } catch (const std::exception&) {
      why = ENOMEM;  // Boost allocates before the fork only
    }
    ::close(out[1]);
    ::close(err[1]);
    return why;
  }

  // Until something may have happened. True when an exit may be among it.
  bool wait() {
    polled_.clear();
    streams_.clear();
    if (wake_fd_ != -1) add(wake_fd_, {});
    Clock::time_point until = Clock::time_point::max();
    bool a_silent_one_runs = false;
    for (const auto& child : children_) {
      if (child->out.open()) add(child->out.fd, {child.get(), Channel::out});
      if (child->err.open()) add(child->err.fd, {child.get(), Channel::err});
      until = std::min(until, child->until);
      a_silent_one_runs = a_silent_one_runs || (child->silent() && child->phase != Phase::draining);
    }
    const Clock::time_point now = Clock::now();
    const auto left = std::max(Clock::duration::zero(), until - now);
    int timeout = static_cast<int>(
        std::min<milliseconds>(std::chrono::duration_cast<milliseconds>(left) + milliseconds{1}, lost_signal).count());
    if (left == Clock::duration::zero()) timeout = 0;
    if (lingers_) timeout = std::min(timeout, static_cast<int>(batch_delay.count()));
    if (wake_fd_ == -1) timeout = poll_delay(timeout, a_silent_one_runs);

    const int ready = ::poll(polled_.data(), static_cast<nfds_t>(polled_.size()), timeout);
    if (ready == 0) return true;
    if (ready == -1) {
      // The handler that interrupted us has written to wake_fd. Anything else (no memory, more descriptors than the
      // limit allows) must not turn into a busy loop; the deadlines still end it.
      const bool by_signal = errno == EINTR;
      if (!by_signal) poll_delay(1, true);
      return !by_signal || wake_fd_ == -1;
    }
    bool exits = wake_fd_ == -1;
    bool activity = false;
    for (std::size_t i = 0; i < polled_.size(); ++i) {
      if (polled_[i].revents == 0) continue;
      if (streams_[i].child != nullptr) {
        take(streams_[i], (polled_[i].revents & POLLHUP) != 0);
        activity = true;
      } else {
        exits = true;
        if (!drain_wake_fd()) wake_fd_ = -1;  // closed under us: go on by the clock
      }
    }
    if (activity) nap_ = shortest_nap;
    return exits;
  }

  // Before the exits are looked for, or one could be missed. One read after poll() never blocks; what it leaves, the
  // next poll() tells.
  bool drain_wake_fd() const {
    char bytes[256];
    const ssize_t count = ::read(wake_fd_, bytes, sizeof bytes);
    return count > 0 || (count == -1 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK));
  }

  // Whose stream a descriptor is.
  struct Source {
    Child* child = nullptr;  // nullptr: wake_fd
    Channel channel = Channel::out;
  };

  void take(const Source& source, bool hung_up) {
    Stream& stream = source.channel == Channel::out ? source.child->out : source.child->err;
    try {
      stream.take(tools_.buffer, hung_up, source.child->job, source.channel);
    } catch (...) {
      broken_ = true;
    }
  }

  void add(int fd, Source stream) {
    struct pollfd entry{};
    entry.fd = fd;
    entry.events = POLLIN;
    polled_.push_back(entry);
    streams_.push_back(stream);
  }

  // Without a descriptor that tells of exits: sleep a little, more each time. A child whose pipes are closed is
  // about to exit; the short naps then are what makes a run cost 0.7 ms and not 2 (lib/run/README.md "What a run
  // costs").
  int poll_delay(int timeout, bool soon) {
    nap_ = std::min(nap_ * 2, longest_nap);
    if (!soon) return std::min(timeout, static_cast<int>(nap_ / std::chrono::milliseconds{1}) + 1);
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(nap_).count();
    struct timespec span{};
    span.tv_nsec = static_cast<long>(nanoseconds);
    if (timeout > 0) ::nanosleep(&span, nullptr);
    return 0;
  }

  void look_for_exit(Child& child, Clock::time_point now) {
    if (child.phase == Phase::draining) return;
    if (child.phase == Phase::terminating) {
      child.leader_gone = child.leader_gone || has_exited(child.pid);
      return;
    }
    collect(child, now);
  }

  void collect(Child& child, Clock::time_point now) {
    pid_t answer = -1;
    do {
      answer = ::waitpid(child.pid, &child.wait_status, WNOHANG);
    } while (answer == -1 && errno == EINTR);
    if (answer == 0) return;
    child.status_lost = answer == -1;  // somebody else waited for it
    child.phase = Phase::draining;
    child.ended = now;
    child.until = now + drain;
  }

  void terminate(Child& child, Outcome::End reason, Clock::time_point now) {
    child.reason = reason;
    child.phase = Phase::terminating;
    child.until = now + grace;
    signal_group(child.pid, SIGTERM);
  }

  // True when the child needs nothing more from us.
  bool advance(Child& child, Clock::time_point now) {
    const bool over = now >= child.until;
    switch (child.phase) {
      case Phase::running:
        if (!over) return false;
        look_for_exit(child, now);
        if (child.phase == Phase::draining) return child.silent();
        child.reason = Outcome::End::timed_out;
        if (child.job.command.never_kill) return abandon(child, now);
        terminate(child, Outcome::End::timed_out, now);
        return false;
      case Phase::terminating:
        if (over && !child.leader_gone) child.leader_gone = has_exited(child.pid);
        if (child.leader_gone && (over || child.silent())) {
          signal_group(child.pid, SIGKILL);  // what it started and left behind
          collect(child, now);
          return child.phase == Phase::draining && child.silent();
        }
        if (!over) return false;
        signal_group(child.pid, SIGKILL);
        child.phase = Phase::killing;
        child.until = now + grace;
        return false;
      case Phase::killing:
        if (!over) return false;
        look_for_exit(child, now);
        return child.phase == Phase::draining ? child.silent() : abandon(child, now);
      case Phase::draining:
        return over || child.silent();
    }
    return true;
  }

  bool abandon(Child& child, Clock::time_point now) {
    child.reason = Outcome::End::abandoned;
    child.ended = now;
    return true;
  }

  void finish(std::size_t index) {
    const std::unique_ptr<Child> child = std::move(children_[index]);
    children_[index] = std::move(children_.back());
    children_.pop_back();
    nothing_now_ = false;
    if (!room_since_) room_since_ = Clock::now();

    Outcome outcome;
    outcome.end = child->reason;
    outcome.pid = child->pid;
    outcome.elapsed = since(child->started, child->ended);
    outcome.drain_cut = !child->silent() && child->phase == Phase::draining;
    outcome.out_dropped = child->out.output.dropped();
    outcome.err_dropped = child->err.output.dropped();
    outcome.out = child->out.output.take();
    outcome.err = child->err.output.take();
    if (child->reason == Outcome::End::abandoned) {
      try {
        tools_.abandoned.push_back(child->pid);
      } catch (const std::bad_alloc&) {  // then init reaps it after us
      }
    } else {
      evaluate(*child, outcome);
      tools_.exec_errors.give_back(child->exec_error);
    }
    child->out.close();
    child->err.close();
    report(child->job, std::move(outcome));
  }

  static void evaluate(const Child& child, Outcome& outcome) {
    if (*child.exec_error != 0) {
      // Also when it was told to go: a program that never ran has not timed out.
      outcome.end = Outcome::End::not_started;
      outcome.start_errno = *child.exec_error;
      return;
    }
    if (child.status_lost) {
      outcome.status = -1;  // unknown is not success
    } else if (WIFSIGNALED(child.wait_status)) {
      outcome.signal = WTERMSIG(child.wait_status);
      if (child.reason == Outcome::End::exited) outcome.end = Outcome::End::signaled;
    } else {
      outcome.status = WEXITSTATUS(child.wait_status);
    }
  }

  void report(const Job& job, Outcome outcome) {
    try {
      finished_(job, std::move(outcome));
    } catch (...) {
      broken_ = true;
    }
  }

  static constexpr std::chrono::microseconds shortest_nap{25};
  static constexpr std::chrono::microseconds longest_nap{20000};

  const RealRunner::Options& options_;
  Tools tools_;
  const Runner::Next& next_;
  const Runner::Finished& finished_;
  int wake_fd_;
  std::vector<char*> env_;  // null at its end
  std::vector<int> signals_;
  std::vector<std::unique_ptr<Child>> children_;
  std::vector<struct pollfd> polled_;
  std::vector<Source> streams_;  // beside polled_
  std::chrono::microseconds nap_ = shortest_nap;
  bool nothing_now_ = false;
  std::optional<Clock::time_point> room_since_;  // since when a child could have been started
  bool lingers_ = false;                         // for a burst
  bool stopping_ = false;
  bool broken_ = false;  // a callback threw
};

}  // namespace

RealRunner::RealRunner(Options options) : options_(std::move(options)), kept_(std::make_unique<SharedResources>()) {}

RealRunner::~RealRunner() = default;

void RealRunner::run(const Next& next, const Finished& finished) {
  keep_exit_statuses();
  kept_->reap_abandoned();
  Loop(options_,
       {kept_->null_fd, kept_->exec_errors, kept_->abandoned, kept_->buffer.get(), [this] { kept_->reap_abandoned(); }},
       next, finished)
      .run();
}

}  // namespace hanfs::run
