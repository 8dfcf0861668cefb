// SPDX-License-Identifier: Apache-2.0
#include "net/ipv4.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <string>

#include "text/words.hpp"

namespace hanfs::net {
namespace {

std::optional<std::uint32_t> number_of(std::string_view address) {
  if (address.find('\0') != std::string_view::npos) return std::nullopt;
  boost::system::error_code failed;
  const auto parsed = boost::asio::ip::make_address_v4(std::string(address), failed);
  if (failed) return std::nullopt;
  return parsed.to_uint();
}

// "255.255.0.0", or "/16": ones, then zeros.
std::optional<std::uint32_t> mask_of(std::string_view text) {
  if (text::starts_with(text, "/")) {
    const auto length = text::whole_number<unsigned>(text.substr(1));
    if (!length || *length > 32 || text.size() > 3) return std::nullopt;
    return *length == 0 ? 0U : ~std::uint32_t{0} << (32 - *length);
  }
  const auto mask = number_of(text);
  const std::uint32_t hosts = ~mask.value_or(0);
  return (hosts & (hosts + 1)) == 0 ? mask : std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> host_number(std::string_view address) {
  const auto number = number_of(address);
  if (!number) return std::nullopt;
  const std::uint32_t first = *number >> 24U;
  return first == 0 || first == 127 || first >= 224 ? std::nullopt : number;
}

std::optional<Subnet> subnet_of(std::string_view net, std::string_view mask) {
  const auto address = number_of(text::trimmed(net));
  const auto bits = mask_of(text::trimmed(mask));
  if (!address || !bits) return std::nullopt;
  return Subnet{*address & *bits, *bits};
}

}  // namespace hanfs::net
