// SPDX-License-Identifier: Apache-2.0
// The status as one HTML file: no network, no other file, and no script needed for what it says.
#include <algorithm>
#include <map>
#include <string_view>

#include "makehanfs/status/html_escape.hpp"
#include "makehanfs/status/picture.hpp"
#include "makehanfs/status/status.hpp"
#include "run/command.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using State = NodeState::State;

// Okabe and Ito's palette, which people with colour-blindness can tell apart; lighter on dark ground.
constexpr std::string_view style = R"css(
:root{--ground:#fff;--panel:#f5f6f8;--card:#fff;--line:#cdd2d9;--text:#16191d;--soft:#59616c;--link:#005a8c;
--primary:#0072b2;--backup:#c77400;--untuned:#b0528c;--error:#c2410c;--silent:#2b2f36;color-scheme:light dark}
@media screen and (prefers-color-scheme:dark){:root{--ground:#14171b;--panel:#1c2026;--card:#252b33;--line:#3c444f;
--text:#e8eaed;--soft:#a3acb8;--link:#7cc4f0;--primary:#56b4e9;--backup:#f0b429;--untuned:#e292c0;--error:#ff8552;
--silent:#f1f3f5}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1264px;padding:20px 24px 40px;background:var(--ground);color:var(--text);
font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
a{color:var(--link)}
h1{font-size:22px;margin:0}h2{font-size:17px;margin:28px 0 10px}p{margin:4px 0}
.soft{color:var(--soft)}
.verdict{font-size:19px;font-weight:600;margin:10px 0 0}
nav{display:flex;flex-wrap:wrap;gap:8px;margin:16px 0 4px}
nav a{display:flex;align-items:center;gap:8px;padding:8px 14px;border:1px solid var(--line);border-radius:8px;
background:var(--card);color:var(--text);text-decoration:none}
nav a:hover{border-color:var(--text)}nav a[aria-current]{outline:3px solid var(--link);outline-offset:-1px}
nav b{font-size:20px;font-variant-numeric:tabular-nums}nav .none{opacity:.55}
svg.sign{width:14px;height:14px;flex:none;vertical-align:-2px}
svg.shapes{position:absolute;width:0;height:0}
.s-primary{fill:var(--primary)}.s-backup{fill:var(--backup)}.s-untuned{fill:var(--untuned)}
.s-error{fill:var(--error)}.s-silent{fill:var(--silent)}.hole{fill:var(--ground)}
.todo{border:1px solid var(--line);border-left:5px solid var(--backup);border-radius:6px;padding:10px 14px;
margin:8px 0;background:var(--panel)}
.todo.s-silent{border-left-color:var(--silent)}.todo.s-error{border-left-color:var(--error)}
.todo.s-untuned{border-left-color:var(--untuned)}
code{display:block;margin:6px 0;padding:6px 10px;border-radius:5px;background:var(--card);border:1px solid var(--line);
font:13px/1.5 ui-monospace,"DejaVu Sans Mono",Consolas,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
code.long{max-height:8em;overflow-y:auto}
.reasons{margin:6px 0 0;padding-left:20px}.reasons li{overflow-wrap:anywhere}
#picture{display:block;width:100%;height:auto}
#picture text{fill:var(--text);font-size:12px}#picture .soft{fill:var(--soft);font-size:12px;font-weight:400}
#picture .end{text-anchor:end}
#picture .domain>rect{fill:var(--panel);stroke:var(--line)}#picture .domain-name{font-size:15px;font-weight:600}
#picture .server>rect:first-of-type{fill:var(--card);stroke:var(--line)}
#picture .server.idle>rect:first-of-type{stroke:var(--error);stroke-width:2;stroke-dasharray:6 3}
#picture .nobody{fill:var(--error);font-size:12px;font-weight:600}
#picture .gone{fill:var(--text);font-size:12px;font-style:italic}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 10px;padding:0;list-style:none;color:var(--soft);font-size:13px}
.legend i{display:inline-block;width:20px;height:12px;vertical-align:-1px;border:2px dashed var(--error);border-radius:3px}
#picture .server-name{font-size:14px;font-weight:600}
#picture .track{fill:var(--line)}#picture .load{fill:var(--primary)}#picture .mark{fill:var(--text)}
#picture a:hover use,#picture a:focus use{stroke:var(--text);stroke-width:1.5}
#picture[data-only] .n{opacity:.1}
#picture[data-only=primary] .s-primary,#picture[data-only=backup] .s-backup,#picture[data-only=untuned] .s-untuned,
#picture[data-only=error] .s-error,#picture[data-only=silent] .s-silent{opacity:1}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:5px 10px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;
overflow-wrap:anywhere}
thead th{position:sticky;top:0;background:var(--ground);border-bottom:2px solid var(--soft);white-space:nowrap}
tbody th{font-weight:600}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;padding-right:24px}
td.state{white-space:nowrap}td.why{width:38%}
tr.group th{background:var(--panel);padding:8px 10px;scroll-margin-top:34px}
tbody,tr{scroll-margin-top:34px}
tr:target>*{background:var(--panel);box-shadow:inset 0 2px var(--link),inset 0 -2px var(--link)}
[hidden]{display:none!important}
.find{display:flex;gap:12px;align-items:center;margin:8px 0}
.find input{font:inherit;padding:5px 10px;width:300px;max-width:100%;border:1px solid var(--line);border-radius:6px;
background:var(--card);color:var(--text)}
.old{color:var(--error);font-weight:600}
@media screen and (max-width:900px){body{padding:14px 14px 30px}.wide{overflow-x:auto}.wide>table{min-width:640px}
.wide>#picture{width:1200px}thead th{white-space:normal}}
@media screen and (min-width:1800px){body{max-width:none;zoom:1.15}.now{display:grid;gap:0 28px;
grid-template-columns:minmax(0,30em) minmax(0,1fr)}.now>:only-child{grid-column:1/-1}}
@media screen and (min-width:3000px){body{zoom:2}}
footer{margin-top:32px;color:var(--soft);font-size:13px}
@media print{body{max-width:none;padding:0;font-size:11px}nav a{border:0;padding:0 10px 0 0}.find{display:none}
thead th{position:static}thead{display:table-header-group}tr,.todo,#picture .domain{break-inside:avoid}
a{color:inherit;text-decoration:none}code.long{max-height:none}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

// Filters rows and picture by "#state=NAME" and by a text. Without it all rows are there, and the links go to their
// group.
constexpr std::string_view script = R"js(
(function () {
  var rows = [].slice.call(document.querySelectorAll('tr[data-state]'));
  var groups = [].slice.call(document.querySelectorAll('#nodes tbody'));
  var links = [].slice.call(document.querySelectorAll('nav a'));
  var picture = document.getElementById('picture');
  var find = document.querySelector('.find');
  var box = find.querySelector('input');
  var shown = find.querySelector('output');
  function wanted() {
    var match = /^#state=([a-z]+)$/.exec(location.hash);
    return match && document.getElementById('state=' + match[1]) ? match[1] : '';
  }
  function filter() {
    var state = wanted(), text = box.value.trim().toLowerCase(), count = 0;
    rows.forEach(function (row) {
      row.hidden = (state && row.dataset.state !== state) || (text && row.textContent.toLowerCase().indexOf(text) < 0);
      if (!row.hidden) count++;
    });
    groups.forEach(function (group) { group.hidden = !group.querySelector('tr[data-state]:not([hidden])'); });
    if (state) picture.setAttribute('data-only', state); else picture.removeAttribute('data-only');
    links.forEach(function (link) {
      if (link.hash === (state ? '#state=' + state : '#nodes')) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    });
    shown.textContent = count + ' of ' + rows.length + ' nodes';
  }
  links.forEach(function (link) {
    link.addEventListener('click', function (event) {
      event.preventDefault();
      history.pushState(null, '', link.hash);
      filter();
    });
  });
  var when = document.querySelector('header time'), age = document.getElementById('age');
  function tell_age() {
    var minutes = Math.floor((Date.now() - Date.parse(when.dateTime)) / 60000);
    if (!(minutes >= 1)) return;
    var days = Math.floor(minutes / 1440), hours = Math.floor(minutes / 60);
    age.textContent = ', ' + (days > 1 ? days + ' days' : hours > 1 ? hours + ' hours' : minutes + ' min') + ' ago';
    age.className = minutes >= 60 ? 'old' : '';
  }
  tell_age();
  setInterval(tell_age, 30000);
  find.hidden = false;
  box.addEventListener('input', filter);
  addEventListener('hashchange', filter);
  addEventListener('popstate', filter);
  filter();
})();
)js";

std::string server_name(const Cluster& cluster, std::size_t server) {
  return server == no_index ? "" : cluster.servers[server].name;
}

std::string domain_name(const Cluster& cluster, std::size_t domain) {
  return domain == no_index ? "" : cluster.domains[domain].name;
}

std::string count_of(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string sentence(const ClusterStatus& status) {
  if (!status.worked) return "Nothing is known: the nodes could not be asked.";
  const std::size_t all = status.nodes.size();
  const std::size_t good = status.count(State::primary);
  if (all == 0) return "There are no nodes.";
  if (good == all)
    return all == 1 ? "The node runs on its primary server, as wanted."
                    : "All " + std::to_string(all) + " nodes run on their primary servers, as wanted.";
  std::string text;
  const auto add = [&](State state, const char* one, const char* many) {
    const std::size_t count = status.count(state);
    if (count != 0) text += (text.empty() ? "" : ", ") + count_of(count, one, many);
  };
  add(State::silent, "node gives no answer", "nodes give no answer");
  add(State::backup, "node runs on a backup", "nodes run on a backup");
  add(State::error, "node has an error", "nodes have an error");
  add(State::untuned, "node is not ready", "nodes are not ready");
  return text + ". " + std::to_string(good) + " of " + std::to_string(all) + " as wanted.";
}

std::string tiles(const ClusterStatus& status) {
  std::string text = "<nav aria-label=\"Filter by state\">\n<a href=\"#nodes\"><b>" +
                     std::to_string(status.nodes.size()) + "</b> all nodes</a>\n";
  for (std::size_t s = 0; s < state_count; ++s) {
    const auto state = static_cast<State>(s);
    const std::size_t count = status.count(state);
    text += std::string("<a href=\"#state=") + name_of(state) + "\"" + (count == 0 ? " class=\"none\"" : "") + ">" +
            sign_of(state) + "<b>" + std::to_string(count) + "</b> " + title_of(state) + "</a>\n";
  }
  return text + "</nav>\n";
}

std::string legend() {
  std::string text = "<ul class=\"legend\" aria-label=\"Signs\">";
  for (std::size_t s = 0; s < state_count; ++s) {
    const auto state = static_cast<State>(s);
    text += std::string("<li>") + sign_of(state) + " " + title_of(state) + "</li>";
  }
  return text + "<li><i></i> a server with nodes of its own that nobody runs on: probably dead</li></ul>\n";
}

// A line may end after a comma; what is copied is the same.
std::string breakable(const std::string& text) {
  std::string broken;
  for (const char c : escaped(text)) {
    broken += c;
    if (c == ',') broken += "<wbr>";
  }
  return broken;
}

std::string command_box(const std::string& command) {
  constexpr std::size_t long_one = 600;
  return std::string("<code") + (command.size() > long_one ? " class=\"long\" tabindex=\"0\"" : "") + ">" +
         breakable(command) + "</code>";
}

// What the nodes of a state say, whole, and once for all that say the same; what most say comes first.
std::string reasons(const Cluster& cluster, const ClusterStatus& status, State state) {
  constexpr std::size_t most = 6;         // others are in the table only
  constexpr std::size_t range_fits = 80;  // bytes
  std::map<std::string, std::vector<std::string>> alike;
  for (std::size_t i = 0; i < status.nodes.size(); ++i)
    if (status.nodes[i].state == state && !status.nodes[i].problem.empty())
      alike[status.nodes[i].problem].push_back(cluster.nodes[i].name);
  std::vector<std::pair<std::string, std::vector<std::string>>> list(alike.begin(), alike.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  std::string text;
  for (std::size_t i = 0; i < list.size() && i < most; ++i) {
    const auto& [reason, nodes] = list[i];
    const std::string range = xcat::fold(nodes);
    text += "<li>" + (range.size() <= range_fits ? breakable(range) : count_of(nodes.size(), "node", "nodes")) + ": " +
            escaped(reason) + "</li>";
  }
  if (list.size() > most)
    text += "<li>" + count_of(list.size() - most, "more reason", "more reasons") + " in the table below</li>";
  return text.empty() ? text : "<ul class=\"reasons\">" + text + "</ul>";
}

// In a narrow window it is scrolled sideways by itself, so that its text stays large enough.
std::string wide(const char* label, const std::string& content) {
  return std::string("<div class=\"wide\" role=\"region\" aria-label=\"") + label + "\" tabindex=\"0\">" + content +
         "</div>\n";
}

std::string to_do(const Cluster& cluster, const ClusterStatus& status) {
  std::string text;
  for (const std::string& problem : status.problems)
    text += "<div class=\"todo s-error\"><p><strong>The engine:</strong> " + escaped(problem) + "</p></div>\n";
  for (const FailbackStep& way : failback_steps(cluster, status)) {
    const std::string name = escaped(cluster.servers[way.server].name);
    text += "<div class=\"todo\"><p><strong>" + count_of(way.nodes.size(), "node of ", "nodes of ") + name +
            (way.nodes.size() == 1 ? " runs" : " run") + " on a backup.</strong> " +
            (way.serving ? name + " serves nodes now. " : "No node runs on " + name + " now; recover it first:") +
            (way.serving ? "" : command_box("makehanfs runbook " + run::shell_word(cluster.servers[way.server].name))) +
            (way.serving ? "A reboot brings them home:" : "Then a reboot brings them home:") + "</p>" +
            command_box(way.command) + "</div>\n";
  }
  const std::size_t silent = status.count(State::silent);
  if (silent != 0 && status.worked)
    text += "<div class=\"todo s-silent\"><p><strong>" + count_of(silent, "node gives", "nodes give") +
            " no answer.</strong> Hung, down or cut off: look at their consoles (rcons NODE). "
            "<a href=\"#state=silent\">Show them in the table</a></p>" +
            reasons(cluster, status, State::silent) + "</div>\n";
  const std::size_t errors = status.count(State::error);
  if (errors != 0)
    text += "<div class=\"todo s-error\"><p><strong>" + count_of(errors, "node has", "nodes have") +
            " an error.</strong> <a href=\"#state=error\">Show " + (errors == 1 ? "it" : "them") +
            " in the table</a></p>" + reasons(cluster, status, State::error) + "</div>\n";
  const auto count_if = [&](const auto& wanted) {
    return static_cast<std::size_t>(std::count_if(status.nodes.begin(), status.nodes.end(), wanted));
  };
  const std::size_t untuned =
      count_if([](const NodeState& node) { return node.state == State::untuned && !node.no_replica; });
  if (untuned != 0)
    text += "<div class=\"todo s-untuned\"><p><strong>" + count_of(untuned, "node is", "nodes are") +
            " not tuned</strong> and would not fail over as wanted. To tune:</p>" +
            command_box(tuning_command(cluster, status)) + "</div>\n";
  const std::size_t without = count_if([](const NodeState& node) { return node.no_replica; });
  if (without != 0)
    text += "<div class=\"todo s-error\"><p><strong>" + count_of(without, "node lacks", "nodes lack") +
            " a replica</strong> of some file system and would hang with its server; tuning does not cure that. "
            "The servers first, so that they export with replicas:</p>" +
            command_box("makehanfs apply") + "<p>Then boot, for that is when a node learns of replicas:</p>" +
            command_box(replicas_command(cluster, status)) + "</div>\n";
  return text.empty() ? text
                      : "<section aria-labelledby=\"todo\"><h2 id=\"todo\">What to do</h2>\n" + text + "</section>\n";
}

std::string servers_table(const Cluster& cluster, const ClusterStatus& status) {
  std::string text =
      "<table aria-labelledby=\"servers\"><thead><tr><th scope=\"col\">Server</th><th scope=\"col\">Domain</th>"
      "<th scope=\"col\">Address</th><th scope=\"col\" class=\"number\">Primary of nodes</th>"
      "<th scope=\"col\" class=\"number\">Nodes here now</th>"
      "<th scope=\"col\" class=\"number\">Of these, from others</th>"
      "<th scope=\"col\" class=\"number\">Own nodes elsewhere</th></tr></thead><tbody>\n";
  const std::vector<Balance> servers = balance(cluster, status);
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const Server& server = cluster.servers[i];
    text += "<tr><th scope=\"row\">" + escaped(server.name) + "</th><td>" +
            escaped(domain_name(cluster, server.domain)) + "</td><td>" +
            (server.address.empty() ? "not known" : escaped(server.address)) + "</td>";
    for (const std::size_t number :
         {servers[i].primary, servers[i].now, servers[i].guests.size(), servers[i].away.size()})
      text += "<td class=\"number\">" + std::to_string(number) + "</td>";
    text += "</tr>\n";
  }
  return "<h2 id=\"servers\">Servers</h2>\n" + wide("Servers", text + "</tbody></table>");
}

std::string node_row(const Cluster& cluster, const ClusterStatus& status, std::size_t index) {
  const NodeState& state = status.nodes[index];
  const Node& node = cluster.nodes[index];
  const auto cell = [](const std::string& text) { return "<td>" + escaped(text) + "</td>"; };
  return "<tr id=\"n" + std::to_string(index) + "\" data-state=\"" + name_of(state.state) + "\"><th scope=\"row\">" +
         escaped(node.name) + "</th><td class=\"state\">" + sign_of(state.state) + " " + title_of(state.state) +
         "</td>" + cell(domain_name(cluster, node.domain)) +
         cell(state.server == no_index ? "not known" : server_name(cluster, state.server)) +
         cell(node.servers.empty() ? "" : server_name(cluster, node.servers.front())) + cell(state.failover) +
         "<td class=\"why\">" + escaped(state.problem) + "</td></tr>\n";
}

std::string nodes_table(const Cluster& cluster, const ClusterStatus& status) {
  std::string text =
      "<table id=\"nodes\" aria-labelledby=\"nodes-title\"><thead><tr><th scope=\"col\">Node</th>"
      "<th scope=\"col\">State</th><th scope=\"col\">Domain</th><th scope=\"col\">Runs on</th>"
      "<th scope=\"col\">Primary</th><th scope=\"col\">Failover</th><th scope=\"col\">Why</th></tr></thead>\n";
  for (std::size_t s = 0; s < state_count; ++s) {
    const auto state = static_cast<State>(s);
    text += std::string("<tbody id=\"state=") + name_of(state) + "\">";
    if (const std::size_t count = status.count(state); count != 0)
      text += "<tr class=\"group\"><th colspan=\"7\" scope=\"rowgroup\">" + sign_of(state) + " " +
              std::to_string(count) + " " + title_of(state) + "</th></tr>\n";
    for (std::size_t i = 0; i < status.nodes.size(); ++i)
      if (status.nodes[i].state == state) text += node_row(cluster, status, i);
    text += "</tbody>\n";
  }
  return "<h2 id=\"nodes-title\">Nodes</h2>\n<div class=\"find\" hidden><label>Find <input type=\"search\" "
         "placeholder=\"node, server, domain, reason\"></label><output class=\"soft\"></output></div>\n" +
         wide("Nodes", text + "</table>");
}

// "2026-11-22T21:40:05Z" as people read it: "2026-11-22 21:40:05 UTC".
std::string readable(std::string when) {
  if (when.empty() || when.back() != 'Z') return when;
  when.replace(when.size() - 1, 1, " UTC");
  if (const std::size_t at = when.find('T'); at < when.size() - 4) when[at] = ' ';
  return when;
}

}  // namespace

std::string page_of(const Cluster& cluster, const ClusterStatus& status, const PageOptions& options) {
  const std::string title = escaped(options.title);
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      title + "</title>\n<style>";
  page.append(style);
  page +=
      "</style>\n</head>\n<body>\n" + sign_shapes() + "<header><h1>" + title +
      "</h1>\n<p class=\"soft\">As of <time datetime=\"" + escaped(options.when) + "\">" +
      escaped(readable(options.when)) + "</time><span id=\"age\"></span></p>\n<p class=\"verdict\" role=\"status\">" +
      escaped(sentence(status)) + "</p></header>\n" + tiles(status) + "<div class=\"now\">\n" + to_do(cluster, status) +
      "<section aria-labelledby=\"who\"><h2 id=\"who\">Who runs where</h2>\n" + legend() +
      wide("Drawing", picture_of(cluster, status)) +
      "<p class=\"soft\">A node stands below the server that it runs on now, or below its primary where that is not "
      "known. Bar: nodes that run on the server now. Mark on the bar: where the bar would end with all nodes on "
      "their primaries.</p></section>\n</div>\n" +
      servers_table(cluster, status) + nodes_table(cluster, status) + "<footer>hanfs " HANFS_VERSION;
  if (!options.how.empty()) page += ". This page is a snapshot; a new one: " + command_box(options.how);
  page += "</footer>\n<script>";
  page.append(script);
  return page + "</script>\n</body>\n</html>\n";
}

}  // namespace hanfs::cluster
