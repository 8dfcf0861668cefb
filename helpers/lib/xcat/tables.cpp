// SPDX-License-Identifier: Apache-2.0
#include "xcat/tables.hpp"

#include <utility>

#include "xcat/text.hpp"

namespace hanfs::xcat {

void Tables::add(Table table) {
  std::string name = table.name();
  const auto [place, added] = tables_.insert_or_assign(std::move(name), std::move(table));
  if (place->first == "nodelist") read_nodelist(place->second);
}

const Table* Tables::find(std::string_view name) const {
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : &found->second;
}

std::string_view Tables::site(std::string_view key) const {
  const Table* table = find("site");
  if (table == nullptr) return {};
  const auto row = table->row_of(key);
  return row ? table->value(*row, "value") : std::string_view();
}

std::optional<std::size_t> Tables::index_of(std::string_view node, std::size_t hint) const {
  return nodelist_ == nullptr ? std::nullopt : nodelist_->row_of(node, hint);
}

const std::vector<std::string>& Tables::groups_of(std::string_view node) const {
  static const std::vector<std::string> none;
  const auto index = index_of(node);
  return index ? lists_[list_of_node_[*index]] : none;
}

const std::vector<std::uint32_t>* Tables::members_of(std::string_view group) const {
  const auto found = members_.find(group);
  return found == members_.end() ? nullptr : &found->second;
}

void Tables::read_nodelist(const Table& table) {
  nodelist_ = &table;
  nodes_.clear();
  lists_.clear();
  list_of_node_.clear();
  members_.clear();
  nodes_.reserve(table.size());
  list_of_node_.reserve(table.size());
  const std::size_t node_column = *table.column_index("node");  // without it there is no such table
  const auto groups_column = table.column_index("groups");
  std::unordered_map<std::string_view, std::uint32_t> known;
  std::string_view last;
  std::vector<std::vector<std::vector<std::uint32_t>*>> members_of_list;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const auto node = static_cast<std::uint32_t>(row);
    nodes_.emplace_back(table.value(row, node_column));
    const std::string_view groups = groups_column ? table.value(row, *groups_column) : std::string_view();
    std::uint32_t list = row == 0 ? 0 : list_of_node_.back();  // most often the groups of the node before
    if (row == 0 || groups != last) {
      const auto [found, is_new] = known.try_emplace(groups, static_cast<std::uint32_t>(lists_.size()));
      list = found->second;
      last = groups;
      if (is_new) {
        lists_.emplace_back();
        members_of_list.emplace_back();
        for (const auto group : text::list(groups)) {
          lists_.back().emplace_back(group);
          if (group != "all") members_of_list.back().push_back(&members_[std::string(group)]);
        }
      }
    }
    list_of_node_.push_back(list);
    for (auto* members : members_of_list[list]) {
      if (members->empty() || members->back() != node) members->push_back(node);
    }
  }
  auto& all = members_["all"];
  all.reserve(table.size());
  for (std::size_t row = 0; row < table.size(); ++row) all.push_back(static_cast<std::uint32_t>(row));
}

}  // namespace hanfs::xcat
