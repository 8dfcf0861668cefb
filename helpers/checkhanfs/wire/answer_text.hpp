// SPDX-License-Identifier: Apache-2.0
// A look as text, one JSON object: how it comes out of the child process that made it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "checkhanfs/wire/answer.hpp"

namespace hanfs::check {

std::string text_of(const Look& look);

// nullopt: it is no such text, whole. Any bytes may be given: the child may have been taken over.
std::optional<Look> read_look(std::string_view text);

}  // namespace hanfs::check
