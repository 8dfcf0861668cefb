// SPDX-License-Identifier: Apache-2.0
#include "report/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace hanfs::report {
namespace {

constexpr std::size_t worth_a_bar = 10;  // steps; less is over before it can be read
constexpr std::size_t bar_width = 40;

}  // namespace

Progress::Progress(std::string title, std::size_t total)
    : title_(std::move(title)), total_(total), shown_(total >= worth_a_bar && ::isatty(STDERR_FILENO) == 1) {
  draw();
}

Progress::~Progress() {
  if (shown_) std::fprintf(stderr, "\r\033[K");
}

void Progress::advance() {
  ++done_;
  draw();
}

void Progress::draw() const {
  if (!shown_) return;
  const std::size_t full = std::min(bar_width, bar_width * done_ / total_);
  std::fprintf(stderr, "\r%s [%s%s] %zu/%zu", title_.c_str(), std::string(full, '#').c_str(),
               std::string(bar_width - full, ' ').c_str(), done_, total_);
}

}  // namespace hanfs::report
