// SPDX-License-Identifier: Apache-2.0
// JSON as all programs write it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hanfs::report {

// On one line, without its newline. Paths are bytes: what is no UTF-8 is shown as U+FFFD rather than making the whole
// report fail.
std::string json_text(const nlohmann::ordered_json& object);

}  // namespace hanfs::report
