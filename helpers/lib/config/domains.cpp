// SPDX-License-Identifier: Apache-2.0
#include "config/domains.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "config/command_line.hpp"
#include "config/lines.hpp"
#include "net/address.hpp"
#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::config {
namespace {

class DomainReader {
 public:
  Status read(const Line& line) {
    const std::optional<std::string> name = domain_name(line.section);
    if (!name) return Done{};
    return line.is_header() ? section(*name, line.number) : key_value(line.text, line.number);
  }

  std::vector<Domain> domains;

 private:
  Status section(const std::string& name, std::size_t number) {
    if (!text::is_plain_name(name))
      return Error{"[domain NAME] needs a name of letters, digits and . _ + -, seen " + report::quoted(name)};
    const auto [first, is_new] = sections_.try_emplace(name, number);
    if (!is_new) return Error{"[domain " + name + "] is there again, first in line " + std::to_string(first->second)};
    domains.emplace_back();
    domains.back().name = name;
    domains.back().line = number;
    return Done{};
  }

  Status key_value(std::string_view text, std::size_t number) {
    Result<Item> item = item_of(text);
    if (!item) return item.error();
    Domain& domain = domains.back();
    const bool of_addresses = item->name != "servers";
    std::vector<std::string>* target = nullptr;
    if (item->name == "servers") target = &domain.servers;
    if (item->name == "replica") target = &domain.replicas;
    if (item->name == "gateways") target = &domain.gateways;
    if (target == nullptr)
      return Error{"unknown key " + report::quoted(item->name) + " in [domain " + domain.name +
                   "]; cure: servers, replica or gateways"};
    if (!target->empty()) return Error{report::quoted(item->name) + " is set again"};
    for (std::string& word : item->values) {
      if (of_addresses && !net::is_host_ipv4(word))
        return Error{report::quoted(word) + " is not the IPv4 address of a host"};
      if (!of_addresses && !text::is_plain_name(word))
        return Error{report::quoted(word) + " is no name of a service node"};
      if (std::find(target->begin(), target->end(), word) != target->end())
        return Error{report::quoted(word) + " is given twice"};
      target->push_back(std::move(word));
    }
    if (target != &domain.gateways) {
      if (target->size() > most_servers)
        return Error{std::to_string(target->size()) + " servers, AIX takes at most " + std::to_string(most_servers)};
      for (const std::string& word : *target) {
        const auto [first, is_new] = members_.try_emplace(word, number);
        if (!is_new)
          return Error{report::quoted(word) + " is in two domains, first in line " + std::to_string(first->second)};
      }
    }
    return Done{};
  }

  std::unordered_map<std::string, std::size_t> sections_;
  std::unordered_map<std::string, std::size_t> members_;  // servers and replicas: names and addresses differ
};

std::string setting(const char* key, const std::vector<std::string>& words) {
  if (words.empty()) return {};
  std::string text = std::string(key) + " =";
  for (const std::string& word : words) text += " " + word;
  return text + "\n";
}

}  // namespace

Result<std::vector<Domain>> read_domains(std::string_view text, const std::string& name) {
  DomainReader reader;
  const Status read = read_lines(text, name, [&](const Line& line) { return reader.read(line); });
  if (!read) return read.error();
  return std::move(reader.domains);
}

Result<const Domain*> domain_of(const std::vector<Domain>& domains, const std::vector<std::string>& addresses) {
  const std::unordered_set<std::string> wanted(addresses.begin(), addresses.end());
  const Domain* found = nullptr;
  for (const Domain& domain : domains) {
    const bool is_satisfied = std::any_of(domain.replicas.begin(), domain.replicas.end(),
                                          [&](const std::string& replica) { return wanted.count(replica) != 0; });
    if (is_satisfied && found != nullptr)
      return Error{"[domain " + found->name + "] and [domain " + domain.name + "] both hold these addresses"};
    if (is_satisfied) found = &domain;
  }
  return found;
}

std::string to_text(const Domain& domain) {
  return "[domain " + domain.name + "]\n" + setting("servers", domain.servers) + setting("replica", domain.replicas) +
         setting("gateways", domain.gateways);
}

}  // namespace hanfs::config
