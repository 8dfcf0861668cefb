// SPDX-License-Identifier: Apache-2.0
// Lines out of bytes that come in pieces.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace hanfs::cluster {

// A carriage return before the newline is no part of the line. At most `longest` bytes of a line are kept.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t longest) : longest_(longest) {}

  // Calls `line(text, cut)` for each line that is complete; `cut`: its rest is lost.
  template <typename Line>
  void feed(std::string_view bytes, const Line& line) {
    while (!bytes.empty()) {
      const std::size_t newline = bytes.find('\n');
      const std::string_view piece = bytes.substr(0, newline);
      bytes.remove_prefix(newline == std::string_view::npos ? bytes.size() : newline + 1);
      const std::string_view fits = piece.substr(0, longest_ - std::min(longest_, kept_.size()));
      cut_ = cut_ || fits.size() < piece.size();
      if (newline == std::string_view::npos) {
        kept_ += fits;
      } else if (kept_.empty()) {
        give(fits, line);
      } else {
        kept_ += fits;
        give(kept_, line);
        kept_.clear();
      }
    }
  }

  // What came after the last newline.
  template <typename Line>
  void finish(const Line& line) {
    if (!kept_.empty()) feed("\n", line);
  }

 private:
  template <typename Line>
  void give(std::string_view text, const Line& line) {
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    line(text, cut_);
    cut_ = false;
  }

  std::size_t longest_;
  std::string kept_;
  bool cut_ = false;
};

}  // namespace hanfs::cluster
