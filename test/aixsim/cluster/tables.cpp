// SPDX-License-Identifier: Apache-2.0
#include "cluster/tables.hpp"

#include <dirent.h>

#include <algorithm>

namespace aixsim {
namespace {

struct Schema {
  const char* name;
  const char* columns;
};
// xcat 3.1, SEEN in dumps of 2.9.2; ppc is not in them: only its columns named in section 6 and the key are sure
// [GUESS].
const Schema kSchemas[] = {
    {"site", "key,value,comments,disable"},
    {"servicenode",
     "node,nameserver,dhcpserver,tftpserver,nfsserver,conserver,monserver,ldapserver,ntpserver,ftpserver,nimserver,"
     "ipforward,dhcpinterfaces,proxydhcp,comments,disable"},
    {"noderes",
     "node,servicenode,netboot,tftpserver,tftpdir,nfsserver,monserver,nfsdir,installnic,primarynic,discoverynics,"
     "cmdinterface,xcatmaster,current_osimage,next_osimage,nimserver,routenames,nameservers,proxydhcp,comments,"
     "disable"},
    {"networks",
     "netname,net,mask,mgtifname,gateway,dhcpserver,tftpserver,nameservers,ntpservers,logservers,dynamicrange,"
     "staticrange,staticrangeincrement,nodehostname,ddnsdomain,vlanid,domain,comments,disable"},
    {"routes", "routename,net,mask,gateway,ifname,comments,disable"},
    {"postscripts", "node,postscripts,postbootscripts,comments,disable"},
    {"prescripts", "node,begin,end,comments,disable"},
    {"nodelist",
     "node,groups,status,statustime,appstatus,appstatustime,primarysn,hidden,updatestatus,updatestatustime,zonename,"
     "comments,disable"},
    {"nodetype", "node,os,arch,profile,provmethod,supportedarchs,nodetype,comments,disable"},
    {"statelite", "node,image,statemnt,mntopts,comments,disable"},
    {"litefile", "image,file,options,comments,disable"},
    {"litetree", "priority,image,directory,mntopts,comments,disable"},
    {"nimimage",
     "imagename,nimtype,lpp_source,spot,root,dump,paging,resolv_conf,tmp,home,shared_home,res_group,nimmethod,script,"
     "bosinst_data,installp_bundle,mksysb,fb_script,shared_root,otherpkgs,image_data,configdump,comments,disable"},
    {"osimage",
     "imagename,groups,profile,imagetype,description,provmethod,rootfstype,osdistroname,osupdatename,cfmdir,osname,"
     "osvers,osarch,synclists,postscripts,postbootscripts,serverrole,isdeletable,kitcomponents,comments,disable"},
    {"nodegroup", "groupname,grouptype,members,membergroups,wherevals,comments,disable"},
    {"hosts", "node,ip,hostnames,otherinterfaces,comments,disable"},
    {"nodehm",
     "node,power,mgt,cons,termserver,termport,conserver,serialport,serialspeed,serialflow,getmac,cmdmapping,"
     "consoleondemand,comments,disable"},
    {"ppc", "node,hcp,id,pprofile,parent,nodetype,comments,disable"},
};

}  // namespace

int Table::column(const std::string& column_name) const {
  const auto found = std::find(columns.begin(), columns.end(), column_name);
  return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

Cell Table::get(const Row& row, const std::string& column_name) const {
  const int at = column(column_name);
  return at < 0 || static_cast<size_t>(at) >= row.size() ? Cell() : row[static_cast<size_t>(at)];
}

Row* Table::find(const std::string& key) {
  for (auto& row : rows) {
    if (!row.empty() && row[0] && *row[0] == key) return &row;
  }
  return nullptr;
}

const Row* Table::find(const std::string& key) const { return const_cast<Table*>(this)->find(key); }

Row& Table::row(const std::string& key) {
  if (Row* const there = find(key)) return *there;
  rows.emplace_back(columns.size());
  rows.back()[0] = key;
  return rows.back();
}

bool Table::set(const std::string& key, const std::string& column_name, const Cell& value) {
  const int at = column(column_name);
  if (at < 0) return false;
  row(key)[static_cast<size_t>(at)] = value;
  return true;
}

bool Table::disabled(const Row& row) const {
  // SEEN: unset, 0 and any spelling of no count; all else disables, a blank too.
  std::string value = get(row, "disable").value_or("0");
  std::transform(value.begin(), value.end(), value.begin(), [](unsigned char c) { return std::tolower(c); });
  return value != "0" && value != "no";
}

Tables empty_tables(bool hanfsdomid) {
  Tables all;
  for (const auto& schema : kSchemas) {
    Table table;
    table.name = schema.name;
    table.columns = split(schema.columns, ',');
    if (hanfsdomid && table.name == "servicenode") {
      table.columns.insert(table.columns.end() - 2, "hanfsdomid");
    }
    all[table.name] = table;
  }
  return all;
}

std::string format_table(const Table& table) {
  std::string text = "#" + join(table.columns, ",") + "\n";
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      if (!row[i]) continue;
      text += '"';
      for (const char c : *row[i]) {
        if (c == '"') text += '"';
        text += c;
      }
      text += '"';
    }
    text += '\n';
  }
  return text;
}

bool parse_table(const std::string& text, Table* table) {
  table->rows.clear();
  table->columns.clear();
  size_t at = 0;
  const auto line_end = [&](size_t from) { return std::min(text.find('\n', from), text.size()); };
  if (text.empty() || text[0] != '#') return false;
  size_t end = line_end(0);
  table->columns = split(text.substr(1, end - 1), ',');
  at = end + 1;
  while (at < text.size()) {
    if (text[at] == '#' || text[at] == '\n') {
      at = line_end(at) + 1;
      continue;
    }
    Row row;
    for (;;) {
      Cell cell;
      if (at < text.size() && text[at] == '"') {
        std::string value;
        for (++at;; ++at) {
          if (at >= text.size()) return false;
          if (text[at] != '"') {
            value += text[at];
          } else if (at + 1 < text.size() && text[at + 1] == '"') {
            value += text[at++];
          } else {
            break;
          }
        }
        ++at;
        cell = value;
      } else {
        const size_t from = at;
        while (at < text.size() && text[at] != ',' && text[at] != '\n') ++at;
        if (at > from) cell = text.substr(from, at - from);
      }
      row.push_back(cell);
      if (at >= text.size() || text[at] == '\n') break;
      if (text[at] != ',') return false;
      ++at;
    }
    ++at;
    if (row.size() > table->columns.size()) return false;
    row.resize(table->columns.size());
    table->rows.push_back(std::move(row));
  }
  return true;
}

Strings TableStore::names() const {
  Strings all;
  if (DIR* const directory = ::opendir((node_.root() + "/etc/xcat").c_str())) {
    while (const dirent* const entry = ::readdir(directory)) {
      const std::string name = entry->d_name;
      if (ends_with(name, ".csv")) all.push_back(name.substr(0, name.size() - 4));
    }
    ::closedir(directory);
  }
  std::sort(all.begin(), all.end());
  return all;
}

bool TableStore::load(const std::string& name, Table* table) const {
  if (name.empty() || name.find('/') != std::string::npos) return false;
  table->name = name;
  return parse_table(node_.file("/etc/xcat/" + name + ".csv"), table);
}

void TableStore::save(const Table& table) const {
  node_.write_path("/etc/xcat/" + table.name + ".csv", format_table(table));
}

const Table& Lookup::table(const std::string& name) {
  auto found = tables_.find(name);
  if (found == tables_.end()) {
    Table loaded;
    if (store_) store_->load(name, &loaded);
    found = tables_.emplace(name, std::move(loaded)).first;
  }
  if (index_.find(name) == index_.end()) {
    auto& keys = index_[name];
    const auto& rows = found->second.rows;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!rows[i].empty() && rows[i][0] && !found->second.disabled(rows[i])) keys.emplace(*rows[i][0], i);
    }
  }
  return found->second;
}

Strings Lookup::groups(const std::string& node) {
  const Table& list = table("nodelist");
  const auto at = index_["nodelist"].find(node);
  if (at == index_["nodelist"].end()) return {};
  // SEEN: blanks belong to the name.
  Strings all = split(list.get(list.rows[at->second], "groups").value_or(""), ',');
  all.erase(std::remove(all.begin(), all.end(), ""), all.end());
  return all;
}

Cell Lookup::value(const std::string& node, const std::string& name, const std::string& column) {
  const Table& all = table(name);
  if (!all.columns.empty() && column == all.columns[0]) return node;
  Strings keys = groups(node);
  keys.insert(keys.begin(), node);
  static const std::string kNext = "+=NEXTRECORD";
  std::string made;
  for (const auto& key : keys) {
    const auto at = index_[name].find(key);
    if (at == index_[name].end()) continue;
    const Cell cell = all.get(all.rows[at->second], column);
    if (!cell || cell->empty()) continue;
    // SEEN: an expression that yields nothing ends the search as well.
    made += apply_expression(*cell, node).value_or("");
    if (!ends_with(made, kNext)) return made.empty() ? Cell() : Cell(made);
    made.resize(made.size() - kNext.size());
  }
  return made.empty() ? Cell() : Cell(made);
}

std::string Lookup::text(const std::string& node, const std::string& name, const std::string& column) {
  return value(node, name, column).value_or("");
}

std::string Lookup::site(const std::string& key) {
  const Table& all = table("site");
  const auto at = index_["site"].find(key);
  return at == index_["site"].end() ? "" : all.get(all.rows[at->second], "value").value_or("");
}

}  // namespace aixsim
