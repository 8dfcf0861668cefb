// SPDX-License-Identifier: Apache-2.0
// JSON written straight into one string, for what has thousands of objects: building them as nlohmann::json first, to
// print them and to take them apart again, was one seventh of `makehanfs plan --json` (test/bench/plan).
// The bytes are those that nlohmann's dump() without indentation gives for the same fields.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hanfs::cluster {

// Commas come by themselves; that brackets close and keys have values is for the caller.
class JsonText {
 public:
  void open(char bracket);
  void close(char bracket);
  // A plain word that needs no escapes.
  void key(std::string_view name);
  // What is no UTF-8 is shown as U+FFFD.
  void value(std::string_view text);
  void value(std::size_t number);
  void value(const std::vector<std::string>& texts);
  void truth(bool yes);
  void null();

  std::string take() { return std::move(text_); }

 private:
  void separate();

  std::string text_;
};

}  // namespace hanfs::cluster
