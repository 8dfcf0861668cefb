// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/wire/change.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

constexpr std::size_t longest_value = 1000;  // characters: an argument of a command, a line for a pager

std::vector<WireFinding> missing_in(const std::vector<WireFinding>& others, const std::vector<WireFinding>& findings) {
  std::vector<WireFinding> missing;
  for (const WireFinding& finding : findings) {
    const bool known = std::any_of(others.begin(), others.end(), [&](const WireFinding& other) {
      return other.code == finding.code && other.servers == finding.servers && other.level == finding.level;
    });
    if (!known && finding.level != WireLevel::note) missing.push_back(finding);
  }
  return missing;
}

std::string codes_of(const std::vector<WireFinding>& findings) {
  std::vector<std::string> words;
  for (const WireFinding& finding : findings) words.push_back(finding.code + "=" + text::joined(finding.servers, ","));
  return text::joined(words);
}

std::string one_line(const std::string& text) { return text::escape_unprintable(text, longest_value); }

}  // namespace

ServersChange change_between(const std::vector<WireFinding>& before, report::PluginState was,
                             const ServersReport& now) {
  ServersChange change;
  change.was = was;
  change.now = state_of(now);
  change.summary = plugin_of(now).summary;
  change.appeared = missing_in(before, now.findings);
  change.gone = missing_in(now.findings, before);
  return change;
}

bool is_change(const ServersChange& change) {
  return change.was != change.now || !change.appeared.empty() || !change.gone.empty();
}

std::string text_of(const ServersChange& change, const std::string& utc) {
  std::string text = utc + " " + report::plugin_state_name(change.now) + " - " + one_line(change.summary) + "\n";
  for (const WireFinding& finding : change.appeared) text += utc + " + " + one_line(line_of(finding)) + "\n";
  for (const WireFinding& finding : change.gone)
    text += utc + " - " + one_line(finding.code + ": " + text::joined(finding.servers, ", ")) + "\n";
  return text;
}

nlohmann::ordered_json json_of(const ServersChange& change, const std::string& utc) {
  const auto list = [](const std::vector<WireFinding>& findings) {
    nlohmann::ordered_json made = nlohmann::ordered_json::array();
    for (const WireFinding& finding : findings) made.push_back(json_of(finding));
    return made;
  };
  return {{"time", utc},
          {"state", report::plugin_state_name(change.now)},
          {"was", report::plugin_state_name(change.was)},
          {"summary", change.summary},
          {"appeared", list(change.appeared)},
          {"gone", list(change.gone)}};
}

std::vector<std::string> notify_words(const ServersChange& change) {
  return {report::plugin_state_name(change.now), report::plugin_state_name(change.was), one_line(change.summary)};
}

std::vector<std::string> notify_environment(const ServersChange& change, const std::string& path) {
  return {std::string("CHECKHANFS_STATE=") + report::plugin_state_name(change.now),
          std::string("CHECKHANFS_WAS=") + report::plugin_state_name(change.was),
          "CHECKHANFS_SUMMARY=" + one_line(change.summary),
          "CHECKHANFS_PATH=" + one_line(path),
          "CHECKHANFS_APPEARED=" + one_line(codes_of(change.appeared)),
          "CHECKHANFS_GONE=" + one_line(codes_of(change.gone))};
}

}  // namespace hanfs::check
