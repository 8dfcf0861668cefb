// SPDX-License-Identifier: Apache-2.0
#include "core/fan_out.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace aixsim {
namespace {

struct Running {
  Finished result;
  pid_t pid = -1;
  int pipes[2] = {-1, -1};  // stdout, stderr
};

long long now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<long long>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

bool start(const Job& job, Running* running) {
  int out[2], err[2];
  if (::pipe2(out, O_CLOEXEC) != 0) return false;
  if (::pipe2(err, O_CLOEXEC) != 0) {
    ::close(out[0]);
    ::close(out[1]);
    return false;
  }
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // the kernel kills this child when its parent dies
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    job.run();
    ::_exit(0);
  }
  ::close(out[1]);
  ::close(err[1]);
  if (pid < 0) {
    ::close(out[0]);
    ::close(err[0]);
    return false;
  }
  ::setpgid(pid, pid);
  running->result.name = job.name;
  running->pid = pid;
  running->pipes[0] = out[0];
  running->pipes[1] = err[0];
  return true;
}

// Takes what there is; closes the pipe at its end.
void take(int* pipe, std::string* text) {
  char buffer[8192];
  const ssize_t count = ::read(*pipe, buffer, sizeof buffer);
  if (count > 0) {
    text->append(buffer, static_cast<size_t>(count));
  } else if (count == 0 || errno != EINTR) {
    ::close(*pipe);
    *pipe = -1;
  }
}

void finish(Running* running) {
  int status = 0;
  while (::waitpid(running->pid, &status, 0) < 0 && errno == EINTR) {
  }
  running->result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

void fan_out(const std::vector<Job>& jobs, long width, long timeout, const std::function<void(const Finished&)>& done,
             const std::function<void()>& tick) {
  std::vector<Running> running;
  long long heard = now_ms();
  size_t next = 0;
  while (next < jobs.size() || !running.empty()) {
    while (next < jobs.size() && running.size() < static_cast<size_t>(std::max(1L, width))) {
      Running one;
      if (start(jobs[next], &one)) {
        running.push_back(one);
      } else if (running.empty()) {
        one.result.name = jobs[next].name;
        one.result.status = 1;
        one.result.err = "no process could be started\n";
        done(one.result);
      } else {
        break;  // as soon as another one has ended
      }
      ++next;
    }
    std::vector<pollfd> descriptors;
    std::vector<std::pair<size_t, int>> owners;
    long long wait = tick ? 1000 : -1;
    for (size_t i = 0; i < running.size(); ++i) {
      for (int which = 0; which < 2; ++which) {
        if (running[i].pipes[which] < 0) continue;
        descriptors.push_back({running[i].pipes[which], POLLIN, 0});
        owners.emplace_back(i, which);
      }
    }
    if (timeout > 0) {
      const long long left = std::max(0LL, heard + timeout * 1000 - now_ms());
      wait = wait < 0 ? left : std::min(wait, left);
    }
    ::poll(descriptors.data(), descriptors.size(), static_cast<int>(wait));
    for (size_t i = 0; i < descriptors.size(); ++i) {
      if (descriptors[i].revents == 0) continue;
      heard = now_ms();
      Running& one = running[owners[i].first];
      take(&one.pipes[owners[i].second], owners[i].second == 0 ? &one.result.out : &one.result.err);
    }
    const bool silent = timeout > 0 && now_ms() >= heard + timeout * 1000;
    if (silent) heard = now_ms();
    for (size_t i = running.size(); i-- > 0;) {
      Running& one = running[i];
      if (silent) {
        ::kill(-one.pid, SIGKILL);
        one.result.timed_out = true;
        for (int& pipe : one.pipes) {
          if (pipe >= 0) ::close(pipe);
          pipe = -1;
        }
      }
      if (one.pipes[0] >= 0 || one.pipes[1] >= 0) continue;
      finish(&one);
      done(one.result);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (tick) tick();
  }
}

std::string prefixed(const std::string& name, const std::string& text) {
  std::string result;
  size_t from = 0;
  while (from < text.size()) {
    size_t end = text.find('\n', from);
    if (end == std::string::npos) end = text.size();
    result += name + ": " + text.substr(from, end - from) + "\n";
    from = end + 1;
  }
  return result;
}

}  // namespace aixsim
