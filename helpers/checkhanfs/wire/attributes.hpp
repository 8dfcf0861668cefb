// SPDX-License-Identifier: Apache-2.0
// The attributes of a GETATTR reply (RFC 7530, sections 3.3.8 and 5.8; XDR: RFC 4506). Own code and not libnfs's
// decoder, whose arrays are not bounded by what was received (nfs_client.hpp). Pure.
#pragma once

#include <string_view>
#include <vector>

#include "checkhanfs/wire/answer.hpp"
#include "result.hpp"

namespace hanfs::check {

// The bitmap4 of the attributes that decode_attributes() knows.
std::vector<std::uint32_t> wanted_attributes();

// `mask`: the bitmap4 of the reply. Error: not what was asked for, cut, too long, or a list that nobody can have.
Result<Attributes> decode_attributes(const std::vector<std::uint32_t>& mask, std::string_view values);

}  // namespace hanfs::check
