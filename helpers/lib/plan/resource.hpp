// SPDX-License-Identifier: Apache-2.0
// What steps are about, and what can be expected of it: the vocabulary of plans and of the journal. How a machine shows
// these things, and which commands change them, is the programs' business.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace hanfs::plan {

enum class Kind {
  filesystem,      // name: its local path
  route,           // a default route of the running machine; name: its gateway
  stored_route,    // the same for the next boot
  tunable,         // of the running machine
  stored_tunable,  // the same for the next boot
  resolver,        // how names are resolved; name: the setting
  file,            // name: its path; empty for the one file that a program edits
  exported,        // what a server exports; name: the directory
  mode,            // replication of a server; no name
  domain,          // the NFSv4 domain; the name in a step is empty, in an expectation it is the domain
  daemon,
  server,  // a server as a whole; no name
  host,    // work on another host
  other,   // read in a journal, and not known here; name: the whole id
};

struct Resource {
  Kind kind = Kind::other;
  std::string name;

  bool operator==(const Resource& o) const { return kind == o.kind && name == o.name; }
  bool operator<(const Resource& o) const { return std::tie(kind, name) < std::tie(o.kind, o.name); }
};

struct FilesystemOption {
  std::string name;
  long value = 0;
};

// There is one entry for the gateway, and it is like this.
struct RouteEntry {
  long long cost = 0;
  bool active_dgd = false;     // dead gateway detection
  bool is_static = false;      // carried over when the entry is made anew; not judged
  std::string interface = {};  // the same: by which it is to go out where there are several; empty: not given

  bool operator==(const RouteEntry& o) const {
    return cost == o.cost && active_dgd == o.active_dgd && is_static == o.is_static && interface == o.interface;
  }
};

// There are so many entries for the gateway.
struct EntryCount {
  std::size_t entries = 0;
};

// Traffic can do without this gateway, or with it: who carries it meanwhile is one of `among`, is not held for dead and
// answers, and with `itself` this one answers too. Who was held for dead when the run began is never among them.
struct LiveGateway {
  std::vector<std::string> among = {};
  bool another = true;  // false: `among` does not matter
  bool itself = false;
  // How it comes back at once: where that is before those who carry the traffic now, it may have to answer itself.
  std::optional<RouteEntry> comes_back = std::nullopt;
  // It was taken away a moment ago and is put back as `comes_back`, which holds by what was seen before: unless it gave
  // no answer, and would come before one of `among` that did.
  bool is_put_back = false;
  // Those that have to be like this before: while one of them is made anew, this one may be needed.
  std::vector<std::pair<std::string, RouteEntry>> after = {};
};

struct ExportRows {
  enum class Match {
    all,         // exactly these rows
    one,         // this row, perhaps beside others
    served,      // this row or one that serves the same clients, now and at the next boot
    served_now,  // the same, whatever the next boot finds
  };
  Match match = Match::all;
  std::string rows;  // as in the file of exports
};

struct ServerMode {
  bool replication = false;
  std::vector<std::string> daemons;  // that run with it
};

// What a server was like before a run; only a record in the journal, never judged.
struct ServerState {
  std::optional<bool> replication;
  std::optional<std::string> domain;
  std::vector<std::string> daemons;         // that ran
  std::string exports;                      // rows as in the file of exports
  std::string node = {};                    // whose state it is; empty: not said
  std::vector<std::string> addresses = {};  // that it had
};

// A statement about a resource, which the program that made the plan can judge by observing. A plain text is the value
// of a tunable, the status of a daemon or the domain that a host belongs to; it is empty where the resource says all.
struct Expectation {
  using Value = std::variant<std::string, FilesystemOption, RouteEntry, EntryCount, LiveGateway, ExportRows, ServerMode,
                             ServerState>;
  Resource resource;
  Value value;
};

}  // namespace hanfs::plan
