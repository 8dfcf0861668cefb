// SPDX-License-Identifier: Apache-2.0
// Properties: a line that is read is written as it was; a header too; a whole manifest is read without a fault, and no
// difference to itself is found but for what could not be read.
#include "checkhanfs/tree/compare.hpp"
#include "checkhanfs/tree/line.hpp"
#include "checkhanfs/tree/name.hpp"
#include "checkhanfs/tree/output_file.hpp"
#include "fuzz.hpp"

namespace hanfs::tree {

namespace {

std::unique_ptr<ManifestReader> manifest_reader(const std::string& text) {
  auto file = OutputFile::temporary("/dev/shm");
  if (!file || !file->append(text) || !file->flush()) return nullptr;
  auto reader = ManifestReader::open(file->take(), "M", ManifestReader::Expected::whole);
  return reader ? std::move(*reader) : nullptr;
}

void check_line(std::string_view line) {
  const auto entry = parse_line(line, HashKind::xxh3);
  if (!entry) return;
  std::string again;
  append_line(again, *entry);
  hanfs::aix::fuzz::require(again == std::string(line) + "\n", "a line is written as it was read");
  hanfs::aix::fuzz::require(unescaped_name(escaped_name(entry->path)) == entry->path, "a name comes back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  const std::string body(fuzz::text_of(data, size));
  std::size_t length = 0;
  if (const auto header = parse_header(body, length)) fuzz::require(length <= size, "the header ends in the text");
  std::uint64_t lines = 0;
  for (std::size_t begin = 0, end = 0; (end = body.find('\n', begin)) != std::string::npos; begin = end + 1) {
    check_line(std::string_view(body).substr(begin, end - begin));
    ++lines;
  }
  // As it is, and as a body whose checksum fits, so that its lines are looked at.
  std::string whole = header_text({}) + body;
  Digest digest(HashKind::xxh3);
  whole += ending_line({lines, 0, digest.of(whole.data(), whole.size())});
  for (const std::string& text : {body, whole}) {
    const auto first = manifest_reader(text);
    const auto second = manifest_reader(whole);
    if (!first || !second) continue;
    const auto compared = compare(
        *first, *second,
        [&](const Difference& difference) -> hanfs::Status {
          fuzz::require(&text == &body || text != whole || difference.kinds.has(Kind::unread),
                        "a manifest does not differ from itself");
          return hanfs::Done{};
        },
        nullptr);
    if (!compared) fuzz::require(!compared.error().what.empty(), "an error says something");
  }
  return 0;
}

}  // namespace hanfs::tree
