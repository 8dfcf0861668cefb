// SPDX-License-Identifier: Apache-2.0
#include "report/progress.hpp"

#include <algorithm>
#include <utility>

namespace hanfs::report {
namespace {

constexpr std::size_t worth_a_bar = 10;  // steps; less is over before it can be read
constexpr std::size_t bar_width = 40;

}  // namespace

Progress::Progress(std::string title, std::size_t total, std::function<void(const std::string&)> show)
    : title_(std::move(title)), total_(total) {
  if (total >= worth_a_bar) show_ = std::move(show);
  draw();
}

Progress::~Progress() {
  if (show_) show_("\r\033[K");
}

void Progress::advance() {
  ++done_;
  draw();
}

void Progress::draw() const {
  if (!show_) return;
  const std::size_t full = std::min(bar_width, bar_width * done_ / total_);
  show_("\r" + title_ + " [" + std::string(full, '#') + std::string(bar_width - full, ' ') + "] " +
        std::to_string(done_) + "/" + std::to_string(total_));
}

}  // namespace hanfs::report
