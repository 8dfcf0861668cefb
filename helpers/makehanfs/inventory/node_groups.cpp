// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/inventory/node_groups.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_set>

#include "config/domains.hpp"
#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

enum class Kind {
  diskless,
  likely,  // nothing speaks against it, but its image is not known
  other,
};

bool starts_with_aix(std::string_view os) {
  constexpr std::string_view aix = "aix";
  return os.size() >= aix.size() && std::equal(aix.begin(), aix.end(), os.begin(), [](char want, char have) {
           return want == std::tolower(static_cast<unsigned char>(have));
         });
}

// nimimage.nimtype is standalone, diskless or dataless (lib/xcat/README.md "Postscripts: the environment",
// NODESETSTATE).
struct ImageKind {
  Kind kind = Kind::other;
  std::size_t image = no_index;  // of Draft::images
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
    std::string_view last;
    for (std::size_t row = 0; index && row < table->size(); ++row) {
      const std::string_view value = table->value(row, *index);
      if (value == last) continue;  // the rows of one HMC most often follow each other
      last = value;
      for (const std::string_view one : text::split_list(value)) names.insert(one);
    }
  }
  return names;
}

class NodeClassifier {
 public:
  explicit NodeClassifier(ClusterBuilder& builder)
      : builder_(builder),
        types_(builder.indexes, "nodetype", "nodetype"),
        hardware_types_(builder.indexes, "ppc", "nodetype"),
        os_(builder.indexes, "nodetype", "os"),
        provmethod_(builder.indexes, "nodetype", "provmethod"),
        hardware_(hardware_of(builder.tables)) {
    const xcat::Table* images = builder.tables.find("nimimage");
    for (std::size_t row = 0; images != nullptr && row < images->size(); ++row) {
      ImageKind made;
      const std::string_view type = text::trimmed(images->value(row, "nimtype"));
      if (type == "diskless" || type == "dataless") {
        made.kind = Kind::diskless;
        Image image;
        image.name = images->value(row, "imagename");
        image.has_own_root = images->value(row, "shared_root").empty() && !images->value(row, "root").empty();
        image.has_paging = !images->value(row, "paging").empty();
        made.image = builder.images.size();
        builder.images.push_back(std::move(image));
      }
      images_.emplace(images->value(row, "imagename"), made);
    }
    used_.resize(builder.images.size());
  }

  Result<Kind> of(xcat::NodeIndex node) {
    const Result<xcat::Value>& type = types_.of(node);
    const Result<xcat::Value>& hardware_type = hardware_types_.of(node);
    const Result<xcat::Value>& os = os_.of(node);
    const Result<xcat::Value>& provmethod = provmethod_.of(node);
    for (const Result<xcat::Value>* value : {&type, &hardware_type, &os, &provmethod})
      if (!*value) return value->error();
    // Neighbours mostly say the same, by the same row.
    const auto said = std::array{type->text, hardware_type->text, os->text, provmethod->text};
    if (!known_ || !std::equal(said.begin(), said.end(), last_said_.begin(), text::is_same_view)) last_ = judge(said);
    known_ = true;
    last_said_ = said;
    if (last_.kind != Kind::likely) return last_.kind;
    return is_hardware(node) ? Kind::other : Kind::likely;
  }

  // Forgets images that no node uses.
  void keep_used_images() {
    std::vector<Image> used;
    for (std::size_t i = 0; i < used_.size(); ++i)
      if (used_[i] != 0) used.push_back(builder_.images[i]);
    builder_.images = std::move(used);
  }

 private:
  using NodeAttributes = std::array<std::string_view, 4>;

  ImageKind judge(const NodeAttributes& said) {
    const auto& [type, hardware_type, os, provmethod] = said;
    const ImageKind likely{Kind::likely, no_index};
    const std::vector<std::string_view> types = text::split_list(type);
    if (!types.empty() && std::find(types.begin(), types.end(), "osi") == types.end()) return {};  // an HMC, a frame
    // fsp, bpa, cec, frame, ivm, hmc: all but a partition.
    if (!text::trimmed(hardware_type).empty() && text::trimmed(hardware_type) != "lpar") return {};
    if (!os.empty() && !starts_with_aix(os)) return {};
    const auto image = images_.find(text::trimmed(provmethod));
    if (image == images_.end()) return likely;
    if (image->second.image != no_index) used_[image->second.image] = 1;
    return image->second;
  }

  // The management node is in nodelist too where xcatconfig put it there: by its name, or by the address of
  // site.master.
  bool is_hardware(xcat::NodeIndex node) const {
    const std::string& name = builder_.tables.nodes()[node];
    if (hardware_.count(name) != 0) return true;
    const std::string_view master = text::trimmed(builder_.tables.site("master"));
    if (master.empty()) return false;
    if (name == master) return true;
    const xcat::Table* hosts = builder_.tables.find("hosts");
    const auto row = hosts == nullptr ? std::nullopt : hosts->row_of(name);
    return row && text::trimmed(hosts->value(*row, "ip")) == master;
  }

  ClusterBuilder& builder_;
  xcat::Column types_;
  xcat::Column hardware_types_;
  xcat::Column os_;
  xcat::Column provmethod_;
  std::unordered_set<std::string_view> hardware_;
  bool known_ = false;
  NodeAttributes last_said_;
  ImageKind last_;
  std::unordered_map<std::string_view, ImageKind> images_;
  std::vector<char> used_;
};

// A value that cannot be evaluated costs its node, not the run.
void report_expression(ClusterBuilder& builder, const Error& error, xcat::NodeIndex node, bool asked_for) {
  if (!asked_for) return;
  constexpr std::string_view mark = "; cure: ";  // as xcat::Attributes words it
  const std::size_t remedy = error.what.find(mark);
  builder.findings.add({Finding::Level::error, "expression", error.what.substr(0, remedy),
                        remedy == std::string::npos ? "" : error.what.substr(remedy + mark.size())},
                       builder.tables.nodes()[node]);
}

NodeGroup crew_of(ClusterBuilder& builder, const xcat::Value& list, const xcat::Value& node_facing_name) {
  NodeGroup group;
  group.node_facing_name = text::trimmed(node_facing_name.text);
  group.row = row_text("noderes", list);
  group.node_facing_row = node_facing_name.empty() ? group.row : row_text("noderes", node_facing_name);
  for (const std::string_view item : text::split_list(list.text)) {
    const std::string name(item);
    if (!config::is_plain_name(name)) {
      group.bad_names.push_back(report::escape_control(name));
      continue;
    }
    const std::size_t server = builder.server(name);
    if (std::find(group.servers.begin(), group.servers.end(), server) == group.servers.end())
      group.servers.push_back(server);
  }
  return group;
}

class NodeGroupGatherer {
 public:
  explicit NodeGroupGatherer(ClusterBuilder& builder) : builder_(builder) {}

  // Of Draft::crews. It is the same list, whatever row it comes from: the first one stands for all nodes of its crew.
  std::size_t find(const xcat::Value& list, const xcat::Value& node_facing_name) {
    // Neighbours in nodelist mostly say the same by the same rows, or two of them in turn.
    for (const Recent& recent : recent_)
      if (recent.group != no_index && text::is_same_view(recent.list, list.text) &&
          text::is_same_view(recent.node_facing_name, node_facing_name.text))
        return recent.group;
    key_.assign(list.text).append(1, '\n').append(node_facing_name.text);
    const auto [known, is_new] = by_text_.try_emplace(key_, builder_.node_groups.size());
    if (is_new) builder_.node_groups.push_back(crew_of(builder_, list, node_facing_name));
    recent_[next_recent_] = {list.text, node_facing_name.text, known->second};
    next_recent_ = (next_recent_ + 1) % recent_.size();
    return known->second;
  }

 private:
  struct Recent {
    std::string_view list;
    std::string_view node_facing_name;
    std::size_t group = no_index;  // nobody was recent here yet
  };

  ClusterBuilder& builder_;
  std::unordered_map<std::string, std::size_t> by_text_;
  std::string key_;  // memory for the words of one call
  std::array<Recent, 4> recent_;
  std::size_t next_recent_ = 0;
};

Result<std::vector<char>> asked_for(const ClusterBuilder& builder, const std::vector<std::string>& range) {
  std::vector<char> asked(builder.tables.nodes().size(), range.empty() ? 1 : 0);
  for (const std::string& name : range) {
    const auto node = builder.indexes.find(name);
    if (!node) return Error{"no node " + report::escape_control(name) + " in nodelist; cure: nodels shows all"};
    asked[*node] = 1;
  }
  return asked;
}

}  // namespace

Status gather_node_groups(ClusterBuilder& builder, const std::vector<std::string>& range) {
  const Result<std::vector<char>> asked = asked_for(builder, range);
  if (!asked) return asked.error();
  builder.limited = !range.empty();

  for (xcat::NodeIndex node = 0; node < builder.service_nodes().size(); ++node)
    if (builder.is_service_node(node)) builder.server(builder.tables.nodes()[node]);

  NodeClassifier kinds(builder);
  xcat::Column servicenode(builder.indexes, "noderes", "servicenode");
  xcat::Column xcatmaster(builder.indexes, "noderes", "xcatmaster");
  NodeGroupGatherer node_groups(builder);
  std::vector<std::size_t> unsure;
  for (xcat::NodeIndex index = 0; index < builder.tables.nodes().size(); ++index) {
    const std::string& name = builder.tables.nodes()[index];
    const bool wanted = (*asked)[index] != 0;
    const auto skipped = [&](const char* why) {
      if (wanted && builder.limited)
        builder.findings.add({Finding::Level::note, "not-diskless", std::string("no diskless compute node: ") + why,
                              "leave it out of the noderange"},
                             name);
    };
    if (builder.is_service_node(index)) {
      skipped("a service node");
      continue;
    }
    const Result<xcat::Value>& list = servicenode.of(index);
    const Result<xcat::Value>& node_facing_name = xcatmaster.of(index);
    const Result<Kind> kind = kinds.of(index);
    for (const Error* error : {list ? nullptr : &list.error(), node_facing_name ? nullptr : &node_facing_name.error(),
                               kind ? nullptr : &kind.error()})
      if (error != nullptr) report_expression(builder, *error, index, wanted);
    if (!list || !node_facing_name || !kind) continue;
    if (*kind == Kind::other || (*kind == Kind::likely && list->empty())) {
      skipped(*kind == Kind::other
                  ? "nodetype, ppc or site.master says so (nodetype, os, the nimtype of its image; a hardware "
                    "control point, a frame, a switch, the management node)"
                  : "it has neither a diskless image nor a noderes.servicenode");
      continue;
    }
    if (!config::is_plain_name(name)) {
      if (wanted)
        builder.findings.add({Finding::Level::error, "bad-name",
                              "the name of a node is no plain word (letters, digits and . _ + -), so no command can "
                              "hold it",
                              "give it another name in nodelist"},
                             report::escape_control(name));
      continue;
    }
    const std::size_t group = node_groups.find(*list, *node_facing_name);
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
