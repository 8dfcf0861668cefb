// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/work_journal.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "sys/clock.hpp"
#include "sys/file.hpp"
#include "sys/files.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {

namespace {

constexpr std::string_view shut_down_at = "shut down at ", booted_at = ", booted at ";

// The times of entry_of.
StoppedNode stopped_node(const plan::JournalEntry& entry) {
  const std::string& why = entry.step.why;
  if (why.compare(0, shut_down_at.size(), shut_down_at) != 0) return {entry.step, entry.time};
  const std::size_t end = why.find(booted_at);
  return {entry.step, why.substr(shut_down_at.size(), end == std::string::npos ? end : end - shut_down_at.size()),
          end == std::string::npos ? "" : why.substr(end + booted_at.size())};
}

// A journal of its own that owes these nodes their boot. It takes the place of the old one only when it is whole.
Status write_debts(const StoppedNodes& stopped, const std::string& path) {
  if (::unlink(path.c_str()) == -1 && errno != ENOENT) return Error{sys::file_error(errno)};
  sys::RealFiles files;
  const sys::RealClock clock;
  plan::Journal journal(files, clock, path, "taken over");
  for (const auto& [name, node] : stopped) journal.begin(entry_of(node));
  return journal.reason().empty() ? Status(Done{}) : Status(Error{journal.reason()});
}

Status rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return Done{};
  return Error{"cannot make " + to + " of " + from + ": " + sys::file_error(errno)};
}

}  // namespace

plan::Step entry_of(const Stage& stage, const Action& action, const std::string& host) {
  plan::Step step;
  step.resource = {plan::Kind::host, host};
  step.detail = stage.title;
  step.why = action.why;
  step.argv = action.argv;
  step.expect = plan::Expectation{step.resource, action.domain};
  return step;
}

DoneWork read_done(const plan::JournalContent& journal) {
  DoneWork done;
  for (const plan::JournalEntry& entry : journal.entries) {  // the last entry about the same work counts
    if (!entry.step.expect) continue;
    const DoneWork::value_type work{entry.step.expect->resource.name, entry.step.argv};
    if (entry.state == plan::JournalEntry::State::done) {
      done.insert(work);
    } else {
      done.erase(work);
    }
  }
  return done;
}

StoppedNodes read_stopped(const plan::JournalContent& journal) {
  StoppedNodes stopped;
  for (const plan::JournalEntry& entry : journal.entries) {
    if (!entry.step.expect || entry.step.argv != shutdown_command()) continue;
    const std::string& node = entry.step.expect->resource.name;
    if (entry.state == plan::JournalEntry::State::begun) {
      stopped[node] = stopped_node(entry);
    } else {
      stopped.erase(node);
    }
  }
  return stopped;
}

plan::Step entry_of(const StoppedNode& node) {
  plan::Step step = node.step;
  step.why = std::string(shut_down_at) + node.since + (node.booted.empty() ? "" : std::string(booted_at) + node.booted);
  return step;
}

std::string warning_of_unreadable(const std::string& path, std::size_t lines) {
  if (lines == 0) return {};
  return path + ": " + text::counted(lines, "line") +
         " cannot be read, so nodes that an apply has left down may not be known; cure: makehanfs status shows who is "
         "silent";
}

Result<EarlierWork> open_journal(const std::string& path, bool resume) {
  constexpr std::size_t most = std::size_t{256} << 20U;
  const auto text = sys::read_file(path, most);
  if (!text) return text.error();
  if (resume && !*text) return Error{"nothing to resume: " + path + " does not exist; run without --resume"};
  EarlierWork earlier;
  if (*text) {
    const plan::JournalContent journal = plan::parse_journal(**text);
    if (resume) earlier.done = read_done(journal);
    earlier.stopped = read_stopped(journal);
    earlier.unreadable = journal.unreadable;
  }
  if (resume) return earlier;
  if (earlier.stopped.empty()) {
    if (const Status aside = rename_file(path, path + ".old"); !aside) return aside.error();
    return earlier;
  }
  const std::string next = path + ".new";
  if (const Status written = write_debts(earlier.stopped, next); !written)
    return Error{next + ": " + written.error().what + ", and " + path +
                 " has nodes that are still to be booted; nothing was touched; cure: make room there"};
  // The old one keeps its place until the new one takes it. That it is kept beside is for people only.
  (void)::unlink((path + ".old").c_str());
  (void)::link(path.c_str(), (path + ".old").c_str());
  if (const Status placed = rename_file(next, path); !placed) return placed.error();
  return earlier;
}

}  // namespace hanfs::cluster
