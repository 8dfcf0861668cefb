// SPDX-License-Identifier: Apache-2.0
#include "xcat/attribute.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "xcat/expression.hpp"
#include "xcat/text.hpp"

namespace hanfs::xcat {
namespace {

using Row = std::uint32_t;
constexpr Row no_row = std::numeric_limits<Row>::max();
constexpr Row not_asked = no_row - 1;

}  // namespace

// Nodes with the same groups take a value from the same group row, so that row is looked for once for each list of
// groups.
class Attributes::Memory {
 public:
  explicit Memory(const Tables& tables) : tables_(tables), list_(tables.group_lists()) {}

  Result<Attribute> get(std::string_view node, std::string_view table, std::string_view column) {
    const std::optional<std::size_t> index = column_of(table, column);
    if (!index) return Attribute{};
    Column& wanted = columns_[*index];
    if (node != node_) look_at(node);
    Keyed& keyed = keyed_[wanted.keyed];
    if (keyed.asked_for != asked_) {
      keyed.asked_for = asked_;
      keyed.own = row_of(*keyed.table, node, keyed.next);
      if (keyed.own != no_row) keyed.next = keyed.own + 1;
    }
    if (wanted.joined) return joined(wanted, *keyed.table, keyed.own);
    if (keyed.own != no_row && !keyed.table->value(keyed.own, wanted.index).empty()) {
      return value_of(wanted, *keyed.table, keyed.own);
    }
    const Row group = group_row(wanted, *keyed.table);
    if (group == no_row) return Attribute{};
    return value_of(wanted, *keyed.table, group);
  }

  Result<std::string_view> evaluate(const Table& table, std::size_t row, std::size_t column, std::string_view node) {
    const std::string_view text = table.value(row, column);
    if (!Expression::is_one(text)) return text;
    Result<Expression>& expression = expression_of(text);
    // The same words for each node: to the reader it is one fault.
    if (!expression) return Error{where(table, row, column) + ": " + expression.error().what};
    const auto value = expression->evaluate(node);
    if (value) return *value;
    return Error{where(table, row, column) + " for node " + text::quoted(node) + ": " + value.error().what};
  }

  // [GUESS] The facts name no form of its items: both "postscripts" and "postscripts.postscripts" are taken.
  bool is_joined(std::string_view table, std::string_view column) const {
    const std::string full = std::string(table) + '.' + std::string(column);
    for (const auto item : text::list(tables_.site("hierarchicalattrs"))) {
      if (item == column || item == full) return true;
    }
    return false;
  }

 private:
  // A table and the row of the node that was asked about last.
  struct Keyed {
    const Table* table = nullptr;
    std::uint64_t asked_for = 0;
    Row own = no_row;
    Row next = 0;  // where the row of the next node may be
  };
  struct Column {
    std::string table;
    std::string name;
    std::size_t keyed = 0;
    std::size_t index = 0;
    std::size_t key = 0;          // the table's column of the nodes and groups
    bool joined = false;          // site.hierarchicalattrs
    std::vector<Row> group_rows;  // for each list of groups: the row that defines a value
  };

  static Row row_of(const Table& table, std::string_view key, Row hint = 0) {
    const auto row = table.row_of(key, hint);
    return row ? static_cast<Row>(*row) : no_row;
  }

  std::optional<std::size_t> column_of(std::string_view table, std::string_view name) {
    // Most often it is the one of the last call, or the one behind it.
    for (std::size_t i = 0; i < columns_.size(); ++i, ++last_) {
      if (last_ >= columns_.size()) last_ = 0;
      if (columns_[last_].name == name && columns_[last_].table == table) return last_;
    }
    const Table* found = tables_.find(table);
    const auto key = found == nullptr ? std::nullopt : found->column_index("node");
    const auto index = found == nullptr ? std::nullopt : found->column_index(name);
    if (!key || !index) return {};
    const auto known =
        std::find_if(keyed_.begin(), keyed_.end(), [&](const Keyed& keyed) { return keyed.table == found; });
    Column column;
    column.table = table;
    column.name = name;
    column.keyed = static_cast<std::size_t>(known - keyed_.begin());
    column.index = *index;
    column.key = *key;
    column.joined = is_joined(table, name);
    column.group_rows.assign(tables_.group_lists(), not_asked);
    if (known == keyed_.end()) keyed_.push_back({found, 0, no_row, 0});
    columns_.push_back(std::move(column));
    return columns_.size() - 1;
  }

  void look_at(std::string_view node) {
    node_ = node;
    const auto index = tables_.index_of(node, next_);
    list_ = index ? tables_.group_list_at(*index) : tables_.group_lists();
    if (index) next_ = *index + 1;
    ++asked_;
  }

  Row group_row(Column& column, const Table& table) const {
    if (list_ == tables_.group_lists()) return no_row;
    Row& known = column.group_rows[list_];
    if (known != not_asked) return known;
    known = no_row;
    for (const auto& group : tables_.group_list(list_)) {
      const Row row = row_of(table, group);
      if (row == no_row || table.value(row, column.index).empty()) continue;
      known = row;
      break;
    }
    return known;
  }

  static std::string where(const Table& table, std::size_t row, std::size_t column) {
    return table.place(row) + ": " + table.name() + '.' + table.columns()[column] + " of row " +
           text::quoted(table.value(row, "node"));
  }

  Result<Attribute> value_of(Column& column, const Table& table, Row row) {
    const std::string_view text = table.value(row, column.index);
    Result<Attribute> found = Attribute{};  // built where it is returned: this runs for each node and attribute
    if (Expression::is_one(text)) {
      const auto value = evaluate(table, row, column.index, node_);
      // [GUESS] An empty result ends the search: the facts say undefined, and no value is safer than one from a group
      // that was meant for other nodes.
      if (value && value->empty()) return found;
      if (!value) return value.error();
      found->value = *value;
    } else {
      found->value = text;
    }
    found->row = table.value(row, column.key);
    found->line = table.line(row);
    return found;
  }

  // Each text is compiled once, however many rows have it.
  Result<Expression>& expression_of(std::string_view text) {
    for (const Recent& recent : recent_)
      if (recent.text == text.data()) return *recent.expression;
    auto known = expressions_.find(text);
    if (known == expressions_.end())
      known = expressions_.emplace(text, Expression::parse(text, node_name_patterns_)).first;
    recent_[next_recent_] = {text.data(), &known->second};
    next_recent_ = (next_recent_ + 1) % recent_.size();
    return known->second;
  }

  Result<Attribute> joined(Column& column, const Table& table, Row own) {
    std::vector<Row> rows;
    if (own != no_row) rows.push_back(own);
    if (list_ != tables_.group_lists()) {
      for (const auto& group : tables_.group_list(list_)) rows.push_back(row_of(table, group));
    }
    Attribute all;
    for (const Row row : rows) {
      if (row == no_row || table.value(row, column.index).empty()) continue;
      auto one = value_of(column, table, row);
      if (!one) return one;
      if (one->value.empty()) continue;
      if (all.value.empty()) {
        all = std::move(*one);
      } else {
        all.value += ',' + one->value;
      }
    }
    return all;
  }

  struct Recent {
    const char* text = nullptr;  // in a table; one row asked for many nodes is the same text again
    Result<Expression>* expression = nullptr;
  };

  const Tables& tables_;
  std::vector<Keyed> keyed_;
  std::vector<Column> columns_;
  std::size_t last_ = 0;  // of columns_, asked for last
  NodeNamePatterns node_name_patterns_;
  std::unordered_map<std::string_view, Result<Expression>> expressions_;  // by their text, which the tables own
  std::array<Recent, 4> recent_;                                          // about as many columns are asked in turn
  std::size_t next_recent_ = 0;
  std::string node_;         // asked about last
  std::uint64_t asked_ = 1;  // changes with it
  std::size_t list_;         // its groups
  std::size_t next_ = 0;     // where the next node may be in nodelist
};

Attributes::Attributes(const Tables& tables) : memory_(std::make_unique<Memory>(tables)) {}
Attributes::~Attributes() = default;
Attributes::Attributes(Attributes&&) noexcept = default;
Attributes& Attributes::operator=(Attributes&&) noexcept = default;

Result<Attribute> Attributes::get(std::string_view node, std::string_view table, std::string_view column) const {
  return memory_->get(node, table, column);
}

bool Attributes::joins(std::string_view table, std::string_view column) const {
  return memory_->is_joined(table, column);
}

Result<std::string_view> Attributes::evaluate(const Table& table, std::size_t row, std::size_t column,
                                              std::string_view node) const {
  return memory_->evaluate(table, row, column, node);
}

}  // namespace hanfs::xcat
