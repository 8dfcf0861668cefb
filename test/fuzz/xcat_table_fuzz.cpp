// SPDX-License-Identifier: Apache-2.0
// Properties: every cell lies in a row, a dump written from what was read is read the same, an error is one line with a
// cure.
#include <string>

#include "fuzz.hpp"
#include "xcat/table.hpp"

namespace {

using hanfs::aix::fuzz::require;
using hanfs::xcat::Table;

std::string quoted(std::string_view cell) {
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string dump(const Table& table) {
  std::string out;
  for (const auto& column : table.columns()) out += (out.empty() ? '#' : ',') + column;
  for (std::size_t row = 0; row < table.size(); ++row) {
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
      out += column == 0 ? '\n' : ',';
      if (column == 0 || !table.value(row, column).empty()) out += quoted(table.value(row, column));
    }
  }
  return out + '\n';
}

void check(const std::string& name, std::string_view text) {
  const auto table = Table::parse(name, "dump", std::string(text));
  if (!table) {
    const std::string& what = table.error().what;
    require(what.compare(0, 5, "dump:") == 0, "an error says where");
    require(what.find("; cure: ") != std::string::npos, "an error says what to do");
    for (const char c : what) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "an error is one line");
    return;
  }
  std::size_t last = 1;
  for (std::size_t row = 0; row < table->size(); ++row) {
    require(table->line(row) > last, "rows in the order of their lines");
    last = table->line(row);
  }
  const auto again = Table::parse(name, "dump", dump(*table));
  if (!again) require(false, again.error().what.c_str());
  require(again->columns() == table->columns() && again->size() == table->size(), "as many rows and columns");
  for (std::size_t row = 0; row < table->size(); ++row) {
    for (std::size_t column = 0; column < table->columns().size(); ++column) {
      require(again->value(row, column) == table->value(row, column), "the same cells");
    }
    if (name == "noderes") require(table->row_of(table->value(row, "node")) == row, "a row is found by its key");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = hanfs::aix::fuzz::text_of(data, size);
  check("noderes", text);
  check("statelite", text);
  check("other", text);
  return 0;
}
