// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "makehanfs/drill/answer.hpp"
#include "makehanfs/drill/drill.hpp"

namespace hanfs::cluster {
namespace {

using json = nlohmann::ordered_json;

double number(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

std::vector<report::TimelineBar> bars_of(const json& path) {
  std::vector<report::TimelineBar> bars;
  const auto segments = path.find("segments");
  if (segments == path.end() || !segments->is_array()) return bars;
  for (const json& segment : *segments) {
    if (!segment.is_object()) continue;
    bars.push_back({word_of(segment, "state") == "failed", number(segment, "from_seconds"),
                    number(segment, "to_seconds"), word_of(segment, "error")});
  }
  return bars;
}

}  // namespace

Result<NodeResult> parse_watch(std::string_view text) {
  const Result<json> object = object_of(text);
  if (!object || word_of(*object, "event") != "end") return Error{"no answer of checkhanfs watch"};
  const auto paths = object->find("paths");
  if (paths == object->end() || !paths->is_array()) return Error{"an answer of checkhanfs watch without paths"};
  NodeResult node;
  node.length = number(*object, "seconds");
  for (const json& path : *paths) {
    if (!path.is_object()) continue;
    PathResult result;
    result.path = word_of(path, "path");
    result.longest_stall = number(path, "longest_stall_seconds");
    result.reads = number_of(path, "reads");
    result.errors = number_of(path, "errors");
    result.hangs = truth_of(path, "stalled_now");
    result.fails = truth_of(path, "failing_now");
    result.server_before = word_of(path, "server_before");
    result.server_after = word_of(path, "server_after");
    result.bars = bars_of(path);
    node.paths.push_back(std::move(result));
  }
  return node;
}

bool have_left(const std::vector<std::string>& lines, const std::string& address) {
  bool came_from_it = false;
  for (const std::string& line : lines) {
    const Result<NodeResult> node = parse_watch(line);
    if (!node) return false;
    for (const PathResult& path : node->paths) {
      if (path.hangs || path.fails || path.server_after.empty() || path.server_after == address) return false;
      came_from_it = came_from_it || path.server_before == address;
    }
  }
  return came_from_it;
}

}  // namespace hanfs::cluster
