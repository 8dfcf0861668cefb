// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "makehanfs/drill/drill.hpp"

namespace hanfs::cluster {
namespace {

using json = nlohmann::ordered_json;

std::string word(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

double number(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

std::size_t count(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::size_t>() : 0;
}

bool truth(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace

Result<std::vector<PathResult>> parse_watch(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object() || word(object, "tool") != "checkhanfs" || word(object, "event") != "end")
    return Error{"no answer of checkhanfs watch"};
  const auto paths = object.find("paths");
  if (paths == object.end() || !paths->is_array()) return Error{"an answer of checkhanfs watch without paths"};
  std::vector<PathResult> results;
  for (const json& path : *paths) {
    if (!path.is_object()) continue;
    PathResult result;
    result.path = word(path, "path");
    result.longest_stall = number(path, "longest_stall_seconds");
    result.reads = count(path, "reads");
    result.errors = count(path, "errors");
    result.hangs = truth(path, "stalled_now");
    result.fails = truth(path, "failing_now");
    result.server_before = word(path, "server_before");
    result.server_after = word(path, "server_after");
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace hanfs::cluster
