// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/commands/kept_manifest.hpp"

#include <nlohmann/json.hpp>

#include "checkhanfs/commands/not_entered.hpp"
#include "checkhanfs/commands/print.hpp"
#include "text/escape.hpp"
#include "text/utc.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

using json = nlohmann::ordered_json;
using report::PluginState;

constexpr std::int64_t hour = 3600;  // seconds

}  // namespace

std::optional<KeptManifest> kept_manifest(const TreeRun& run, const tree::Header& wanted, const std::string& output) {
  const std::int64_t oldest = run.options().max_age.value_or(0) * hour;
  if (oldest == 0 || !run.system().files().check_trusted(output)) return std::nullopt;
  const auto reader = tree::ManifestReader::open(output, tree::ManifestReader::Expected::whole);
  if (!reader) return std::nullopt;
  KeptManifest kept;
  kept.header = (*reader)->header();
  tree::Header same = kept.header;
  same.time = wanted.time;
  if (!(same == wanted)) return std::nullopt;
  const auto made = text::seconds_of_utc(kept.header.time);
  const auto now = text::seconds_of_utc(wanted.time);
  // A manifest of tomorrow is one of a clock that was wrong.
  if (!made || !now || *made > *now || *now - *made > oldest) return std::nullopt;
  kept.age = *now - *made;
  const Result<tree::ContentSummary> content = tree::summarize(**reader);
  if (!content) return std::nullopt;
  kept.content = *content;
  kept.mount_points = (*reader)->mount_points();
  return kept;
}

json json_of(const tree::ContentSummary& content) {
  return {{"entries_digest", content.digest}, {"doubtful_entries", content.doubtful}};
}

int print_kept(const TreeRun& run, const std::string& output, const KeptManifest& kept) {
  report::PluginReport report;
  report.state = kept.content.doubtful > 0 ? PluginState::warning : PluginState::ok;
  report.summary = "tree manifest " + text::escape_unprintable(output) + ": kept, made " +
                   std::to_string(kept.age / hour) + " h ago, " +
                   text::counted(kept.content.entries, "entry", "entries");
  if (kept.content.doubtful > 0)
    report.summary += "; " + std::to_string(kept.content.doubtful) + " could not be read, or changed meanwhile";
  take_not_entered(report, kept.mount_points);
  if (const std::string note = not_entered_note(kept.mount_points); !note.empty()) report.details.push_back(note);
  report.values = {{"entries", std::to_string(kept.content.entries), "", "", "", "0", ""},
                   {"age", std::to_string(kept.age), "s", "", "", "0", ""}};
  report::Verdict verdict = verdict_of(run.system(), report.state);
  verdict.warnings = kept.content.doubtful + kept.mount_points.count();
  json fields{{"manifest", output},
              {"kept", true},
              {"root", kept.header.root},
              {"hash", tree::hash_name(kept.header.hash)},
              {"time", kept.header.time},
              {"age_seconds", kept.age},
              {"entries", kept.content.entries}};
  fields.update(not_entered_json(kept.mount_points));
  fields.update(json_of(kept.content));
  return print(run.system(), report, verdict, run.options().json, fields);
}

}  // namespace hanfs::check
