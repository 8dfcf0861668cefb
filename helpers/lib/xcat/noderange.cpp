// SPDX-License-Identifier: Apache-2.0
#include "xcat/noderange.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "text/words.hpp"
#include "xcat/message.hpp"
#include "xcat/number_range.hpp"
#include "xcat/pattern.hpp"

namespace hanfs::xcat {
namespace {

using Nodes = std::vector<std::uint32_t>;  // indexes of Tables::nodes()

// Pieces at separators that are not within brackets or braces: "a[1,3],/b{1,2}" are two.
std::vector<std::string_view> split(std::string_view range, char separator) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < range.size(); ++at) {
    const char c = range[at];
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c != separator || depth > 0) continue;
    pieces.push_back(text::trimmed(range.substr(begin, at - begin)));
    begin = at + 1;
  }
  pieces.push_back(text::trimmed(range.substr(begin)));
  return pieces;
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

class Expander {
 public:
  explicit Expander(const Tables& tables) : tables_(tables) {}

  Result<std::vector<std::string>> expand(std::string_view range) {
    range = text::trimmed(range);
    if (range.empty()) return fault("it is empty", "name nodes or groups, or all");
    Nodes wanted;
    std::vector<bool> unwanted(tables_.nodes().size());
    bool any_wanted = false;
    for (auto piece : split(range, ',')) {
      if (piece.empty()) continue;
      const bool exclude = piece.front() == '-';
      if (exclude) piece = text::trimmed(piece.substr(1));
      auto nodes = intersection(piece);
      if (!nodes) return nodes.error();
      if (exclude) {
        for (const auto node : *nodes) unwanted[node] = true;
      } else {
        any_wanted = true;
        wanted.insert(wanted.end(), nodes->begin(), nodes->end());
      }
      if (wanted.size() > most_nodes_of_a_range) return too_many();
    }
    if (!any_wanted)
      return fault("it names no nodes, only what to leave out", "put a range before it: all," + std::string(range));
    std::vector<std::string> names;
    for (const auto node : wanted) {
      if (unwanted[node]) continue;
      unwanted[node] = true;  // each once
      names.push_back(tables_.nodes()[node]);
    }
    return names;
  }

 private:
  static Error too_many() {
    return fault("it names more than " + std::to_string(most_nodes_of_a_range) + " nodes", "name fewer at a time");
  }

  Result<Nodes> intersection(std::string_view piece) const {
    std::optional<Nodes> common;
    for (const auto atom : split(piece, '@')) {
      if (atom.empty())
        return fault("nothing before or behind '@' or '-' in " + quoted(piece), "name a node or a group there");
      auto nodes = one(atom);
      if (!nodes) return nodes;
      if (!common) {
        common = std::move(*nodes);
        continue;
      }
      std::vector<bool> there(tables_.nodes().size());
      for (const auto node : *nodes) there[node] = true;
      common->erase(std::remove_if(common->begin(), common->end(), [&](std::uint32_t node) { return !there[node]; }),
                    common->end());
    }
    return std::move(*common);
  }

  Result<Nodes> one(std::string_view atom) const {
    if (atom.front() == '/') return matching(atom.substr(1));
    if (const auto node = tables_.index_of(atom)) return Nodes{static_cast<std::uint32_t>(*node)};
    if (is_dynamic_group(atom, tables_)) {
      return fault("the group " + quoted(atom) + " is dynamic, and which nodes it has only xCAT can tell",
                   "name the nodes: nodels " + std::string(atom));
    }
    if (const auto* members = tables_.members_of(atom)) return *members;
    if (atom.front() == '^') {
      return fault(quoted(atom) + " is a list in a file, which is not read here", "name the nodes themselves");
    }
    if (atom.find_first_of("*?=~!") != std::string_view::npos) {
      return fault(quoted(atom) + " is a form that is not understood here",
                   "name nodes or groups, or use /regex (what nodels prints can be used as it is)");
    }
    if (atom.find_first_of("[]") != std::string_view::npos)
      return all_of(atom, expand_brackets(atom, most_nodes_of_a_range));
    auto names =
        expand_from_to(atom, most_nodes_of_a_range, [&](std::string_view name) { return tables_.has_node(name); });
    if (names && names->empty()) return unknown_name(atom);
    return all_of(atom, std::move(names));
  }

  Result<Nodes> matching(std::string_view regex) const {
    if (regex.empty()) return fault("a '/' without a regular expression", "write /regex, or all");
    auto pattern = Pattern::compile(regex);
    if (!pattern) return fault(pattern.error().what, "correct it");
    Nodes found;
    for (std::size_t node = 0; node < tables_.nodes().size(); ++node) {
      const Match match = pattern->search(tables_.nodes()[node]);
      if (match == Match::yes) found.push_back(static_cast<std::uint32_t>(node));
      if (match == Match::too_much) {
        return fault("matching the regular expression " + quoted(regex) + " takes too long",
                     "write it without repetitions of repetitions, such as (a+)+");
      }
    }
    if (found.empty()) return fault("no node matches the regular expression " + quoted(regex), "correct it");
    return found;
  }

  Result<Nodes> all_of(std::string_view atom, Result<std::vector<std::string>> names) const {
    if (!names) return names.error();
    Nodes nodes;
    nodes.reserve(names->size());
    for (const auto& name : *names) {
      const auto node = tables_.index_of(name);
      if (!node) {
        return fault(quoted(atom) + " names " + quoted(name) + ", which is no node",
                     "correct the range, or define the node (mkdef -t node)");
      }
      nodes.push_back(static_cast<std::uint32_t>(*node));
    }
    return nodes;
  }

  const Tables& tables_;
};

}  // namespace

Result<std::vector<std::string>> expand(std::string_view range, const Tables& tables) {
  auto names = Expander(tables).expand(range);
  if (!names) return Error{"noderange " + quoted(range) + ": " + names.error().what};
  return names;
}

}  // namespace hanfs::xcat
