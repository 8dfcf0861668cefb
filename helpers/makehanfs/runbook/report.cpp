// SPDX-License-Identifier: Apache-2.0
// The two forms of runbook.hpp.
#include <nlohmann/json.hpp>

#include "makehanfs/runbook/commands.hpp"
#include "makehanfs/runbook/runbook.hpp"
#include "report/table.hpp"
#include "report/verdict.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

using json = nlohmann::ordered_json;
using outage::range_text;

// Text with parts from tables, outside of code: control characters would play with a terminal, and `<` begins HTML.
std::string prose(const std::string& text) {
  std::string safe;
  bool code = false;
  for (const char ch : report::escape_control(text)) {
    if (ch == '`') code = !code;
    if (ch == '<' && !code) {
      safe += "&lt;";
    } else {
      safe += ch;
    }
  }
  return safe;
}

std::string block(const std::vector<std::string>& lines) {
  std::string text = "```sh\n";
  for (const std::string& line : lines) text += line + "\n";
  return text + "```\n\n";
}

std::string bullets(const std::vector<std::string>& lines, const char* word) {
  std::string text;
  for (const std::string& line : lines) text += std::string("* ") + word + prose(line) + "\n";
  return text.empty() ? "" : text + "\n";
}

std::string step_text(const RunbookStep& step, const std::string& number) {
  std::string text = "### " + number + " " + prose(step.title) + "\n\n" + prose(step.why) + "\n\n";
  if (!step.nodes.empty()) text += text::counted(step.nodes.size(), "node") + ": " + range_text(step.nodes) + "\n\n";
  if (step.expected_seconds)
    text += (*step.expected_seconds > 0 ? "**About " + report::seconds_text(*step.expected_seconds) + "**: "
                                        : std::string("**At once**: ")) +
            prose(step.basis) + ".\n\n";
  if (!step.commands.empty()) text += block(step.commands);
  if (!step.checks.empty())
    text += std::string(step.commands.empty() ? "Look:\n\n" : "Then look:\n\n") + block(step.checks);
  if (!step.expect.empty()) text += "Expected: " + prose(step.expect) + "\n\n";
  return text + bullets(step.cautions, "**Mind:** ");
}

json to_json(const std::vector<RunbookGroup>& groups) {
  json list = json::array();
  for (const RunbookGroup& group : groups)
    list.push_back({{"server", group.server}, {"address", group.address}, {"nodes", group.nodes}});
  return list;
}

json to_json(const RunbookStep& step) {
  return {{"id", step.id},
          {"title", step.title},
          {"why", step.why},
          {"commands", step.commands},
          {"checks", step.checks},
          {"expect", step.expect},
          {"nodes", step.nodes},
          {"expected_seconds", step.expected_seconds ? json(*step.expected_seconds) : json(nullptr)},
          {"basis", step.basis},
          {"cautions", step.cautions}};
}

json to_json(const RunbookSection& section) {
  json steps = json::array();
  for (const RunbookStep& step : section.steps) steps.push_back(to_json(step));
  return {{"part", section.part},   {"id", section.id},          {"title", section.title},
          {"intro", section.intro}, {"steps", std::move(steps)}, {"not_needed", section.not_needed}};
}

// The sections by their parts; the steps of a section follow its title.
std::string contents(const std::vector<RunbookSection>& sections) {
  std::string text = "## Contents\n\n";
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (i == 0 || sections[i].part != sections[i - 1].part)
      text += (i == 0 ? "" : "\n") + prose(sections[i].part) + ":\n\n";
    text += "* " + std::to_string(i) + ". " + prose(sections[i].title) + "\n";
  }
  return text + "\n";
}

std::size_t size_of(const std::vector<RunbookGroup>& groups) {
  std::size_t count = 0;
  for (const RunbookGroup& group : groups) count += group.nodes.size();
  return count;
}

}  // namespace

std::string markdown_of(const Runbook& runbook) {
  std::string others;
  for (const std::string& server : runbook.servers)
    if (server != runbook.server) others += (others.empty() ? "" : ", ") + server;
  std::string text = "# Runbook: " + runbook.server + " is down\n\n";
  text += "## In short\n\n" + bullets(runbook.in_short, "");
  text += contents(runbook.sections) + "## What this is\n\n";
  text += "Server " + runbook.server + ", for its nodes " +
          (runbook.node_facing_name.empty() || runbook.node_facing_name == runbook.server
               ? ""
               : runbook.node_facing_name + " ") +
          (runbook.address.empty() ? "at an address that is not known" : runbook.address) +
          (runbook.domain.empty() ? ", in no domain" : ", domain " + prose(runbook.domain)) +
          (others.empty() ? ", with no other server. " : ", with " + others + ". ") +
          text::counted(size_of(runbook.primary), "node") + " have it first, " +
          std::to_string(size_of(runbook.secondary_nodes)) + " as a backup" +
          (runbook.nodes_without_backup.empty()
               ? ""
               : ", " + std::to_string(runbook.nodes_without_backup.size()) + " with nothing else") +
          ".\n\n";
  text +=
      "All commands are for root on the management node, and can be pasted as they are. Made by "
      "makehanfs " HANFS_VERSION
      " from xCAT's tables as they were before the failure; make it anew when the tables change. It was written from "
      "documents: nothing of it was tried on AIX.\n\n";
  text += bullets(runbook.notes, "**Tables:** ");
  for (std::size_t i = 0; i < runbook.sections.size(); ++i) {
    const RunbookSection& section = runbook.sections[i];
    if (i == 0 || section.part != runbook.sections[i - 1].part) text += "# " + prose(section.part) + "\n\n";
    text += "## " + std::to_string(i) + ". " + prose(section.title) + "\n\n" + prose(section.intro) + "\n\n";
    for (std::size_t s = 0; s < section.steps.size(); ++s)
      text += step_text(section.steps[s], std::to_string(i) + "." + std::to_string(s + 1));
    if (!section.not_needed.empty()) text += "Nothing to do:\n\n" + bullets(section.not_needed, "");
  }
  text.pop_back();
  return text;
}

json runbook_json(json object, const Runbook& runbook) {
  json sections = json::array();
  for (const RunbookSection& section : runbook.sections) sections.push_back(to_json(section));
  object["server"] = {{"name", runbook.server}, {"address", runbook.address}, {"facing", runbook.node_facing_name}};
  object["domain"] = {{"name", runbook.domain}, {"servers", runbook.servers}, {"fails_over", runbook.fails_over}};
  object["primary"] = to_json(runbook.primary);
  object["spare"] = to_json(runbook.secondary_nodes);
  object["stranded"] = runbook.nodes_without_backup;
  object["in_short"] = runbook.in_short;
  object["sections"] = std::move(sections);
  return object;
}

}  // namespace hanfs::cluster
