// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/plan/json_text.hpp"

#include <nlohmann/json.hpp>

namespace hanfs::cluster {
namespace {

// A loop of its own: std::none_of is no loop where code is to be small, but a call for each character.
bool is_plain(std::string_view text) {
  for (const char c : text)
    if (c < ' ' || c > '~' || c == '"' || c == '\\') return false;
  return true;
}

}  // namespace

// No value ends in one of these characters: a string ends with its quotation mark.
void JsonText::separate() {
  if (!text_.empty() && text_.back() != '{' && text_.back() != '[' && text_.back() != ':') text_ += ',';
}

void JsonText::open(char bracket) {
  separate();
  text_ += bracket;
}

void JsonText::close(char bracket) { text_ += bracket; }

void JsonText::key(std::string_view name) {
  separate();
  text_.append(1, '"').append(name).append("\":");
}

void JsonText::value(std::string_view text) {
  separate();
  if (is_plain(text)) {
    text_ += '"';
    text_ += text;
    text_ += '"';
  } else {
    text_ += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

void JsonText::value(std::size_t number) {
  separate();
  text_ += std::to_string(number);
}

void JsonText::value(const std::vector<std::string>& texts) {
  open('[');
  for (const std::string& text : texts) value(text);
  close(']');
}

void JsonText::truth(bool yes) {
  separate();
  text_ += yes ? "true" : "false";
}

void JsonText::null() {
  separate();
  text_ += "null";
}

}  // namespace hanfs::cluster
