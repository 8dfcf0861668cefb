// SPDX-License-Identifier: Apache-2.0
// A plan is data: what will be started, why, how it is undone and what must hold afterwards. This room knows neither
// AIX nor xCAT; the text of a plan is what runs.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "plan/resource.hpp"

namespace hanfs::plan {

using Argv = std::vector<std::string>;

// A change of some entries of a file that others write too: made to its text as that is right before the write. What an
// entry is the program knows (ApplyOptions::edited).
struct TextEdit {
  struct Exact {
    std::optional<std::string> from, to;  // nullopt: there is no file

    bool operator==(const Exact& o) const { return from == o.from && to == o.to; }
  };

  std::vector<std::string> out;  // entries as they stand there, without the newline at their end
  std::vector<std::string> in;   // they take the place of the first of `out`; where that is empty they come last
  std::optional<Exact> exact;    // a file that nobody else has changed: it becomes this to the byte

  bool operator==(const TextEdit& o) const { return out == o.out && in == o.in && exact == o.exact; }
};

struct FileChange {
  std::string path;                    // as AIX knows it
  std::optional<std::string> content;  // nullopt: the file is removed
  std::string like = {};               // whose mode and owner it gets, where that exists; empty: it keeps its own
  bool follow_link = true;             // false: a symbolic link there is replaced, and its target is not ours
  std::optional<TextEdit> edit = {};   // instead of `content`

  bool operator==(const FileChange& o) const {
    return path == o.path && content == o.content && like == o.like && follow_link == o.follow_link && edit == o.edit;
  }
};

// What a step is for. `reset`, `undo` and `repay` take back: what earlier runs did, what this run did, what an earlier
// run took from others and left down.
enum class Purpose { change, reset, undo, repay };

// What a step does to its resource.
enum class Action {
  set,
  add,
  remove,
  repair,
  reset,    // to the defaults of the machine
  restore,  // to what was there before
  withdraw,
  withdraw_for_a_moment,
  bring_back,
  start,
  stop,
  write,
  back_up,
};

struct Step {
  Resource resource;
  Action action = Action::set;
  std::string detail;  // an option, a number, a stage: what differs between steps that do the same to one resource
  Purpose purpose = Purpose::change;

  std::string why;  // for people: "timeo is 100 (10 s), wanted 1 (0.1 s)"
  Argv argv;        // what is started; empty when the step writes a file
  std::optional<FileChange> file;

  std::vector<Argv> undo;  // takes the step back, in this order
  std::optional<FileChange> undo_file;

  std::optional<Expectation> was;    // what was there before, as far as it is known: what a later reset goes back to
  std::optional<Expectation> needs;  // must hold right before, else the step is skipped
  std::optional<Expectation>
      undo_needs;                     // of a verified step: must hold before it is taken back, else what it did stays
  std::optional<Expectation> expect;  // holds afterwards

  // `needs` and `expect` are judged by observing right before and right after. Sequences of such steps run one after
  // the other, beside the sequences of other steps.
  bool verified = false;
  // Verified: where its command ends well, the next step of its sequence follows at once, and both are judged by what
  // is observed after that one, which must have an expectation.
  bool verified_with_next = false;
  bool abort_sequence = false;  // when it fails, the rest of its sequence is skipped (and a verified one rolled back)
  bool never_kill = false;      // see run::Command
  bool sync_journal = false;    // it changes something that survives a crash of the machine: so must its journal entry
  // What its command waits for, a server for instance; may be empty (run/lanes.hpp). Not for verified steps.
  std::string lane;
  // Verified: how long it may take until `expect` holds, 5 s at most where its command or the probes fail; the probe
  // is repeated until then.
  std::chrono::milliseconds wait{0};
};

struct Plan {
  std::vector<Step> steps;
  bool one_sequence = false;  // false: the steps of one resource are a sequence, and sequences run side by side

  bool empty() const { return steps.empty(); }
};

}  // namespace hanfs::plan
