// SPDX-License-Identifier: Apache-2.0
#include "cluster/noderange.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/pattern.hpp"

namespace aixsim {

const std::vector<Attribute>& node_attributes() {
  // xcat 3.1 and 6; names that differ from their column are not in it [GUESS].
  static const std::vector<Attribute> kAll = {{"groups", "nodelist", "groups"},
                                              {"status", "nodelist", "status"},
                                              {"statustime", "nodelist", "statustime"},
                                              {"appstatus", "nodelist", "appstatus"},
                                              {"primarysn", "nodelist", "primarysn"},
                                              {"updatestatus", "nodelist", "updatestatus"},
                                              {"updatestatustime", "nodelist", "updatestatustime"},
                                              {"zonename", "nodelist", "zonename"},
                                              {"servicenode", "noderes", "servicenode"},
                                              {"netboot", "noderes", "netboot"},
                                              {"tftpserver", "noderes", "tftpserver"},
                                              {"tftpdir", "noderes", "tftpdir"},
                                              {"nfsserver", "noderes", "nfsserver"},
                                              {"monserver", "noderes", "monserver"},
                                              {"nfsdir", "noderes", "nfsdir"},
                                              {"installnic", "noderes", "installnic"},
                                              {"primarynic", "noderes", "primarynic"},
                                              {"xcatmaster", "noderes", "xcatmaster"},
                                              {"nimserver", "noderes", "nimserver"},
                                              {"routenames", "noderes", "routenames"},
                                              {"nameservers", "noderes", "nameservers"},
                                              {"ip", "hosts", "ip"},
                                              {"hostnames", "hosts", "hostnames"},
                                              {"otherinterfaces", "hosts", "otherinterfaces"},
                                              {"power", "nodehm", "power"},
                                              {"mgt", "nodehm", "mgt"},
                                              {"cons", "nodehm", "cons"},
                                              {"conserver", "nodehm", "conserver"},
                                              {"os", "nodetype", "os"},
                                              {"arch", "nodetype", "arch"},
                                              {"profile", "nodetype", "profile"},
                                              {"provmethod", "nodetype", "provmethod"},
                                              {"supportedarchs", "nodetype", "supportedarchs"},
                                              {"nodetype", "nodetype", "nodetype"},
                                              {"hcp", "ppc", "hcp"},
                                              {"parent", "ppc", "parent"},
                                              {"id", "ppc", "id"},
                                              {"postscripts", "postscripts", "postscripts"},
                                              {"postbootscripts", "postscripts", "postbootscripts"},
                                              {"prescripts-begin", "prescripts", "begin"},
                                              {"prescripts-end", "prescripts", "end"},
                                              {"setupnameserver", "servicenode", "nameserver"},
                                              {"setupdhcp", "servicenode", "dhcpserver"},
                                              {"setuptftp", "servicenode", "tftpserver"},
                                              {"setupnfs", "servicenode", "nfsserver"},
                                              {"setupconserver", "servicenode", "conserver"},
                                              {"setupntp", "servicenode", "ntpserver"},
                                              {"setupnim", "servicenode", "nimserver"},
                                              {"setupipforward", "servicenode", "ipforward"},
                                              {"hanfsdomid", "servicenode", "hanfsdomid"}};
  return kAll;
}

bool find_column(Lookup* lookup, const std::string& name, std::string* table, std::string* column) {
  const std::string full = name == "groups" || name == "tags" ? "nodelist.groups" : name == "mgt" ? "nodehm.mgt" : name;
  const size_t dot = full.find('.');
  if (dot == std::string::npos) return false;
  *table = full.substr(0, dot);
  *column = full.substr(dot + 1);
  return lookup->table(*table).column(*column) >= 0;
}

Strings all_nodes(Lookup* lookup) {
  Strings all;
  const Table& list = lookup->table("nodelist");
  for (const auto& row : list.rows) {
    if (!row.empty() && row[0] && !list.disabled(row)) all.push_back(*row[0]);
  }
  return all;
}

namespace {

using Names = std::set<std::string>;

bool digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// first .. last as Perl counts: with a zero in front as text of this width, which ends where it would become wider than
// `last`; otherwise as numbers.
Strings numbers(const std::string& first, const std::string& last) {
  Strings all;
  long from = 0, to = 0;
  if (!parse_number(first, &from) || !parse_number(last, &to)) return all;
  const bool text = first.size() > 1 && first[0] == '0';
  for (; text || from <= to; ++from) {
    std::string one = std::to_string(from);
    if (text && one.size() < first.size()) one.insert(0, first.size() - one.size(), '0');
    if (text && one.size() > last.size()) break;
    all.push_back(one);
    if (one == last) break;
  }
  return all;
}

// A name as text and numbers in turn; the first is text, which may be empty.
Strings tokens(const std::string& name) {
  Strings all = {""};
  for (const char c : name) {
    const bool digit = c >= '0' && c <= '9';
    if (digit != (all.size() % 2 == 0)) all.emplace_back();
    all.back() += c;
  }
  return all;
}

// The names from `left` to `right`, which differ in one number; false when they are no such pair.
bool from_to(const std::string& left, const std::string& right, Strings* names) {
  Strings a = tokens(left);
  const Strings b = tokens(right);
  size_t differs = 0;
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    if (i % 2 == 0 || differs != 0) return false;
    differs = i;
  }
  if (differs == 0) {
    names->push_back(left);
    return true;
  }
  for (const auto& number : numbers(std::string(a[differs]), b[differs])) {
    a[differs] = number;
    names->push_back(join(a, ""));
  }
  return true;
}

// The names that a text without @ and commas outside of brackets stands for, each a name or a group; a text that is no
// range stands for itself.
Strings names_of(const std::string& text) {
  Strings names;
  const size_t open = text.find('['), close = text.find(']', open == std::string::npos ? 0 : open);
  if (open != std::string::npos && open > 0 && close != std::string::npos) {
    const std::string head = text.substr(0, open), tail = text.substr(close + 1);
    Strings items = split(text.substr(open + 1, close - open - 1), ',');
    if (items.size() > 1 && items.back().empty()) items.pop_back();
    for (const auto& item : items) {
      const size_t dash = item.find_first_of("-:");
      const bool pair = dash != std::string::npos && dash > 0 && dash + 1 < item.size();
      const std::string first = head + item.substr(0, dash) + tail,
                        last = pair ? head + item.substr(dash + 1) + tail : "";
      Strings some;
      if (!pair) {
        some = {head + item + tail};
      } else if (!from_to(first, last, &some)) {
        some = {first + "-" + last};
      }
      for (const auto& one : some) {
        const Strings more = names_of(one);
        names.insert(names.end(), more.begin(), more.end());
      }
    }
    return names;
  }
  const size_t plus = text.find('+');
  if (plus != std::string::npos) {
    Strings parts = tokens(text.substr(0, plus));
    if (parts.size() < 2) return {parts[0]};
    const size_t last = parts.size() - (parts.size() % 2 == 0 ? 1 : 2);
    const std::string from = parts[last], count = text.substr(plus + 1, text.find('+', plus + 1) - plus - 1);
    long start = 0, more = 0;
    if (!count.empty() && !parse_number(count, &more)) return {};
    parse_number(from, &start);
    std::string until = std::to_string(start + more);
    if (until.size() < from.size()) until.insert(0, from.size() - until.size(), '0');
    for (const auto& number : numbers(from, until)) {
      parts[last] = number;
      names.push_back(join(parts, ""));
    }
    return names;
  }
  Strings ends = split(text, ':');
  if (ends.size() < 2) {
    // Of several dashes the one in the middle counts.
    ends = split(text, '-');
    if (ends.size() % 2 == 0) {
      const std::string left = join(Strings(ends.begin(), ends.begin() + static_cast<long>(ends.size() / 2)), "-");
      ends = {left, join(ends, "-", ends.size() / 2)};
    } else {
      ends.resize(1);
    }
  }
  if (ends.size() < 2 || ends[1].empty() || !from_to(ends[0], ends[1], &names)) return {text};
  return names;
}

// Pieces separated by `by`, outside of brackets and parentheses.
Strings pieces(const std::string& text, char by) {
  Strings all = {""};
  int depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '(') ++depth;
    if (c == ']' || c == ')') --depth;
    if (c == by && depth <= 0) {
      all.emplace_back();
    } else {
      all.back() += c;
    }
  }
  return all;
}

class Expander {
 public:
  explicit Expander(Lookup* lookup) : lookup_(lookup), list_(all_nodes(lookup)) {
    for (const auto& node : list_) {
      nodes_.insert(node);
      for (const auto& group : lookup->groups(node)) groups_[group].insert(node);
    }
    const Table& table = lookup->table("nodegroup");
    for (const auto& row : table.rows) {
      if (row[0] && !table.disabled(row)) defined_[*row[0]] = table.get(row, "wherevals").value_or("");
    }
  }

  Names range(const std::string& text) {
    Names found, without;
    bool minus = false;
    for (auto piece : pieces(text, ',')) {
      if (piece.empty()) continue;
      if (piece[0] == '@') {
        found = common(found, term(piece.substr(1)));
        continue;
      }
      if (piece[0] == '-') {
        minus = true;
        piece.erase(0, 1);
        if (piece.empty()) continue;
      }
      const Names some = term(piece);
      (minus ? without : found).insert(some.begin(), some.end());
      minus = false;
    }
    for (const auto& node : without) found.erase(node);
    return found;
  }
  const Strings& missing() const { return missing_; }

 private:
  static Names common(const Names& a, const Names& b) {
    Names both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(both, both.end()));
    return both;
  }

  Names term(const std::string& text) {
    const Strings parts = pieces(text, '@');
    Names found = atom(parts[0]);
    for (size_t i = 1; i < parts.size(); ++i) {
      found = common(found, atom(starts_with(parts[i], "-") ? parts[i].substr(1) : parts[i]));
    }
    return found;
  }

  Names atom(const std::string& text) {
    if (text.size() > 1 && text.front() == '(' && text.back() == ')') return range(text.substr(1, text.size() - 2));
    const Names one = named(text, false);
    if (!one.empty() || text.empty()) return one;
    if (text[0] == '/') {
      const Pattern pattern("^(?:" + text.substr(1) + ")$");
      return chosen([&](const std::string& node) { return pattern.search(node).has_value(); });
    }
    if (text.find_first_of("=~") != std::string::npos) return where(text, {});
    if (text[0] == '-') return lost("");
    Names found;
    for (const auto& name : names_of(text)) {
      const Names some = named(name, true);
      found.insert(some.begin(), some.end());
    }
    return found;
  }

  // A node, or the nodes of a group. A name that begins with digits stands for nodeN.
  Names named(const std::string& name, bool needed) {
    if (nodes_.count(name)) return {name};
    if (const auto group = groups_.find(name); group != groups_.end()) return group->second;
    if (const auto group = defined_.find(name); group != defined_.end()) {
      return group->second.empty() ? Names() : where(group->second, node_attributes());
    }
    if (!needed) return {};
    if (name.empty() || digits(name)) return nodes_.count("node" + name) ? Names{"node" + name} : lost("node" + name);
    return lost(name);
  }

  // What is no criterion fits nobody.
  Names where(const std::string& text, const std::vector<Attribute>& names) {
    Criterion one;
    if (!parse_criterion(lookup_, text, names, &one)) return {};
    return chosen([&](const std::string& node) { return one.fits(lookup_, node); });
  }

  template <typename Test>
  Names chosen(const Test& test) const {
    Names found;
    for (const auto& node : list_) {
      if (test(node)) found.insert(node);
    }
    return found;
  }

  Names lost(const std::string& name) {
    missing_.push_back(name);
    return {};
  }

  Lookup* lookup_;
  Strings list_, missing_;
  Names nodes_;
  std::map<std::string, Names> groups_;
  std::map<std::string, std::string> defined_;  // of nodegroup: who is in it, by a criterion
};

}  // namespace

bool parse_criterion(Lookup* lookup, const std::string& text, const std::vector<Attribute>& names, Criterion* one) {
  const size_t at = text.find_first_of("=!");
  if (at == std::string::npos || at + 1 >= text.size()) return false;
  const std::string name = text.substr(0, at);
  one->sign = text.substr(at, 2);
  one->wanted = text.substr(at + 2);
  if (one->sign != "==" && one->sign != "!=" && one->sign != "=~" && one->sign != "!~") return false;
  for (const auto& known : names) {
    if (name != known.name) continue;
    one->table = known.table;
    one->column = known.column;
    return true;
  }
  return find_column(lookup, name, &one->table, &one->column);
}

bool Criterion::fits(Lookup* lookup, const std::string& node) const {
  const std::string value = lookup->text(node, table, column);
  if (sign[1] == '=') return (value == wanted) == (sign[0] == '=');
  std::string text = wanted;
  if (text.size() > 1 && text.front() == '/' && text.back() == '/') text = text.substr(1, text.size() - 2);
  const bool match = !text.empty() && Pattern(text).search(value).has_value();
  return match == (sign[0] == '=');
}

void expand_range(Lookup* lookup, const std::string& range, Strings* nodes, Strings* missing) {
  std::string text = range;
  // Quotes count for nothing; a character beyond ASCII, of UTF-8, becomes one question mark.
  const auto dropped = [](char c) { return c == '"' || c == '\'' || (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  text.erase(std::remove_if(text.begin(), text.end(), dropped), text.end());
  std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7f; }, '?');
  Expander expander(lookup);
  Names found = expander.range(text);
  *missing = expander.missing();
  for (const auto& node : expander.range(lookup->site("excludenodes"))) found.erase(node);
  nodes->assign(found.begin(), found.end());
}

}  // namespace aixsim
