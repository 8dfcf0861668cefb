// SPDX-License-Identifier: Apache-2.0
#include "cluster/noderange.hpp"

#include <algorithm>
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
                                              {"syslog", "noderes", "syslog"},
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
                                              {"hanfsdomid", "servicenode", "hanfsdomid"}};
  return kAll;
}

bool find_attribute(Lookup* lookup, const std::string& name, std::string* table, std::string* column) {
  const size_t dot = name.find('.');
  if (dot != std::string::npos) {
    *table = name.substr(0, dot);
    *column = name.substr(dot + 1);
    return lookup->table(*table).column(*column) >= 0;
  }
  for (const auto& one : node_attributes()) {
    if (name != one.name) continue;
    *table = one.table;
    *column = one.column;
    return lookup->table(*table).column(*column) >= 0;
  }
  return false;
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

bool digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos && text.size() < 10;
}

// first .. last with the width of `first`.
Strings numbers(const std::string& first, const std::string& last) {
  Strings all;
  long from = 0, to = 0;
  parse_number(first, &from);
  parse_number(last, &to);
  for (long i = from; i <= to; ++i) {
    std::string text = std::to_string(i);
    if (text.size() < first.size()) text.insert(0, first.size() - text.size(), '0');
    all.push_back(text);
  }
  return all;
}

struct Expander {
  Lookup* lookup;
  Strings list;
  std::set<std::string> known;
  std::string why;

  bool unknown(const std::string& part) {
    why = part;
    return false;
  }

  bool by_value(const std::string& part, size_t at, Strings* found) {
    const std::string name = part.substr(0, at), sign = part.substr(at, 2), wanted = part.substr(at + 2);
    std::string table, column;
    if (!find_attribute(lookup, name, &table, &column)) return unknown(part);
    const Pattern pattern(sign[1] == '~' ? wanted : "");
    if (!pattern.valid()) return unknown(part);
    for (const auto& node : list) {
      const std::string value = lookup->text(node, table, column);
      const bool match = sign[1] == '~' ? pattern.search(value).has_value() : value == wanted;
      if (match == (sign[0] == '=')) found->push_back(node);
    }
    return true;
  }

  bool brackets(const std::string& part, Strings* found) {
    const size_t open = part.find('['), close = part.find(']', open);
    if (close == std::string::npos) return unknown(part);
    const std::string head = part.substr(0, open), tail = part.substr(close + 1);
    for (const auto& piece : split(part.substr(open + 1, close - open - 1), ',')) {
      const size_t dash = piece.find_first_of("-:");
      const std::string first = piece.substr(0, dash),
                        last = dash == std::string::npos ? first : piece.substr(dash + 1);
      if (!digits(first) || !digits(last)) return unknown(part);
      for (const auto& number : numbers(first, last)) {
        if (!known.count(head + number + tail)) return unknown(head + number + tail);
        found->push_back(head + number + tail);
      }
    }
    return true;
  }

  bool from_to(const std::string& part, Strings* found) {
    for (size_t at = part.find_first_of("-:"); at != std::string::npos; at = part.find_first_of("-:", at + 1)) {
      const std::string left = part.substr(0, at), right = part.substr(at + 1);
      const size_t a = left.find_last_not_of("0123456789") + 1, b = right.find_last_not_of("0123456789") + 1;
      if (!digits(left.substr(a)) || !digits(right.substr(b)) || left.substr(0, a) != right.substr(0, b)) continue;
      for (const auto& number : numbers(left.substr(a), right.substr(b))) {
        if (!known.count(left.substr(0, a) + number)) return unknown(left.substr(0, a) + number);
        found->push_back(left.substr(0, a) + number);
      }
      return true;
    }
    return unknown(part);
  }

  bool atom(const std::string& part, Strings* found) {
    if (known.count(part)) {
      found->push_back(part);
      return true;
    }
    for (const auto& node : list) {
      const Strings groups = lookup->groups(node);
      if (std::find(groups.begin(), groups.end(), part) != groups.end()) found->push_back(node);
    }
    if (!found->empty()) return true;
    if (part.size() > 1 && part[0] == '/') {
      const Pattern pattern(part.substr(1));
      if (!pattern.valid()) return unknown(part);
      for (const auto& node : list) {
        if (pattern.matches_at_start(node)) found->push_back(node);
      }
      return true;
    }
    for (const char* const sign : {"=~", "!~", "==", "!="}) {
      const size_t at = part.find(sign);
      if (at != std::string::npos) return by_value(part, at, found);
    }
    return part.find('[') != std::string::npos ? brackets(part, found) : from_to(part, found);
  }

  bool term(const std::string& part, Strings* found) {
    bool first = true;
    for (const auto& one : split(part, '@')) {
      Strings more;
      if (!atom(one, &more)) return false;
      if (first) {
        *found = more;
      } else {
        const std::set<std::string> keep(more.begin(), more.end());
        found->erase(
            std::remove_if(found->begin(), found->end(), [&](const std::string& node) { return !keep.count(node); }),
            found->end());
      }
      first = false;
    }
    return true;
  }
};

// Commas inside of brackets do not separate.
Strings parts_of(const std::string& range) {
  Strings parts = {""};
  bool inside = false;
  for (const char c : range) {
    inside = c == '[' || (inside && c != ']');
    if (c == ',' && !inside) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

bool expand_range(Lookup* lookup, const std::string& range, Strings* nodes, std::string* why) {
  Expander expander{lookup, all_nodes(lookup), {}, ""};
  expander.known.insert(expander.list.begin(), expander.list.end());
  std::set<std::string> seen, without;
  Strings found;
  for (const auto& part : parts_of(range)) {
    if (part.empty()) continue;
    const bool minus = part[0] == '-';
    Strings some;
    if (!expander.term(minus ? part.substr(1) : part, &some)) {
      *why = expander.why;
      return false;
    }
    for (const auto& node : some) {
      if (minus) {
        without.insert(node);
      } else if (seen.insert(node).second) {
        found.push_back(node);
      }
    }
  }
  nodes->clear();
  for (const auto& node : found) {
    if (!without.count(node)) nodes->push_back(node);
  }
  return true;
}

}  // namespace aixsim
