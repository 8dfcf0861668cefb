// SPDX-License-Identifier: Apache-2.0
#include "aix/ip.hpp"

#include <boost/asio/ip/address.hpp>

namespace hanfs::aix::ip {

std::optional<Address> read(std::string_view text) {
  constexpr std::size_t longest = 45;  // IPv6 with an IPv4 tail
  const std::string_view bare = text.substr(0, text.find('%'));
  if (bare.empty() || bare.size() > longest || bare.find('\0') != std::string_view::npos) return {};
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(std::string(bare), failed);
  if (failed || (address.is_v4() && bare.size() != text.size())) return {};  // only IPv6 has zones
  return Address{address.to_string(), address.is_v6()};
}

}  // namespace hanfs::aix::ip
