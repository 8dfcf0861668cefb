// SPDX-License-Identifier: Apache-2.0
// What was begun and what became of it, one JSON object a line, written before and after each step. It answers two
// questions: what did a run that was killed leave half done, and what may --reset take back.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.hpp"
#include "result.hpp"
#include "sys/clock.hpp"
#include "sys/files.hpp"

namespace hanfs::plan {

struct JournalEntry {
  enum class State { begun, done, failed, undone };

  std::string run;   // which run wrote it
  std::string time;  // UTC
  State state = State::begun;
  Step step;  // what its id says, why, argv, file, undo, undo_file, was, expect, never_kill, sync_journal; no more is
              // kept
  std::string node = {};  // on which machine, and since which boot of it; empty: not recorded
  std::string boot = {};
};

// Lines that cannot be read, or say what a later version knows, are counted, not fatal: the last one of a killed run
// may be torn.
struct JournalContent {
  std::vector<JournalEntry> entries;  // in the order they began
  std::size_t unreadable = 0;
  std::size_t unreadable_since = 0;  // of them, those after the last end of a step

  void count_unreadable() {
    ++unreadable;
    ++unreadable_since;
  }
};
JournalContent parse_journal(std::string_view text);

class Journal {
 public:
  // Appends to `path`, creating it with mode 0600. One of more than `usual_size` bytes is first written anew without
  // what can never be taken back any more: what was taken back, and what ended with an earlier boot. A journal that
  // cannot be opened, or that nobody could read, takes entries and drops them; `reason` then says why. `boot` names
  // the boot of the machine; empty: not known, and then nothing is left out but what was taken back.
  Journal(sys::Files& files, const sys::Clock& clock, const std::string& path, std::string run, std::string node = "",
          std::string boot = "");

  static constexpr std::size_t usual_size = std::size_t{16} << 20;     // bytes
  static constexpr std::size_t largest_size = std::size_t{256} << 20;  // bytes, what can be read

  void begin(const Step& step);
  void end(const Step& step, JournalEntry::State state);
  // An entry of an earlier run was taken back.
  void undone(const JournalEntry& entry);

  const std::string& node() const { return node_; }

  // The first reason why an entry could not be written; empty when all were.
  const std::string& reason() const { return reason_; }

 private:
  void write(const std::string& line, bool sync_journal);

  static Status mend_last_line(sys::Files& files, const std::string& path, const std::string& text);
  Status shorten(sys::Files& files, const std::string& path) const;
  std::string begin_line(const JournalEntry& entry) const;

  const sys::Clock& clock_;
  std::string run_;
  std::string node_;
  std::string boot_;
  std::string reason_;
  std::unique_ptr<sys::AppendFile> file_;
};

}  // namespace hanfs::plan
