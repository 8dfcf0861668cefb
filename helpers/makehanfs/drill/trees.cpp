// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/drill/trees.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "makehanfs/drill/answer.hpp"
#include "makehanfs/model/postscripts.hpp"
#include "makehanfs/status/status.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

using json = nlohmann::ordered_json;

// Of the trees that are known, each group in the order of the servers.
std::vector<std::vector<std::string>> servers_by_content(const std::vector<TreeAnswer>& trees) {
  std::vector<std::string> contents;
  std::vector<std::vector<std::string>> groups;
  for (const TreeAnswer& tree : trees) {
    if (!tree.problem.empty()) continue;
    const auto group =
        static_cast<std::size_t>(std::find(contents.begin(), contents.end(), tree.digest) - contents.begin());
    if (group == contents.size()) {
      contents.push_back(tree.digest);
      groups.emplace_back();
    }
    groups[group].push_back(tree.server);
  }
  return groups;
}

}  // namespace

std::vector<std::string> tree_argv(const Settings& settings, long max_age) {
  std::string command = settings.check_command;
  if (const std::string name = below_postscripts(command); !name.empty())
    command = std::string(postscripts_folder) + '/' + name;
  return {command, "tree", "manifest", settings.directory, "--json", "--max-age=" + std::to_string(max_age)};
}

Result<TreeAnswer> parse_tree(const json& object) {
  TreeAnswer answer;
  answer.manifest = word_of(object, "manifest");
  answer.made = word_of(object, "time");
  answer.digest = word_of(object, "entries_digest");
  answer.kept = truth_of(object, "kept");
  answer.entries = number_of(object, "entries");
  answer.doubtful = number_of(object, "doubtful_entries");
  if (!answer.digest.empty()) return answer;
  const std::string why = result_word_of(object, "summary");
  return Error{why.empty() ? "an answer of checkhanfs tree without a digest" : text::escape_control(why)};
}

std::vector<TreeAnswer> ask_trees(run::Runner& runner, const Engine& engine, const std::vector<std::string>& servers,
                                  const std::vector<std::string>& argv, std::chrono::seconds time) {
  const auto objects = ask_checkhanfs(runner, engine, servers, argv, time);
  std::vector<TreeAnswer> trees;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const Result<TreeAnswer> tree = objects[i] ? parse_tree(*objects[i]) : objects[i].error();
    trees.push_back(tree ? *tree : TreeAnswer());
    trees.back().server = servers[i];
    if (!tree) trees.back().problem = tree.error().what;
  }
  return trees;
}

bool are_different(const std::vector<TreeAnswer>& trees) { return servers_by_content(trees).size() > 1; }

bool should_be_made_anew(const std::vector<TreeAnswer>& trees) {
  const auto has_flaw = [](const TreeAnswer& tree) { return tree.problem.empty() && tree.doubtful > 0; };
  const bool flawed = are_different(trees) || std::any_of(trees.begin(), trees.end(), has_flaw);
  return flawed && std::any_of(trees.begin(), trees.end(), [](const TreeAnswer& tree) { return tree.kept; });
}

std::vector<std::string> objections_to(const std::vector<TreeAnswer>& trees, const std::string& directory) {
  std::vector<std::string> objections;
  for (const TreeAnswer& tree : trees) {
    if (!tree.problem.empty()) {
      objections.push_back(tree.server + " does not say what it has below " + directory + ": " + tree.problem +
                           "; cure: checkhanfs tree manifest " + directory + " there");
      continue;
    }
    if (tree.doubtful > 0)
      objections.push_back(tree.server + ": " + text::counted(tree.doubtful, "entry", "entries") + " below " +
                           directory + " could not be read, or changed meanwhile; cure: grep note= " + tree.manifest +
                           " there, then checkhanfs tree manifest " + directory);
  }
  if (!are_different(trees)) return objections;
  std::string groups;
  for (const std::vector<std::string>& servers : servers_by_content(trees))
    groups += (groups.empty() ? "" : " and ") + text::joined(servers, ", ");
  objections.push_back(groups + " do not have the same below " + directory +
                       ", so files would be dead after a failover; cure: bring their manifests to one host, checkhanfs "
                       "tree compare shows each difference, tree sync-plan the rsync lines");
  return objections;
}

std::string text_of(const std::vector<TreeAnswer>& trees, const std::string& directory) {
  if (trees.empty()) return "";
  std::vector<std::string> servers;
  std::string oldest = trees.front().made;
  for (const TreeAnswer& tree : trees) {
    servers.push_back(tree.server);
    oldest = std::min(oldest, tree.made);
  }
  return "The same " + text::counted(trees.front().entries, "entry", "entries") + " below " + directory + " on " +
         text::joined(servers, ", ") + ", by manifests of " + oldest + " and later.\n";
}

json json_of(const std::vector<TreeAnswer>& trees) {
  json list = json::array();
  for (const TreeAnswer& tree : trees)
    list.push_back({{"server", tree.server},
                    {"manifest", tree.manifest},
                    {"time", tree.made},
                    {"entries", tree.entries},
                    {"entries_digest", tree.digest}});
  return list;
}

}  // namespace hanfs::cluster
