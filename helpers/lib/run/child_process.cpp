// SPDX-License-Identifier: Apache-2.0
// The only translation unit that knows Boost.Process. It starts a child and nothing else: never its wait_for,
// terminate, running, exit_code, group or limit_handles (lib/run/README.md "Boost.Process: known faults" says why).
#include "run/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/version.hpp>
#if BOOST_VERSION >= 108800
#include <boost/process/v1/child.hpp>
#include <boost/process/v1/error.hpp>
#else
#include <boost/process/child.hpp>
#include <boost/process/error.hpp>
#endif
#include <cerrno>
#include <exception>

#include "sys/fds.hpp"

namespace hanfs::run {
namespace {

#if BOOST_VERSION >= 108800
namespace bp = boost::process::v1;
#else
namespace bp = boost::process;
#endif

constexpr std::size_t exec_error_count = 1024;  // one page
constexpr int blocks_at_once = 4;               // a child that writes without end must not keep us from the clock

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

// 0 when execve can be given these words unchanged.
int refuse(const std::vector<std::string>& argv) {
  if (argv.empty() || argv.front().empty() || argv.front().front() != '/') return EINVAL;
  for (const std::string& word : argv) {
    if (word.find('\0') != std::string::npos) return EINVAL;
  }
  return 0;
}

}  // namespace

ExecErrors::ExecErrors() {
  void* memory =
      ::mmap(nullptr, exec_error_count * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  slots_ = static_cast<int*>(memory);
  free_.reserve(exec_error_count);
  for (std::size_t i = exec_error_count; i-- > 0;) free_.push_back(i);
}

ExecErrors::~ExecErrors() {
  if (slots_ != nullptr) ::munmap(slots_, exec_error_count * sizeof(int));
}

volatile int* ExecErrors::take() {
  if (free_.empty()) return nullptr;
  volatile int* slot = slots_ + free_.back();
  free_.pop_back();
  *slot = 0;
  return slot;
}

void Stream::close() {
  if (fd != -1) ::close(fd);
  fd = -1;
}

void Stream::read(char* buffer, bool hung_up, const Job& job, Channel channel) {
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

int ChildProcess::start(const Command& command, const ChildSetup& setup, int kept_fd, ExecErrors& errors) {
  if (const int why = refuse(command.argv)) return why;
  if (setup.null_fd == -1) return ENFILE;
  const std::string file = setup.sysroot + command.argv.front();
  std::vector<char*> argv;
  argv.reserve(command.argv.size() + 1);
  argv.push_back(const_cast<char*>(file.c_str()));
  for (std::size_t i = 1; i < command.argv.size(); ++i) argv.push_back(const_cast<char*>(command.argv[i].c_str()));
  argv.push_back(nullptr);
  exec_error = errors.take();
  if (exec_error == nullptr) return ENOMEM;

  int out_ends[2];
  int err_ends[2];
  if (!sys::open_pipe(out_ends)) return errno;
  out.fd = out_ends[0];
  if (!sys::open_pipe(err_ends)) {
    const int why = errno;
    ::close(out_ends[1]);
    return why;
  }
  err.fd = err_ends[0];

  Startup startup;
  startup.file = file.c_str();
  startup.argv = argv.data();
  startup.env = setup.environment.data();
  startup.standard = {setup.null_fd, out_ends[1], err_ends[1]};
  startup.not_default = &setup.signals;
  startup.survives_our_end = command.never_kill;
  startup.exec_error = exec_error;
  startup.kept_fd = kept_fd;

  int why = 0;
  try {
    // ignore_error leaves out the error pipe (see ExecErrors), not the errors: Startup notes them.
    bp::child started(startup, bp::ignore_error);
    pid = started.id();
    started.detach();
    if (!started.valid()) why = startup.fork_error != 0 ? startup.fork_error : EAGAIN;
  } catch (const std::exception&) {
    why = ENOMEM;  // Boost allocates before the fork only
  }
  ::close(out_ends[1]);
  ::close(err_ends[1]);
  return why;
}

// waitpid would let the group's number be given to somebody else, and then our SIGKILL would go to them.
bool ChildProcess::has_exited() const {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

bool ChildProcess::reap() {
  pid_t answer = -1;
  do {
    answer = ::waitpid(pid, &wait_status, WNOHANG);
  } while (answer == -1 && errno == EINTR);
  status_lost = answer == -1;
  return answer != 0;
}

void ChildProcess::signal_group(int number) const {
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

void keep_exit_statuses() {
  struct sigaction action{};
  if (::sigaction(SIGCHLD, nullptr, &action) == -1) return;
  const bool ignored = (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN;
  if (!ignored && (action.sa_flags & SA_NOCLDWAIT) == 0) return;
  if (ignored) action.sa_handler = SIG_DFL;
  action.sa_flags &= ~SA_NOCLDWAIT;
  ::sigaction(SIGCHLD, &action, nullptr);
}

void bind_what_children_call(int null_fd) {
  ::dup2(null_fd, null_fd);
  ::setpgid(0, -1);  // EINVAL
  ::sigprocmask(SIG_SETMASK, nullptr, nullptr);
  char* const none[] = {nullptr};
  ::execve("", none, none);  // ENOENT
}

}  // namespace hanfs::run
