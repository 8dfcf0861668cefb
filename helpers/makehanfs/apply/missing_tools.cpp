// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/missing_tools.hpp"

#include <algorithm>

#include "makehanfs/apply/ask_hosts.hpp"
#include "makehanfs/model/postscripts.hpp"
#include "run/command.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

// ls has named this path: on stdout where it is there, in its complaint where it is not.
bool is_there(const HostReply& reply, const std::string& path) {
  const std::vector<std::string_view> lines = text::split(reply.output.text, '\n');
  return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) { return text::trimmed(line) == path; });
}

bool is_missing(const HostReply& reply, const std::string& path) {
  return !is_there(reply, path) && reply.answer.last_stderr.find(path) != std::string::npos;
}

}  // namespace

std::vector<std::string> ToolQuestion::argv() const { return {"/usr/bin/ls", "-d", server_tool, postscript_files}; }

ToolQuestion tool_question(const std::vector<Stage>& stages) {
  std::set<std::string> stopped;  // domains
  for (const Stage& stage : stages)
    if (stage.kind == Stage::Kind::stop)
      for (const Action& action : stage.actions) stopped.insert(action.domain);
  ToolQuestion question;
  for (const Stage& stage : stages)
    for (const Action& action : stage.actions) {
      if (!has_results(action) || stopped.count(action.domain) == 0) continue;
      if (stage.kind != Stage::Kind::servers) {
        question.node_tool = action.argv.front();
        continue;
      }
      question.server_tool = action.argv.front();
      question.servers.insert(question.servers.end(), action.hosts.begin(), action.hosts.end());
      question.domains.resize(question.servers.size(), action.domain);
    }
  // xCAT's own postscript has the same name, and nothing beside it.
  if (!below_postscripts(question.node_tool).empty())
    question.postscript_files = std::string(postscripts_folder) + "/hanfs";
  return question;
}

MissingTools missing_tools(const ToolQuestion& question, const std::vector<HostReply>& replies) {
  MissingTools missing;
  std::vector<std::string> without_tool, without_postscript;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const bool tool = is_missing(replies[i], question.server_tool);
    const bool postscript = is_missing(replies[i], question.postscript_files);
    if (tool) without_tool.push_back(question.servers[i]);
    if (postscript) without_postscript.push_back(question.servers[i]);
    if (tool || postscript) missing.domains.insert(question.domains[i]);
  }
  const std::string nothing = "; no node was shut down; cure: ";
  if (!without_tool.empty()) {
    const std::string hosts = xcat::fold(without_tool);
    missing.errors.push_back(question.server_tool + " is not on " + hosts + nothing +
                             bring(question.server_tool, hosts, hosts) + ", then again");
  }
  if (!without_postscript.empty()) {
    const std::string hosts = xcat::fold(without_postscript);
    missing.errors.push_back(question.postscript_files + " is not on " + hosts +
                             ", so their nodes would boot without our postscript" + nothing +
                             run::command_text(copy_command(postscripts_folder, hosts)) + ", then again");
  }
  return missing;
}

MissingTools ask_for_tools(run::Runner& runner, const Engine& engine, const std::vector<Stage>& stages,
                           const std::function<std::chrono::milliseconds()>& time_left) {
  const ToolQuestion question = tool_question(stages);
  if (question.servers.empty() || question.postscript_files.empty()) return {};
  constexpr std::size_t longest = 65536;  // bytes
  PrintedAnswer answer = ask_for_text(runner, engine, {question.servers, question.argv()}, longest, time_left);
  return missing_tools(question, replies_of(std::move(answer)));
}

}  // namespace hanfs::cluster
