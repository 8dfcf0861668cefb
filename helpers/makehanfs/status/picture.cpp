// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/status/picture.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "makehanfs/status/html_escape.hpp"

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

// In units of the drawing, which is `page_width` wide and scales with the page.
constexpr double page_width = 1200;
constexpr double gap = 16;      // between panels
constexpr double padding = 14;  // in a panel
constexpr double title_height = 34;
constexpr double server_height = 58;
constexpr double group_title = 20;
constexpr std::size_t named_nodes = 160;  // so many in all are drawn with their names

// How one node is drawn.
struct Cell {
  double width;
  double height;
  bool named;
};

Cell cell_for(std::size_t nodes) {
  if (nodes <= named_nodes) return {88, 20, true};
  if (nodes <= 600) return {18, 18, false};
  return {13, 13, false};
}

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
};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string shown = text;
  if (shown.size() > 2 && shown.compare(shown.size() - 2, 2, ".0") == 0) shown.resize(shown.size() - 2);
  return shown;
}

// `attributes` begin with a blank; no `radius`: square corners.
std::string rectangle(const char* attributes, double x, double y, double width, double height, const char* radius) {
  return std::string("<rect") + attributes + " x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" +
         number(width) + "\" height=\"" + number(height) + (radius == nullptr ? "" : std::string("\" rx=\"") + radius) +
         "\"/>";
}

std::string text_at(double x, double y, const char* style, const std::string& text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" class=\"" + style + "\">" + escaped(text) + "</text>";
}

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
    panel.note = count_of(domain.nodes.size(), "node", "nodes") + (domain.valid ? "" : ", not sound");
    for (const std::size_t server : domain.servers) {
      panel.columns.push_back(column_of(cluster, server, by_server[server]));
      add_departed(cluster, status, loads[server].away, panel.columns.back());
      drawn[server] = true;
    }
    if (!panel.columns.empty()) panels.push_back(std::move(panel));
  }
  Panel rest;
  rest.title = "In no domain";
  for (std::size_t server = 0; server < drawn.size(); ++server)
    if (!drawn[server]) {
      rest.columns.push_back(column_of(cluster, server, by_server[server]));
      add_departed(cluster, status, loads[server].away, rest.columns.back());
    }
  if (!nodes_without_domain.groups.empty()) rest.columns.push_back(std::move(nodes_without_domain));
  if (!rest.columns.empty()) panels.push_back(std::move(rest));
  return panels;
}

class Drawing {
 public:
  Drawing(const Cluster& cluster, const ClusterStatus& status)
      : cluster_(cluster), status_(status), balance_(balance(cluster, status)), cell_(cell_for(cluster.nodes.size())) {}

  std::string text() {
    const std::vector<Panel> panels = panels_of(cluster_, status_, balance_);
    const std::size_t across = panels.size() < 2 ? 1 : 2;
    const double width = (page_width - gap * static_cast<double>(across - 1)) / static_cast<double>(across);
    std::string body;
    double y = 0;
    for (std::size_t i = 0; i < panels.size();) {
      // A domain of more than three servers gets the whole width.
      const bool wide = panels[i].columns.size() > 3;
      const std::size_t count =
          wide || i + 1 == panels.size() || panels[i + 1].columns.size() > 3 ? 1 : std::min(across, panels.size() - i);
      const double panel_width = wide ? page_width : width;
      double height = 0;
      for (std::size_t k = 0; k < count; ++k) height = std::max(height, panel_height(panels[i + k], panel_width));
      for (std::size_t k = 0; k < count; ++k)
        body += panel(panels[i + k], static_cast<double>(k) * (panel_width + gap), y, panel_width, height);
      y += height + gap;
      i += count;
    }
    const double height = std::max(1.0, y - gap);
    return "<svg id=\"picture\" viewBox=\"0 0 " + number(page_width) + " " + number(height) +
           "\" role=\"img\" aria-labelledby=\"picture-title picture-text\">\n"
           "<title id=\"picture-title\">Domains, their servers, and below each server the nodes that run on it "
           "now</title>\n"
           "<desc id=\"picture-text\">" +
           description() + "</desc>\n" + body + "</svg>\n";
  }

 private:
  std::string description() const {
    std::string text;
    for (std::size_t i = 0; i < balance_.size(); ++i)
      text += escaped(cluster_.servers[i].name) + ": primary of " + std::to_string(balance_[i].primary) + ", " +
              std::to_string(balance_[i].now) + " run here now. ";
    return text + "The table below says the same for each node.";
  }

  double column_width(const Panel& panel, double width) const {
    const auto columns = static_cast<double>(panel.columns.size());
    return (width - 2 * padding - (columns - 1) * padding) / columns;
  }

  std::size_t in_a_row(double width) const {
    return std::max<std::size_t>(1, static_cast<std::size_t>((width - 12) / cell_.width));
  }

  double groups_height(const Column& column, double width) const {
    double height = 0;
    const std::size_t across = in_a_row(width);
    for (const Group& group : column.groups)
      height += (group.title.empty() ? 0 : group_title) + 8 +
                cell_.height * static_cast<double>((group.nodes.size() + across - 1) / across);
    return height;
  }

  double panel_height(const Panel& panel, double width) const {
    double highest = 0;
    for (const Column& column : panel.columns)
      highest = std::max(highest, groups_height(column, column_width(panel, width)));
    return title_height + server_height + 12 + highest + padding;
  }

  std::string panel(const Panel& panel, double x, double y, double width, double height) const {
    std::string text = "<g class=\"domain\">" + rectangle("", x + 0.5, y + 0.5, width - 1, height - 1, "10");
    constexpr std::size_t longest_title = 40;
    text += "<text x=\"" + number(x + padding) + "\" y=\"" + number(y + 23) + "\" class=\"domain-name\">" +
            escaped(clipped(panel.title, longest_title)) + "<tspan dx=\"10\" class=\"soft\">" + escaped(panel.note) +
            "</tspan></text>\n";
    const double each = column_width(panel, width);
    for (std::size_t i = 0; i < panel.columns.size(); ++i)
      text += column(panel.columns[i], x + padding + static_cast<double>(i) * (each + padding), y + title_height, each);
    return text + "</g>\n";
  }

  std::string column(const Column& column, double x, double y, double width) const {
    std::string text;
    if (column.server != no_index) text += server(column, x, y, width);
    y += server_height + 12;
    const std::size_t across = in_a_row(width);
    for (const Group& group : column.groups) {
      if (!group.title.empty()) {
        text += text_at(x + 6, y + 13, group.nodes.empty() ? "gone" : "soft",
                        clipped(group.title, static_cast<std::size_t>(width / 6.6)));
        y += group_title;
      }
      for (std::size_t i = 0; i < group.nodes.size(); ++i)
        text += node(group.nodes[i], x + 6 + static_cast<double>(i % across) * cell_.width,
                     y + static_cast<double>(i / across) * cell_.height);
      y += cell_.height * static_cast<double>((group.nodes.size() + across - 1) / across) + 8;
    }
    return text;
  }

  std::string server(const Column& column, double x, double y, double width) const {
    const Server& server = cluster_.servers[column.server];
    const Balance& load = balance_[column.server];
    const bool idle = load.now == 0 && load.primary != 0;
    const std::string numbers = std::to_string(load.now) + " here, primary of " + std::to_string(load.primary);
    std::string text = std::string("<g class=\"server") + (idle ? " idle" : "") + "\"><title>" + escaped(server.name) +
                       " " + escaped(server.address) + ": " + numbers + "</title>" +
                       rectangle("", x, y, width, server_height, "6");
    const auto room = static_cast<std::size_t>(std::max(4.0, (width - 20) / 8.5));
    text += text_at(x + 10, y + 20, "server-name", clipped(server.name, room));
    constexpr double roomy = 140;       // for the numbers in words
    constexpr double very_roomy = 190;  // for those of a server that is called dead, in bold
    std::string reported = width > roomy ? numbers : std::to_string(load.now) + " of " + std::to_string(load.primary);
    if (idle) reported = width > very_roomy ? "nobody here, primary of " + std::to_string(load.primary) : "nobody here";
    text += text_at(x + 10, y + 37, idle ? "nobody" : "soft", clipped(reported, static_cast<std::size_t>(width / 6.2)));
    if (width > 250)
      text += "<text x=\"" + number(x + width - 10) + "\" y=\"" + number(y + 20) + "\" class=\"soft end\">" +
              escaped(server.address) + "</text>";
    // A bar as long as the busiest server is loaded, with a mark where this one would be with all nodes at home.
    std::size_t most = 1;
    for (const Balance& other : balance_) most = std::max({most, other.now, other.primary});
    const double scale = (width - 20) / static_cast<double>(most);
    text += rectangle(" class=\"track\"", x + 10, y + 46, width - 20, 5, "2.5");
    if (load.now != 0)
      text +=
          rectangle(" class=\"load\"", x + 10, y + 46, std::max(3.0, scale * static_cast<double>(load.now)), 5, "2.5");
    text += rectangle(" class=\"mark\"", x + 9 + scale * static_cast<double>(load.primary), y + 43, 2, 11, nullptr);
    return text + "</g>\n";
  }

  std::string node(std::size_t index, double x, double y) const {
    const NodeState& state = status_.nodes[index];
    const std::string& name = cluster_.nodes[index].name;
    const std::size_t home = home_of(cluster_, index);
    std::string reported = name + ": " + title_of(state.state);
    if (state.server != no_index) reported += ", on " + cluster_.servers[state.server].name;
    if (home != no_index && home != state.server) reported += ", home is " + cluster_.servers[home].name;
    if (!state.problem.empty()) reported += ". " + state.problem;
    constexpr std::size_t longest = 300;
    const double size = cell_.named ? 12 : cell_.width - 3;
    std::string text = std::string("<a class=\"n s-") + name_of(state.state) + "\" href=\"#n" + std::to_string(index) +
                       "\" tabindex=\"-1\"><title>" + escaped(clipped(reported, longest)) +
                       "</title><use href=\"#sign-" + letter_of(state.state) + "\" x=\"" + number(x) + "\" y=\"" +
                       number(y + (cell_.height - size) / 2) + "\" width=\"" + number(size) + "\" height=\"" +
                       number(size) + "\"/>";
    constexpr std::size_t fits = 10;
    if (cell_.named) text += text_at(x + 16, y + 14, "node-name", clipped(name, fits));
    return text + "</a>";
  }

  const Cluster& cluster_;
  const ClusterStatus& status_;
  std::vector<Balance> balance_;
  Cell cell_;
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
