// SPDX-License-Identifier: Apache-2.0
// checkhanfs tree manifest DIR
#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "checkhanfs/commands/kept_manifest.hpp"
#include "checkhanfs/commands/not_entered.hpp"
#include "checkhanfs/commands/print.hpp"
#include "checkhanfs/commands/tree_run.hpp"
#include "checkhanfs/tree/excludes.hpp"
#include "sys/file.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::check {
namespace {

using json = nlohmann::ordered_json;
using report::PluginState;

// A manifest inside its tree would change what it describes.
Status check_outside(const std::string& root, const std::string& output) {
  const std::string folder = TreeRun::resolved(sys::folder_of(output));
  if (folder.empty()) return Done{};  // that it cannot be written will be said
  if (!text::is_at_or_below(folder, root) && root != "/") return Done{};
  return Error{output + ": lies in the tree that it would describe; cure: --output elsewhere"};
}

// What is there has to be an older manifest, or empty: a word too few must not cost somebody a file.
Status check_replaceable(const std::string& output) {
  struct stat there{};
  if (::stat(output.c_str(), &there) != 0) return Done{};
  if (!S_ISREG(there.st_mode)) return Error{output + ": not a regular file; cure: another --output"};
  if (there.st_size == 0) return Done{};
  std::string begin(tree::magic.size(), '\0');
  std::FILE* const file = std::fopen(output.c_str(), "rb");
  if (file != nullptr) {
    begin.resize(std::fread(begin.data(), 1, begin.size(), file));
    std::fclose(file);
  }
  if (begin == tree::magic) return Done{};
  return Error{output + ": something else than a manifest is there, and stays; cure: another --output, or remove it"};
}

// 0: there is no older one.
std::uint64_t bytes_before(const std::string& output) {
  std::FILE* const file = std::fopen(output.c_str(), "rb");
  if (file == nullptr) return 0;
  char tail[256] = {};
  std::fseek(file, -static_cast<long>(sizeof tail - 1), SEEK_END);
  const std::string text(tail, std::fread(tail, 1, sizeof tail - 1, file));
  std::fclose(file);
  const std::size_t at = text.rfind("#end ");
  if (at == std::string::npos) return 0;
  const auto ending = tree::parse_ending(text::trimmed(std::string_view(text).substr(at)));
  return ending ? ending->bytes : 0;
}

}  // namespace

int do_tree_manifest(const TreeRun& run) {
  app::System& system = run.system();
  const Options& options = run.options();
  const auto fail = [&](const std::string& why) { return print_unknown(system, why, options.json); };
  const Result<std::string> root = run.root_of(options.operands[1]);
  if (!root) return fail(root.error().what);
  const std::string output = options.output.empty() ? run.default_manifest(*root) : run.place_of(options.output);
  if (const Status outside = check_outside(run.place_of(*root), output); !outside) return fail(outside.error().what);
  if (const Status replaceable = check_replaceable(output); !replaceable) return fail(replaceable.error().what);
  if (options.output.empty())
    if (const Status made = system.files().make_folders(sys::folder_of(output)); !made) return fail(made.error().what);
  const auto lock = system.files().lock(output + ".lock");
  if (lock->state == sys::Lock::State::busy) return fail(output + ": another run makes it; cure: wait for its end");
  if (lock->state == sys::Lock::State::unavailable)
    return fail(lock->reason + "; cure: a folder that is there and in which root may write, or another --output");

  const tree::Header header = run.header_for(*root, std::nullopt);
  if (const auto kept = kept_manifest(run, header, output)) return print_kept(run, output, *kept);
  const tree::Leftovers leftovers(output);
  std::unique_ptr<tree::KnownFiles> known;
  // Hashes that somebody else wrote would hide what he changed.
  if (leftovers.take(output) && system.files().check_trusted(leftovers.manifest) &&
      system.files().check_trusted(leftovers.local)) {
    auto opened =
        tree::KnownFiles::open(leftovers.manifest, leftovers.local, header.hash, tree::ManifestReader::Expected::begun);
    if (opened) known = std::move(*opened);
  }
  const bool resumed = known != nullptr;
  const auto begin = system.clock().now();
  const Result<tree::MadeManifest> made = run.make(header, output, known.get(), bytes_before(output));
  const double seconds = std::chrono::duration<double>(system.clock().now() - begin).count();
  if (!made) return fail(made.error().what);
  if (made->walk.interrupted)
    return fail("tree manifest: " + std::string(tree_was_interrupted) +
                "; cure: run it again, what was read is not read again");
  leftovers.remove();

  const tree::WalkResult& walk = made->walk;
  report::PluginReport report;
  report.state = walk.unread + walk.changed > 0 ? PluginState::warning : PluginState::ok;
  report.summary = "tree manifest " + text::escape_unprintable(output) + ": " +
                   text::counted(walk.entries, "entry", "entries") + ", " + text::counted(walk.files, "file") + ", " +
                   bytes_text(walk.bytes);
  if (resumed) report.summary += ", resumed: " + bytes_text(walk.bytes_read) + " read";
  if (walk.unread > 0) report.summary += "; " + std::to_string(walk.unread) + " not readable";
  if (walk.changed > 0) report.summary += "; " + std::to_string(walk.changed) + " changed while they were read";
  take_not_entered(report, made->mount_points);
  report.values = {{"entries", std::to_string(walk.entries), "", "", "", "0", ""},
                   {"content", std::to_string(walk.bytes), "B", "", "", "0", ""},
                   {"unread", std::to_string(walk.unread), "", "0", "", "0", ""},
                   {"changed", std::to_string(walk.changed), "", "0", "", "0", ""},
                   {"time", text::fixed(seconds, 1), "s", "", "", "0", ""}};
  for (const std::string& finding : walk.findings) report.details.push_back("! " + finding);
  if (walk.unread + walk.changed > walk.findings.size())
    report.details.push_back("! and " + std::to_string(walk.unread + walk.changed - walk.findings.size()) +
                             " more; cure: grep note= " + text::escape_unprintable(output));
  if (const std::string note = not_entered_note(made->mount_points); !note.empty()) report.details.push_back(note);
  std::string left_out;
  for (const std::string& pattern : header.excludes)
    left_out += (left_out.empty() ? "" : " ") + text::escape_unprintable(pattern);
  if (!left_out.empty()) report.details.push_back("left out: " + left_out);

  report::Verdict verdict = verdict_of(system, report.state);
  verdict.warnings = walk.unread + walk.changed + made->mount_points.count();
  json excludes = json::array();
  for (const std::string& pattern : header.excludes) excludes.push_back(pattern);
  json fields{{"manifest", output},
              {"kept", false},
              {"root", header.root},
              {"hash", tree::hash_name(header.hash)},
              {"time", header.time},
              {"excludes", excludes},
              {"entries", walk.entries},
              {"files", walk.files},
              {"content_bytes", walk.bytes},
              {"read_bytes", walk.bytes_read},
              {"unread_entries", walk.unread},
              {"changed_entries", walk.changed},
              {"findings", walk.findings},
              {"checksum", made->ending.checksum},
              {"resumed", resumed},
              {"duration_seconds", seconds}};
  fields.update(not_entered_json(made->mount_points));
  if (options.max_age) {
    const auto reader = tree::ManifestReader::open(output, tree::ManifestReader::Expected::whole);
    const Result<tree::ContentSummary> content = reader ? tree::summarize(**reader) : reader.error();
    if (!content) return fail(content.error().what);
    fields.update(json_of(*content));
  }
  return print(system, report, verdict, options.json, fields);
}

}  // namespace hanfs::check
