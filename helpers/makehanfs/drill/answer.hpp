// SPDX-License-Identifier: Apache-2.0
// What the parts of a drill need to ask checkhanfs on hosts.
#pragma once

#include <chrono>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "makehanfs/engine/engine.hpp"
#include "makehanfs/engine/output_reader.hpp"
#include "result.hpp"
#include "run/runner.hpp"

namespace hanfs::cluster {

// The value of a key where it is of the kind; else empty, 0, false.
std::string word_of(const nlohmann::ordered_json& object, const char* key);
std::size_t number_of(const nlohmann::ordered_json& object, const char* key);
bool truth_of(const nlohmann::ordered_json& object, const char* key);
// What the object says of its own end: result.state, result.summary.
std::string result_word_of(const nlohmann::ordered_json& object, const char* key);

// The JSON object of checkhanfs in a line of a host, whatever an engine puts before it. Error: there is none.
Result<nlohmann::ordered_json> object_of(std::string_view line);

// Why nothing is known of a host, with the last line of what it complained of.
std::string problem_of(const Error& error, const HostAnswer& answer);

// The engine gives each host at least so many seconds.
Engine with_deadline(const Engine& engine, std::chrono::seconds least);

// One question to some hosts; the last object of each, beside `hosts`. `time`: for all of them.
std::vector<Result<nlohmann::ordered_json>> ask_checkhanfs(run::Runner& runner, const Engine& engine,
                                                           const std::vector<std::string>& hosts,
                                                           const std::vector<std::string>& argv,
                                                           std::chrono::seconds time);

}  // namespace hanfs::cluster
