// SPDX-License-Identifier: Apache-2.0
#include "xcat/tables.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "text/words.hpp"

namespace hanfs::xcat {

namespace {

// A blank is a part of a group's name.
std::vector<std::string_view> groups_in(std::string_view cell) {
  std::vector<std::string_view> groups = text::split(cell, ',');
  groups.erase(std::remove(groups.begin(), groups.end(), std::string_view()), groups.end());
  return groups;
}

}  // namespace

bool is_true(std::string_view value) { return value.find_first_of("1yY") != std::string_view::npos; }

void Tables::add(Table table) {
  std::string name = table.name();
  const auto [entry, added] = tables_.insert_or_assign(std::move(name), std::move(table));
  if (entry->first == "nodelist") read_nodelist(entry->second);
}

const Table* Tables::find(std::string_view name) const {
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : &found->second;
}

bool Tables::version_is_at_least(unsigned major, unsigned minor, unsigned patch) const {
  const std::vector<std::string_view> numbers = text::split(version_, '.');
  const auto number = [&](std::size_t at) {
    return at < numbers.size() ? text::whole_number<unsigned>(numbers[at]).value_or(0) : 0;
  };
  return std::array{number(0), number(1), number(2)} >= std::array{major, minor, patch};
}

bool Tables::has_hierarchical_attributes() const { return version_is_at_least(2, 10, 0); }

std::string_view Tables::site(std::string_view key) const {
  const Table* table = find("site");
  if (table == nullptr) return {};
  const auto row = table->row_of(key);
  return row ? table->value(*row, "value") : std::string_view();
}

std::optional<std::size_t> Tables::index_of(std::string_view node) const {
  return nodelist_ == nullptr ? std::nullopt : nodelist_->row_of(node);
}

std::vector<std::string_view> Tables::groups_of(std::string_view node) const {
  const auto index = index_of(node);
  if (!index) return {};
  return groups_in(nodelist_->value(*index, "groups"));
}

const std::vector<std::uint32_t>* Tables::members_of(std::string_view group) const {
  const auto found = members_.find(group);
  return found == members_.end() ? nullptr : &found->second;
}

void Tables::read_nodelist(const Table& table) {
  nodelist_ = &table;
  nodes_.clear();
  members_.clear();
  for (std::uint32_t node = 0; node < table.size(); ++node) {
    nodes_.emplace_back(table.value(node, "node"));
    for (const auto group : groups_in(table.value(node, "groups"))) {
      auto& members = members_[std::string(group)];
      if (members.empty() || members.back() != node) members.push_back(node);
    }
  }
}

}  // namespace hanfs::xcat
