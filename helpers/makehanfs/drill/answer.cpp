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

bool truth_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
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

std::string problem_of(const Error& error, const HostAnswer& answer) {
  return error.what + (answer.last_stderr.empty() ? "" : ": " + text::escape_control(answer.last_stderr));
}

Engine with_deadline(const Engine& engine, std::chrono::seconds least) {
  Engine other = engine;
  other.host_deadline = std::max(engine.host_deadline, static_cast<long>(least.count()));
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
  const std::vector<FanoutResult> answers = fan_out(runner, with_deadline(engine, time), {{hosts, argv}}, how);
  std::vector<Result<json>> objects;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    Result<json> object = object_of(lines[i]);
    if (!object) object = Error{problem_of(object.error(), answers.front().hosts[i])};
    objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace hanfs::cluster
