// SPDX-License-Identifier: Apache-2.0
// Manifests as streams: read, found damaged, compared.
#include <doctest/doctest.h>

#include <algorithm>

#include "checkhanfs/tree/compare.hpp"
#include "checkhanfs/tree/line.hpp"
#include "checkhanfs/tree/manifest_reader.hpp"
#include "checkhanfs/tree/output_file.hpp"

namespace hanfs::tree {

namespace {

std::string body_line(const std::string& path, std::int64_t seconds = 1700000000) {
  Entry entry;
  entry.path = path;
  entry.hash = "99aa06d3014798d86001c324468d497f";
  entry.mtime.seconds = seconds;
  std::string line;
  append_line(line, entry);
  return line;
}

std::string manifest_text(const std::string& body, Header header = {}) {
  const std::string text = header_text(header) + body;
  Digest digest(HashKind::xxh3);
  const auto lines = static_cast<std::uint64_t>(std::count(body.begin(), body.end(), '\n'));
  return text + ending_line({lines, 0, digest.of(text.data(), text.size())});
}

std::unique_ptr<ManifestReader> reader_of(const std::string& text,
                                          ManifestReader::Expected expected = ManifestReader::Expected::whole) {
  auto file = OutputFile::temporary("/tmp");
  REQUIRE(file);
  REQUIRE(file->append(text));
  REQUIRE(file->flush());
  auto reader = ManifestReader::open(file->take(), "M", expected);
  if (!reader) return nullptr;
  return std::move(*reader);
}

// What is wrong with a manifest; empty: nothing.
std::string problem_of(const std::string& text) {
  const auto first = reader_of(text);
  const auto second = reader_of(manifest_text(body_line("other")));
  if (!first) return "header";
  const auto ignore = [](const Difference&) -> Status { return Done{}; };
  const auto compared = compare(*first, *second, ignore, nullptr);
  return compared ? "" : compared.error().what;
}

struct Found {
  std::vector<std::string> lines;
  std::uint64_t identical = 0;
};

Found differences(const std::string& a, const std::string& b) {
  const auto first = reader_of(manifest_text(a));
  const auto second = reader_of(manifest_text(b));
  Found found;
  const auto compared = compare(
      *first, *second,
      [&](const Difference& difference) -> Status {
        found.lines.push_back(std::string(1, mark_of(difference.kinds.worst())) + difference.path);
        return Done{};
      },
      nullptr);
  REQUIRE(compared);
  found.identical = compared->identical;
  return found;
}

}  // namespace

TEST_CASE("what neither side could read is a difference, however alike it is written") {
  const auto line = [](const std::string& path, const std::string& note) {
    Entry entry;
    entry.path = path;
    entry.hash = note.empty() ? "99aa06d3014798d86001c324468d497f" : "-";
    entry.note = note;
    std::string text;
    append_line(text, entry);
    return text;
  };
  const std::string body = line("a=b", "") + line("c", "cannot open: Permission denied") + line("note=", "") +
                           line("x=y", note_changed) + line("z", "");
  const Found found = differences(body, body);
  CHECK(found.lines == std::vector<std::string>{"!c", "!x=y"});
  CHECK(found.identical == 3);
}

TEST_CASE("a header comes back as it was") {
  Header header;
  header.hash = HashKind::sha256;
  header.root = "/install of\nmine";
  header.host = "sn1";
  header.time = "2026-11-28T23:00:00Z";
  header.excludes = {"/nim/paging", "*.x y"};
  const std::string text = header_text(header);
  std::size_t length = 0;
  const auto read = parse_header(text + "f\t...", length);
  REQUIRE(read);
  CHECK(*read == header);
  CHECK(length == text.size());
  CHECK(!parse_header(text.substr(0, text.size() - 1), length));
  CHECK(!parse_header("f\t0644\n", length));
  std::string newer = text;
  newer.replace(newer.find(" 1\n"), 3, " 2\n");
  const auto other = parse_header(newer, length);
  REQUIRE(!other);
  CHECK(other.error().what.find("version 2") != std::string::npos);
}

TEST_CASE("a manifest that was cut anywhere, or changed anywhere, is not believed") {
  const std::string whole = manifest_text(body_line("a") + body_line("b") + body_line("c"));
  CHECK(problem_of(whole).empty());
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK(!problem_of(whole.substr(0, size)).empty());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = changed[at] == '0' ? '1' : '0';
    CAPTURE(changed);
    // What the header says of host and time is in the checksum too; the sum of bytes only tells how far a run is.
    if (at != whole.find("bytes=") + 6) CHECK(!problem_of(changed).empty());
  }
  CHECK(problem_of(whole + "x").find("follows") != std::string::npos);
  CHECK(!problem_of(whole + whole).empty());
  CHECK(problem_of(manifest_text(body_line("a"))).empty());
  CHECK(problem_of(whole.substr(0, whole.rfind("#end"))).find("cut off") != std::string::npos);
  std::string without_a_line = whole;
  without_a_line.erase(whole.find(body_line("b")), body_line("b").size());
  CHECK(problem_of(without_a_line).find("counts 3 entries, there are 2") != std::string::npos);
}

TEST_CASE("a sound checksum does not make a wrong line right: it is named by its number") {
  CHECK(problem_of(manifest_text(body_line("a") + "rubbish\n" + body_line("c"))).find("M: line 8: ") == 0);
  CHECK(problem_of(manifest_text(body_line("b") + body_line("a"))).find("out of order") != std::string::npos);
  CHECK(problem_of(manifest_text(body_line("a") + "\n")).find("line 8") != std::string::npos);
}

TEST_CASE("the beginning of a manifest can be read as far as it goes") {
  const std::string whole = manifest_text(body_line("a") + body_line("b"));
  const std::string cut = whole.substr(0, whole.find(body_line("b")) + 5);
  const auto reader = reader_of(cut, ManifestReader::Expected::begun);
  REQUIRE(reader);
  const auto line = reader->line();
  REQUIRE(line);
  CHECK(std::string(*line) + "\n" == body_line("a"));
  reader->consume(line->size() + 1);
  const auto rest = reader->lines();
  REQUIRE(rest);
  CHECK(rest->empty());
}

TEST_CASE("differences are found between equal lines, at both ends and beyond a block") {
  CHECK(differences("", "").lines.empty());
  CHECK(differences(body_line("a"), "").lines == std::vector<std::string>{"+a"});
  CHECK(differences("", body_line("a")).lines == std::vector<std::string>{"-a"});
  std::string many;
  std::string changed;
  std::vector<std::string> expected;
  constexpr int count = 20000;
  for (int i = 0; i < count; ++i) {
    const std::string path = "folder/" + std::to_string(100000 + i);
    many += body_line(path);
    if (i % 3001 == 0) {
      expected.push_back("*" + path);
      changed += body_line(path, 5);
    } else if (i % 3001 == 1) {
      expected.push_back("+" + path);
    } else {
      changed += body_line(path);
    }
  }
  changed += body_line("z");
  expected.emplace_back("-z");
  const Found found = differences(many, changed);
  CHECK(found.lines == expected);
  CHECK(found.identical == count + 1 - expected.size());
}

TEST_CASE("paths are in order by their bytes, not by how they are written") {
  // "\x01" is written "\x5Cx01"-like and sorts behind "0" as text, before it as bytes.
  const std::string a = body_line("\x01") + body_line("0") + body_line("\xff");
  CHECK(differences(a, a).identical == 3);
  CHECK(differences(a, body_line("0")).lines == std::vector<std::string>{"+\\x01", "+\\xFF"});
}

TEST_CASE("hashes of two kinds cannot be compared") {
  Header header;
  header.hash = HashKind::sha256;
  const auto first = reader_of(manifest_text("", header));
  const auto second = reader_of(manifest_text(""));
  const auto compared = compare(*first, *second, nullptr, nullptr);
  REQUIRE(!compared);
  CHECK(compared.error().what.find("cure") != std::string::npos);
}

TEST_CASE("what both have alike can be told too") {
  const auto first = reader_of(manifest_text(body_line("a") + body_line("b") + body_line("c")));
  const auto second = reader_of(manifest_text(body_line("a") + body_line("b", 1) + body_line("c")));
  std::vector<std::string> same;
  const auto compared = compare(
      *first, *second, [](const Difference&) -> Status { return Done{}; },
      [&](std::string_view path) -> Status {
        same.emplace_back(path);
        return Done{};
      });
  REQUIRE(compared);
  CHECK(same == std::vector<std::string>{"a", "c"});
}

}  // namespace hanfs::tree
