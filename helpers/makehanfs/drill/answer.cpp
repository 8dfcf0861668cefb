// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/drill/answer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "makehanfs/engine/fanout.hpp"
#include "text/escape.hpp"

namespace hanfs::cluster {

using json = nlohmann::ordered_json;

std::string word_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::size_t number_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::size_t>() : 0;
}

std::string result_word_of(const json& object, const char* key) {
  const auto result = object.find("result");
  return result == object.end() ? "" : word_of(*result, key);
}

Result<json> object_of(std::string_view line) {
  const std::size_t at = line.find('{');
  json object = at == std::string_view::npos ? json() : json::parse(line.substr(at), nullptr, false);
  if (!object.is_object() || word_of(object, "tool") != "checkhanfs") return Error{"no answer of checkhanfs"};
  return object;
}

Engine patient(const Engine& engine, long seconds) {
  Engine other = engine;
  other.host_deadline = std::max(engine.host_deadline, seconds);
  return other;
}

std::vector<Result<json>> ask_checkhanfs(run::Runner& runner, const Engine& engine,
                                         const std::vector<std::string>& hosts, const std::vector<std::string>& argv,
                                         std::chrono::seconds time) {
  std::vector<std::string> lines(hosts.size());
  FanoutOptions how;
  how.time_left = [time] { return std::chrono::milliseconds(time); };
  how.on_line = [&](std::size_t, std::size_t host, std::string_view line, bool cut) {
    if (!cut && line.find('{') != std::string_view::npos) lines[host] = std::string(line);
  };
  const std::vector<FanoutResult> answers =
      fan_out(runner, patient(engine, static_cast<long>(time.count())), {{hosts, argv}}, how);
  std::vector<Result<json>> objects;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    Result<json> object = object_of(lines[i]);
    const std::string& last = answers.front().hosts[i].last_stderr;
    if (!object && !last.empty()) object = Error{object.error().what + ": " + text::escape_control(last)};
    objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace hanfs::cluster
