// SPDX-License-Identifier: Apache-2.0
#include "harm/filesystems.hpp"

#include "harm/harm.hpp"
#include "state/exports.hpp"
#include "state/failover.hpp"

namespace aixsim {
namespace {

Options without_times(const Options& options) {
  Options kept;
  for (const auto& one : options) {
    if (one.first != "timeo" && one.first != "retrans") kept.push_back(one);
  }
  return kept;
}

double patience(const Options& options) {
  long timeo = 100, retrans = 5;
  parse_number(option(options, "timeo"), &timeo);
  parse_number(option(options, "retrans"), &retrans);
  return static_cast<double>(timeo) * static_cast<double>(retrans) / 10;
}

bool is_soft(const Options& options) {
  for (const auto& one : options) {
    if (one.first == "soft") return true;
  }
  return false;
}

}  // namespace

void judge_filesystem(const Node& node, const Filesystem& before, const Filesystem& after) {
  const Options old = without_times(before.options), now = without_times(after.options);
  // Where each call replaces all options, nobody can know before the first one.
  if (node.is("setfsoptions", "merge") && sorted_words(old) != sorted_words(now))
    record_harm(node, "option-lost", before.local + ": was " + format_options(old) + "; is " + format_options(now));
  const double then = failover_seconds(node, before.vfs, before.options);
  const double seconds = failover_seconds(node, after.vfs, after.options);
  if (seconds > then + 1)  // tenths of a second more are what the settings want everywhere
    record_harm(node, "failover-slower", before.local + strf(": was %.1f s, is %.1f s", then, seconds));
  if (is_soft(before.options) && patience(after.options) < patience(before.options))
    record_harm(node, "soft-shortened",
                before.local +
                    strf(": gives up after %.1f s, before %.1f s", patience(after.options), patience(before.options)));
}

}  // namespace aixsim
