// SPDX-License-Identifier: Apache-2.0
#include "net/address.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>

#include "net/ipv4.hpp"

namespace hanfs::net {
namespace ip = boost::asio::ip;

std::optional<Address> read_address(std::string_view text) {
  constexpr std::size_t longest = 45;                                                     // IPv6 with an IPv4 tail
  const bool in_brackets = text.size() > 2 && text.front() == '[' && text.back() == ']';  // as an address with a path
  if (in_brackets) text = text.substr(1, text.size() - 2);
  const std::string_view bare = text.substr(0, text.find('%'));
  if (bare.empty() || bare.size() > longest || bare.find('\0') != std::string_view::npos) return {};
  boost::system::error_code failed;
  const auto address = ip::make_address(std::string(bare), failed);
  // Only IPv6 has zones and brackets.
  if (failed || (address.is_v4() && (in_brackets || bare.size() != text.size()))) return {};
  return Address{address.to_string(), address.is_v6()};
}

bool is_ipv4(const std::string& text) {
  const auto address = read_address(text);
  return address && !address->v6;
}

bool is_ipv6(const std::string& text) {
  const auto address = read_address(text);
  return address && address->v6;
}

bool is_host_ipv4(const std::string& text) { return host_number(text).has_value(); }

bool same_subnet(const std::string& a, const std::string& b, int prefix_length) {
  if (prefix_length < 0 || prefix_length > 32) return false;
  boost::system::error_code error_a;
  boost::system::error_code error_b;
  const ip::address_v4 first = ip::make_address_v4(a, error_a);
  const ip::address_v4 second = ip::make_address_v4(b, error_b);
  if (error_a || error_b) return false;
  const auto length = static_cast<unsigned short>(prefix_length);
  return ip::make_network_v4(first, length).network() == ip::make_network_v4(second, length).network();
}

bool is_host_in(const std::string& address, int prefix_length) {
  constexpr int longest_with_broadcast = 30;
  if (prefix_length < 0 || prefix_length > longest_with_broadcast) return true;
  boost::system::error_code error;
  const ip::address_v4 host = ip::make_address_v4(address, error);
  if (error) return false;
  const ip::network_v4 network = ip::make_network_v4(host, static_cast<unsigned short>(prefix_length));
  return host != network.network() && host != network.broadcast();
}

}  // namespace hanfs::net
