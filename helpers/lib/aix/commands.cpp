// SPDX-License-Identifier: Apache-2.0
#include "aix/commands.hpp"

namespace hanfs::aix {
namespace {

constexpr const char* mount_path = "/usr/sbin/mount";
constexpr const char* nfs4cl_path = "/usr/sbin/nfs4cl";
constexpr const char* nfso_path = "/usr/sbin/nfso";
constexpr const char* no_path = "/usr/sbin/no";
constexpr const char* route_path = "/usr/sbin/route";
constexpr const char* lsattr_path = "/usr/sbin/lsattr";
constexpr const char* chdev_path = "/usr/sbin/chdev";
constexpr const char* ifconfig_path = "/usr/sbin/ifconfig";
constexpr const char* netstat_path = "/usr/bin/netstat";
constexpr const char* ping_path = "/usr/sbin/ping";
constexpr const char* exportfs_path = "/usr/sbin/exportfs";
constexpr const char* lsnfsexp_path = "/usr/sbin/lsnfsexp";
constexpr const char* chnfs_path = "/usr/sbin/chnfs";
constexpr const char* chnfsdom_path = "/usr/sbin/chnfsdom";
constexpr const char* nfsd_path = "/usr/sbin/nfsd";
constexpr const char* lssrc_path = "/usr/bin/lssrc";
constexpr const char* startsrc_path = "/usr/bin/startsrc";
constexpr const char* stopsrc_path = "/usr/bin/stopsrc";

Argv change_inet0(const std::string& attribute) { return {chdev_path, "-P", "-l", "inet0", "-a", attribute}; }

}  // namespace

Argv list_mounts() { return {mount_path}; }

Argv show_filesystems() { return {nfs4cl_path, "showfs"}; }
Argv show_filesystem(const std::string& path) { return {nfs4cl_path, "showfs", path}; }
Argv set_fs_option(const std::string& path, const std::string& option) {
  return {nfs4cl_path, "setfsoptions", path, option};
}

Argv show_nfs_tunable(const std::string& name) { return {nfso_path, "-o", name}; }

Argv list_routes() { return {netstat_path, "-rn", "-f", "inet"}; }
Argv list_route_costs() { return {netstat_path, "-rnC", "-f", "inet"}; }
Argv list_odm_routes() { return {lsattr_path, "-El", "inet0", "-a", "route", "-F", "value"}; }

Argv list_network_tunables() { return {no_path, "-x"}; }
Argv show_network_tunable_x(const std::string& name) { return {no_path, "-x", name}; }
Argv show_network_tunable_o(const std::string& name) { return {no_path, "-o", name}; }
Argv show_stored_network_tunable(const std::string& name) { return {no_path, "-r", "-o", name}; }

Argv list_interfaces() { return {ifconfig_path, "-a"}; }
Argv ping_once(const std::string& address) { return {ping_path, "-n", "-c", "1", "-w", "2", address}; }
Argv show_level() { return {"/usr/bin/oslevel", "-s"}; }
Argv list_dump_devices() { return {"/usr/bin/sysdumpdev", "-l"}; }

Argv set_network_tunable(const std::string& name, const std::string& value) {
  return {no_path, "-o", name + '=' + value};
}

Argv store_network_tunable(const std::string& name, const std::string& value) {
  return {no_path, "-r", "-o", name + '=' + value};
}

Argv add_default_route(const std::string& gateway, long long cost, bool active_dgd, const RouteExtras& extras) {
  // Arguments stand behind the gateway, as in the manual (lib/aix/README.md "Routes: the route command").
  Argv argv = {route_path, "-n", "add", "0", gateway, "-hopcount", std::to_string(cost)};
  if (active_dgd) argv.emplace_back("-active_dgd");
  if (!extras.interface.empty()) argv.insert(argv.end(), {"-if", extras.interface});
  if (extras.is_static) argv.emplace_back("-static");
  return argv;
}

Argv delete_default_route(const std::string& gateway) { return {route_path, "-n", "delete", "0", gateway}; }

std::string odm_route(const std::string& gateway, long long cost, bool active_dgd, const RouteExtras& extras) {
  // type, -hopcount,N, -netmask,M, -if,IF, -active_dgd, -policy,P, -weight,W, -static, DEST, GW: an option that is not
  // given leaves one empty field, which makes eleven in all.
  const auto option = [](const char* name, const std::string& value) {
    return (value.empty() ? std::string() : std::string(name) + "," + value) + ",";
  };
  return option("net,-hopcount", std::to_string(cost)) + option("-netmask", extras.netmask) +
         option("-if", extras.interface) + (active_dgd ? "-active_dgd," : ",") + option("-policy", extras.policy) +
         option("-weight", extras.weight) + "-static,0," + gateway;
}
Argv add_odm_route(const std::string& route) { return change_inet0("route=" + route); }
Argv delete_odm_route(const std::string& route) { return change_inet0("delroute=" + route); }

Argv list_exports() { return {exportfs_path}; }
Argv list_nfs_exports() { return {lsnfsexp_path}; }
Argv export_directory(const std::string& directory) { return {exportfs_path, directory}; }
Argv export_directory_as(const std::string& directory, const std::string& options) {
  return {exportfs_path, "-i", "-o", options, directory};
}
Argv unexport_directory(const std::string& directory) { return {exportfs_path, "-u", directory}; }
Argv set_replication(bool on) { return {chnfs_path, "-R", on ? "on" : "off"}; }
Argv show_replication() { return {nfsd_path, "-getreplicas"}; }

Argv list_nfs_subsystems() { return {lssrc_path, "-g", "nfs"}; }
Argv start_subsystem(const std::string& name) { return {startsrc_path, "-s", name}; }
Argv stop_subsystem(const std::string& name) { return {stopsrc_path, "-s", name}; }
Argv start_nfs() { return {startsrc_path, "-g", "nfs"}; }
Argv stop_nfs() { return {stopsrc_path, "-g", "nfs"}; }

Argv set_nfs_domain(const std::string& domain) { return {chnfsdom_path, domain}; }
Argv show_nfs_domain() { return {chnfsdom_path}; }

Argv show_exports_of(const std::string& host) { return {"/usr/sbin/showmount", "-e", host}; }
Argv show_exports_of_usr_bin(const std::string& host) { return {"/usr/bin/showmount", "-e", host}; }
Argv call_nfs_of(const std::string& host) { return {"/usr/bin/rpcinfo", "-t", host, "100003"}; }

}  // namespace hanfs::aix
