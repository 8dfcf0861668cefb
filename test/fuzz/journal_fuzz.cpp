// SPDX-License-Identifier: Apache-2.0
// The journal of a node or server, whose last line a killed run may have torn. Properties: there are no more entries
// and unreadable lines than lines; a torn line at the end is counted, and changes no entry.
#include "fuzz.hpp"
#include "plan/journal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = hanfs::aix::fuzz;
  const std::string text(fuzz::text_of(data, size));
  const auto journal = hanfs::plan::parse_journal(text);
  fuzz::require(journal.entries.size() + journal.unreadable <= fuzz::newlines(text) + 1, "not more entries than lines");
  fuzz::require(journal.unreadable_since <= journal.unreadable, "those since the last end are some of all");
  // What was read is not changed by what follows.
  const auto longer = hanfs::plan::parse_journal(text + "\n{\n");
  fuzz::require(longer.entries.size() == journal.entries.size(), "a torn line changes no entry");
  fuzz::require(longer.unreadable >= journal.unreadable + (text.empty() || text.back() == '\n' ? 1U : 0U),
                "a torn line is counted");
  return 0;
}
