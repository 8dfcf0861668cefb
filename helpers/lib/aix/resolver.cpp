// SPDX-License-Identifier: Apache-2.0
// Formats: lib/aix/README.md "Name resolution" (all documented but for quotes in /etc/environment); /etc/hosts as
// everywhere.
#include "aix/resolver.hpp"

#include <algorithm>
#include <cstddef>

#include "aix/parsing.hpp"
#include "net/address.hpp"

namespace hanfs::aix {
namespace {

std::string_view without_comment(std::string_view line, std::string_view marks) {
  return text::trimmed(line.substr(0, line.find_first_of(marks)));
}

std::string_view netsvc_key(std::string_view line) {
  const std::string_view content = without_comment(line, "#");
  const std::size_t equals = content.find('=');
  return equals == std::string_view::npos ? std::string_view{} : text::trimmed(content.substr(0, equals));
}

bool is_hosts_line(std::string_view line) { return text::equal_ignoring_case(netsvc_key(line), "hosts"); }

// "local = auth, bind" -> local, auth, bind
std::vector<std::string> services(std::string_view list) {
  std::vector<std::string> words;
  std::string spaced(list);
  std::replace_if(spaced.begin(), spaced.end(), [](char c) { return c == ',' || c == '='; }, ' ');
  for (const auto word : text::fields(spaced)) words.push_back(text::lower(word));
  return words;
}

bool is_local(const std::string& service) { return service == "local" || service == "local4" || service == "local6"; }
bool answers_ipv4(const std::string& service) { return service.back() != '6'; }

// "hosts = local, bind4 = auth" out of bind4 auth local. What is authoritative ends the search for a name that it does
// not know: in front of the others the hosts file must not be that. Where it was not asked at all it comes new.
std::string hosts_first_line(const std::vector<std::string>& services) {
  std::vector<std::string> front;
  std::vector<std::string> rest;
  std::vector<std::string>* last = &rest;
  for (const std::string& service : services) {
    const bool is_option = service == "auth";
    if (!is_option) last = is_local(service) ? &front : &rest;
    if (!is_option) {
      last->push_back(service);
    } else if (last == &rest && !rest.empty()) {
      rest.back() += " = auth";
    }
  }
  if (std::none_of(front.begin(), front.end(), answers_ipv4))
    front.insert(front.begin(), !rest.empty() && rest.front().back() == '4' ? "local4" : "local");
  std::string line = "hosts = ";
  for (const std::string& service : front) line += service + ", ";
  for (const std::string& service : rest) line += service + ", ";
  return line.substr(0, line.size() - 2);
}

bool same_address(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto left = net::read_address(a);
  const auto right = net::read_address(b);
  return left && right && left->canonical == right->canonical;
}

}  // namespace

Result<HostsOrder> parse_netsvc_conf(std::string_view all) {
  HostsOrder conf;
  bool has_hosts = false;
  for (const auto& line : parsing::lines(all)) {
    const std::string_view content = without_comment(line.text, "#");
    if (content.empty()) continue;
    if (netsvc_key(content).empty()) {
      conf.problems.push_back(parsing::problem(line, "NAME = SERVICE, SERVICE"));
    } else if (is_hosts_line(content)) {
      auto words = services(content.substr(content.find('=') + 1));
      if (words.empty()) {
        conf.problems.push_back(parsing::problem(line, "hosts = SERVICE, SERVICE"));
      } else if (has_hosts) {
        conf.problems.push_back(parsing::problem(line, "one \"hosts\" line; the first one is used"));
      } else {
        has_hosts = true;
        conf.services = std::move(words);
      }
    }
  }
  return conf;
}

Result<HostsOrder> parse_irs_conf(std::string_view all) {
  HostsOrder order;
  for (const auto& line : parsing::lines(all)) {
    const auto words = text::fields(without_comment(line.text, "#"));
    if (words.empty() || !text::equal_ignoring_case(words[0], "hosts")) continue;
    if (words.size() < 2 || words[1].find_first_of(",=") != std::string_view::npos) {
      order.problems.push_back(parsing::problem(line, "hosts MECHANISM [OPTION]"));
      continue;
    }
    const std::string mechanism = text::lower(words[1]);
    const bool is_dns = text::starts_with(mechanism, "dns");
    order.services.push_back(is_dns ? "bind" + mechanism.substr(3) : mechanism);
  }
  return order;
}

Result<HostsOrder> parse_nsorder(std::string_view environment) {
  HostsOrder order;
  const std::string kept = only_nsorder(environment);
  for (const auto& line : parsing::lines(kept)) {
    std::string value(line.text.substr(line.text.find('=') + 1));
    value.erase(std::remove_if(value.begin(), value.end(), [](char c) { return c == '"' || c == '\''; }), value.end());
    order.services = services(value);  // the last line counts, as in every environment
  }
  return order;
}

std::string only_nsorder(std::string_view environment) {
  std::string kept;
  for (const auto& line : parsing::lines(environment)) {
    const std::size_t equals = line.text.find('=');
    if (equals != std::string_view::npos && text::trimmed(line.text.substr(0, equals)) == "NSORDER")
      kept.append(line.text) += '\n';
  }
  return kept;
}

bool hosts_come_first(const std::vector<std::string>& services) {
  // bind6 and the like are not asked for the IPv4 addresses of servers; where there is nothing else, nobody is.
  const auto first = std::find_if(services.begin(), services.end(), answers_ipv4);
  if (first == services.end()) return !services.empty() && services.front() == "local6";
  return *first == "local" || *first == "local4";
}

std::string with_hosts_first(std::string_view all, const std::vector<std::string>& otherwise) {
  // NIS is part of the built-in order only where it is active, and has to be if it is named.
  const std::vector<std::string> without_line = otherwise.empty() ? std::vector<std::string>{"bind"} : otherwise;
  std::string out;
  out.reserve(all.size() + 80);
  bool written = false;
  std::size_t begin = 0;
  while (begin < all.size()) {
    const std::size_t newline = all.find('\n', begin);
    const std::size_t next = newline == std::string_view::npos ? all.size() : newline + 1;
    const std::string_view line = all.substr(begin, next - begin);
    const std::string_view ending = line.substr(std::min(line.find_last_not_of("\r\n") + 1, line.size()));
    std::string_view content = line.substr(0, line.size() - ending.size());
    // A byte order mark in front of the line would keep AIX from knowing its first word: it goes with the old line.
    const bool has_mark = begin == 0 && text::starts_with(content, "\xEF\xBB\xBF");
    if (has_mark) content.remove_prefix(3);
    begin = next;
    if (!is_hosts_line(content)) {
      out += line;
      continue;
    }
    // Which of several "hosts" lines counts is not documented, so all of them begin with the hosts file.
    const std::string_view setting = content.substr(0, content.find('#'));
    const std::vector<std::string> said = services(setting.substr(setting.find('=') + 1));
    if (hosts_come_first(said)) {
      out.append(content).append(ending);
    } else {
      out += hosts_first_line(said.empty() ? without_line : said);
      if (setting.size() != content.size()) out.append(" ").append(content.substr(setting.size()));
      out += ending;
    }
    written = true;
  }
  if (written) return out;
  const bool crlf = all.find("\r\n") != std::string_view::npos;
  const std::string_view ending = crlf ? "\r\n" : "\n";
  if (!out.empty() && out.back() != '\n') out += ending;
  return out.append(hosts_first_line(without_line)).append(ending);
}

Result<ResolvConf> parse_resolv_conf(std::string_view all) {
  ResolvConf conf;
  for (const auto& line : parsing::lines(all)) {
    const std::string_view content = without_comment(line.text, "#;");
    const auto words = text::fields(content);
    if (words.empty()) continue;
    const std::string key = text::lower(words[0]);
    if (key == "nameserver" && words.size() > 1 && net::read_address(words[1])) {
      conf.nameservers.emplace_back(words[1]);
      if (words.size() > 2) conf.problems.push_back(parsing::problem(line, "one address in a nameserver line"));
    } else if (key == "domain" && words.size() == 2) {
      conf.domain = words[1];
    } else if (key == "search" && words.size() > 1) {
      conf.search.assign(words.begin() + 1, words.end());
    } else if (key != "options" && key != "sortlist") {
      conf.problems.push_back(parsing::problem(line, "nameserver ADDRESS, domain NAME, search NAMES or options"));
    }
  }
  return conf;
}

bool Hosts::has_address(std::string_view address) const {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const HostEntry& entry) { return same_address(entry.address, address); });
}

std::vector<std::string> Hosts::addresses_of(std::string_view name) const {
  std::vector<std::string> found;
  for (const auto& entry : entries) {
    const bool named = std::any_of(entry.names.begin(), entry.names.end(),
                                   [&](const std::string& n) { return text::equal_ignoring_case(n, name); });
    if (named) found.push_back(entry.address);
  }
  return found;
}

Result<Hosts> parse_hosts(std::string_view all) {
  Hosts hosts;
  for (const auto& line : parsing::lines(all)) {
    const auto words = text::fields(without_comment(line.text, "#"));
    if (words.empty()) continue;
    if (words.size() < 2 || !net::read_address(words[0])) {
      hosts.problems.push_back(parsing::problem(line, "ADDRESS NAME [NAME...]"));
      continue;
    }
    HostEntry entry;
    entry.address = words[0];
    entry.names.assign(words.begin() + 1, words.end());
    hosts.entries.push_back(std::move(entry));
  }
  return hosts;
}

}  // namespace hanfs::aix
