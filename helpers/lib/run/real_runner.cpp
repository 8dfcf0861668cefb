// SPDX-License-Identifier: Apache-2.0
// The loop that watches children: deadlines, output, interruptions. What a child is stands in child_process.cpp.
#include "run/real_runner.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "run/child_process.hpp"
#include "sys/fds.hpp"

namespace hanfs::run {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds grace{1000};        // from SIGTERM to SIGKILL, and from SIGKILL to abandoned
constexpr milliseconds drain{500};         // how long a grandchild may hold the pipes after the exit
constexpr milliseconds longest{86400000};  // a day: keeps time points far from overflow
constexpr milliseconds batch_delay{2};     // how long a start may wait for others, to make a burst
constexpr milliseconds lost_signal{250};   // how late an exit is seen when something else ate the SIGCHLD

constexpr milliseconds pause_between_requests{1000};

// The id of a job of our own, of whose end nobody wants to hear.
constexpr std::size_t unreported = static_cast<std::size_t>(-1);

// What every child's environment begins with: helpers/README.md "Commands".
constexpr std::array<const char*, 6> environment = {
    "LC_ALL=C", "LANG=C", "NSORDER=local", "PATH=/usr/bin:/usr/sbin:/etc", "ODMDIR=/etc/objrepos", nullptr};

enum class Phase {
  running,
  terminating,  // SIGTERM is sent
  killing,      // SIGKILL is sent
  draining,     // it is reaped; somebody else holds its pipes
};

struct Child : ChildProcess {
  // Takes the job once nothing can throw any more.
  explicit Child(Job& what) : ChildProcess(what.command.max_output), job(std::move(what)) {}

  Job job;
  Phase phase = Phase::running;
  Clock::time_point started;
  Clock::time_point until;  // when the phase ends by itself
  Clock::time_point ended;
  Outcome::End reason = Outcome::End::exited;  // why it was told to go, if it was
  bool leader_gone = false;                    // while terminating: it has exited and is not reaped yet
  Clock::time_point late_at;                   // when patience with it ends
  bool late = false;
  bool outlived_its_run = false;
  Clock::time_point ask_again_at;  // Command::on_signal
};

milliseconds since(Clock::time_point start, Clock::time_point end) {
  return std::chrono::duration_cast<milliseconds>(end - start);
}

// Children that the limit of descriptors has room for. Each takes two, four while it is started.
std::size_t most_children() {
  constexpr rlim_t for_all_else = 32;  // what is inherited, files, what is on its way
  constexpr rlim_t more_than_enough = 65536;
  struct rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
  const rlim_t all = limit.rlim_cur == RLIM_INFINITY ? more_than_enough : std::min(limit.rlim_cur, more_than_enough);
  return all <= for_all_else + 2 ? 1 : static_cast<std::size_t>((all - for_all_else) / 2);
}

// There may be room when another child has ended.
bool is_for_want_of_room(int why) { return why == EMFILE || why == ENFILE || why == EAGAIN || why == ENOMEM; }

Outcome not_started(int why) {
  Outcome outcome;
  outcome.end = Outcome::End::not_started;
  outcome.start_errno = why;
  return outcome;
}

}  // namespace

struct RealRunner::SharedResources {
  SharedResources() : null_fd(sys::open_null()), buffer(new char[Stream::block_size]) {
    bind_what_children_call(null_fd);
  }
  ~SharedResources() {
    for (const auto& child : late) {
      child->signal_group(SIGKILL);
      abandoned.push_back(child->pid);
    }
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
  std::vector<std::unique_ptr<Child>> late;  // between two runs
  const std::unique_ptr<char[]> buffer;      // not zeroed: untouched pages cost neither memory nor fork time
};

namespace {

class Loop {
 public:
  // RealRunner::SharedResources is private; this is the part of it that the loop needs.
  struct Tools {
    int null_fd;
    ExecErrors& exec_errors;
    std::vector<pid_t>& abandoned;
    std::vector<std::unique_ptr<Child>>& late;
    char* buffer;
    std::function<void()> reap_abandoned;
  };

  Loop(const RealRunner::Options& options, Tools tools, const Runner::Next& next, const Runner::Finished& finished)
      : options_(options),
        tools_(std::move(tools)),
        next_(next),
        finished_(finished),
        wake_fd_(options.wake_fd),
        children_(std::exchange(tools_.late, {})),
        jobs_(std::max(1U, options.jobs)),
        most_children_(most_children()) {
    setup_.sysroot = options.sysroot;
    setup_.signals = signals_not_default();
    setup_.null_fd = tools_.null_fd;
    std::vector<char*>& words = setup_.environment;
    for (auto word = environment.begin(); *word != nullptr; ++word) words.push_back(const_cast<char*>(*word));
    for (const std::string& more : options.more_environment) words.push_back(const_cast<char*>(more.c_str()));
    words.push_back(nullptr);
  }

  void run(bool wait_for_late) {
    for (;;) {
      look_for_interruption();
      if (stopping_) ask_to_end();
      fill();
      if (!wait_for_late && !stopping_ && !postponed_ && only_late_ones_run()) return leave_late_ones();
      if (children_.empty()) return report_postponed();
      const bool exits = wait();
      const Clock::time_point now = Clock::now();
      if (exits && !tools_.abandoned.empty()) tools_.reap_abandoned();
      for (std::size_t i = 0; i < children_.size();) {
        Child& child = *children_[i];
        if (exits) look_for_exit(child, now);
        if (advance(child, now)) {
          finish(i);  // moves the last one here
        } else {
          look_for_lateness(child, now);
          ++i;
        }
      }
    }
  }

 private:
  bool only_late_ones_run() const {
    return std::all_of(children_.begin(), children_.end(),
                       [](const auto& child) { return child->late && child->job.after_return; });
  }

  void report_postponed() {
    if (postponed_) report_not_run(*postponed_);
  }

  void report_not_run(const Job& job) {
    Outcome outcome;
    outcome.end = Outcome::End::interrupted;
    report(job, std::move(outcome));
  }

  void leave_late_ones() {
    for (const auto& child : children_) child->outlived_its_run = true;
    tools_.late = std::move(children_);
  }

  void look_for_lateness(Child& child, Clock::time_point now) {
    if (child.late || child.phase != Phase::running || now < child.late_at) return;
    child.late = true;
    nothing_now_ = false;
    if (!room_since_) room_since_ = Clock::now();
    try {
      if (child.job.on_late) child.job.on_late();
    } catch (...) {
      broken_ = true;
    }
  }

  // Those that take a place.
  std::size_t busy() const {
    return static_cast<std::size_t>(
        std::count_if(children_.begin(), children_.end(), [](const auto& child) { return !child->late; }));
  }

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

  // Command::on_signal, one at a time for each command.
  void ask_to_end() {
    const Clock::time_point now = Clock::now();
    std::vector<Job> requests;
    for (const auto& child : children_) {
      const Command& command = child->job.command;
      if (child->phase != Phase::running || command.on_signal.empty() || now < child->ask_again_at) continue;
      const bool is_asked = std::any_of(children_.begin(), children_.end(), [&](const auto& other) {
        return other->job.id == unreported && other->job.command.argv == command.on_signal;
      });
      child->ask_again_at = now + pause_between_requests;
      if (is_asked) continue;
      Job& request = requests.emplace_back();
      request.id = unreported;
      request.command.argv = command.on_signal;
      request.command.never_kill = true;
      request.command.deadline = since(now, child->until);
    }
    for (Job& request : requests) start(std::move(request));
  }

  // Starting a child lends it all of our memory, and each page that we write to afterwards is copied: with much memory
  // that costs more than the start itself. So where many run, children are started in bursts, not one for each that
  // ended.
  bool waits_for_batch() const {
    constexpr std::size_t part = 4;
    const std::size_t taken = busy();
    return taken != 0 && taken <= jobs_ && jobs_ - taken < jobs_ / part && room_since_ &&
           Clock::now() - *room_since_ < batch_delay;
  }

  void fill() {
    batch_delayed_ = !stopping_ && !broken_ && !nothing_now_ && waits_for_batch();
    if (batch_delayed_) return;
    room_since_.reset();
    while (!stopping_ && !broken_ && !nothing_now_ && busy() < jobs_ && children_.size() < most_children_) {
      std::optional<Job> job = std::exchange(postponed_, std::nullopt);
      try {
        if (!job) job = next_();
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
    if (job.command.deadline <= milliseconds{0}) return report_not_run(job);
    std::unique_ptr<Child> child;
    try {
      child = std::make_unique<Child>(job);
      child->started = Clock::now();
      child->until = child->started + std::min(child->job.command.deadline, longest);
      child->late_at = child->started + std::clamp(child->job.patience, milliseconds{0}, longest);
      children_.reserve(children_.size() + 1);
      const int kept_fd = options_.kept_fd ? options_.kept_fd() : -1;
      const int why = child->start(child->job.command, setup_, kept_fd, tools_.exec_errors);
      if (why != 0) {
        if (child->exec_error != nullptr) tools_.exec_errors.give_back(child->exec_error);
        if (is_for_want_of_room(why) && !children_.empty()) {
          most_children_ = children_.size();
          postponed_ = std::move(child->job);
        } else {
          report(child->job, not_started(why));
        }
        return;
      }
      // Nothing may throw between the start and this.
      children_.push_back(std::move(child));
    } catch (const std::exception&) {
      if (child && child->exec_error != nullptr) tools_.exec_errors.give_back(child->exec_error);
      report(child ? child->job : job, not_started(ENOMEM));
    }
  }

  // Until something may have happened. True when an exit may be among it.
  bool wait() {
    if (options_.while_waiting) options_.while_waiting();
    polled_.clear();
    streams_.clear();
    if (wake_fd_ != -1) add(wake_fd_, {});
    Clock::time_point until = Clock::time_point::max();
    bool a_silent_one_runs = false;
    for (const auto& child : children_) {
      if (child->out.open()) add(child->out.fd, {child.get(), Channel::out});
      if (child->err.open()) add(child->err.fd, {child.get(), Channel::err});
      until = std::min(until, child->until);
      if (!child->late && child->phase == Phase::running) until = std::min(until, child->late_at);
      a_silent_one_runs = a_silent_one_runs || (child->silent() && child->phase != Phase::draining);
    }
    const Clock::time_point now = Clock::now();
    const auto left = std::max(Clock::duration::zero(), until - now);
    int timeout = static_cast<int>(
        std::min<milliseconds>(std::chrono::duration_cast<milliseconds>(left) + milliseconds{1}, lost_signal).count());
    if (left == Clock::duration::zero()) timeout = 0;
    if (batch_delayed_) timeout = std::min(timeout, static_cast<int>(batch_delay.count()));
    if (wake_fd_ == -1) timeout = timeout_without_wake(timeout, a_silent_one_runs);

    const int ready = ::poll(polled_.data(), static_cast<nfds_t>(polled_.size()), timeout);
    if (ready == 0) return true;
    if (ready == -1) {
      // The handler that interrupted us has written to wake_fd. Anything else (no memory, more descriptors than the
      // limit allows) must not turn into a busy loop; the deadlines still end it.
      const bool by_signal = errno == EINTR;
      if (!by_signal) timeout_without_wake(1, true);
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
    if (activity) poll_delay_ = shortest_poll_delay;
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
      stream.read(tools_.buffer, hung_up, source.child->job, source.channel);
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
  int timeout_without_wake(int timeout, bool soon) {
    poll_delay_ = std::min(poll_delay_ * 2, longest_poll_delay);
    if (!soon) return std::min(timeout, static_cast<int>(poll_delay_ / std::chrono::milliseconds{1}) + 1);
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(poll_delay_).count();
    struct timespec span{};
    span.tv_nsec = static_cast<long>(nanoseconds);
    if (timeout > 0) ::nanosleep(&span, nullptr);
    return 0;
  }

  void look_for_exit(Child& child, Clock::time_point now) {
    if (child.phase == Phase::draining) return;
    if (child.phase == Phase::terminating) {
      child.leader_gone = child.leader_gone || child.has_exited();
      return;
    }
    collect(child, now);
  }

  void collect(Child& child, Clock::time_point now) {
    if (!child.reap()) return;
    child.phase = Phase::draining;
    child.ended = now;
    child.until = now + drain;
  }

  void terminate(Child& child, Outcome::End reason, Clock::time_point now) {
    child.reason = reason;
    child.phase = Phase::terminating;
    child.until = now + grace;
    child.signal_group(SIGTERM);
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
        if (over && !child.leader_gone) child.leader_gone = child.has_exited();
        if (child.leader_gone && (over || child.silent())) {
          child.signal_group(SIGKILL);  // what it started and left behind
          collect(child, now);
          return child.phase == Phase::draining && child.silent();
        }
        if (!over) return false;
        child.signal_group(SIGKILL);
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
    if (child->outlived_its_run) return report_late(child->job, std::move(outcome));
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
    if (job.id == unreported) return;
    try {
      finished_(job, std::move(outcome));
    } catch (...) {
      broken_ = true;
    }
  }

  void report_late(const Job& job, Outcome outcome) {
    try {
      job.after_return(job, std::move(outcome));
    } catch (...) {
      broken_ = true;
    }
  }

  static constexpr std::chrono::microseconds shortest_poll_delay{25};
  static constexpr std::chrono::microseconds longest_poll_delay{20000};

  const RealRunner::Options& options_;
  Tools tools_;
  const Runner::Next& next_;
  const Runner::Finished& finished_;
  int wake_fd_;
  ChildSetup setup_;
  std::vector<std::unique_ptr<Child>> children_;
  std::size_t jobs_;
  std::size_t most_children_;
  std::optional<Job> postponed_;  // until there is room for it
  std::vector<struct pollfd> polled_;
  std::vector<Source> streams_;  // beside polled_
  std::chrono::microseconds poll_delay_ = shortest_poll_delay;
  bool nothing_now_ = false;
  std::optional<Clock::time_point> room_since_;  // since when a child could have been started
  bool batch_delayed_ = false;                   // for a burst
  bool stopping_ = false;
  bool broken_ = false;  // a callback threw
};

}  // namespace

char* const* fixed_environment() { return const_cast<char* const*>(environment.data()); }

RealRunner::RealRunner(Options options) : options_(std::move(options)), kept_(std::make_unique<SharedResources>()) {}

RealRunner::~RealRunner() = default;

void RealRunner::run(const Next& next, const Finished& finished) { loop(next, finished, false); }

void RealRunner::wait_for_late() {
  loop([] { return std::nullopt; }, [](const Job&, const Outcome&) {}, true);
}

void RealRunner::loop(const Next& next, const Finished& finished, bool wait_for_late) {
  keep_exit_statuses();
  kept_->reap_abandoned();
  Loop(options_,
       {kept_->null_fd, kept_->exec_errors, kept_->abandoned, kept_->late, kept_->buffer.get(),
        [this] { kept_->reap_abandoned(); }},
       next, finished)
      .run(wait_for_late);
}

}  // namespace hanfs::run
