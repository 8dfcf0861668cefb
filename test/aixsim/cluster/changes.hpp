// SPDX-License-Identifier: Apache-2.0
// Changes of xCAT's tables by one command: all are stored at its end, under a lock, or none.
#pragma once
#include <algorithm>

#include "cluster/tables.hpp"

namespace aixsim {

class Changes {
 public:
  explicit Changes(const Node& node) : store_(node), lock_(store_.lock()), lookup_(store_) {}
  // The tables as they were before the command.
  Lookup& lookup() { return lookup_; }
  void set(const std::string& table, const std::string& key, const std::string& column, const std::string& value) {
    edited(table).set(key, column, value);
  }
  void remove(const std::string& table, const std::string& key) {
    auto& rows = edited(table).rows;
    const auto gone = [&](const Row& row) { return row[0] && *row[0] == key; };
    rows.erase(std::remove_if(rows.begin(), rows.end(), gone), rows.end());
  }
  // From every table whose rows are nodes.
  void remove_node(const std::string& node) {
    for (const auto& name : store_.names()) {
      const Table& table = lookup_.table(name);
      if (!table.columns.empty() && table.columns[0] == "node" && table.find(node)) remove(name, node);
    }
  }
  void save() {
    for (const auto& [name, table] : tables_) store_.save(table);
  }

 private:
  Table& edited(const std::string& name) { return tables_.emplace(name, lookup_.table(name)).first->second; }
  TableStore store_;
  Lock lock_;
  Lookup lookup_;
  Tables tables_;
};

// `old` with the words of `value` behind its own ('+'), before them ('<') or without them ('-').
inline std::string merged(const std::string& old, const std::string& value, char how) {
  Strings words = old.empty() ? Strings() : split(old, ',');
  Strings before;
  for (const auto& word : split(value, ',')) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (how == '-' && found != words.end()) words.erase(found);
    if (how != '-' && found == words.end()) (how == '+' ? words : before).push_back(word);
  }
  words.insert(words.begin(), before.begin(), before.end());
  return join(words, ",");
}

}  // namespace aixsim
