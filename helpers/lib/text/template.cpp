// SPDX-License-Identifier: Apache-2.0
#include "text/template.hpp"

#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>

namespace hanfs::text {
namespace {

namespace mustache = kainjow::mustache;

mustache::data data_of(const nlohmann::ordered_json& value) {
  if (value.empty()) return false;  // null, and what is empty
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() ? mustache::data(false) : mustache::data(text);
  }
  if (value.is_number()) return value.dump();
  mustache::data data(value.is_array() ? mustache::data::type::list : mustache::data::type::object);
  for (const auto& [key, item] : value.items()) {
    if (value.is_array()) {
      data.push_back(data_of(item));
    } else {
      data[key] = data_of(item);
    }
  }
  return data;
}

}  // namespace

std::string fill(const Templates& templates, const std::string& name, const nlohmann::ordered_json& values,
                 const std::function<std::string(const std::string&)>& escape) {
  mustache::data data = data_of(values);
  if (!data.is_object()) data = mustache::data();
  for (const auto& [part, text] : templates) data[part] = mustache::data(text);
  mustache::mustache filled("{{>" + name + "}}");
  filled.set_custom_escape(escape);
  std::string text = filled.render(data);
  return filled.is_valid() ? text : filled.error_message();
}

}  // namespace hanfs::text
