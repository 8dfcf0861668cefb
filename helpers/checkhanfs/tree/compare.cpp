// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/compare.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "checkhanfs/tree/line.hpp"

namespace hanfs::tree {
namespace {

// How many bytes of whole lines both begin with.
std::size_t same_lines(std::string_view a, std::string_view b) {
  constexpr std::size_t block = 4096;
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t same = 0;
  while (same < most) {
    const std::size_t next = std::min(block, most - same);
    if (std::memcmp(a.data() + same, b.data() + same, next) != 0) break;
    same += next;
  }
  const std::size_t end = std::min(same + block, most);
  while (same < end && a[same] == b[same]) ++same;
  if (same == 0) return 0;
  const std::size_t newline = a.rfind('\n', same - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

// The line that a manifest is at, taken apart.
class Side {
 public:
  explicit Side(ManifestReader& reader) : reader_(reader) {}

  // False: there is none, the manifest is whole.
  Result<bool> look() {
    const Result<std::string_view> line = reader_.line();
    if (!line) return line.error();
    if (line->empty()) {
      const Result<std::string_view> lines = reader_.lines();
      if (lines && !lines->empty()) return reader_.error_here("it is empty");
      return false;
    }
    Result<Entry> parsed = parse_line(*line, reader_.header().hash);
    if (!parsed) return reader_.error_here(parsed.error().what);
    entry_ = std::move(*parsed);
    if (any_ && entry_.path <= last_) return reader_.error_here("its path is out of order");
    size_ = line->size() + 1;
    return true;
  }
  void consume() {
    reader_.consume(size_);
    last_ = entry_.path;
    any_ = true;
  }
  const Entry& entry() const { return entry_; }

 private:
  ManifestReader& reader_;
  Entry entry_;
  std::size_t size_ = 0;
  std::string last_;
  bool any_ = false;
};

Status report_same(std::string_view lines, const std::function<Status(std::string_view)>& same) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (const Status reported = same(path_column(lines.substr(0, end))); !reported) return reported;
    lines.remove_prefix(end + 1);
  }
  return Done{};
}

// Entries that neither could read are written alike, and yet nobody knows whether they are. `found`: how many.
Status report_unread(std::string_view lines, const ManifestReader& reader,
                     const std::function<Status(const Difference&)>& different, std::uint64_t& found) {
  constexpr std::string_view note = "\tnote";
  // Few lines have an equals sign at all, so most of a manifest is passed by quickly.
  for (std::size_t at = 0; (at = lines.find('=', at)) != std::string_view::npos; ++at) {
    if (at < note.size() || lines.substr(at - note.size(), note.size()) != note) continue;
    const std::size_t before = lines.rfind('\n', at);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const Result<Entry> entry = parse_line(lines.substr(begin, lines.find('\n', at) - begin), reader.header().hash);
    if (!entry) return reader.error_here("or one that follows: " + entry.error().what);
    const Difference difference = difference_between(&*entry, &*entry);
    if (difference.kinds.empty()) continue;
    ++found;
    if (const Status reported = different(difference); !reported) return reported;
  }
  return Done{};
}

}  // namespace

Result<Comparison> compare(ManifestReader& first, ManifestReader& second,
                           const std::function<Status(const Difference&)>& different,
                           const std::function<Status(std::string_view path)>& same) {
  if (first.header().hash != second.header().hash)
    return Error{first.name() + " has hashes of kind " + hash_name(first.header().hash) + ", " + second.name() +
                 " of kind " + hash_name(second.header().hash) + "; cure: make one again with --hash"};
  Comparison comparison;
  Side one(first);
  Side other(second);
  std::uint64_t not_alike = 0;  // of the first
  for (;;) {
    const Result<std::string_view> a = first.lines();
    if (!a) return a.error();
    const Result<std::string_view> b = second.lines();
    if (!b) return b.error();
    if (a->empty() && b->empty()) break;
    if (const std::size_t bytes = same_lines(*a, *b); bytes > 0) {
      if (const Status reported = report_unread(a->substr(0, bytes), first, different, not_alike); !reported)
        return reported.error();
      if (same)
        if (const Status reported = report_same(a->substr(0, bytes), same); !reported) return reported.error();
      first.consume(bytes);
      second.consume(bytes);
      continue;
    }
    const Result<bool> in_first = one.look();
    if (!in_first) return in_first.error();
    const Result<bool> in_second = other.look();
    if (!in_second) return in_second.error();
    const int order = !*in_second ? -1 : !*in_first ? 1 : one.entry().path.compare(other.entry().path);
    const Entry* const left = order <= 0 ? &one.entry() : nullptr;
    const Entry* const right = order >= 0 ? &other.entry() : nullptr;
    const Difference difference = difference_between(left, right);
    if (!difference.kinds.empty())
      if (const Status reported = different(difference); !reported) return reported.error();
    if (left != nullptr) {
      one.consume();
      ++not_alike;
    }
    if (right != nullptr) other.consume();
  }
  comparison.first = first.ending();
  comparison.second = second.ending();
  comparison.identical = comparison.first.entries - not_alike;
  return comparison;
}

}  // namespace hanfs::tree
