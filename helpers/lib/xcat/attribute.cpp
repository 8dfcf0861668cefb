// SPDX-License-Identifier: Apache-2.0
#include "xcat/attribute.hpp"

#include "xcat/text.hpp"

namespace hanfs::xcat {

class Attributes::Memory {
 public:
  explicit Memory(const Tables& tables) : tables_(tables) {}

  Result<Attribute> get(std::string_view node, std::string_view table_name, std::string_view column) {
    const Table* table = tables_.find(table_name);
    if (table == nullptr) return Attribute{};
    const auto index = table->column_index(column);
    if (!index) return Attribute{};
    const auto at = [&](std::string_view key) -> Attribute {
      const auto row = table->row_of(key);
      if (!row) return {};
      return {std::string(table->value(*row, *index)), std::string(key), table->line(*row)};
    };
    auto own = at(node);
    if (!own.value.empty()) return own;
    for (const auto& group : tables_.groups_of(node)) {
      auto found = at(group);
      if (!found.value.empty()) return found;
    }
    return Attribute{};
  }

 private:
  const Tables& tables_;
};

Attributes::Attributes(const Tables& tables) : memory_(std::make_unique<Memory>(tables)) {}
Attributes::~Attributes() = default;
Attributes::Attributes(Attributes&&) noexcept = default;
Attributes& Attributes::operator=(Attributes&&) noexcept = default;

Result<Attribute> Attributes::get(std::string_view node, std::string_view table, std::string_view column) const {
  return memory_->get(node, table, column);
}

}  // namespace hanfs::xcat
