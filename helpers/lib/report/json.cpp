// SPDX-License-Identifier: Apache-2.0
#include "report/json.hpp"

#include <nlohmann/json.hpp>

namespace hanfs::report {

std::string json_text(const nlohmann::ordered_json& object) {
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace hanfs::report
