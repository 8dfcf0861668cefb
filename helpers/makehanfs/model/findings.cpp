// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/model/findings.hpp"

#include <algorithm>

#include "run/command.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

constexpr std::size_t rows_shown = 3;
constexpr std::size_t longest_range = 1000;  // characters; what is longer nobody types or reads

void replace(std::string& text, std::string_view mark, const std::string& by) {
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
    text.replace(at, mark.size(), by);
}

}  // namespace

Findings::Entry& Findings::entry(const FindingType& type) {
  std::string key = type.code + '\n' + type.what + '\n' + type.remedy;
  const auto [known, is_new] = known_.try_emplace(std::move(key), entries_.size());
  if (is_new) {
    entries_.emplace_back();
    Finding& finding = entries_.back().finding;
    finding.level = type.level;
    finding.code = type.code;
    finding.what = type.what;
    finding.remedy = type.remedy;
    finding.keeps_up = type.keeps_up;
  }
  return entries_[known->second];
}

void Findings::add(const FindingType& type, const std::string& subject) {
  std::vector<std::string>& all = entry(type).finding.subjects;
  if (all.empty() || all.back() != subject) all.push_back(subject);
}

void Findings::add(const FindingType& type, const std::vector<std::string>& subjects) {
  std::vector<std::string>& all = entry(type).finding.subjects;
  all.insert(all.end(), subjects.begin(), subjects.end());
}

void Findings::add_row(const FindingType& type, const std::string& row) {
  Entry& one = entry(type);
  if (std::find(one.rows.begin(), one.rows.end(), row) != one.rows.end()) return;
  ++one.rows_in_all;
  if (one.rows.size() < rows_shown) one.rows.push_back(row);
}

void Findings::keep(const std::function<bool(const std::string&)>& wanted) {
  for (Entry& one : entries_) {
    std::vector<std::string>& subjects = one.finding.subjects;
    subjects.erase(
        std::remove_if(subjects.begin(), subjects.end(), [&](const std::string& subject) { return !wanted(subject); }),
        subjects.end());
  }
  entries_.erase(
      std::remove_if(entries_.begin(), entries_.end(), [](const Entry& one) { return one.finding.subjects.empty(); }),
      entries_.end());
  known_.clear();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Finding& finding = entries_[i].finding;
    known_.emplace(finding.code + '\n' + finding.what + '\n' + finding.remedy, i);
  }
}

std::vector<Finding> Findings::take() {
  std::vector<Finding> all;
  all.reserve(entries_.size());
  for (Entry& one : entries_) {
    Finding& finding = one.finding;
    // Many findings of a large cluster are about all of its nodes.
    finding.range =
        !all.empty() && all.back().subjects == finding.subjects ? all.back().range : xcat::fold(finding.subjects);
    std::string rows;
    for (const std::string& row : one.rows) rows += (rows.empty() ? "" : ", ") + row;
    if (one.rows_in_all > one.rows.size())
      rows += " and " + std::to_string(one.rows_in_all - one.rows.size()) + " more";
    replace(finding.what, "{rows}", rows.empty() ? "the tables" : rows);
    replace(finding.remedy, "{}", range_word(finding.range));
    all.push_back(std::move(finding));
  }
  entries_.clear();
  known_.clear();
  std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) { return a.level < b.level; });
  return all;
}

std::string abbreviate(const std::vector<std::string>& names, std::size_t most) { return text::shortened(names, most); }

const char* level_name(Finding::Level level) {
  switch (level) {
    case Finding::Level::error:
      return "error";
    case Finding::Level::warning:
      return "warning";
    case Finding::Level::note:
      return "note";
  }
  return "";
}

std::string short_range(const std::string& range) { return range.size() > longest_range ? "NODES" : range; }

std::string range_word(const std::string& range) {
  return range.empty() ? "NODES" : run::shell_word(short_range(range));
}

}  // namespace hanfs::cluster
