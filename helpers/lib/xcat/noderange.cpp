// SPDX-License-Identifier: Apache-2.0
#include "xcat/noderange.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "text/words.hpp"
#include "xcat/attribute.hpp"
#include "xcat/message.hpp"
#include "xcat/number_range.hpp"
#include "xcat/pattern.hpp"

namespace hanfs::xcat {
namespace {

using Nodes = std::vector<std::uint32_t>;  // indexes of Tables::nodes()

constexpr std::size_t most_depth = 20;  // of names made of names

// Pieces at separators that are not within brackets: "a[1,3],/b[1,2]" are two.
std::vector<std::string_view> split(std::string_view range, char separator) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < range.size(); ++at) {
    const char c = range[at];
    if (c == '[') ++depth;
    if (c == ']' && depth > 0) --depth;
    if (c != separator || depth > 0) continue;
    pieces.push_back(range.substr(begin, at - begin));
    begin = at + 1;
  }
  pieces.push_back(range.substr(begin));
  return pieces;
}

std::string without_quotes(std::string_view range) {
  std::string text(range);
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '"' || c == '\''; }), text.end());
  return text;
}

// The columns of nodegroup are not in the fact sheets: by xCAT's manual pages groupname, grouptype, wherevals. [GUESS]
bool is_dynamic_group(std::string_view name, const Tables& tables) {
  const Table* table = tables.find("nodegroup");
  if (table == nullptr) return false;
  for (std::size_t row = 0; row < table->size(); ++row) {
    if (table->value(row, "groupname") != name) continue;
    return table->value(row, "grouptype") == "dynamic" || !table->value(row, "wherevals").empty();
  }
  return false;
}

Error unknown_name(std::string_view name) {
  return fault(quoted(name) + " is no node and no group",
               "see nodelist.node and nodelist.groups (nodels, lsdef -t group)");
}

// "TABLE.COLUMN==VALUE" and its like, or one of the three columns that xCAT has short names for.
struct Criterion {
  std::string table, column;
  bool wanted = true;  // false: of those for which it does not hold
  bool is_regex = false;
  std::string_view value;
};

std::optional<Criterion> criterion_of(std::string_view atom) {
  std::size_t at = std::string_view::npos;
  for (const char* const sign : {"==", "!=", "=~", "!~"}) at = std::min(at, atom.find(sign));
  if (at == std::string_view::npos) return {};
  Criterion found;
  found.wanted = atom[at] != '!';
  found.is_regex = atom[at + 1] == '~';
  found.value = atom.substr(at + 2);
  const std::string_view name = atom.substr(0, at);
  const std::size_t dot = name.find('.');
  found.column = name.substr(dot == std::string_view::npos ? 0 : dot + 1);
  if (dot != std::string_view::npos) found.table = name.substr(0, dot);
  if (name == "groups") found.table = "nodelist";
  if (name == "mgt") found.table = "nodehm";
  if (name == "tags") {
    found.table = "nodelist";
    found.column = "groups";
  }
  if (found.is_regex && found.value.size() > 1 && found.value.front() == '/' && found.value.back() == '/')
    found.value = found.value.substr(1, found.value.size() - 2);
  return found;
}

class Expander {
 public:
  explicit Expander(const Tables& tables) : tables_(tables), attributes_(tables) {}

  Result<std::vector<std::string>> expand(std::string_view range) {
    if (text::trimmed(range).empty()) return fault("it is empty", "name nodes or groups, or all");
    Result<Nodes> wanted = nodes_of(range);
    if (!wanted) return wanted.error();
    // Nobody who names nodes means those of site.excludenodes.
    if (const std::string_view excluded = tables_.site("excludenodes"); !text::trimmed(excluded).empty()) {
      const Result<Nodes> never = nodes_of(excluded);
      if (!never) return fault("site.excludenodes: " + never.error().what, "");
      *wanted = without(*wanted, *never);
    }
    std::vector<std::string> names;
    names.reserve(wanted->size());
    for (const auto node : *wanted) names.push_back(tables_.nodes()[node]);
    return names;
  }

  // Those of site.excludenodes.
  Result<std::vector<std::string>> excluded() {
    const std::string_view range = tables_.site("excludenodes");
    std::vector<std::string> names;
    if (text::trimmed(range).empty()) return names;
    const Result<Nodes> never = nodes_of(range);
    if (!never) return never.error();
    for (const auto node : *never) names.push_back(tables_.nodes()[node]);
    return names;
  }

 private:
  static Error too_many() {
    return fault("it names more than " + std::to_string(most_nodes_of_a_range) + " nodes", "name fewer at a time");
  }

  // xCAT takes no blanks around a name, but a group may have some in its own.
  std::string_view without_blanks(std::string_view piece) const {
    return tables_.members_of(piece) != nullptr ? piece : text::trimmed(piece);
  }

  std::vector<bool> marks(const Nodes& nodes) const {
    std::vector<bool> marked(tables_.nodes().size());
    for (const auto node : nodes) marked[node] = true;
    return marked;
  }

  Nodes filtered(const Nodes& nodes, const Nodes& others, bool in_others) const {
    const std::vector<bool> marked = marks(others);
    Nodes left;
    std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(left),
                 [&](std::uint32_t node) { return marked[node] == in_others; });
    return left;
  }
  Nodes without(const Nodes& nodes, const Nodes& others) const { return filtered(nodes, others, false); }
  Nodes in_both(const Nodes& nodes, const Nodes& others) const { return filtered(nodes, others, true); }

  // In order of mention, each once.
  Result<Nodes> nodes_of(std::string_view range) const {
    Nodes wanted;
    Nodes unwanted;
    bool excludes_next = false;  // a '-' that stands alone
    bool names_any = false;
    for (std::string_view piece : split(range, ',')) {
      piece = without_blanks(piece);
      if (piece.empty()) continue;
      const bool exclude = piece.front() == '-' || std::exchange(excludes_next, false);
      if (piece.front() == '-') piece = text::trimmed(piece.substr(1));
      if (piece.empty()) {
        excludes_next = true;
        continue;
      }
      const bool narrows = piece.front() == '@' && !exclude;
      if (narrows) piece.remove_prefix(1);
      const Result<Nodes> nodes = intersection(piece);
      if (!nodes) return nodes.error();
      if (narrows) {
        wanted = in_both(wanted, *nodes);
      } else {
        names_any = names_any || !exclude;
        Nodes& target = exclude ? unwanted : wanted;
        target.insert(target.end(), nodes->begin(), nodes->end());
      }
      if (wanted.size() > most_nodes_of_a_range) return too_many();
    }
    if (!names_any)
      return fault("it names no nodes, only what to leave out", "put a range before it: all," + std::string(range));
    std::vector<bool> seen = marks(unwanted);
    Nodes left;
    for (const auto node : wanted) {
      if (seen[node]) continue;
      seen[node] = true;
      left.push_back(node);
    }
    return left;
  }

  Result<Nodes> intersection(std::string_view piece) const {
    std::optional<Nodes> common;
    for (std::string_view atom : split(piece, '@')) {
      atom = without_blanks(atom);
      if (common && !atom.empty() && atom.front() == '-') atom.remove_prefix(1);  // xCAT takes no notice of it there
      if (atom.empty() || atom.front() == '-')
        return fault("nothing before or behind '@' or '-' in " + quoted(piece), "name a node or a group there");
      Result<Nodes> nodes = one(atom, 0);
      if (!nodes) return nodes;
      common = common ? in_both(*common, *nodes) : std::move(*nodes);
    }
    return std::move(*common);
  }

  // Names that were made of others (brackets, from and to) are looked up like those that were written.
  Result<Nodes> one(std::string_view atom, std::size_t depth) const {
    if (depth > most_depth) return too_many();
    if (atom.empty()) return unknown_name(atom);
    if (const auto node = tables_.index_of(atom)) return Nodes{static_cast<std::uint32_t>(*node)};
    if (is_dynamic_group(atom, tables_)) {
      return fault("the group " + quoted(atom) + " is dynamic, and which nodes it has only xCAT can tell",
                   "name the nodes: nodels " + std::string(atom));
    }
    const auto* members = tables_.members_of(atom);
    if (members != nullptr && (members->empty() || !is_read_as_other_form(atom))) return *members;
    if (atom.front() == '/') return matching(atom.substr(1));
    if (const auto criterion = criterion_of(atom)) return that_have(*criterion);
    if (atom.front() == '^') {
      return fault(quoted(atom) + " is a list in a file, which is not read here", "name the nodes themselves");
    }
    if (atom.find_first_of("()*?=~!") != std::string_view::npos) {
      return fault(quoted(atom) + " is a form that is not understood here",
                   "name nodes or groups, or use /regex (what nodels prints can be used as it is)");
    }
    if (text::is_digits(atom))
      return one("node" + std::string(atom), depth + 1);  // so xCAT's nodes are named by default
    Result<std::vector<std::string>> names = names_of(atom, most_nodes_of_a_range);
    if (!names) return names.error();
    if (names->empty() || (names->size() == 1 && names->front() == atom)) return unknown_name(atom);
    Nodes nodes;
    for (const std::string& name : *names) {
      if (is_unknown(name)) {
        return fault(quoted(atom) + " names " + quoted(name) + ", which is no node",
                     "correct the range, or define the node (mkdef -t node)");
      }
      Result<Nodes> more = one(name, depth + 1);
      if (!more) return more;
      nodes.insert(nodes.end(), more->begin(), more->end());
      if (nodes.size() > most_nodes_of_a_range) return too_many();
    }
    return nodes;
  }

  // xCAT takes what reads as a number or as a criterion for that, also where a group with nodes has this name.
  static bool is_read_as_other_form(std::string_view atom) {
    return text::is_digits(atom) || atom.find_first_of("=~") != std::string_view::npos;
  }

  // No node, no group, and nothing that could be made into one.
  bool is_unknown(const std::string& name) const {
    return name.find_first_of("[]+:-/") == std::string::npos && !text::is_digits(name) && !tables_.has_node(name) &&
           tables_.members_of(name) == nullptr;
  }

  // The whole name has to match.
  Result<Nodes> matching(std::string_view regex) const {
    if (regex.empty()) return fault("a '/' without a regular expression", "write /regex, or all");
    if (const auto alone = Pattern::compile(regex); !alone) return fault(alone.error().what, "correct it");
    auto pattern = Pattern::compile("^" + std::string(regex) + "$");
    if (!pattern) return fault(pattern.error().what, "correct it");
    Nodes found;
    for (std::uint32_t node = 0; node < tables_.nodes().size(); ++node) {
      const Match match = pattern->search(tables_.nodes()[node]);
      if (match == Match::yes) found.push_back(node);
      if (match == Match::too_much) return takes_too_long(regex);
    }
    if (found.empty())
      return fault("no node matches the regular expression " + quoted(regex) + " from its first character to its last",
                   "correct it, for example /cn.* for all that begin with cn");
    return found;
  }

  // An attribute that is not set is as good as an empty one.
  Result<Nodes> that_have(const Criterion& criterion) const {
    const Table* const table = tables_.find(criterion.table);
    if (table == nullptr)
      return fault(quoted(criterion.table + "." + criterion.column) + " is no column of the tables that were read",
                   "name the nodes themselves");
    std::optional<Pattern> pattern;
    if (criterion.is_regex) {
      if (criterion.value.empty()) return fault("an empty regular expression", "write TABLE.COLUMN=~REGEX");
      Result<Pattern> compiled = Pattern::compile(criterion.value);
      if (!compiled) return fault(compiled.error().what, "correct it");
      pattern = std::move(*compiled);
    }
    Nodes found;
    for (std::uint32_t node = 0; node < tables_.nodes().size(); ++node) {
      const std::string& name = tables_.nodes()[node];
      std::string value;
      if (const auto row = criterion.table == "nodelist" ? table->row_of(name) : std::nullopt) {
        value = table->value(*row, criterion.column);
      } else {
        const Result<Attribute> attribute = attributes_.get(name, criterion.table, criterion.column);
        if (!attribute) return fault(attribute.error().what, "");
        value = attribute->value;
      }
      bool holds = value == criterion.value;
      if (pattern) {
        const Match match = pattern->search(value);
        if (match == Match::too_much) return takes_too_long(criterion.value);
        holds = match == Match::yes;
      }
      if (holds == criterion.wanted) found.push_back(node);
    }
    return found;
  }

  const Tables& tables_;
  const Attributes attributes_;
};

}  // namespace

Result<std::vector<std::string>> expand(std::string_view range, const Tables& tables) {
  auto names = Expander(tables).expand(without_quotes(range));
  if (!names) return Error{"noderange " + quoted(range) + ": " + names.error().what};
  return names;
}

Result<std::vector<std::string>> excluded_nodes(const Tables& tables) {
  auto names = Expander(tables).excluded();
  if (!names) return Error{"site.excludenodes: " + names.error().what};
  return names;
}

}  // namespace hanfs::xcat
