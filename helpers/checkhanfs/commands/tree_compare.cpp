// SPDX-License-Identifier: Apache-2.0
// checkhanfs tree compare A B, tree check DIR, tree sync-plan A B
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/report.hpp"
#include "checkhanfs/commands/not_entered.hpp"
#include "checkhanfs/commands/print.hpp"
#include "checkhanfs/commands/tree_run.hpp"
#include "checkhanfs/tree/compare.hpp"
#include "checkhanfs/tree/name.hpp"
#include "checkhanfs/tree/sorted_differences.hpp"
#include "checkhanfs/tree/sync_plan.hpp"
#include "report/json.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

using json = nlohmann::ordered_json;
using report::PluginState;
using tree::Kind;
using tree::ManifestReader;

constexpr std::size_t print_block = 65536;  // bytes

// Collects text, so that a million lines are not a million writes.
class Printer {
 public:
  explicit Printer(app::System& system) : system_(system) {}
  Status add(std::string_view text) {
    text_ += text;
    return text_.size() < print_block ? Status(Done{}) : flush();
  }
  Status flush() {
    const bool printed = system_.print(text_);
    text_.clear();
    return printed ? Status(Done{}) : Status(Error{"stdout cannot be written"});
  }

 private:
  app::System& system_;
  std::string text_;
};

std::string counts_text(const tree::KindCounts& counts) {
  std::string text;
  for (std::size_t i = 0; i < tree::kind_count; ++i)
    if (counts[i] > 0)
      text += (text.empty() ? "" : ", ") + std::string(tree::kind_name(static_cast<Kind>(i))) + ' ' +
              std::to_string(counts[i]);
  return text;
}

json counts_json(const tree::KindCounts& counts) {
  json object = json::object();
  for (std::size_t i = 0; i < tree::kind_count; ++i)
    if (counts[i] > 0) object[tree::kind_name(static_cast<Kind>(i))] = counts[i];
  return object;
}

json side_json(const ManifestReader& reader) {
  const tree::Header& header = reader.header();
  return {{"name", reader.name()}, {"root", tree::escaped_name(header.root)}, {"host", header.host},
          {"time", header.time},   {"entries", reader.ending().entries},      {"content_bytes", reader.ending().bytes}};
}

std::vector<std::string> excludes_of(const ManifestReader& reader) {
  std::vector<std::string> patterns = reader.header().excludes;
  std::sort(patterns.begin(), patterns.end());
  return patterns;
}

std::vector<std::string> notes_of(const ManifestReader& first, const ManifestReader& second) {
  std::vector<std::string> notes;
  const auto list = [](const std::vector<std::string>& patterns) {
    std::string text;
    for (const std::string& pattern : patterns) text += ' ' + tree::escaped_name(pattern);
    return text.empty() ? std::string(" nothing") : text;
  };
  const auto excluded = excludes_of(first);
  if (excluded != excludes_of(second)) {
    notes.push_back("the two leave out different things: the first" + list(excluded) + "; the second" +
                    list(excludes_of(second)) + "; cure: make both with the same --exclude");
  } else if (!excluded.empty()) {
    notes.push_back("left out:" + list(excluded));
  }
  return notes;
}

// Once both were read to their ends.
tree::MountPoints mount_points_of(const ManifestReader& first, const ManifestReader& second) {
  tree::MountPoints all = first.mount_points();
  all.add(second.mount_points());
  return all;
}

// An empty root is more often a file system that is not mounted. The root itself is an entry.
std::string note_of_empty(const tree::Comparison& comparison) {
  const bool first = comparison.first.entries <= 1, second = comparison.second.entries <= 1;
  if (!first && !second) return {};
  return std::string(first && second ? "both are"
                     : first         ? "the first is"
                                     : "the second is") +
         " empty; cure: see whether the file system is mounted there";
}

struct Compared {
  tree::Comparison comparison;
  tree::SortedDifferences differences;
  tree::MountPoints mount_points{};
  std::vector<std::string> notes{};
};

PluginState state_of(const tree::SortedDifferences& differences) {
  if (differences.total() == 0) return PluginState::ok;
  const std::uint64_t unread = differences.counts()[static_cast<std::size_t>(Kind::unread)];
  return differences.total() == unread ? PluginState::unknown : PluginState::critical;
}

report::PluginReport report_of_comparison(const Compared& compared, const char* what) {
  const std::uint64_t total = compared.differences.total();
  report::PluginReport report;
  report.state = state_of(compared.differences);
  report.summary = std::string(what) + ": ";
  report.summary += total == 0
                        ? text::counted(compared.comparison.identical, "entry", "entries") + ", all the same"
                        : std::to_string(total) + " of " + std::to_string(compared.comparison.identical + total) +
                              " entries differ: " + counts_text(compared.differences.counts());
  take_not_entered(report, compared.mount_points);
  report.values = {{"different", std::to_string(total), "", "", "0", "0", ""},
                   {"identical", std::to_string(compared.comparison.identical), "", "", "", "0", ""}};
  return report;
}

Status print_text(const TreeRun& run, Compared& compared, const report::PluginReport& report,
                  const report::Verdict& verdict, const std::function<Status(Printer&)>& print_same) {
  Printer printer(run.system());
  std::string head = plugin_text(report);
  for (const std::string& note : compared.notes) head += "# " + note + '\n';
  for (const auto& [folder, counts] : compared.differences.by_top_folder())
    head += "# " + folder + ": " + counts_text(counts) + '\n';
  for (std::size_t i = 0; i < tree::kind_count; ++i)
    if (compared.differences.counts()[i] > 0)
      head += "# " + std::string(tree::kind_name(static_cast<Kind>(i))) + ": " +
              tree::kind_meaning(static_cast<Kind>(i)) + '\n';
  if (const Status printed = printer.add(head); !printed) return printed;
  const Status given = compared.differences.give(
      [&](const tree::Difference& difference) { return printer.add(difference_line(difference)); });
  if (!given) return given;
  if (print_same)
    if (const Status printed = print_same(printer); !printed) return printed;
  if (const Status printed = printer.add(verdict.line() + '\n'); !printed) return printed;
  return printer.flush();
}

// One object, written piece by piece, since there may be millions of differences.
Status print_json(const TreeRun& run, Compared& compared, const report::PluginReport& report,
                  const report::Verdict& verdict, const json& first, const json& second) {
  Printer printer(run.system());
  json folders = json::array();
  for (const auto& [folder, counts] : compared.differences.by_top_folder())
    folders.push_back({{"folder", folder}, {"kinds", counts_json(counts)}});
  json head = json_head(verdict);
  head.update(not_entered_json(compared.mount_points));
  head.update({{"first", first},
               {"second", second},
               {"notes", compared.notes},
               {"identical_entries", compared.comparison.identical},
               {"different_entries", compared.differences.total()},
               {"kinds", counts_json(compared.differences.counts())},
               {"top_folders", folders}});
  std::string begin = report::json_text(head);
  begin.pop_back();
  if (const Status printed = printer.add(begin + ",\"differences\":["); !printed) return printed;
  bool any = false;
  const Status given = compared.differences.give([&](const tree::Difference& difference) {
    const json item{{"mark", std::string(1, mark_of(difference.kinds.worst()))},
                    {"kind", tree::kind_name(difference.kinds.worst())},
                    {"kinds", difference.kinds.names()},
                    {"path", difference.path},
                    {"first", difference.first},
                    {"second", difference.second}};
    const std::string comma = any ? ",\n" : "\n";
    any = true;
    return printer.add(comma + report::json_text(item));
  });
  if (!given) return given;
  if (const Status printed = printer.add("],\"result\":" + report::json_text(json_result(report, verdict)) + "}\n");
      !printed)
    return printed;
  if (const Status printed = printer.flush(); !printed) return printed;
  return run.system().print_error(verdict.line() + '\n') ? Status(Done{}) : Status(Error{"stderr cannot be written"});
}

// Differences are kept till the end of both is known to be sound: a cut manifest shows none that are none.
int compare_and_print(const TreeRun& run, ManifestReader& first, ManifestReader& second, const char* what,
                      std::vector<std::string> notes) {
  const Options& options = run.options();
  Compared compared{{}, tree::SortedDifferences(run.temporary_folder())};
  std::optional<tree::OutputFile> same;
  if (options.verbose && !options.json) {
    Result<tree::OutputFile> file = tree::OutputFile::temporary(run.temporary_folder());
    if (!file) return print_unknown(run.system(), file.error().what, options.json);
    same = std::move(*file);
  }
  std::function<Status(std::string_view)> take_same;
  if (same) take_same = [&](std::string_view path) { return same->append("= same " + std::string(path) + '\n'); };
  Result<tree::Comparison> comparison = tree::compare(
      first, second, [&](const tree::Difference& difference) { return compared.differences.add(difference); },
      take_same);
  if (!comparison) return print_unknown(run.system(), comparison.error().what, options.json);
  compared.comparison = std::move(*comparison);
  compared.mount_points = mount_points_of(first, second);
  compared.notes = notes_of(first, second);
  if (std::string note = not_entered_note(compared.mount_points); !note.empty())
    compared.notes.push_back(std::move(note));
  compared.notes.insert(compared.notes.end(), notes.begin(), notes.end());
  if (std::string note = note_of_empty(compared.comparison); !note.empty()) compared.notes.push_back(std::move(note));
  const report::PluginReport report = report_of_comparison(compared, what);
  report::Verdict verdict = verdict_of(run.system(), report.state);
  verdict.warnings = compared.differences.total() + compared.mount_points.count();

  std::function<Status(Printer&)> print_same;
  if (same)
    print_same = [&](Printer& printer) {
      return same->read_back([&](std::string_view block) { return printer.add(block); });
    };
  const Status printed = options.json ? print_json(run, compared, report, verdict, side_json(first), side_json(second))
                                      : print_text(run, compared, report, verdict, print_same);
  if (printed) return static_cast<int>(report.state);
  (void)run.system().print_error(std::string(tool_name) + ": " + printed.error().what + '\n');
  return static_cast<int>(PluginState::unknown);
}

}  // namespace

int do_tree_compare(const TreeRun& run) {
  Result<TreeRun::Pair> pair = run.open_pair();
  if (!pair) return print_unknown(run.system(), pair.error().what, run.options().json);
  return compare_and_print(run, *pair->first, *pair->second, "tree compare", {});
}

int do_tree_check(const TreeRun& run) {
  const Options& options = run.options();
  const auto fail = [&](const std::string& why) { return print_unknown(run.system(), why, options.json); };
  const Result<std::string> root = run.root_of(options.operands[1]);
  if (!root) return fail(root.error().what);
  const std::string manifest = options.manifest.empty() ? run.default_manifest(*root) : run.place_of(options.manifest);
  auto last = ManifestReader::open(manifest, ManifestReader::Expected::whole);
  if (!last)
    return fail(last.error().what + (options.manifest.empty() ? "; cure: checkhanfs tree manifest first" : ""));
  tree::Header header = run.header_for(*root, (*last)->header().hash);
  header.excludes = (*last)->header().excludes;
  header.excludes.insert(header.excludes.end(), options.excludes.begin(), options.excludes.end());

  std::vector<std::string> notes;
  std::unique_ptr<tree::KnownFiles> known;
  const std::string local = tree::local_path(manifest);
  Status trusted = run.system().files().check_trusted(manifest);
  if (trusted) trusted = run.system().files().check_trusted(local);
  if (trusted) {
    auto opened = tree::KnownFiles::open(manifest, local, header.hash, ManifestReader::Expected::whole);
    if (opened) {
      known = std::move(*opened);
    } else {
      trusted = opened.error();
    }
  }
  if (!trusted) notes.push_back("every file is read: " + text::escape_unprintable(trusted.error().what));
  Result<tree::MadeManifest> made = run.make(header, "", known.get(), 0);
  if (!made) return fail(made.error().what);
  if (made->walk.interrupted) return fail("tree check: " + std::string(tree_was_interrupted));
  notes.push_back(bytes_text(made->walk.bytes_read) + " of " + bytes_text(made->walk.bytes) + " read anew");
  auto now = ManifestReader::open(std::move(made->file), options.operands[1], ManifestReader::Expected::whole);
  if (!now) return fail(now.error().what);
  return compare_and_print(run, **last, **now, "tree check", std::move(notes));
}

int do_tree_sync_plan(const TreeRun& run) {
  const Options& options = run.options();
  const auto fail = [&](const std::string& why) { return print_unknown(run.system(), why, options.json); };
  Result<TreeRun::Pair> pair = run.open_pair();
  if (!pair) return fail(pair.error().what);
  const tree::Header& from = pair->first->header();
  const tree::Header& to = pair->second->header();
  if (from.host == to.host && (text::is_at_or_below(from.root, to.root) || text::is_at_or_below(to.root, from.root)))
    return fail(from.root + " and " + to.root + " lie one in the other, or are the same, so commands would take away " +
                "what they copy; cure: two trees that lie beside each other");
  tree::SyncPlan plan(from, to);
  std::uint64_t different = 0;
  const Result<tree::Comparison> comparison = tree::compare(
      *pair->first, *pair->second,
      [&](const tree::Difference& difference) -> Status {
        plan.add(difference);
        ++different;
        return Done{};
      },
      nullptr);
  if (!comparison) return fail(comparison.error().what);
  const tree::MountPoints mount_points = mount_points_of(*pair->first, *pair->second);
  const auto planned = plan.commands(mount_points);
  if (!planned) return fail(planned.error().what);
  const std::vector<std::vector<std::string>>& commands = *planned;
  report::PluginReport report;
  report.state = different == 0 ? PluginState::ok : PluginState::critical;
  report.summary = different == 0
                       ? "tree sync-plan: nothing to do, all is the same"
                       : "tree sync-plan: " + text::counted(commands.size(), "command") + " for " +
                             text::counted(different, "different entry", "different entries") + "; nothing was run";
  take_not_entered(report, mount_points);
  report.values = {{"different", std::to_string(different), "", "", "0", "0", ""}};
  report::Verdict verdict = verdict_of(run.system(), report.state);
  verdict.warnings = mount_points.count();
  if (options.json) {
    json fields{{"run_on", pair->first->header().host},
                {"different_entries", different},
                {"left_out_in_one", plan.passed_over()},
                {"commands", commands},
                {"left_alone", plan.mounted_in_one()}};
    fields.update(not_entered_json(mount_points));
    return print(run.system(), report, verdict, true, fields);
  }
  std::string text = plugin_text(report);
  if (const std::string note = note_of_empty(*comparison); !note.empty()) text += "# " + note + '\n';
  for (const std::string& note : notes_of(*pair->first, *pair->second)) text += "# " + note + '\n';
  if (plan.passed_over() != 0)
    text += "# " + text::counted(plan.passed_over(), "different entry is", "different entries are") +
            " left out in one of the two alone, so without a command\n";
  if (const std::string note = not_entered_note(mount_points); !note.empty()) text += "# " + note + '\n';
  for (const std::string& place : plan.mounted_in_one())
    text += "# left alone, as another file system is mounted there in one of them alone: " + place +
            "; cure: mount it in both, or in none\n";
  if (!commands.empty())
    text += "# to be run on " + text::escape_unprintable(pair->first->header().host) + ", while no node runs from " +
            text::escape_unprintable(pair->second->header().host) +
            ", whose tree changes; each with -n first, which only shows what it would do\n";
  for (const auto& argv : commands) text += run::exact_command_text(argv) + '\n';
  text += verdict.line() + '\n';
  return static_cast<int>(app::print_output(run.system(), tool_name, text) ? report.state : PluginState::unknown);
}

}  // namespace hanfs::check
