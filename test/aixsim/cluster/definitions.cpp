// SPDX-License-Identifier: Apache-2.0
// lsdef, mkdef, chdef, rmdef: objects out of the rows of several tables, as xCAT 2.9.2 answered (fixtures/xcat/oracle).
// Usage lines, what rmdef says, and mkdef of a node without groups are not among the answers [GUESS].
#include <algorithm>

#include "cluster/changes.hpp"
#include "cluster/noderange.hpp"
#include "cluster/remote_jobs.hpp"

namespace aixsim {
namespace {

bool has(const Strings& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const struct {
  const char* type;
  Strings tables;  // the keys of the first are the objects
} kRowTypes[] = {{"network", {"networks"}}, {"route", {"routes"}}, {"osimage", {"osimage", "nimimage"}}};

// Nothing: there is no such type.
std::vector<Attribute> attributes_of(Lookup* lookup, const std::string& type) {
  std::vector<Attribute> all;
  const auto add = [&](const std::string& table) {
    const Strings& columns = lookup->table(table).columns;
    for (size_t i = 1; i + 1 < columns.size(); ++i) {
      all.push_back({columns[i] == "comments" ? "usercomment" : columns[i], table, columns[i]});
    }
  };
  if (type == "node" || type == "group") {
    for (const auto& one : node_attributes()) {
      const bool of_node = one.table == "nodelist" && type == "group";
      if (!of_node && lookup->table(one.table).column(one.column) >= 0) all.push_back(one);
    }
    if (type == "group") add("nodegroup");
  }
  for (const auto& one : kRowTypes) {
    if (type != one.type) continue;
    for (const auto& table : one.tables) add(table);
  }
  return all;
}

Strings members(Lookup* lookup, const std::string& group) {
  Strings found, missing;
  expand_range(lookup, group, &found, &missing);
  return missing.empty() ? found : Strings();
}

// All objects of a type, sorted.
Strings names_of(Lookup* lookup, const std::string& type) {
  Strings all;
  if (type == "node") all = all_nodes(lookup);
  if (type == "site") all = {"clustersite"};
  const auto add_keys = [&](const std::string& table) {
    for (const auto& row : lookup->table(table).rows) {
      if (row[0] && !lookup->table(table).disabled(row)) all.push_back(*row[0]);
    }
  };
  if (type == "group") {
    for (const auto& node : all_nodes(lookup)) {
      for (const auto& group : lookup->groups(node)) all.push_back(group);
    }
    add_keys("nodegroup");
  }
  for (const auto& one : kRowTypes) {
    if (type == one.type) add_keys(one.tables[0]);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// The words that all four commands share.
struct Request {
  std::string type = "node", names;
  Strings criteria, wanted;
  std::vector<std::pair<std::string, std::string>> values;
  bool named = false, all = false, compress = false, stanza = false;
  char how = '=';
};

bool parse_words(const Strings& args, bool values, Request* request) {
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string& arg = args[i];
    const size_t at = arg.find('=');
    if ((arg == "-t" || arg == "-o" || arg == "-w" || (arg == "-i" && !values)) && i + 1 < args.size()) {
      const std::string& value = args[++i];
      if (arg == "-t") request->type = value;
      if (arg == "-o") request->names = value, request->named = true;
      if (arg == "-w") request->criteria.push_back(value);
      if (arg == "-i") request->wanted = split(value, ',');
    } else if (!values && (arg == "-l" || arg == "--long")) {
      request->all = true;
    } else if (!values && (arg == "-c" || arg == "--compress")) {
      request->compress = true;
    } else if (!values && (arg == "-z" || arg == "--stanza")) {
      request->stanza = true;
    } else if (values && (arg == "-p" || arg == "--plus")) {
      request->how = '+';
    } else if (values && (arg == "-m" || arg == "--minus")) {
      request->how = '-';
    } else if (starts_with(arg, "-")) {
      return false;
    } else if (values && at != std::string::npos && at > 0) {
      request->values.emplace_back(arg.substr(0, at), arg.substr(at + 1));
    } else if (!request->named && request->values.empty()) {
      request->names = arg;
      request->named = true;
    } else {
      return false;
    }
  }
  return true;
}

// The names of the request that are objects, and those that are not.
void select(Lookup* lookup, const Request& request, Strings* found, Strings* missing) {
  const Strings all = names_of(lookup, request.type);
  if (!request.named) {
    *found = all;
  } else if (request.type == "node") {
    expand_range(lookup, request.names, found, missing);
  } else {
    for (const auto& name : split(request.names, ',')) (has(all, name) ? found : missing)->push_back(name);
  }
}

// The nodes that fit all criteria (-w); false after an error line.
bool fitting(Call& call, Lookup* lookup, const Strings& criteria, Strings* nodes) {
  for (const auto& text : criteria) {
    Criterion one;
    if (!parse_criterion(lookup, text, node_attributes(), &one)) {
      call.fail("Error: Incorrect selection string \"" + text + "\" specified with -w flag.\n");
      return false;
    }
    nodes->erase(
        std::remove_if(nodes->begin(), nodes->end(), [&](const std::string& node) { return !one.fits(lookup, node); }),
        nodes->end());
  }
  return true;
}

int no_type(Call& call, const std::string& type) {
  return call.fail("Error: \nType '" + type + "' is not a valid xCAT object type.\n");
}
void no_object(Call& call, const std::string& name, const std::string& type) {
  call.fail("Error: Could not find an object named '" + name + "' of type '" + type + "'.\n");
}
void no_attribute(Call& call, const std::string& name, const std::string& type) {
  call.fail("Error: '" + name + "' is not a valid attribute name for an object type of '" + type + "'.\n");
}

// What lsdef shows of an object, sorted.
std::map<std::string, std::string> values_of(Lookup* lookup, const std::string& type, const std::string& name,
                                             bool stanza) {
  std::map<std::string, std::string> values;
  if (type == "site") {
    const Table& site = lookup->table("site");
    for (const auto& row : site.rows) {
      if (row[0] && !site.disabled(row)) values[*row[0]] = site.get(row, "value").value_or("");
    }
  }
  for (const auto& one : attributes_of(lookup, type)) {
    const Table& table = lookup->table(one.table);
    const Row* const row = table.find(name);
    const Cell value = type == "node" ? lookup->value(name, one.table, one.column)
                       : row          ? table.get(*row, one.column)
                                      : Cell();
    if (value && !value->empty()) values[one.name] = *value;
  }
  if (type == "group") values["members"] = join(members(lookup, name), ",");
  for (const char* const list : {"postscripts", "postbootscripts"}) {
    const Table& table = lookup->table("postscripts");
    const Row* const defaults = table.find("xcatdefaults");
    const std::string common = defaults ? table.get(*defaults, list).value_or("") : "";
    if (type != "node" || stanza || common.empty()) continue;
    values[list] = common + (values[list].empty() ? "" : ",") + values[list];
  }
  return values;
}

}  // namespace

// lsdef [-t TYPE] [-o NAMES | NAMES] [-l] [-i ATTRIBUTES] [-c] [-z] [-w CRITERION]...
int cmd_lsdef(Call& call) {
  Request request;
  if (!parse_words(call.args, false, &request)) {
    return call.fail(
        "Usage: lsdef [noderange] [-i attr-list]\n"
        "       lsdef [-t object-types] [-o object-names] [-l|--long] [-z|--stanza] [-i attr-list] [-c|--compress] "
        "[-w attr==val] [noderange]\n");
  }
  const TableStore store(call.node);
  Lookup lookup(store);
  const std::string& type = request.type;
  const auto attributes = attributes_of(&lookup, type);
  if (attributes.empty() && type != "site") return no_type(call, type);
  Strings names, missing;
  select(&lookup, request, &names, &missing);
  if (type == "node" && !fitting(call, &lookup, request.criteria, &names)) return 1;
  for (const auto& name : missing) no_object(call, name, type);
  int status = missing.empty() ? 0 : 1;
  for (const auto& name : type == "site" ? Strings() : request.wanted) {
    const auto known = [&](const Attribute& one) { return one.name == name; };
    if (name == "members" || std::any_of(attributes.begin(), attributes.end(), known)) continue;
    no_attribute(call, name, type);
    status = 1;
  }
  if (request.stanza && !names.empty()) call.out += "# <xCAT data object stanza file>\n";
  for (const auto& name : names) {
    if (!request.named && !request.all && !request.compress && !request.stanza && request.wanted.empty()) {
      call.out += name + "  (" + type + ")\n";
      continue;
    }
    auto values = values_of(&lookup, type, name, request.stanza);
    if (!request.wanted.empty()) {
      const auto there = values;
      values.clear();
      for (const auto& attribute : request.wanted) {
        const auto found = there.find(attribute);
        const bool known = std::any_of(attributes.begin(), attributes.end(),
                                       [&](const Attribute& one) { return one.name == attribute; });
        if (found != there.end() || (known && !request.stanza)) {
          values[attribute] = found == there.end() ? "" : found->second;
        }
      }
    }
    if (request.stanza) {
      call.out += "\n" + name + ":\n    objtype=" + type + "\n";
    } else if (!request.compress) {
      call.out += "Object name: " + name + "\n";
    }
    for (const auto& [key, value] : values) {
      call.out += (request.compress ? name + ": " : "    ") + key + "=" + value + "\n";
    }
  }
  return status;
}

namespace {

// mkdef and chdef [-t TYPE] [-o NAMES | NAMES] [-p|-m] [-w CRITERION]... ATTRIBUTE=VALUE...
int define(Call& call, bool creates) {
  Request request;
  const std::string name = creates ? "mkdef" : "chdef";
  const std::string& type = request.type;
  if (!parse_words(call.args, true, &request) || (creates && request.how != '=') ||
      (request.values.empty() && request.criteria.empty()) || (!request.named && type != "site")) {
    return call.fail("Usage: " + name + " [-t object-types] [-o object-names]" +
                     (creates ? "" : " [-p|--plus] [-m|--minus]") + " [-w attr==val] [noderange] attr=val ...\n");
  }
  Changes changes(call.node);
  Lookup& lookup = changes.lookup();
  const auto attributes = attributes_of(&lookup, type);
  if (attributes.empty() && type != "site") return no_type(call, type);
  Strings old, fresh;
  select(&lookup, request, &old, &fresh);
  bool wrong = false;
  for (const auto& object : creates ? old : Strings()) {
    call.fail("Error: A definition for '" + object + "' already exists.\n");
    wrong = true;
  }
  Strings objects = creates ? fresh : old;
  if (!creates) objects.insert(objects.end(), fresh.begin(), fresh.end());
  Strings selected;
  if (type == "group" && !request.criteria.empty()) {
    selected = all_nodes(&lookup);
    if (!fitting(call, &lookup, request.criteria, &selected)) return 1;
  }
  for (const auto& object : objects) {
    auto values = request.values;
    const bool is_new = creates || has(fresh, object);
    const bool groups =
        std::any_of(values.begin(), values.end(), [](const auto& one) { return one.first == "groups"; });
    if (type == "node" && is_new && !groups) {
      if (creates) {
        call.fail("Error: Attribute 'groups' is not specified for node '" + object + "', skipping to the next node.\n");
        wrong = true;
        continue;
      }
      values.emplace_back("groups", "all");
    }
    if (type == "group" && is_new) {
      changes.set("nodegroup", object, "grouptype", "static");
      changes.set("nodegroup", object, "members", "static");
    }
    if (!selected.empty()) values.emplace_back("members", join(selected, ","));
    for (const auto& [attribute, value] : values) {
      if (type == "site") {
        value.empty() ? changes.remove("site", attribute) : changes.set("site", attribute, "value", value);
        continue;
      }
      if (type == "group" && attribute == "members") {
        const Strings wanted = split(value, ',');
        for (const auto& node : all_nodes(&lookup)) {
          const Row* const row = lookup.table("nodelist").find(node);
          const std::string own = lookup.table("nodelist").get(*row, "groups").value_or("");
          const bool is_in = has(split(own, ','), object), named = has(wanted, node);
          if (!is_in && named && request.how != '-') {
            changes.set("nodelist", node, "groups", own + (own.empty() ? "" : ",") + object);
          } else if (is_in && named == (request.how == '-') && request.how != '+') {
            changes.set("nodelist", node, "groups", merged(own, object, '-'));
          }
        }
        continue;
      }
      const auto one = std::find_if(attributes.begin(), attributes.end(),
                                    [&, &wanted = attribute](const Attribute& known) { return known.name == wanted; });
      if (one == attributes.end()) {
        no_attribute(call, attribute, type);
        call.fail("Error: Skipping to the next attribute.\n");
        wrong = true;
        continue;
      }
      // SEEN: -p and -m begin with what the node has from its groups.
      const auto there = values_of(&lookup, type, object, true);
      const auto found = there.find(attribute);
      changes.set(one->table, object, one->column,
                  request.how == '=' ? value : merged(found == there.end() ? "" : found->second, value, request.how));
    }
  }
  if (!wrong || creates) changes.save();
  if (wrong) {
    return call.fail(
        "Error: One or more errors occured when attempting to create or modify xCAT \nobject definitions.\n");
  }
  call.out += std::to_string(objects.size()) + " object definitions have been created or modified.\n";
  if (!creates && !fresh.empty()) {
    call.out += "New object definitions '" + join(fresh, ",") + "' have been created.\n";
  }
  return 0;
}

}  // namespace

int cmd_mkdef(Call& call) { return define(call, true); }
int cmd_chdef(Call& call) { return define(call, false); }

// rmdef [-t TYPE] [-o NAMES | NAMES]
int cmd_rmdef(Call& call) {
  Request request;
  if (!parse_words(call.args, false, &request) || !request.named || request.type == "site") {
    return call.fail("Usage: rmdef [-t object-types] [-o object-names] [noderange]\n");
  }
  Changes changes(call.node);
  Lookup& lookup = changes.lookup();
  if (attributes_of(&lookup, request.type).empty()) return no_type(call, request.type);
  Strings names, missing;
  select(&lookup, request, &names, &missing);
  for (const auto& name : missing) no_object(call, name, request.type);
  for (const auto& name : names) {
    if (request.type == "node" || request.type == "group") changes.remove_node(name);
    if (request.type == "group") {
      changes.remove("nodegroup", name);
      for (const auto& node : members(&lookup, name)) {
        changes.set("nodelist", node, "groups", merged(lookup.text(node, "nodelist", "groups"), name, '-'));
      }
    }
    for (const auto& one : kRowTypes) {
      if (request.type != one.type) continue;
      for (const auto& table : one.tables) changes.remove(table, name);
    }
  }
  changes.save();
  call.out += std::to_string(names.size()) + " object definitions have been removed.\n";
  return missing.empty() ? 0 : 1;
}

}  // namespace aixsim
