// SPDX-License-Identifier: Apache-2.0
#include "xcat/attribute.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "text/words.hpp"
#include "xcat/message.hpp"

namespace hanfs::xcat {

namespace {

constexpr std::string_view next_record = "+=NEXTRECORD";

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

Attributes::Attributes(const Tables& tables) : tables_(tables) {
  if (tables.has_hierarchical_attributes()) joined_ = text::split_list(tables.site("hierarchicalattrs"));
}

Result<Attribute> Attributes::get(std::string_view node, std::string_view table, std::string_view column) const {
  const Table* found = tables_.find(table);
  const auto index = found == nullptr ? std::nullopt : found->column_index(column);
  if (!index || !found->has_column("node")) return Attribute{};
  // [GUESS] The facts name no form of these items: both "postscripts" and "postscripts.postscripts" are taken.
  const bool joined = std::any_of(joined_.begin(), joined_.end(), [&](std::string_view item) {
    return item == column || item == std::string(table) + '.' + std::string(column);
  });
  std::vector<std::string_view> keys = tables_.groups_of(node);
  keys.insert(keys.begin(), node);
  std::string whole;
  std::optional<std::size_t> first;
  for (const auto key : keys) {
    const auto row = found->row_of(key);
    std::string_view text = row ? found->value(*row, *index) : std::string_view();
    if (text.empty()) continue;
    const bool appends = ends_with(text, next_record);
    if (appends) text.remove_suffix(next_record.size());
    if (joined && first) whole += ',';
    whole += text;
    if (!first) first = row;
    if (!joined && !appends) break;
  }
  return first ? evaluated(*found, *first, *index, node, std::move(whole)) : Attribute{};
}

Result<Attribute> Attributes::evaluated(const Table& table, std::size_t row, std::size_t column, std::string_view node,
                                        std::string text) const {
  const std::string_view key = table.value(row, "node");
  if (!Expression::is_one(text)) return Attribute{std::move(text), std::string(key), table.line(row)};
  auto known = expressions_.find(text);
  if (known == expressions_.end()) known = expressions_.emplace(text, Expression::parse(text)).first;
  Result<Expression>& expression = known->second;
  const std::string where =
      table.origin_of(row) + ": " + table.name() + '.' + table.columns()[column] + " of row " + quoted(key);
  // A fault of the text itself is the same message for each node.
  if (!expression) return Error{where + ": " + expression.error().what};
  auto value = expression->evaluate(node);
  if (!value) return Error{where + " for node " + quoted(node) + ": " + value.error().what};
  // [GUESS] An empty result of an expression ends the search: the facts say undefined, and no value is safer than one
  // from a group that was meant for other nodes.
  if (value->empty()) return Attribute{};
  return Attribute{std::move(*value), std::string(key), table.line(row)};
}

}  // namespace hanfs::xcat
