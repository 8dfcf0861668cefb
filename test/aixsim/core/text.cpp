// SPDX-License-Identifier: Apache-2.0
#include "core/text.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace aixsim {

std::string strf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  va_list again;
  va_copy(again, arguments);
  char small[512];
  const int length = std::vsnprintf(small, sizeof small, format, arguments);
  va_end(arguments);
  std::string text;
  if (length >= 0 && static_cast<size_t>(length) < sizeof small) {
    text.assign(small, static_cast<size_t>(length));
  } else if (length > 0) {
    text.resize(static_cast<size_t>(length) + 1);
    std::vsnprintf(&text[0], text.size(), format, again);
    text.resize(static_cast<size_t>(length));
  }
  va_end(again);
  return text;
}

std::string padded(const std::string& text, size_t width) {
  return text.size() >= width ? text : text + std::string(width - text.size(), ' ');
}

std::string right(const std::string& text, size_t width) {
  return text.size() >= width ? text : std::string(width - text.size(), ' ') + text;
}

Strings split(const std::string& text, char by) {
  Strings parts;
  size_t from = 0;
  for (size_t at = text.find(by); at != std::string::npos; at = text.find(by, from)) {
    parts.push_back(text.substr(from, at - from));
    from = at + 1;
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::string join(const Strings& parts, const std::string& by, size_t from) {
  std::string text;
  for (size_t i = from; i < parts.size(); ++i) {
    if (i > from) text += by;
    text += parts[i];
  }
  return text;
}

std::string escape(const std::string& text) {
  if (text.empty()) return "%";
  std::string word;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '%') {
      word += strf("%%%02X", static_cast<unsigned>(byte));
    } else {
      word += c;
    }
  }
  return word;
}

std::string unescape(const std::string& word) {
  if (word == "%") return "";
  std::string text;
  for (size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '%' && i + 2 < word.size()) {
      text += static_cast<char>(std::strtoul(word.substr(i + 1, 2).c_str(), nullptr, 16));
      i += 2;
    } else {
      text += word[i];
    }
  }
  return text;
}

std::string record(const Strings& values) {
  std::string line;
  for (const auto& value : values) {
    if (!line.empty()) line += ' ';
    line += escape(value);
  }
  return line;
}

Strings fields(const std::string& line) {
  Strings values;
  for (const auto& word : split(line, ' ')) values.push_back(unescape(word));
  return values;
}

bool parse_number(const std::string& text, long* value) {
  if (text.empty() || text.size() > 18) return false;
  long number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  *value = number;
  return true;
}

bool starts_with(const std::string& text, const std::string& head) { return text.compare(0, head.size(), head) == 0; }

bool ends_with(const std::string& text, const std::string& tail) {
  return text.size() >= tail.size() && text.compare(text.size() - tail.size(), tail.size(), tail) == 0;
}

std::uint64_t hash64(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

namespace {
// Length of the valid UTF-8 sequence at `at`, 0 when there is none.
size_t utf8_length(const std::string& text, size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const size_t length = first < 0x80                    ? 1
                        : first >= 0xc2 && first < 0xe0 ? 2
                        : first >= 0xe0 && first < 0xf0 ? 3
                        : first >= 0xf0 && first < 0xf5 ? 4
                                                        : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return 0;
  }
  const auto second = length > 1 ? static_cast<unsigned char>(text[at + 1]) : 0;
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
      (first == 0xf4 && second > 0x8f)) {
    return 0;
  }
  return length;
}
}  // namespace

std::string json_string(const std::string& text) {
  std::string json = "\"";
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const size_t length = utf8_length(text, i);
    if (byte == '"' || byte == '\\') {
      json += '\\';
      json += text[i++];
    } else if (byte < 0x20 || length == 0) {
      json += strf("\\u%04x", static_cast<unsigned>(byte));  // a byte that is not UTF-8 is shown as Latin-1
      ++i;
    } else {
      json.append(text, i, length);
      i += length;
    }
  }
  return json + "\"";
}

}  // namespace aixsim
