// SPDX-License-Identifier: Apache-2.0
#include "app/system.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "run/real_runner.hpp"
#include "sys/fds.hpp"
#include "sys/output.hpp"
#include "sys/signals.hpp"

extern char** environ;  // POSIX: no header declares it

namespace hanfs::app {

RealSystem::RealSystem() { sys::fill_standard_descriptors(); }

std::unique_ptr<run::Runner> RealSystem::make_runner(const RunnerOptions& options) {
  run::RealRunner::Options how;
  how.sysroot = options.sysroot;
  how.jobs = options.jobs;
  how.more_environment = options.more_environment;
  how.while_waiting = options.while_waiting;
  how.kept_fd = [this] { return commands_ ? commands_->fd() : -1; };
  if (options.interruptible) {
    how.interrupted = sys::interrupted;
    how.wake_fd = sys::wake_fd();
  }
  return std::make_unique<run::RealRunner>(std::move(how));
}

bool RealSystem::has_orphaned_commands(const std::string& fifo) const { return sys::OrphanedCommands(fifo).any(); }

void RealSystem::watch_commands(const std::string& fifo) { commands_.emplace(fifo).watch_ours(); }

std::string RealSystem::node_name() const {
  std::string name = environment("NODE");
  if (name.empty()) {
    char buffer[256] = {};
    if (::gethostname(buffer, sizeof buffer - 1) == 0) name = buffer;
    name.resize(std::min(name.find('.'), name.size()));
  }
  // The verdict line is made of words: what could break it does not come in.
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
  });
  return plain ? name : "unknown";
}

std::string RealSystem::environment(const std::string& name) const {
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

std::map<std::string, std::string> RealSystem::environment_of(const std::string& prefix) const {
  std::map<std::string, std::string> found;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const std::size_t name_end = text.find('=');
    if (name_end != std::string::npos && text.compare(0, prefix.size(), prefix) == 0)
      found.emplace(text.substr(0, name_end), text.substr(name_end + 1));
  }
  return found;
}

long RealSystem::process_id() const { return ::getpid(); }

void RealSystem::prepare() {
  sys::close_inherited_on_exec();
  sys::install_signals();
}

bool RealSystem::interrupted() const { return sys::interrupted(); }

void RealSystem::arm_watchdog(long seconds) { sys::arm_watchdog(static_cast<unsigned>(seconds)); }

long RealSystem::watchdog_time_left() const { return static_cast<long>(sys::watchdog_time_left()); }

void RealSystem::set_last_resort(const std::string& words, int status, const std::vector<std::string>& owed) {
  last_resort_ = 1 - last_resort_;
  LastResort& next = last_resorts_[last_resort_];
  next.words = words;
  next.owed = owed;
  next.argv.clear();
  for (std::string& word : next.owed) next.argv.push_back(word.data());
  next.argv.push_back(nullptr);
  sys::LastResort last;
  last.words = words.empty() ? nullptr : next.words.c_str();
  last.status = status;
  last.owed_command = owed.empty() ? nullptr : next.argv.data();
  last.owed_environment = run::fixed_environment();
  sys::set_last_resort(last);
}

Status RealSystem::start_later(const std::vector<std::string>& argv, long seconds, long grace) {
  const int error = later_.start(argv, std::chrono::seconds(seconds), std::chrono::seconds(grace));
  if (error == 0) return Done{};
  return Error{"no process for " + argv.front() + ": " + std::strerror(error)};
}

void RealSystem::cancel_later() { later_.cancel(); }

bool RealSystem::print(std::string_view text) { return sys::write_patiently(STDOUT_FILENO, text); }
bool RealSystem::print_error(std::string_view text) { return sys::write_patiently(STDERR_FILENO, text); }
bool RealSystem::errors_go_to_terminal() const { return ::isatty(STDERR_FILENO) == 1; }

void RealSystem::show_progress(std::string_view text) {
  if (!terminal_) terminal_ = sys::open_terminal(STDERR_FILENO);
  if (*terminal_ != -1) sys::write_if_ready(*terminal_, text);
}

// A short line goes into a pipe or a terminal that can take one at once.
void RealSystem::print_unless_blocked(std::string_view line, bool as_error) {
  pollfd there{as_error ? STDERR_FILENO : STDOUT_FILENO, POLLOUT, 0};
  if (::poll(&there, 1, 0) != 1 || (there.revents & POLLOUT) == 0) return;
  const ssize_t written = ::write(there.fd, line.data(), line.size());
  (void)written;
}

void RealSystem::log(report::Log::Level level, const std::string& message) {
  report::write_syslog(environment("LOGLABEL"), level, message);
}

}  // namespace hanfs::app
