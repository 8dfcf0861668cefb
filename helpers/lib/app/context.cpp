// SPDX-License-Identifier: Apache-2.0
#include "app/context.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sys/file.hpp"
#include "text/words.hpp"

namespace hanfs::app {
namespace {

using std::chrono::milliseconds;

// A chdev that takes longer is reported; it is never killed. After a signal it is waited for no longer than for any
// other command (see time_after_signal).
constexpr milliseconds odm_deadline{300000};

// Ending a hung command takes a second for SIGTERM and one for SIGKILL, and a report wants to be written.
constexpr milliseconds time_to_end{2500};

// Others wait no longer for a command that may depend on a server, and who hung is asked once more for so long.
constexpr milliseconds patience{1000};
constexpr milliseconds last_look{1000};

// A capture knows whose it is.
std::string name_of_node(System& system, const RunModes& modes) {
  if (!modes.from.empty()) {
    const auto name = system.files().read(modes.from + "/hostname.out", sys::Files::usual_limit);
    if (name && *name && !(*name)->empty()) return (*name)->substr(0, (*name)->find_first_of(".\n"));
  }
  return system.node_name();
}

}  // namespace

// The real log is for real changes: not for a look, a capture or a simulated node.
Context::Context(System& system, const RunModes& modes, const Limits& limits, std::vector<KeptFile> files,
                 std::vector<std::string> more_environment)
    : system_(system),
      modes_(modes),
      limits_(limits),
      files_(std::move(files)),
      more_environment_(std::move(more_environment)),
      deadline_(system.clock(), std::chrono::seconds(limits.deadline)),
      log_(modes.sysroot.empty() && !modes.read_only()
               ? [this](report::Log::Level level, const std::string& message) { logged_.emplace_back(level, message); }
               : report::Log::Sink()),
      node_(name_of_node(system, modes)),
      runner_(std::make_unique<run::TimingRunner>(make_runner(true))),
      late_(*runner_) {
  if (!modes.save.empty()) recorder_ = std::make_unique<run::RecordingRunner>(*runner_, modes.save);
}

std::unique_ptr<run::Runner> Context::make_runner(bool can_be_interrupted) {
  if (!modes_.from.empty()) return std::make_unique<run::ReplayRunner>(modes_.from);
  return system_.make_runner({modes_.sysroot, static_cast<unsigned>(limits_.jobs), more_environment_,
                              can_be_interrupted, [this] { tell_when_due(); }});
}

void Context::tell_that_it_works() { told_since_ = told_last_ = system_.clock().now(); }

void Context::tell_when_due() {
  constexpr std::chrono::seconds between_lines{5};
  const sys::Clock::TimePoint now = system_.clock().now();
  if (!told_since_ || now - told_last_ < between_lines) return;
  told_last_ = now;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *told_since_).count();
  system_.print_unless_blocked("hanfs: at work for " + std::to_string(seconds) + " s\n", modes_.json);
}

report::Progress Context::progress(const std::string& title, std::size_t total) const {
  using Show = std::function<void(const std::string&)>;
  return {title, total,
          system_.errors_go_to_terminal() ? [this](const std::string& text) { system_.show_progress(text); } : Show()};
}

void Context::send_log() {
  for (const auto& [level, message] : logged_) system_.log(level, message);
  logged_.clear();
}

std::unique_ptr<run::Runner> Context::calm_runner() { return make_runner(false); }

// What is saved is waited for: a capture is to be whole.
Sources Context::sources() {
  Sources sources{recorder_ ? static_cast<run::Runner&>(*recorder_) : late_,
                  [this](const std::string& path) {
                    const std::string root = modes_.from.empty() ? modes_.sysroot : modes_.from + "/files";
                    return system_.files().read(root + path, sys::Files::usual_limit);
                  },
                  [this] { return time_for(std::chrono::seconds(limits_.command_deadline)); }, !modes_.from.empty()};
  if (recorder_) return sources;
  sources.patience = patience;
  // One that was ended is asked once more; one that cannot be ended would not end then either.
  sources.keep_late = [this](const run::Command& command, run::Outcome outcome) {
    if (outcome.end != run::Outcome::End::timed_out) late_.know(command, std::move(outcome));
  };
  return sources;
}

Sources Context::sources_of_last_look() {
  runner_->wait_for_late();
  Sources sources = this->sources();
  sources.keep_late = nullptr;
  if (!std::exchange(looked_once_more_, true))
    sources.time_once_more = [this, until = sys::Deadline(system_.clock(), last_look)] {
      return std::min(until.left(), time_for(last_look));
    };
  return sources;
}

std::vector<std::string> Context::finish_saving() {
  std::vector<std::string> problems;
  if (!recorder_) return problems;
  for (const Error& error : recorder_->errors()) problems.push_back("--save: " + error.what);
  recorder_.reset();
  const auto save = [&](const std::string& name, const std::string& text) {
    const std::string path = modes_.save + name;
    Status saved = system_.files().make_folders(sys::folder_of(path));
    if (saved) saved = system_.files().write(path, text, "");
    if (!saved) problems.push_back("--save: " + saved.error().what);
  };
  for (const KeptFile& file : files_) {
    const auto text = system_.files().read(modes_.sysroot + file.path, sys::Files::usual_limit);
    if (text && *text)
      save("/files" + file.path, file.part == nullptr ? **text : file.part(**text));
    else
      (void)system_.files().remove(modes_.save + "/files" + file.path);  // of a capture that was here before
  }
  save("/hostname.out", node_ + "\n");
  return problems;
}

milliseconds Context::time_left() const {
  const milliseconds reserve = std::min(time_to_end, deadline_.whole() / 4);
  return std::max(deadline_.left() - reserve, milliseconds(0));
}

milliseconds Context::time_for(milliseconds wanted) const {
  const milliseconds time = std::min({wanted, deadline_.whole() / 4, time_left()});
  return time < std::min(wanted, runner_->mean()) ? milliseconds(0) : time;
}

milliseconds Context::time_for(const plan::Step& step) const {
  constexpr milliseconds at_least{100};
  if (step.never_kill) return std::max(std::min(odm_deadline, time_left()), at_least);
  return std::max(time_for(std::chrono::seconds(limits_.command_deadline)), at_least);
}

bool Context::may_continue() const {
  return !system_.interrupted() && time_for(std::chrono::seconds(limits_.command_deadline)).count() > 0;
}

std::string Context::stop_reason() const {
  if (system_.interrupted()) return "stopped by a signal";
  std::string why = "the deadline of the whole run has come (" + std::to_string(limits_.deadline) + " s";
  const std::string longest = runner_->longest();
  if (!longest.empty()) why += "; longest: " + longest;
  return why + ")";
}

// Below /etc because that is on the root file system: /var may be an NFS mount (statelite), and touching one could
// hang.
std::string Context::state_folder() const { return modes_.sysroot + "/etc/hanfs"; }

const sys::Lock& Context::take_lock() {
  (void)system_.files().make_folders(state_folder());  // a folder that cannot be made shows as the lock's reason
  lock_ = system_.files().lock(state_folder() + "/lock");
  return *lock_;
}

bool Context::has_time_for(int commands) const { return time_left() >= 2 * commands * runner_->mean(); }

// Something was begun and has no end.
bool Context::last_run_was_killed() const {
  const Result<plan::JournalContent> journal = read_journal();
  if (!journal || journal->entries.empty()) return false;
  const std::vector<plan::JournalEntry>& entries = journal->entries;
  return std::any_of(entries.rbegin(), entries.rend(), [&](const plan::JournalEntry& entry) {
    return entry.run == entries.back().run && entry.state == plan::JournalEntry::State::begun;
  });
}

bool Context::wait_for_orphaned_commands() {
  constexpr milliseconds between_looks{50};
  const std::string fifo = state_folder() + "/at-work";
  bool gone = !system_.has_orphaned_commands(fifo) || !last_run_was_killed();
  const sys::Deadline wait_limit(system_.clock(), time_for(std::chrono::seconds(limits_.command_deadline)));
  while (!gone && !wait_limit.passed() && !system_.interrupted()) {
    system_.clock().sleep(between_looks);
    gone = !system_.has_orphaned_commands(fifo);
  }
  system_.watch_commands(fifo);
  return gone;
}

std::string Context::journal_path() const { return state_folder() + "/journal"; }

// With the steady clock, which goes on from where it was when the machine's clock begins anew at each boot.
std::string Context::run_name() const {
  return system_.clock().utc() + "." + std::to_string(system_.process_id()) + "." +
         std::to_string(system_.clock().now().time_since_epoch().count());
}

bool Context::was_before_boot(const std::string& run) const {
  const auto then = text::whole_number<long long>(std::string_view(run).substr(run.rfind('.') + 1));
  return then && *then > system_.clock().now().time_since_epoch().count();
}

Result<plan::JournalContent> Context::read_journal() const {
  const auto text = system_.files().read(journal_path(), plan::Journal::largest_size);
  if (!text) return text.error();
  if (!*text) return plan::JournalContent{};
  // What others may write must not steer a program that runs as root.
  if (const Status trusted = system_.files().check_trusted(journal_path()); !trusted) return trusted.error();
  return plan::parse_journal(**text);
}

}  // namespace hanfs::app
