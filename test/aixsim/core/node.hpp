// SPDX-License-Identifier: Apache-2.0
// One simulated node: where its state lies, its clock, its variants.
#pragma once
#include <map>
#include <string>

#include "core/files.hpp"
#include "core/text.hpp"

namespace aixsim {

class Node {
 public:
  explicit Node(std::string root = "") : root_(std::move(root)) {}

  const std::string& root() const { return root_; }
  std::string state(const std::string& name) const { return root_ + "/.aixsim/" + name; }
  bool booted() const { return exists(state("node")); }

  bool read(const std::string& name, std::string* content) const { return read_file(state(name), content); }
  std::string get(const std::string& name) const;
  // Writers do nothing when the state is frozen (fault unchanged-but-exit0).
  void write(const std::string& name, const std::string& content) const;
  void append(const std::string& name, const std::string& text) const;
  // A file as AIX has it, e.g. "/etc/exports", below the node's folder.
  std::string file(const std::string& path) const;
  void write_path(const std::string& path, const std::string& content) const;
  void freeze() { frozen_ = true; }
  bool frozen() const { return frozen_; }
  std::string lock_path(const std::string& name) const { return state("locks/" + name); }

  // node file: key=value lines (hostname, standalone, boot arguments, ...).
  std::string setting(const std::string& key, const std::string& fallback = "") const;
  void set_setting(const std::string& key, const std::string& value) const;
  void set_settings(const std::map<std::string, std::string>& values) const;

  // The simulated command that runs now: its id in the call log, and its words.
  void set_call(const std::string& id, const std::string& words) { call_id_ = id, call_words_ = words; }
  const std::string& call_id() const { return call_id_; }
  const std::string& call_words() const { return call_words_; }

  // The simulated clock, seconds since 1970; only `aixsim clock` moves it.
  long clock() const;

  // A GUESS variant's value, or its default.
  const std::string& variant(const std::string& name) const;
  bool is(const std::string& name, const std::string& value) const { return variant(name) == value; }

  // Numeric form of a server as the node's /etc/hosts knows it, or the text itself.
  std::string address_of(const std::string& server) const;
  std::string name_of(const std::string& address) const;

 private:
  std::string root_, call_id_ = "-", call_words_ = "aixsim";
  bool frozen_ = false;
  mutable std::map<std::string, std::string> variants_;
  mutable bool variants_read_ = false;
};

std::map<std::string, std::string> parse_settings(const std::string& text);
std::string format_settings(const std::map<std::string, std::string>& settings);

struct Variant {
  const char* name;
  const char* values;  // separated by '|', the first is the default
  const char* fact;    // which statement of the fact sheets it stands for
};
const Variant* find_variant(const std::string& name);
const Variant* all_variants(size_t* count);

}  // namespace aixsim
