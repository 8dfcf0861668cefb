// SPDX-License-Identifier: Apache-2.0
// tabdump, nodels, lsdef, chdef, chtab, nodech. Formats: xcat 3.2, 3.3. Usage lines and messages of
// success are not in the fact sheet [GUESS].
#include <algorithm>

#include "cluster/noderange.hpp"
#include "cluster/remote_jobs.hpp"

namespace aixsim {
namespace {

bool has(const Strings& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

struct ObjectType {
  const char* type;
  const char* table;
};
const ObjectType kRowTypes[] = {
    {"network", "networks"}, {"route", "routes"}, {"osimage", "nimimage"}, {"nimimage", "nimimage"}};

std::string row_table(const std::string& type) {
  for (const auto& one : kRowTypes) {
    if (type == one.type) return one.table;
  }
  return "";
}

}  // namespace

int cmd_tabdump(Call& call) {
  const TableStore store(call.node);
  if (call.args.size() > 1 || (call.args.size() == 1 && starts_with(call.args[0], "-"))) {
    return call.fail("Usage: tabdump <tablename>\n       tabdump\n");
  }
  if (call.args.empty()) {
    for (const auto& name : store.names()) call.out += name + "\n";
    return 0;
  }
  const std::string& name = call.args[0];
  const Strings names = store.names();
  if (!has(names, name)) return call.fail("Error: No such table: " + name + "\n");
  Table table;
  // A file that somebody broke on purpose is shown as it is.
  call.out = store.load(name, &table) ? format_table(table) : call.node.file("/etc/xcat/" + name + ".csv");
  return 0;
}

int cmd_nodels(Call& call) {
  const TableStore store(call.node);
  Lookup lookup(store);
  for (const auto& arg : call.args) {
    if (starts_with(arg, "-")) return call.fail("Usage: nodels [noderange] [table.column ...]\n");
  }
  if (call.args.empty()) {
    Strings all = all_nodes(&lookup);
    std::sort(all.begin(), all.end());
    for (const auto& node : all) call.out += node + "\n";
    return 0;
  }
  Strings nodes;
  if (!range_of(call, &lookup, call.args[0], &nodes)) return 1;
  struct Wanted {
    std::string shown, table, column;
  };
  std::vector<Wanted> wanted;
  for (size_t i = 1; i < call.args.size(); ++i) {
    Wanted one{call.args[i], "", ""};
    if (!find_attribute(&lookup, one.shown, &one.table, &one.column)) {
      return call.fail("Error: " + one.shown + " is not a valid attribute\n");
    }
    wanted.push_back(one);
  }
  const bool bare = wanted.size() == 1 && call.node.is("nodels-one", "bare");
  for (const auto& node : nodes) {
    if (wanted.empty()) call.out += node + "\n";
    for (const auto& one : wanted) {
      call.out += node + ": " + (bare ? "" : one.shown + ": ") + lookup.text(node, one.table, one.column) + "\n";
    }
  }
  return 0;
}

namespace {

struct Object {
  std::string name, type;
  std::map<std::string, std::string> values;  // sorted, as lsdef prints them
};

Object node_object(Lookup* lookup, const std::string& name, const Strings& wanted) {
  Object object{name, "node", {}};
  for (const auto& one : node_attributes()) {
    if (!wanted.empty() && !has(wanted, one.name)) continue;
    const Cell value = lookup->value(name, one.table, one.column);
    if (value) object.values[one.name] = *value;
  }
  return object;
}

Object group_object(Lookup* lookup, const std::string& name) {
  Object object{name, "group", {}};
  for (const auto& one : node_attributes()) {
    const Table& table = lookup->table(one.table);
    const Row* const row = table.find(name);
    if (row && table.get(*row, one.column)) object.values[one.name] = *table.get(*row, one.column);
  }
  return object;
}

bool objects_of(Call& call, Lookup* lookup, const std::string& type, const std::string& names, const Strings& wanted,
                std::vector<Object>* objects) {
  if (type == "node") {
    Strings nodes = all_nodes(lookup);
    if (!names.empty() && !range_of(call, lookup, names, &nodes)) return false;
    for (const auto& node : nodes) objects->push_back(node_object(lookup, node, wanted));
    return true;
  }
  if (type == "group") {
    Strings groups;
    for (const auto& node : all_nodes(lookup)) {
      for (const auto& group : lookup->groups(node)) {
        if (!has(groups, group)) groups.push_back(group);
      }
    }
    for (const auto& group : groups) {
      if (names.empty() || has(split(names, ','), group)) objects->push_back(group_object(lookup, group));
    }
  } else if (type == "site") {
    Object site{"clustersite", "site", {}};
    const Table& table = lookup->table("site");
    for (const auto& row : table.rows) {
      if (row[0] && !table.disabled(row)) site.values[*row[0]] = table.get(row, "value").value_or("");
    }
    if (names.empty() || names == site.name) objects->push_back(site);
  } else {
    const Table& table = lookup->table(row_table(type));
    for (const auto& row : table.rows) {
      if (!row[0] || (!names.empty() && !has(split(names, ','), *row[0]))) continue;
      Object object{*row[0], type, {}};
      for (size_t i = 1; i < row.size(); ++i) {
        if (row[i]) object.values[table.columns[i]] = *row[i];
      }
      objects->push_back(object);
    }
  }
  for (const auto& name : names.empty() ? Strings() : split(names, ',')) {
    const bool found = std::any_of(objects->begin(), objects->end(), [&](const Object& o) { return o.name == name; });
    if (!found) {
      call.fail("Error: Could not find an object named '" + name + "' of type '" + type + "'.\n");
      return false;
    }
  }
  return true;
}

}  // namespace

// lsdef [-t TYPE] [-o NAMES | NAMES] [-l] [-i ATTRIBUTES] [-c] [-z]
int cmd_lsdef(Call& call) {
  const auto usage = [&] {
    return call.fail(
        "Usage: lsdef [noderange] [-i attr-list]\n"
        "       lsdef [-t object-types] [-o object-names] [-l|--long] [-z|--stanza] [-i attr-list] [-c|--compress] "
        "[noderange]\n");
  };
  std::string type = "node", names;
  Strings wanted;
  bool all = false, columns = false, stanza = false, named = false;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    const bool more = i + 1 < call.args.size();
    if ((arg == "-t" || arg == "-o" || arg == "-i") && more) {
      const std::string& value = call.args[++i];
      if (arg == "-t") type = value;
      if (arg == "-o") names = value, named = true;
      if (arg == "-i") wanted = split(value, ',');
    } else if (arg == "-l" || arg == "--long") {
      all = true;
    } else if (arg == "-c" || arg == "--compress") {
      columns = true;
    } else if (arg == "-z" || arg == "--stanza") {
      stanza = true;
    } else if (starts_with(arg, "-") || named) {
      return usage();
    } else {
      names = arg;
      named = true;
    }
  }
  if (type != "node" && type != "group" && type != "site" && row_table(type).empty()) {
    return call.fail("Error: The object type '" + type + "' is not supported.\n");
  }
  const TableStore store(call.node);
  Lookup lookup(store);
  std::vector<Object> objects;
  if (!objects_of(call, &lookup, type, names, wanted, &objects)) return 1;
  std::sort(objects.begin(), objects.end(), [](const Object& a, const Object& b) { return a.name < b.name; });
  if (stanza) call.out += "# <xCAT data object stanza file>\n";
  for (const auto& object : objects) {
    if (!named && !all && !columns && !stanza && wanted.empty()) {
      call.out += object.name + "  (" + object.type + ")\n";
      continue;
    }
    auto values = object.values;
    if (!wanted.empty()) {
      values.clear();
      for (const auto& attribute : wanted) {
        const auto found = object.values.find(attribute);
        // xcat 3.3: with -c one line each, also when empty.
        if (found != object.values.end() || columns || !stanza) {
          values[attribute] = found == object.values.end() ? "" : found->second;
        }
      }
    }
    if (columns) {
      for (const auto& [key, value] : values) call.out += object.name + ": " + key + "=" + value + "\n";
      continue;
    }
    call.out +=
        stanza ? "\n" + object.name + ":\n    objtype=" + object.type + "\n" : "Object name: " + object.name + "\n";
    for (const auto& [key, value] : values) call.out += "    " + key + "=" + value + "\n";
  }
  return 0;
}

namespace {

// One change of one cell: replaced, a word of the list added, or removed.
Cell changed(const Cell& old, const std::string& value, char how) {
  if (how == '=') return value.empty() ? Cell() : Cell(value);
  Strings words;
  for (const auto& word : split(old.value_or(""), ',')) {
    if (!word.empty()) words.push_back(word);
  }
  for (const auto& word : split(value, ',')) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (how == '+' && found == words.end()) words.push_back(word);
    if (how == '-' && found != words.end()) words.erase(found);
  }
  return words.empty() ? Cell() : Cell(join(words, ","));
}

class Changes {
 public:
  explicit Changes(const Node& node) : store_(node), lock_(store_.lock()), lookup_(store_) {}
  Lookup& lookup() { return lookup_; }

  bool change(const std::string& table, const std::string& key, const std::string& column, const std::string& value,
              char how) {
    auto found = tables_.find(table);
    if (found == tables_.end()) {
      Table loaded;
      if (!store_.load(table, &loaded)) return false;
      found = tables_.emplace(table, loaded).first;
    }
    Table& all = found->second;
    const int at = all.column(column);
    if (at < 0) return false;
    Cell& cell = all.row(key)[static_cast<size_t>(at)];
    cell = changed(cell, value, how);
    return true;
  }
  bool remove(const std::string& table, const std::string& key) {
    Table all;
    if (!store_.load(table, &all)) return false;
    all.rows.erase(
        std::remove_if(all.rows.begin(), all.rows.end(), [&](const Row& row) { return row[0] && *row[0] == key; }),
        all.rows.end());
    tables_[table] = all;
    return true;
  }
  void save() {
    for (const auto& [name, table] : tables_) store_.save(table);
  }

 private:
  TableStore store_;
  Lock lock_;
  Lookup lookup_;
  Tables tables_;
};

}  // namespace

// chdef [-t TYPE] [-o NAMES | NAMES] [-p|-m] ATTRIBUTE=VALUE...
int cmd_chdef(Call& call) {
  const auto usage = [&] {
    return call.fail(
        "Usage: chdef [noderange] attr=val [attr=val ...]\n"
        "       chdef [-t object-types] [-o object-names] [-p|--plus] [-m|--minus] [noderange] attr=val ...\n");
  };
  std::string type = "node", names;
  char how = '=';
  std::vector<std::pair<std::string, std::string>> values;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    const size_t at = arg.find('=');
    if ((arg == "-t" || arg == "-o") && i + 1 < call.args.size()) {
      (arg == "-t" ? type : names) = call.args[++i];
    } else if (arg == "-p" || arg == "--plus") {
      how = '+';
    } else if (arg == "-m" || arg == "--minus") {
      how = '-';
    } else if (starts_with(arg, "-")) {
      return usage();
    } else if (at != std::string::npos && at > 0) {
      values.emplace_back(arg.substr(0, at), arg.substr(at + 1));
    } else if (names.empty() && values.empty()) {
      names = arg;
    } else {
      return usage();
    }
  }
  if (values.empty() || (names.empty() && type != "site")) return usage();
  Changes changes(call.node);
  Strings keys;
  if (type == "node") {
    if (!range_of(call, &changes.lookup(), names, &keys)) return 1;
  } else if (type == "site") {
    keys = {"clustersite"};
  } else if (type == "group" || !row_table(type).empty()) {
    keys = split(names, ',');
  } else {
    return call.fail("Error: The object type '" + type + "' is not supported.\n");
  }
  for (const auto& key : keys) {
    for (const auto& [attribute, value] : values) {
      std::string table = row_table(type), column = attribute, row = key;
      if (type == "site") {
        table = "site";
        column = "value";
        row = attribute;
      } else if (table.empty() && !find_attribute(&changes.lookup(), attribute, &table, &column)) {
        return call.fail("Error: '" + attribute + "' is not a valid attribute name for an object type of '" + type +
                         "'.\n");
      }
      if (!changes.change(table, row, column, value, how)) {
        return call.fail("Error: '" + attribute + "' is not a valid attribute name for an object type of '" + type +
                         "'.\n");
      }
    }
  }
  changes.save();
  call.out = std::to_string(keys.size()) + " object definitions have been created or modified.\n";
  return 0;
}

namespace {

// table.column=value with = += -= ,= ^= ; false when it is something else.
bool assignment(const std::string& word, std::string* table, std::string* column, std::string* value, char* how) {
  const size_t at = word.find('='), dot = word.find('.');
  if (at == std::string::npos || dot == std::string::npos || dot > at || at == 0) return false;
  const char before = word[at - 1];
  *how = before == '+' || before == ',' ? '+' : before == '^' || before == '-' ? '-' : '=';
  *table = word.substr(0, dot);
  *column = word.substr(dot + 1, (*how == '=' ? at : at - 1) - dot - 1);
  *value = word.substr(at + 1);
  return true;
}

}  // namespace

// chtab [-d] KEYCOLUMN=KEY TABLE.COLUMN=VALUE... (with -d: TABLE...)
int cmd_chtab(Call& call) {
  const auto usage = [&] {
    return call.fail(
        "Usage: chtab keycolname=keyvalue tablename.colname=newvalue ...\n"
        "       chtab -d keycolname=keyvalue tablename\n");
  };
  Strings args = call.args;
  const bool removes = !args.empty() && args[0] == "-d";
  if (removes) args.erase(args.begin());
  if (args.size() < 2 || starts_with(args[0], "-")) return usage();
  const size_t at = args[0].find('=');
  if (at == std::string::npos || at == 0) return usage();
  const std::string key_column = args[0].substr(0, at), key = args[0].substr(at + 1);
  Changes changes(call.node);
  for (size_t i = 1; i < args.size(); ++i) {
    std::string table = args[i], column, value;
    char how = '=';
    if (!removes && !assignment(args[i], &table, &column, &value, &how)) return usage();
    const Table& there = changes.lookup().table(table);
    if (there.columns.empty()) return call.fail("Error: No such table: " + table + "\n");
    if (there.columns[0] != key_column) {
      return call.fail("Error: " + key_column + " is not the key of table " + table + "\n");
    }
    const bool done = removes ? changes.remove(table, key) : changes.change(table, key, column, value, how);
    if (!done) return call.fail("Error: no such column: " + table + "." + column + "\n");
  }
  changes.save();
  return 0;
}

int cmd_nodech(Call& call) {
  if (call.args.size() < 2 || starts_with(call.args[0], "-")) {
    return call.fail("Usage: nodech <noderange> table.column=value [...]\n");
  }
  Changes changes(call.node);
  Strings nodes;
  if (!range_of(call, &changes.lookup(), call.args[0], &nodes)) return 1;
  for (size_t i = 1; i < call.args.size(); ++i) {
    std::string table, column, value;
    char how = '=';
    if (!assignment(call.args[i], &table, &column, &value, &how)) {
      return call.fail("Usage: nodech <noderange> table.column=value [...]\n");
    }
    for (const auto& node : nodes) {
      if (!changes.change(table, node, column, value, how)) {
        return call.fail("Error: no such column: " + table + "." + column + "\n");
      }
    }
  }
  changes.save();
  return 0;
}

}  // namespace aixsim
