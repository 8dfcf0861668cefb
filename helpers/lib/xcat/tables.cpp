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

std::optional<std::size_t> Tables::index_of(std::string_view node) const {
  const Table* table = find("nodelist");
  return table == nullptr ? std::nullopt : table->row_of(node);
}

const std::vector<std::string>& Tables::groups_of(std::string_view node) const {
  static const std::vector<std::string> none;
  const std::size_t list = group_list_of(node);
  return list == lists_.size() ? none : lists_[list];
}

const std::vector<std::uint32_t>* Tables::members_of(std::string_view group) const {
  const auto found = members_.find(group);
  return found == members_.end() ? nullptr : &found->second;
}

std::size_t Tables::group_list_of(std::string_view node) const {
  const auto index = index_of(node);
  return index ? list_of_node_[*index] : lists_.size();
}

void Tables::read_nodelist(const Table& table) {
  nodes_.clear();
  lists_.clear();
  list_of_node_.clear();
  members_.clear();
  nodes_.reserve(table.size());
  list_of_node_.reserve(table.size());
  std::unordered_map<std::string_view, std::uint32_t> known;
  std::vector<std::vector<std::vector<std::uint32_t>*>> members_of_list;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const auto node = static_cast<std::uint32_t>(row);
    nodes_.emplace_back(table.value(row, "node"));
    const auto [list, is_new] = known.emplace(table.value(row, "groups"), static_cast<std::uint32_t>(lists_.size()));
    if (is_new) {
      lists_.emplace_back();
      members_of_list.emplace_back();
      for (const auto group : text::list(list->first)) {
        lists_.back().emplace_back(group);
        if (group != "all") members_of_list.back().push_back(&members_[std::string(group)]);
      }
    }
    list_of_node_.push_back(list->second);
    for (auto* members : members_of_list[list->second]) {
      if (members->empty() || members->back() != node) members->push_back(node);
    }
  }
  auto& all = members_["all"];
  for (std::size_t row = 0; row < table.size(); ++row) all.push_back(static_cast<std::uint32_t>(row));
}

}  // namespace hanfs::xcat
