// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/inventory/node_groups.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_set>

#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

enum class Kind {
  diskless,
  likely,  // nothing speaks against it, but its image is not known
  other,
};

// Names that other rows give as the thing that controls or holds them: ppc.hcp (HMC, FSP, BPA, IVM), ppc.parent (frame,
// CEC), and the switch of switch.switch. Columns beyond ppc.hcp, which lib/xcat/README.md "Moving services by hand" has
// with mkhwconn, are [GUESS], as are the words of ppc.nodetype: from xCAT's own descriptions of these tables.
std::unordered_set<std::string_view> hardware_of(const xcat::Tables& tables) {
  std::unordered_set<std::string_view> names;
  constexpr std::array<std::array<const char*, 2>, 3> columns{
      {{"ppc", "hcp"}, {"ppc", "parent"}, {"switch", "switch"}}};
  for (const auto& [name, column] : columns) {
    const xcat::Table* table = tables.find(name);
    const auto index = table == nullptr ? std::nullopt : table->column_index(column);
    for (std::size_t row = 0; index && row < table->size(); ++row)
      for (const std::string_view one : text::split_list(table->value(row, *index))) names.insert(one);
  }
  return names;
}

class NodeClassifier {
 public:
  explicit NodeClassifier(ClusterBuilder& builder) : builder_(builder), hardware_(hardware_of(builder.tables)) {
    const xcat::Table* images = builder.tables.find("nimimage");
    for (std::size_t row = 0; images != nullptr && row < images->size(); ++row) {
      std::size_t index = no_index;
      // standalone, diskless or dataless (lib/xcat/README.md "Postscripts: the environment", NODESETSTATE).
      const std::string_view type = text::trimmed(images->value(row, "nimtype"));
      if (type == "diskless" || type == "dataless") {
        Image image;
        image.name = images->value(row, "imagename");
        image.has_own_root = images->value(row, "shared_root").empty() && !images->value(row, "root").empty();
        image.has_paging = !images->value(row, "paging").empty();
        index = builder.images.size();
        builder.images.push_back(std::move(image));
      }
      images_.emplace(images->value(row, "imagename"), index);
    }
  }

  Result<Kind> of(std::size_t node) {
    const auto type = builder_.attribute(node, "nodetype", "nodetype");
    const auto hardware_type = builder_.attribute(node, "ppc", "nodetype");
    const auto os = builder_.attribute(node, "nodetype", "os");
    const auto provmethod = builder_.attribute(node, "nodetype", "provmethod");
    for (const auto* value : {&type, &hardware_type, &os, &provmethod})
      if (!*value) return value->error();
    const Kind kind = judge(node, type->value, text::trimmed(hardware_type->value), os->value, provmethod->value);
    return kind == Kind::likely && is_hardware(node) ? Kind::other : kind;
  }

  // Forgets images that no node uses.
  void keep_used_images() {
    std::vector<Image>& images = builder_.images;
    images.erase(std::remove_if(images.begin(), images.end(), [](const Image& image) { return image.nodes.empty(); }),
                 images.end());
  }

 private:
  Kind judge(std::size_t node, std::string_view type, std::string_view hardware_type, std::string_view os,
             std::string_view provmethod) {
    const std::vector<std::string_view> types = text::split_list(type);
    // An HMC, a frame.
    if (!types.empty() && std::find(types.begin(), types.end(), "osi") == types.end()) return Kind::other;
    // fsp, bpa, cec, frame, ivm, hmc: all but a partition.
    if (!hardware_type.empty() && hardware_type != "lpar") return Kind::other;
    if (!os.empty() && !text::starts_with_ignoring_case(os, "aix")) return Kind::other;
    const auto image = images_.find(text::trimmed(provmethod));
    if (image == images_.end()) return Kind::likely;
    if (image->second != no_index) builder_.images[image->second].nodes.push_back(node);
    return image->second == no_index ? Kind::other : Kind::diskless;
  }

  // The management node is in nodelist too where xcatconfig put it there: by its name, or by the address of
  // site.master.
  bool is_hardware(std::size_t node) const {
    const std::string& name = builder_.tables.nodes()[node];
    if (hardware_.count(name) != 0) return true;
    const std::string_view master = text::trimmed(builder_.tables.site("master"));
    if (master.empty()) return false;
    if (text::equal_ignoring_case(name, master)) return true;
    const xcat::Table* hosts = builder_.tables.find("hosts");
    const auto row = hosts == nullptr ? std::nullopt : hosts->row_of(name);
    return row && text::trimmed(hosts->value(*row, "ip")) == master;
  }

  ClusterBuilder& builder_;
  std::unordered_set<std::string_view> hardware_;
  std::unordered_map<std::string_view, std::size_t> images_;  // of ClusterBuilder::images; no_index: not diskless
};

NodeGroup group_of(ClusterBuilder& builder, const xcat::Attribute& list, const xcat::Attribute& node_facing_name) {
  NodeGroup group;
  group.node_facing_name = text::trimmed(node_facing_name.value);
  group.row = row_text("noderes", list);
  group.node_facing_row = node_facing_name.empty() ? group.row : row_text("noderes", node_facing_name);
  for (const std::string_view item : text::split_list(list.value)) {
    const std::string name(item);
    if (!text::is_host_name(name)) {
      group.bad_names.push_back(text::escape_control(name));
      continue;
    }
    const std::size_t server = builder.server(name);
    if (std::find(group.servers.begin(), group.servers.end(), server) == group.servers.end())
      group.servers.push_back(server);
  }
  return group;
}

Result<std::vector<char>> asked_for(const ClusterBuilder& builder, const std::vector<std::string>& range) {
  std::vector<char> asked(builder.tables.nodes().size(), range.empty() ? 1 : 0);
  for (const std::string& name : range) {
    const auto node = builder.tables.index_of(name);
    if (!node) return Error{"no node " + text::escape_control(name) + " in nodelist; cure: nodels shows all"};
    asked[*node] = 1;
  }
  return asked;
}

}  // namespace

Status gather_node_groups(ClusterBuilder& builder, const std::vector<std::string>& range) {
  const Result<std::vector<char>> asked = asked_for(builder, range);
  if (!asked) return asked.error();
  builder.limited = !range.empty();

  for (std::size_t node = 0; node < builder.tables.nodes().size(); ++node)
    if (builder.is_service_node[node]) builder.server(builder.tables.nodes()[node]);

  NodeClassifier kinds(builder);
  // By servicenode and xcatmaster. The rows that these come from may differ; those of the first node stand for all.
  std::map<std::pair<std::string, std::string>, std::size_t> groups;
  std::vector<std::size_t> unsure;
  for (std::size_t index = 0; index < builder.tables.nodes().size(); ++index) {
    const std::string& name = builder.tables.nodes()[index];
    const bool wanted = (*asked)[index] != 0;
    const auto skipped = [&](const char* why) {
      if (wanted && builder.limited)
        builder.findings.add({Finding::Level::note, "not-diskless", std::string("no diskless compute node: ") + why,
                              "leave it out of the noderange"},
                             name);
    };
    if (builder.is_service_node[index]) {
      skipped("a service node");
      continue;
    }
    const Result<xcat::Attribute> list = builder.attribute(index, "noderes", "servicenode");
    const Result<xcat::Attribute> node_facing_name = builder.attribute(index, "noderes", "xcatmaster");
    const Result<Kind> kind = kinds.of(index);
    // A value that cannot be evaluated costs its node, not the run.
    for (const Error* error : {list ? nullptr : &list.error(), node_facing_name ? nullptr : &node_facing_name.error(),
                               kind ? nullptr : &kind.error()})
      if (error != nullptr)
        builder.findings.add(expression_finding(*error, Finding::Level::error), builder.tables.nodes()[index]);
    if (!list || !node_facing_name || !kind) {
      if (!kind || *kind != Kind::other) builder.excluded_nodes.push_back({index, wanted});
      continue;
    }
    if (*kind == Kind::other || (*kind == Kind::likely && list->empty())) {
      skipped(*kind == Kind::other
                  ? "nodetype, ppc or site.master says so (nodetype, os, the nimtype of its image; a hardware "
                    "control point, a frame, a switch, the management node)"
                  : "it has neither a diskless image nor a noderes.servicenode");
      continue;
    }
    if (!text::is_host_name(name)) {
      builder.findings.add({Finding::Level::error, "bad-name",
                            "the name of a node is none of a host (letters, digits and . _ -), so no command can hold "
                            "it, and nobody asks it",
                            "give it another name in nodelist"},
                           text::escape_control(name));
      builder.excluded_nodes.push_back({index, wanted});
      continue;
    }
    const auto [known, is_new] = groups.try_emplace({list->value, node_facing_name->value}, builder.node_groups.size());
    const std::size_t group = known->second;
    if (is_new) builder.node_groups.push_back(group_of(builder, *list, *node_facing_name));
    if (*kind == Kind::likely) unsure.push_back(builder.nodes.size());
    builder.node_groups[group].nodes.push_back(builder.nodes.size());
    builder.nodes.push_back({index, group, wanted});
  }
  kinds.keep_used_images();
  builder.add_nodes_finding(
      {Finding::Level::note, "image-unknown",
       "nodetype.provmethod names no image of the table nimimage, so these nodes are taken for diskless "
       "ones because they have a noderes.servicenode",
       "nodech {} nodetype.provmethod=IMAGE, or name other nodes"},
      unsure);
  return Done{};
}

}  // namespace hanfs::cluster
