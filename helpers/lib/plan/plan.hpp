// SPDX-License-Identifier: Apache-2.0
// A plan is data: what will be started, why, how it is undone and what must hold afterwards. This room knows neither
// AIX nor xCAT; the text of a plan is what runs.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace hanfs::plan {

using Argv = std::vector<std::string>;

// A statement about the state of the machine, which the program that made the plan can judge by observing.
// For example {"route", "10.0.0.2", "cost=1 active_dgd=1"}.
struct Expectation {
  std::string kind;
  std::string subject;
  std::string value;

  bool operator==(const Expectation& o) const { return kind == o.kind && subject == o.subject && value == o.value; }
};

struct FileChange {
  std::string path;                    // as AIX knows it
  std::optional<std::string> content;  // nullopt: the file is removed
  std::string like = {};               // whose mode and owner it gets, where that exists; empty: it keeps its own
  bool follow_link = true;             // false: a symbolic link there is replaced, and what it stands for is not ours

  bool operator==(const FileChange& o) const {
    return path == o.path && content == o.content && like == o.like && follow_link == o.follow_link;
  }
};

struct Step {
  std::string id;   // stable name, unique in its plan: "fs:0:42949672973:timeo"
  std::string why;  // for people: "timeo is 100 (10 s), wanted 1 (0.1 s)"
  Argv argv;        // what is started; empty when the step writes a file
  std::optional<FileChange> file;

  std::vector<Argv> undo;  // takes the step back, in this order
  std::optional<FileChange> undo_file;

  std::optional<Expectation> needs;   // must hold right before, else the step is skipped
  std::optional<Expectation> expect;  // holds afterwards

  std::string sequence;   // steps of one lane run one after the other, lanes run side by side
  bool verified = false;  // `needs` and `expect` are judged by observing right before and right after; one guarded
                          // lane after the other, beside the lanes that are not
  bool abort_sequence = false;  // when it fails, the rest of its lane is skipped (and a guarded lane is taken back)
  bool never_kill = false;      // see run::Command
  bool sync_journal = false;    // it changes something that survives a crash of the machine: so must its journal entry
  // Guarded: so long may it take until `expect` holds, 5 s at most where its command failed or the looks fail; it is
  // looked at again and again.
  std::chrono::milliseconds wait{0};

  bool operator==(const Step& o) const {
    return id == o.id && why == o.why && argv == o.argv && file == o.file && undo == o.undo &&
           undo_file == o.undo_file && needs == o.needs && expect == o.expect && sequence == o.sequence &&
           verified == o.verified && abort_sequence == o.abort_sequence && never_kill == o.never_kill &&
           sync_journal == o.sync_journal && wait == o.wait;
  }
};

struct Plan {
  std::vector<Step> steps;

  bool empty() const { return steps.empty(); }
};

}  // namespace hanfs::plan
