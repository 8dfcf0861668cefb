// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/inventory/networks.hpp"

#include "net/ipv4.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {

void read_networks(ClusterBuilder& builder) {
  const xcat::Table* table = builder.tables.find("networks");
  for (std::size_t row = 0; table != nullptr && row < table->size(); ++row) {
    const std::string_view net = text::trimmed(table->value(row, "net"));
    const auto subnet = net::subnet_of(net, table->value(row, "mask"));
    Network network;
    network.name = text::trimmed(table->value(row, "netname"));
    if (network.name.empty()) network.name = net;
    if (!subnet && net.find(':') == std::string_view::npos)
      builder.findings.add(
          {Finding::Level::warning, "bad-network",
           "net " + text::escape_control(net) + " with mask " + text::escape_control(table->value(row, "mask")) +
               " (line " + std::to_string(table->line(row)) + " of networks) is no IPv4 network, and is left out",
           "chtab net=" + std::string(net) + " networks.mask=MASK"},
          text::escape_control(network.name));
    if (!subnet) continue;  // IPv6, or nothing that an IPv4 server can be in
    network.subnet = *subnet;
    network.gateway = text::trimmed(table->value(row, "gateway"));
    network.nameservers = text::trimmed(table->value(row, "nameservers"));
    network.row =
        "networks row " + text::escape_control(network.name) + " (line " + std::to_string(table->line(row)) + ")";
    builder.networks.push_back(std::move(network));
  }
}

std::size_t network_of(const ClusterBuilder& builder, std::uint32_t address) {
  std::size_t smallest = no_index;
  for (std::size_t i = 0; i < builder.networks.size(); ++i) {
    const net::Subnet& subnet = builder.networks[i].subnet;
    if (!subnet.contains(address)) continue;
    if (smallest == no_index || subnet.mask > builder.networks[smallest].subnet.mask) smallest = i;
  }
  return smallest;
}

std::string network_text(const ClusterBuilder& builder, std::size_t network) {
  if (network == no_index) return "no network of the table networks";
  return "network " + builder.networks[network].name;
}

}  // namespace hanfs::cluster
