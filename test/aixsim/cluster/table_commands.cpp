// SPDX-License-Identifier: Apache-2.0
// tabdump, nodels, nodech, noderm, chtab as xCAT 2.9.2 answered them (fixtures/xcat/oracle). Usage lines beside
// nodech's, and what chtab makes of += , are not among the answers [GUESS].
#include <algorithm>

#include "cluster/changes.hpp"
#include "cluster/noderange.hpp"
#include "cluster/remote_jobs.hpp"

namespace aixsim {

// lsxcatd.1; the line of -v as issues of xcat-core show it (AIX: 373 of 2.9.2, 655 the word alone).
int cmd_lsxcatd(Call& call) {
  const auto given = [&](const char* letter, const char* word) {
    return call.args.size() == 1 && (call.args[0] == letter || call.args[0] == word);
  };
  const bool all = given("-a", "--all");
  if (!all && !given("-v", "--version") && !given("-d", "--database") && !given("-t", "--nodetype")) {
    call.out = "lsxcatd [-h|--help|-v|--version|-d|--database|-t|--nodetype|-a|--all]\n";
    return given("-h", "--help") ? 0 : 1;
  }
  const std::string& version = call.node.variant("lsxcatd");
  if (all || given("-v", "--version"))
    call.out += version == "bare" ? "Version \n"
                                  : "Version " + version +
                                        " (git commit 0000000000000000000000000000000000000000, built Tue Oct 27 "
                                        "04:04:28 CDT 2015)\n";
  if (all || given("-t", "--nodetype")) call.out += "This is a Management Node\n";
  if (all || given("-d", "--database")) call.out += "dbengine=SQLite\n";
  return 0;
}

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
  if (std::find(names.begin(), names.end(), name) == names.end())
    return call.fail("Error: No such table: " + name + "\n");
  Table table;
  // A file that somebody broke on purpose is shown as it is.
  call.out = store.load(name, &table) ? format_table(table) : call.node.file("/etc/xcat/" + name + ".csv");
  return 0;
}

namespace {

int no_column(Call& call, const std::string& name) {
  return call.fail("Error: " + name + " not a valid table.column description\n");
}

}  // namespace

// nodels [RANGE [TABLE.COLUMN | TABLE | TABLE.COLUMN==VALUE]...]
int cmd_nodels(Call& call) {
  const TableStore store(call.node);
  Lookup lookup(store);
  for (const auto& arg : call.args) {
    if (starts_with(arg, "-")) return call.fail("Usage: nodels [noderange] [table.column ...]\n");
  }
  Strings nodes = all_nodes(&lookup);
  std::sort(nodes.begin(), nodes.end());
  if (!call.args.empty() && !range_of(call, &lookup, call.args[0], &nodes)) return 1;
  std::vector<Criterion> criteria;
  std::vector<std::pair<std::string, std::string>> columns;
  for (size_t i = 1; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    Criterion one;
    const Table& whole = lookup.table(arg);
    if (parse_criterion(&lookup, arg, {}, &one)) {
      criteria.push_back(one);
    } else if (find_column(&lookup, arg, &one.table, &one.column)) {
      columns.emplace_back(one.table, one.column);
    } else if (!whole.columns.empty()) {
      for (const auto& column : whole.columns) columns.emplace_back(arg, column);
    } else {
      return no_column(call, arg);
    }
  }
  for (const auto& node : nodes) {
    if (!std::all_of(criteria.begin(), criteria.end(), [&](const Criterion& one) { return one.fits(&lookup, node); })) {
      continue;
    }
    if (columns.empty()) call.out += node + "\n";
    for (const auto& [table, column] : columns) {
      const std::string name = columns.size() == 1 ? "" : table + "." + column + ": ";
      call.out += node + ": " + name + lookup.text(node, table, column) + "\n";
    }
  }
  return 0;
}

// nodech RANGE COLUMN=VALUE... (,= in front, ^= without) | -d RANGE TABLE...
int cmd_nodech(Call& call) {
  Strings args = call.args;
  const bool removes = !args.empty() && (args[0] == "-d" || args[0] == "--delete");
  if (removes) args.erase(args.begin());
  if (args.size() < 2 || starts_with(args[0], "-")) {
    call.out +=
        "Usage: nodech <noderange> table.column=value [...]\n"
        "       nodech {-d | --delete} <noderange> <table> [...]\n"
        "       nodech {-v | --version}\n"
        "       nodech [-? | -h | --help]\n";
    return 1;
  }
  Changes changes(call.node);
  Lookup& lookup = changes.lookup();
  Strings nodes;
  if (!range_of(call, &lookup, args[0], &nodes)) return 1;
  for (size_t i = 1; i < args.size(); ++i) {
    if (removes) {
      for (const auto& node : nodes) changes.remove(args[i], node);
      continue;
    }
    const size_t at = args[i].find('=');
    if (at == std::string::npos || at == 0) return no_column(call, args[i]);
    const char sign = args[i][at - 1];
    if (sign == '+') return call.fail("Error: DB error Error attempting requested DB operation\n");
    const bool list = sign == ',' || sign == '^';
    const std::string name = args[i].substr(0, list ? at - 1 : at), value = args[i].substr(at + 1);
    std::string table, column;
    if (!find_column(&lookup, name, &table, &column)) return no_column(call, name);
    for (const auto& node : nodes) {
      const std::string old = lookup.text(node, table, column);
      const Row* const own = lookup.table(table).find(node);
      const bool inherited = !old.empty() && !(own && lookup.table(table).get(*own, column));
      // SEEN: nothing, where the groups have a value, is an expression that yields nothing.
      changes.set(table, node, column,
                  list                         ? merged(old, value, sign == ',' ? '<' : '-')
                  : value.empty() && inherited ? "|^.*$||"
                                               : value);
    }
  }
  changes.save();
  return 0;
}

// noderm RANGE
int cmd_noderm(Call& call) {
  if (call.args.size() != 1 || starts_with(call.args[0], "-")) return call.fail("Usage: noderm noderange\n");
  Changes changes(call.node);
  Strings nodes;
  if (!range_of(call, &changes.lookup(), call.args[0], &nodes)) return 1;
  for (const auto& node : nodes) changes.remove_node(node);
  changes.save();
  return 0;
}

// chtab [-d] KEYCOLUMN=KEY TABLE.COLUMN=VALUE... (with -d: TABLE...)
int cmd_chtab(Call& call) {
  const auto usage = [&] {
    return call.fail(
        "Usage: chtab keycolname=keyvalue tablename.colname=newvalue ...\n"
        "       chtab -d keycolname=keyvalue tablename\n");
  };
  const auto refused = [&](const std::string& table, const std::string& column) {
    return call.fail("DBD::SQLite::db prepare failed: table " + table + " has no column named " + column +
                         " at /opt/xcat/lib/perl/xCAT/Table.pm line 1684.\nCan't call method \"execute\" on an "
                         "undefined value at /opt/xcat/lib/perl/xCAT/Table.pm line 1685.\n",
                     2);
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
    const size_t sign = args[i].find('='), dot = args[i].find('.');
    if (!removes && (sign == std::string::npos || dot > sign)) return usage();
    const bool more = !removes && args[i][sign - 1] == '+';
    const std::string table = args[i].substr(0, removes ? std::string::npos : dot);
    const Table& there = changes.lookup().table(table);
    if (there.columns.empty()) {
      call.out += "Table " + table + " does not exist.\n";
      return 1;
    }
    if (there.column(key_column) < 0) return refused(table, key_column);
    // Any column tells the row: xCAT's own documents change networks by "chtab net=...".
    const auto named = std::find_if(there.rows.begin(), there.rows.end(),
                                    [&](const Row& row) { return there.get(row, key_column) == key && row[0]; });
    if (there.columns[0] != key_column && named == there.rows.end())
      return call.fail("aixsim: chtab adds no row of " + table + " by " + key_column + "\n");
    const std::string row_key = there.columns[0] == key_column ? key : *(*named)[0];
    if (removes) {
      changes.remove(table, row_key);
      continue;
    }
    const std::string column = args[i].substr(dot + 1, sign - dot - 1 - (more ? 1 : 0)),
                      value = args[i].substr(sign + 1);
    if (there.column(column) < 0) return refused(table, column);
    const Row* const old = there.find(row_key);
    changes.set(table, row_key, column, more && old ? merged(there.get(*old, column).value_or(""), value, '+') : value);
  }
  changes.save();
  return 0;
}

}  // namespace aixsim
