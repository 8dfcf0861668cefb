// SPDX-License-Identifier: Apache-2.0
#include "xcat/table.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "text/words.hpp"
#include "xcat/message.hpp"
#include "xcat/table_keys.hpp"

namespace hanfs::xcat {
namespace {

// xCAT takes a row where it is not set, 0 or no; anything else disables it (lib/xcat/README.md "Tables: meanings").
bool means_disabled(std::string_view cell) {
  return !cell.empty() && cell != "0" && !text::equal_ignoring_case(cell, "no");
}

// What no text of a table holds: NUL and other control characters, apart from tab and line ends.
inline bool is_control_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
}

}  // namespace

// Reads the dump in one pass and writes the text without doubled quotes over itself.
class TableReader {
 public:
  TableReader(std::string name, std::string origin, std::string text) {
    table_.name_ = std::move(name);
    table_.origin_ = std::move(origin);
    table_.text_ = std::make_unique<std::string>(std::move(text));
  }

  Result<Table> read() {
    if (!read_header() || !read_rows() || !index_keys()) return std::move(error_);
    return std::move(table_);
  }

 private:
  enum class End { cell, row, text, fault };
  struct Position {
    std::size_t line = 0;
    std::size_t column = 0;
  };

  std::string again() const { return "dump it again: tabdump " + table_.name_; }

  bool fail(std::size_t line, std::size_t column, const std::string& what, const std::string& remedy) {
    std::string where = table_.origin_;
    if (line != 0) where += ':' + std::to_string(line);
    if (column != 0) where += ':' + std::to_string(column);
    error_.what = where + ": " + what + "; cure: " + remedy;
    return false;
  }

  std::size_t column_at(const char* at) const { return static_cast<std::size_t>(at - line_begin_) + 1; }

  bool fail_at(const char* at, const std::string& what, const std::string& remedy) {
    return fail(line_, column_at(at), what, remedy);
  }

  bool fail_control_character(const char* at) {
    return fail_at(at,
                   "a control character (byte " + std::to_string(static_cast<unsigned char>(*at)) +
                       "), so this is not the text that tabdump prints",
                   again());
  }

  // The end of the line that is being read; nullptr, and an error, where it holds control characters.
  char* find_line_end() {
    char* at = next_;
    while (at != end_ && *at != '\n' && !is_control_character(*at)) ++at;
    if (at == end_ || *at == '\n') return at;
    fail_control_character(at);
    return nullptr;
  }

  bool read_header() {
    std::string& text = *table_.text_;
    if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
      return fail(0, 0, "more than 4 GiB", again());
    }
    end_ = text.data() + text.size();
    next_ = end_ - text::without_byte_order_mark(text).size();
    line_begin_ = next_;
    if (next_ == end_) {
      return fail(0, 0, "the file is empty, a dump has at least its header line (#column,column,...)", again());
    }
    if (*next_ != '#') {
      return fail_at(next_, "no header: the first line must be #column,column,...", again());
    }
    char* line_end = find_line_end();
    if (line_end == nullptr) return false;
    const char* at = next_ + 1;
    while (true) {
      const char* comma = std::find<const char*>(at, line_end, ',');
      const std::string column(text::trimmed({at, static_cast<std::size_t>(comma - at)}));
      // One comma at the end is none too many: the rows have it cut, a header made by hand may not.
      if (column.empty() && comma == line_end && !table_.columns_.empty()) break;
      if (!check_column(at, column)) return false;
      table_.columns_.push_back(column);
      if (comma == line_end) break;
      at = comma + 1;
    }
    for (const auto column : table_keys_of(table_.name_).columns) {
      if (table_.has_column(column)) continue;
      return fail_at(next_, "table " + table_.name_ + " has no column '" + std::string(column) + "'",
                     "check that this is the dump of " + table_.name_ + ", and " + again());
    }
    disable_ = table_.column_index("disable");
    end_line(line_end);
    return true;
  }

  bool check_column(const char* at, const std::string& column) {
    if (column.empty()) return fail_at(at, "a column without a name in the header", again());
    if (column.find('"') != std::string::npos || std::any_of(column.begin(), column.end(), text::is_blank)) {
      return fail_at(at, "the header has " + quoted(column) + " where a column name must be", again());
    }
    if (table_.has_column(column)) return fail_at(at, "column '" + column + "' is twice in the header", again());
    return true;
  }

  // `at`: the newline, or the end.
  void end_line(char* at) {
    next_ = at;
    if (next_ == end_) return;
    ++next_;
    ++line_;
    line_begin_ = next_;
  }

  bool read_rows() {
    while (next_ != end_) {
      if (*next_ == '#' || is_blank_line()) {
        char* line_end = find_line_end();
        if (line_end == nullptr) return false;
        end_line(line_end);
      } else if (!read_row()) {
        return false;
      }
    }
    return true;
  }

  bool is_blank_line() const {
    const char* at = next_;
    while (at != end_ && *at != '\n' && text::is_blank(*at)) ++at;
    return at == end_ || *at == '\n';
  }

  bool fail_too_many(Position position) {
    return fail(position.line, position.column,
                "more cells than the " + std::to_string(table_.columns_.size()) + " columns of the header",
                "put values with a comma in double quotes, or " + again());
  }

  bool read_row() {
    const std::size_t columns = table_.columns_.size();
    const std::size_t row_line = line_;
    const std::size_t first = table_.cells_.size();
    std::size_t seen = 0;
    End end = End::cell;
    bool is_long = false;  // a comma behind the last cell
    while (end == End::cell) {
      const Position position{line_, column_at(next_)};
      std::uint32_t cell = 0;
      end = read_cell(cell);
      if (end == End::fault) return false;
      if (seen == columns) {
        if (cell != 0 || end == End::cell) return fail_too_many(position);
        is_long = true;
        if (!long_) long_ = position;
        break;
      }
      table_.cells_.push_back(cell);
      ++seen;
    }
    if (end == End::text && seen < columns) {
      return fail(line_, 0,
                  "the file ends in the middle of a row (" + std::to_string(seen) + " of " + std::to_string(columns) +
                      " cells)",
                  again());
    }
    if (seen == columns && !is_long) full_ = true;
    // tabdump cuts that comma off each row. Where some rows have it and some have not, it is a value with a comma that
    // moved the others to the wrong columns.
    if (full_ && long_) return fail_too_many(*long_);
    table_.cells_.resize(first + columns);
    if (disable_ && means_disabled(text_at(table_.cells_[first + *disable_]))) {
      table_.cells_.resize(first);
    } else {
      table_.lines_.push_back(static_cast<std::uint32_t>(row_line));
    }
    return true;
  }

  std::string_view text_at(std::uint32_t cell) const {
    return cell == 0 ? std::string_view() : std::string_view(table_.text_->c_str() + cell);
  }

  // `cell`: its offset, 0 where it is empty.
  End read_cell(std::uint32_t& cell) {
    if (next_ != end_ && *next_ == '"') return read_quoted(cell);
    char* begin = next_;
    while (next_ != end_ && *next_ != ',' && *next_ != '\n') {
      if (is_control_character(*next_)) {
        fail_control_character(next_);
        return End::fault;
      }
      if (*next_ == '"') {
        fail_at(next_, "a double quote within a value that does not begin with one",
                "put the whole value in double quotes and double the quotes in it");
        return End::fault;
      }
      ++next_;
    }
    char* stop = next_;
    while (begin != stop && text::is_blank(*begin)) ++begin;
    while (begin != stop && text::is_blank(stop[-1])) --stop;
    if (begin != stop) cell = offset(begin);
    return end_cell(stop);
  }

  End read_quoted(std::uint32_t& cell) {
    const std::size_t open_line = line_;
    const std::size_t open_column = column_at(next_);
    ++next_;
    char* begin = next_;
    char* write = next_;
    while (true) {
      if (next_ == end_) {
        fail(open_line, open_column, "the double quote that opens here is never closed",
             "close it (a quote within a value is doubled), or " + again());
        return End::fault;
      }
      if (*next_ == '"') {
        if (next_ + 1 == end_ || next_[1] != '"') break;
        ++next_;
      } else if (*next_ == '\n') {
        ++line_;
        line_begin_ = next_ + 1;
      } else if (is_control_character(*next_)) {
        fail_control_character(next_);
        return End::fault;
      }
      *write++ = *next_++;
    }
    ++next_;
    if (next_ != end_ && *next_ == '\r' && (next_ + 1 == end_ || next_[1] == '\n')) ++next_;
    if (next_ != end_ && *next_ != ',' && *next_ != '\n') {
      fail_at(next_,
              "text behind the double quote that closes the value begun at " + std::to_string(open_line) + ':' +
                  std::to_string(open_column),
              "double the quotes within the value, or put a comma behind it");
      return End::fault;
    }
    if (begin != write) cell = offset(begin);
    return end_cell(write);
  }

  // `next_` is at the comma, the newline or the end; `stop` is where the cell's text ends.
  End end_cell(char* stop) {
    if (next_ == end_) {
      if (stop != end_) *stop = '\0';
      return End::text;
    }
    const bool row = *next_ == '\n';
    *stop = '\0';
    if (row) {
      end_line(next_);
    } else {
      ++next_;
    }
    return row ? End::row : End::cell;
  }

  std::uint32_t offset(const char* at) const { return static_cast<std::uint32_t>(at - table_.text_->data()); }

  bool index_keys() {
    const TableKeys table_keys = table_keys_of(table_.name_);
    if (!table_keys.unique) return true;
    const std::string_view column = table_keys.columns.front();
    for (std::uint32_t row = 0; row < table_.size(); ++row) {
      const std::string_view key = table_.value(row, column);
      if (key.empty()) {
        return fail(table_.line(row), 0, "a row without '" + std::string(column) + "'",
                    "remove the row, or name what it is about");
      }
      const auto [first, is_new] = table_.rows_.emplace(key, row);
      if (!is_new) {
        return fail(table_.line(row), 0,
                    "a second row for " + std::string(column) + ' ' + quoted(key) + ", the first is in line " +
                        std::to_string(table_.line(first->second)),
                    "keep one of them");
      }
    }
    return true;
  }

  Table table_;
  Error error_;
  char* next_ = nullptr;
  char* end_ = nullptr;
  const char* line_begin_ = nullptr;
  std::size_t line_ = 1;
  std::optional<std::size_t> disable_;
  std::optional<Position> long_;  // the first cell behind the last column
  bool full_ = false;             // there are rows without one
};

Result<Table> Table::parse(std::string name, std::string origin, std::string text) {
  return TableReader(std::move(name), std::move(origin), std::move(text)).read();
}

std::optional<std::size_t> Table::column_index(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) return {};
  return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view Table::value(std::size_t row, std::string_view column) const {
  const auto index = column_index(column);
  return index ? value(row, *index) : std::string_view();
}

std::string Table::origin_of(std::size_t row) const { return origin_ + ':' + std::to_string(line(row)); }

std::optional<std::size_t> Table::row_of(std::string_view key) const {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return {};
  return found->second;
}

}  // namespace hanfs::xcat
