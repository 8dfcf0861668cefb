// SPDX-License-Identifier: Apache-2.0
// "en0: flags=HEX,HEX<WORDS>" and below it "inet A netmask 0xHEX broadcast B", "inet6 A%ZONE/LENGTH" and lines of
// settings ("tcp_sendspace 262144 ..."). What a line is follows from its words, not from its indentation.
#include "aix/ifconfig.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "aix/parsing.hpp"
#include "net/address.hpp"

namespace hanfs::aix {
namespace {

std::optional<Interface> read_interface(std::string_view line) {
  const auto words = text::first_fields(line, 2);
  if (words.size() < 2 || words[0].size() < 2 || words[0].back() != ':' || !text::starts_with(words[1], "flags=")) {
    return {};
  }
  Interface found;
  found.name = words[0].substr(0, words[0].size() - 1);
  const std::size_t open = words[1].find('<');
  if (open == std::string_view::npos) return found;
  bool up = false;
  bool running = false;
  const std::size_t close = std::min(words[1].find('>', open), words[1].size());
  for (const auto flag : text::split(words[1].substr(open + 1, close - open - 1), ',')) {
    up = up || flag == "UP";
    running = running || flag == "RUNNING";
  }
  found.up = up && running;
  return found;
}

// Number of leading ones, -1 when the ones are not together.
int ones(std::uint32_t mask) {
  int length = 0;
  while (length < 32 && (mask & (0x80000000U >> static_cast<unsigned>(length))) != 0) ++length;
  const bool together = length == 32 || (mask << static_cast<unsigned>(length)) == 0;
  return together ? length : -1;
}

int prefix_of_mask(std::string_view mask) {
  std::uint32_t value = 0;
  if (text::starts_with(mask, "0x")) {
    const char* const end = mask.data() + mask.size();
    const auto [stopped, problem] = std::from_chars(mask.data() + 2, end, value, 16);
    return problem == std::errc() && stopped == end ? ones(value) : -1;
  }
  if (const auto dotted = net::read_address(mask); !dotted || dotted->v6) return -1;
  for (const auto octet : text::split(mask, '.')) {
    value = (value << 8U) | static_cast<std::uint32_t>(parsing::whole_number(octet).value_or(0));
  }
  return ones(value);
}

std::optional<InterfaceAddress> read_inet(const std::vector<std::string_view>& words) {
  const auto address = words.size() > 1 ? net::read_address(words[1]) : std::nullopt;
  if (!address || address->v6) return {};
  InterfaceAddress found;
  found.address = words[1];
  const auto mask = std::find(words.begin(), words.end(), "netmask");
  if (mask != words.end() && mask + 1 != words.end()) found.prefix_length = prefix_of_mask(*(mask + 1));
  return found;
}

std::optional<InterfaceAddress> read_inet6(const std::vector<std::string_view>& words) {
  if (words.size() < 2) return {};
  const std::size_t slash = words[1].find('/');
  const std::string_view with_zone = words[1].substr(0, slash);
  const auto address = net::read_address(with_zone);
  if (!address || !address->v6) return {};
  InterfaceAddress found;
  found.inet6 = true;
  found.address = with_zone.substr(0, with_zone.find('%'));
  if (slash == std::string_view::npos) return found;
  const auto length = parsing::whole_number(words[1].substr(slash + 1));
  if (!length || *length < 0 || *length > 128) return {};
  found.prefix_length = static_cast<int>(*length);
  return found;
}

// "tcp_sendspace 262144 tcp_recvspace 262144 rfc1323 1": words such as these, nothing that hanfs needs.
bool is_settings(std::string_view line) {
  const auto words = text::first_fields(line, 2);
  return words.size() == 2 && text::is_letter(words[0].front()) && words[0].find(':') == std::string_view::npos &&
         std::all_of(words[0].begin(), words[0].end(),
                     [](char c) { return text::is_letter(c) || text::is_digit(c) || c == '_' || c == '-'; });
}

}  // namespace

std::vector<InterfaceAddress> Interfaces::addresses() const {
  std::vector<InterfaceAddress> all;
  for (const Interface& interface : interfaces)
    all.insert(all.end(), interface.addresses.begin(), interface.addresses.end());
  return all;
}

bool Interfaces::has_address(std::string_view address) const {
  const std::vector<InterfaceAddress> all = addresses();
  return std::any_of(all.begin(), all.end(), [&](const InterfaceAddress& own) { return own.address == address; });
}

Result<Interfaces> parse_ifconfig(std::string_view all) {
  constexpr std::size_t most_words = 16;
  Interfaces found;
  const auto lines = parsing::lines(all);
  for (const auto& line : lines) {
    const auto words = text::first_fields(line.text, most_words);
    if (words.empty()) continue;
    if (auto interface = read_interface(line.text)) {
      found.interfaces.push_back(std::move(*interface));
      continue;
    }
    const bool inet6 = words[0] == "inet6";
    if ((inet6 || words[0] == "inet") && !found.interfaces.empty()) {
      if (auto address = inet6 ? read_inet6(words) : read_inet(words)) {
        found.interfaces.back().addresses.push_back(std::move(*address));
      } else {
        found.problems.push_back(parsing::problem(line, "inet ADDRESS netmask MASK, or inet6 ADDRESS/LENGTH"));
      }
      continue;
    }
    if (parsing::is_prompt(line.text)) continue;
    const bool indented = text::is_blank(line.text.front());
    if (!found.interfaces.empty() && indented && is_settings(line.text)) continue;
    found.problems.push_back(parsing::problem(line, "NAME: flags=..., or an address or setting below it"));
  }
  if (!found.interfaces.empty()) return found;
  const std::string seen = found.problems.empty() ? "no text" : to_string(found.problems.front());
  return Error{"this is not the output of ifconfig -a: no line \"NAME: flags=...\" in " + std::to_string(lines.size()) +
               " lines (" + seen + ")"};
}

}  // namespace hanfs::aix
