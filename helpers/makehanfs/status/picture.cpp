// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/status/picture.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "text/html.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

using State = NodeState::State;

struct Sign {
  const char* letter;  // of its shape in templates/signs.svg.mustache
  const char* title;
};
// In the order of State.
constexpr std::array<Sign, state_count> signs{
    {{"N", "no answer"}, {"B", "on a backup"}, {"E", "error"}, {"U", "not ready"}, {"P", "on its primary"}}};
const char* letter_of(State state) { return signs[static_cast<std::size_t>(state)].letter; }

constexpr std::size_t named_nodes = 160;  // so many in all are drawn with their names

// Nodes that stand together below a server; a title alone says where others have gone.
struct Group {
  std::string title;
  std::vector<std::size_t> nodes;
};

struct Column {
  std::size_t server = no_index;  // nowhere: nodes without a domain
  std::vector<Group> groups;
};

struct Panel {
  std::string title;
  std::string note;
  std::vector<Column> columns;
  bool as_wanted = true;  // all of its nodes
};

// The primary of a node; nowhere: it has none.
std::size_t home_of(const Cluster& cluster, std::size_t node) {
  const auto& servers = cluster.nodes[node].servers;
  return servers.empty() ? no_index : servers.front();
}

// The server whose column a node stands in.
std::size_t place_of(const Cluster& cluster, const ClusterStatus& status, std::size_t node) {
  const std::size_t known = status.nodes[node].server;
  return known != no_index ? known : home_of(cluster, node);
}

// "38 now on asn02", for each server that has some.
void add_departed(const Cluster& cluster, const ClusterStatus& status, const std::vector<std::size_t>& away,
                  Column& column) {
  std::map<std::size_t, std::size_t> counts;
  for (const std::size_t node : away) ++counts[status.nodes[node].server];
  for (const auto& [server, count] : counts)
    if (server != no_index)
      column.groups.push_back({std::to_string(count) + " now on " + cluster.servers[server].name, {}});
}

Column column_of(const Cluster& cluster, std::size_t server, const std::vector<std::size_t>& nodes) {
  Column column;
  column.server = server;
  Group own;
  std::vector<std::pair<std::size_t, Group>> others;  // by home
  for (const std::size_t node : nodes) {
    const std::size_t home = home_of(cluster, node);
    if (home == server || home == no_index) {
      own.nodes.push_back(node);
      continue;
    }
    auto found = std::find_if(others.begin(), others.end(), [&](const auto& other) { return other.first == home; });
    if (found == others.end()) found = others.insert(others.end(), {home, Group{}});
    found->second.nodes.push_back(node);
  }
  if (!own.nodes.empty()) column.groups.push_back(std::move(own));
  for (auto& [home, group] : others) {
    group.title = std::to_string(group.nodes.size()) + " from " + cluster.servers[home].name;
    column.groups.push_back(std::move(group));
  }
  return column;
}

std::vector<Panel> panels_of(const Cluster& cluster, const ClusterStatus& status, const std::vector<Balance>& loads) {
  std::vector<std::vector<std::size_t>> by_server(cluster.servers.size());
  Column nodes_without_domain;
  for (std::size_t node = 0; node < cluster.nodes.size(); ++node) {
    const std::size_t server = place_of(cluster, status, node);
    if (server != no_index) {
      by_server[server].push_back(node);
    } else {
      if (nodes_without_domain.groups.empty()) nodes_without_domain.groups.emplace_back();
      nodes_without_domain.groups.back().nodes.push_back(node);
    }
  }
  std::vector<Panel> panels;
  std::vector<bool> drawn(cluster.servers.size(), false);
  for (const Domain& domain : cluster.domains) {
    Panel panel;
    panel.title = domain.name;
    panel.note = text::counted(domain.nodes.size(), "node") + (domain.valid ? "" : ", not sound");
    panel.as_wanted = domain.valid;
    for (const std::size_t server : domain.servers) {
      panel.columns.push_back(column_of(cluster, server, by_server[server]));
      add_departed(cluster, status, loads[server].away, panel.columns.back());
      drawn[server] = true;
    }
    if (!panel.columns.empty()) panels.push_back(std::move(panel));
  }
  Panel rest;
  rest.title = "In no domain";
  rest.as_wanted = false;
  for (std::size_t server = 0; server < drawn.size(); ++server)
    if (!drawn[server] && is_shown(cluster.servers[server], loads[server])) {
      rest.columns.push_back(column_of(cluster, server, by_server[server]));
      add_departed(cluster, status, loads[server].away, rest.columns.back());
    }
  if (!nodes_without_domain.groups.empty()) rest.columns.push_back(std::move(nodes_without_domain));
  if (!rest.columns.empty()) panels.push_back(std::move(rest));
  for (Panel& panel : panels)
    for (const Column& column : panel.columns)
      for (const Group& group : column.groups)
        panel.as_wanted = panel.as_wanted && std::all_of(group.nodes.begin(), group.nodes.end(), [&](std::size_t node) {
                            return status.nodes[node].state == State::primary;
                          });
  return panels;
}

class Drawing {
 public:
  Drawing(const Cluster& cluster, const ClusterStatus& status)
      : cluster_(cluster),
        status_(status),
        balance_(balance(cluster, status)),
        big_(cluster.nodes.size() > big_cluster),
        named_(cluster.nodes.size() <= named_nodes) {
    for (const Balance& load : balance_) most_ = std::max({most_, load.now, load.primary});
  }

  std::string text() const {
    std::string body;
    std::vector<std::string> quiet;
    for (const Panel& panel : panels_of(cluster_, status_, balance_))
      if (big_ && panel.as_wanted) {
        quiet.push_back(panel.title);
      } else {
        body += panel_text(panel);
      }
    std::string text =
        std::string("<div id=\"picture\"") + (named_ ? " class=\"named\"" : "") +
        " role=\"group\" aria-label=\"Domains, their servers, and below each server the nodes that run on it now\">\n" +
        body + "</div>\n";
    if (!quiet.empty())
      text += "<details><summary>" + text::counted(quiet.size(), "domain") + " in which all is as wanted</summary><p>" +
              text::html_escaped(text::joined(quiet, ", ")) + "</p></details>\n";
    return text;
  }

 private:
  std::string panel_text(const Panel& panel) const {
    std::string text = "<section class=\"domain\"><h3>" + text::html_escaped(panel.title) + " <span class=\"soft\">" +
                       text::html_escaped(panel.note) + "</span></h3><div class=\"servers\">\n";
    for (const Column& column : panel.columns) text += column_text(column);
    return text + "</div></section>\n";
  }

  std::string column_text(const Column& column) const {
    std::string text = "<div class=\"column\">";
    if (column.server != no_index) text += server_text(column.server);
    for (const Group& group : column.groups) {
      if (!group.title.empty())
        text += std::string("<p class=\"") + (group.nodes.empty() ? "gone" : "soft") + "\">" +
                text::html_escaped(group.title) + "</p>";
      if (!group.nodes.empty()) text += "<div class=\"dots\">" + (big_ ? counts(group) : dots(group)) + "</div>";
    }
    return text + "</div>\n";
  }

  // A bar as long as the busiest server is loaded, with a mark where this one's would end with all nodes at home.
  std::string server_text(std::size_t index) const {
    const Server& server = cluster_.servers[index];
    const Balance& load = balance_[index];
    const bool idle = load.now == 0 && load.primary != 0;
    const auto share = [&](std::size_t count) { return std::to_string(100 * count / most_) + "%"; };
    const std::string now = idle ? "nobody here" : std::to_string(load.now) + " here";
    return std::string("<div class=\"server") + (idle ? " idle" : "") + "\"><b>" + text::html_escaped(server.name) +
           "</b> <span class=\"soft\">" + text::html_escaped(server.address) + "</span><p class=\"" +
           (idle ? "nobody" : "soft") + "\">" + now + ", primary of " + std::to_string(load.primary) +
           "</p><div class=\"bar\"><i style=\"width:" + share(load.now) +
           "\"></i><u style=\"left:" + share(load.primary) + "\"></u></div></div>";
  }

  std::string dots(const Group& group) const {
    std::string text;
    for (const std::size_t node : group.nodes) text += dot(node);
    return text;
  }

  // How many of each state, the urgent ones first.
  std::string counts(const Group& group) const {
    std::array<std::size_t, state_count> count{};
    for (const std::size_t node : group.nodes) ++count[static_cast<std::size_t>(status_.nodes[node].state)];
    std::string text;
    for (std::size_t s = 0; s < state_count; ++s)
      if (const auto state = static_cast<State>(s); count[s] != 0)
        text += std::string("<a class=\"count\" href=\"#state=") + name_of(state) + "\">" + sign_of(state) + " " +
                std::to_string(count[s]) + " " + title_of(state) + "</a>";
    return text;
  }

  std::string dot(std::size_t index) const {
    const NodeState& state = status_.nodes[index];
    const std::string& name = cluster_.nodes[index].name;
    const std::size_t home = home_of(cluster_, index);
    std::string reported = name + ": " + title_of(state.state);
    if (state.server != no_index) reported += ", on " + cluster_.servers[state.server].name;
    if (home != no_index && home != state.server) reported += ", home is " + cluster_.servers[home].name;
    if (!state.problem.empty()) reported += ". " + state.problem;
    constexpr std::size_t longest = 300;
    constexpr std::size_t fits = 16;
    return std::string("<a class=\"n s-") + name_of(state.state) + "\" href=\"#n" + std::to_string(index) +
           "\" tabindex=\"-1\" title=\"" + text::html_escaped(text::clipped(reported, longest)) +
           "\"><svg><use href=\"#sign-" + letter_of(state.state) + "\"/></svg>" +
           (named_ ? text::html_escaped(text::clipped(name, fits)) : "") + "</a>";
  }

  const Cluster& cluster_;
  const ClusterStatus& status_;
  std::vector<Balance> balance_;
  bool big_;
  bool named_;
  std::size_t most_ = 1;  // nodes on one server
};

}  // namespace

const char* title_of(State state) { return signs[static_cast<std::size_t>(state)].title; }

std::string sign_of(State state) {
  return std::string("<svg class=\"sign s-") + name_of(state) +
         "\" width=\"12\" height=\"12\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#sign-" +
         letter_of(state) + "\"/></svg>";
}

std::string picture_of(const Cluster& cluster, const ClusterStatus& status) { return Drawing(cluster, status).text(); }

}  // namespace hanfs::cluster
