// SPDX-License-Identifier: Apache-2.0
// What a server exports: lines of /etc/exports, and what the kernel holds (shown as /etc/xtab).
#pragma once
#include <set>

#include "state/mounts.hpp"

namespace aixsim {

struct Export {
  std::string dir;
  Options options;

  std::set<std::string> versions() const;  // without vers=: 2 and 3 [GUESS]
  bool v4() const { return versions().count("4") != 0; }
  std::string text() const;  // "DIR -opt,opt"
};

// Places of replicas=: path@host, one per host.
struct Replica {
  std::string path, host;
};
bool parse_replicas(const std::string& text, std::vector<Replica>* replicas);

// Lines of an exports file; '#' begins a comment, '\' at the end continues a line.
std::vector<Export> parse_exports(const std::string& text);
// Order of the options in one of the ways that were SEEN.
Options ordered(const Options& options, const std::string& order);
Strings sorted_words(const Options& options);  // to compare options as a set

class Exports {
 public:
  explicit Exports(const Node& node) : node_(node) {}
  std::string lock() const { return node_.lock_path("exports"); }

  std::vector<Export> now() const;  // what the kernel exports
  bool any_v4() const;

  // Why the kernel refuses to export this, empty when it does not. Adds this server to the replicas where the kernel
  // does so.
  std::string refusal(Export* wanted) const;
  // Exports the directory, or exports it again. Returns the refusal or an empty text. `forced`: boot sets the state,
  // nothing is checked.
  std::string add(Export wanted, bool* again, bool forced = false) const;
  // Withdraws one directory (all versions, or one). Returns the refusal or an empty text.
  std::string remove(const std::string& dir, const std::string& version, bool force) const;
  void clear() const;  // a boot: nothing is exported

 private:
  void save(const std::vector<Export>& all) const;
  const Node& node_;
};

// on, off, or host[+host] (root replicas).
std::string replication_mode(const Node& node);
bool is_own_address(const Node& node, const std::string& host);

}  // namespace aixsim
