// SPDX-License-Identifier: Apache-2.0
#include "report/table.hpp"

#include <algorithm>

namespace hanfs::report {
namespace {

// Columns on a terminal: UTF-8 continuation bytes take none. Wide characters are not known here.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

constexpr std::size_t widest_cell = 60;

// Cuts at bytes that begin a character, so that UTF-8 stays UTF-8.
std::string shortened(std::string text) {
  if (width(text) <= widest_cell) return text;
  constexpr std::size_t keep = widest_cell / 2 - 2;
  const auto begins = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80; };
  std::size_t head = keep;
  while (head > 0 && !begins(head)) --head;
  std::size_t tail = text.size() - keep;
  while (tail < text.size() && !begins(tail)) ++tail;
  return text.substr(0, head) + "..." + text.substr(tail);
}

}  // namespace

Table::Table(std::vector<std::string> header) : header_(std::move(header)) {}

void Table::add(std::vector<std::string> row) {
  row.resize(header_.size());
  for (std::string& cell : row) cell = shortened(escape_control(cell));
  rows_.push_back(std::move(row));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const std::string& title : header_) widths.push_back(width(title));
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));

  std::string text;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string shown;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i != 0) shown += "  ";
      shown += cells[i];
      shown.append(widths[i] - width(cells[i]), ' ');
    }
    shown.erase(shown.find_last_not_of(' ') + 1);
    text += shown + '\n';
  };
  line(header_);
  for (const auto& row : rows_) line(row);
  return text;
}

}  // namespace hanfs::report
