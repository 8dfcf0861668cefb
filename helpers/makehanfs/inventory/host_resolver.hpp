// SPDX-License-Identifier: Apache-2.0
// Names of hosts to addresses: the table hosts first, then /etc/hosts of the management node.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "makehanfs/inventory/cluster_builder.hpp"

namespace hanfs::cluster {

struct NamedAddress {
  std::string name;
  std::string address;
};

// Up to the first dot.
std::string short_name(const std::string& name);
// Whether two names are of one host, whatever their case and domain.
bool is_same_host(const std::string& a, const std::string& b);

// Reads all rows of the table once; `builder` knows its servers already and outlives this object.
class HostResolver {
 public:
  explicit HostResolver(const ClusterBuilder& builder);

  // All that is known of one server, its own name first.
  std::vector<NamedAddress> addresses_of(const std::string& server) const;
  // Its attributes in the table hosts that cannot be evaluated, and count as not set here.
  std::vector<Error> problems_of(const std::string& server) const;
  // Empty: not known. `own`: what is known of the server that this name should belong to.
  std::string address_of(const std::string& name, const std::vector<NamedAddress>& own) const;
  // The node whose row of the table hosts has this name; empty: none has.
  std::string node_of(const std::string& name) const;
  // Further names of a host, as the table hosts and /etc/hosts have them beside its own: "asn04-ml0" of asn04, where
  // that is no node of its own. The caller has to choose the one that its nodes use.
  const std::vector<NamedAddress>& interfaces_of(const std::string& server) const;

 private:
  using Names = std::unordered_map<std::string, std::string>;  // in lower case, to addresses

  std::string value(const std::string& name, const char* column) const;
  void note_interface(std::string_view name, std::string_view address);

  const ClusterBuilder& builder_;
  Names aliases_;  // names and further interfaces, of all rows of the table
  Names file_;
  Names nodes_;                                                            // to names as the table has them
  Names servers_;                                                          // the same
  std::unordered_map<std::string, std::vector<NamedAddress>> interfaces_;  // by server
};

}  // namespace hanfs::cluster
