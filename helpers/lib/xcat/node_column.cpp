// SPDX-License-Identifier: Apache-2.0
#include "xcat/node_column.hpp"

#include <utility>

namespace hanfs::xcat {
namespace {

// Whether it really is an expression, xcat::Attributes knows; a path is none, and is only looked up the slow way.
bool may_be_expression(std::string_view raw) { return !raw.empty() && (raw.front() == '/' || raw.front() == '|'); }

}  // namespace

NodeIndexes::NodeIndexes(const xcat::Tables& tables) : tables_(tables), attributes_(tables) {
  lists_.reserve(tables.nodes().size());
  for (std::size_t i = 0; i < tables.nodes().size(); ++i)
    lists_.push_back(static_cast<std::uint32_t>(tables.group_list_at(i)));
}

std::optional<NodeIndex> NodeIndexes::find(std::string_view node, std::size_t hint) const {
  const auto row = tables_.index_of(node, hint);
  if (!row) return std::nullopt;
  return static_cast<NodeIndex>(*row);
}

Column::Column(const NodeIndexes& nodes, std::string_view table, std::string_view column)
    : nodes_(nodes), table_(nodes.tables().find(table)), name_(column) {
  if (table_ == nullptr) return;
  const auto index = table_->column_index(column);
  if (!index) {
    table_ = nullptr;
    return;
  }
  index_ = *index;
  hierarchical_ = nodes.attributes().joins(table, column);
  own_rows_.resize(nodes.tables().nodes().size());
  const auto key = table_->column_index("node");
  if (!key) {
    table_ = nullptr;
    return;
  }
  std::size_t hint = 0;
  for (std::size_t row = 0; row < table_->size(); ++row) {
    if (table_->value(row, index_).empty()) continue;
    any_ = true;
    const auto node = nodes.find(table_->value(row, *key), hint);
    if (!node) continue;
    own_rows_[*node] = static_cast<std::uint32_t>(row + 1);
    hint = *node + 1;
  }
  lists_.resize(nodes.tables().group_lists());
}

// `node`: one that has these groups.
void Column::read(OfList& list, NodeIndex node) {
  list.known = true;
  bool found = false;
  for (const std::string& group : nodes_.tables().group_list(nodes_.group_list(node))) {
    const auto row = table_->row_of(group);
    const std::string_view raw = row ? table_->value(*row, index_) : std::string_view();
    if (raw.empty()) continue;
    list.by_name = list.by_name || may_be_expression(raw);
    if (!found) {
      list.row = *row;
      list.value = Value{raw, group, table_->line(*row)};
    }
    found = true;
    if (!hierarchical_) break;
  }
  if (hierarchical_ && found && !list.by_name) list.value = ask(node);  // the same for all nodes of this list
}

Result<Value> Column::ask(NodeIndex node) {
  Result<xcat::Attribute> attribute = nodes_.attributes().get(nodes_.tables().nodes()[node], table_->name(), name_);
  if (!attribute) return attribute.error();
  if (attribute->value.empty()) return Value{};
  return Value{kept(std::move(attribute->value)), kept(std::move(attribute->row)), attribute->line};
}

Result<Value> Column::evaluate(NodeIndex node, std::size_t row, std::string_view key) {
  const Result<std::string_view> text =
      nodes_.attributes().evaluate(*table_, row, index_, nodes_.tables().nodes()[node]);
  if (!text) return text.error();
  if (text->empty()) return Value{};
  return Value{*text, key, table_->line(row)};
}

const Result<Value>& Column::of(NodeIndex node) {
  if (nothing_set()) return last_;
  if (own_rows_[node] != 0) {
    last_ = own_value(node);
    return last_;
  }
  OfList& list = lists_[nodes_.group_list(node)];
  if (!list.known) read(list, node);
  if (!list.by_name) return list.value;
  last_ = hierarchical_ ? ask(node) : evaluate(node, list.row, list.value->row);
  return last_;
}

Result<Value> Column::own_value(NodeIndex node) {
  if (hierarchical_) return ask(node);
  const std::size_t row = own_rows_[node] - 1;
  const std::string_view raw = table_->value(row, index_);
  const std::string& name = nodes_.tables().nodes()[node];
  return may_be_expression(raw) ? evaluate(node, row, name) : Value{raw, name, table_->line(row)};
}

}  // namespace hanfs::xcat
