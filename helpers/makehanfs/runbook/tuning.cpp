// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <set>
#include <string_view>

#include "aix/failover.hpp"
#include "makehanfs/runbook/outage_reader.hpp"
#include "text/words.hpp"

namespace hanfs::cluster::outage {
namespace {

// A number that the postscript is called with: "timeo=1", "--timeo=1" (README, "xCAT").
void take_number(std::string_view word, std::string_view name, long& into, bool& found) {
  while (!word.empty() && word.front() == '-') word.remove_prefix(1);
  if (word.size() <= name.size() + 1 || word.substr(0, name.size()) != name || word[name.size()] != '=') return;
  const std::string_view digits = word.substr(name.size() + 1);
  constexpr std::size_t longest = 9;  // fits into a long everywhere
  if (digits.size() > longest || digits.find_first_not_of("0123456789") != std::string_view::npos) return;
  into = std::max(1L, std::strtol(std::string(digits).c_str(), nullptr, 10));
  found = true;
}

}  // namespace

// lib/xcat/README.md "Postscripts: the line and its arguments": xcatdefaults first, then the image's, then the
// node's own; blanks separate arguments. The last one counts.
void read_tuning(OutageReader& r) {
  constexpr std::string_view script = "setupnfsv4replication";
  const auto take = [&](const std::string& entries, Tuning& tuning, bool& dgd) {
    for (const std::string_view entry : text::split_list(entries)) {
      const std::vector<std::string_view> words = text::split_list(entry, " \t");
      if (words.empty() || words.front().substr(words.front().rfind('/') + 1) != script) continue;
      bool found = false;
      for (const std::string_view word : words) {
        take_number(word, "timeo", tuning.timeo, found);
        take_number(word, "retrans", tuning.retrans, found);
        take_number(word, "dgd_ping_time", tuning.dgd_ping_time, dgd);
        take_number(word, "dgd_packets_lost", tuning.dgd_packets_lost, dgd);
      }
    }
  };
  const Tuning usual{r.settings.timeo, r.settings.retrans, aix::default_dgd_ping_time, aix::default_dgd_packets_lost,
                     "AIX's defaults"};
  r.made.tuning = usual;
  std::string everywhere;
  if (const xcat::Table* table = r.tables.find("postscripts"))
    if (const auto row = table->row_of("xcatdefaults"))
      everywhere = std::string(table->value(*row, "postscripts")) + "," +
                   std::string(table->value(*row, "postbootscripts")) + ",";
  const xcat::Table* images = r.tables.find("osimage");
  const auto of_image = [&](const std::string& node) -> std::string {
    if (images == nullptr) return "";
    const auto row = images->row_of(text::trimmed(r.values.get(node, "nodetype", "provmethod")));
    if (!row) return "";
    return std::string(images->value(*row, "postscripts")) + "," + std::string(images->value(*row, "postbootscripts")) +
           ",";
  };
  std::set<std::string> seen;
  bool first = true;
  for (const std::string& node : r.made.primary_nodes()) {
    const std::string entries = everywhere + of_image(node) + r.values.get(node, "postscripts", "postscripts") + "," +
                                r.values.get(node, "postscripts", "postbootscripts");
    if (!seen.insert(entries).second) continue;
    Tuning tuning = usual;
    bool dgd = false;
    take(entries, tuning, dgd);
    if (dgd) tuning.dgd_source = "the arguments in the table postscripts";
    const auto stall = [](const Tuning& one) { return aix::failover_seconds(one.timeo, one.retrans, 0); };
    const auto detection = [](const Tuning& one) {
      return aix::detection_seconds(one.dgd_ping_time, one.dgd_packets_lost);
    };
    if (first || stall(tuning) > stall(r.made.tuning)) {
      r.made.tuning.timeo = tuning.timeo;
      r.made.tuning.retrans = tuning.retrans;
    }
    if (first || detection(tuning) > detection(r.made.tuning)) {
      r.made.tuning.dgd_ping_time = tuning.dgd_ping_time;
      r.made.tuning.dgd_packets_lost = tuning.dgd_packets_lost;
      r.made.tuning.dgd_source = tuning.dgd_source;
    }
    first = false;
  }
}

}  // namespace hanfs::cluster::outage
