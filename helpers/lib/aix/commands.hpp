// SPDX-License-Identifier: Apache-2.0
// The words of every command that hanfs starts on AIX, in one place: absolute paths (lib/aix/README.md "Paths and
// blocking") and arguments. Everything returns a complete argv.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hanfs::aix {

using Argv = std::vector<std::string>;

Argv list_mounts();                                                      // mount
Argv show_filesystems();                                                 // nfs4cl showfs
Argv show_filesystem(const std::string& path);                           // nfs4cl showfs PATH
Argv set_fs_option(const std::string& path, const std::string& option);  // nfs4cl setfsoptions PATH key=value
Argv show_nfs_tunable(const std::string& name);                          // nfso -o NAME
Argv list_routes();                                                      // netstat -rn -f inet
Argv list_route_costs();                                                 // netstat -rnC -f inet
Argv list_odm_routes();                                                  // lsattr -El inet0 -a route -F value
Argv list_network_tunables();                                            // no -x
Argv show_network_tunable_x(const std::string& name);                    // no -x NAME
Argv show_network_tunable_o(const std::string& name);                    // no -o NAME
Argv show_stored_network_tunable(const std::string& name);               // no -r -o NAME
Argv list_interfaces();                                                  // ifconfig -a
Argv ping_once(const std::string& address);                              // ping -n -c 1 -w 2 ADDRESS
Argv show_level();                                                       // oslevel -s
Argv list_dump_devices();                                                // sysdumpdev -l

Argv set_network_tunable(const std::string& name, const std::string& value);    // no -o NAME=VALUE: now
Argv store_network_tunable(const std::string& name, const std::string& value);  // no -r -o NAME=VALUE: the next boot

// What of a route is not ours and is carried over when it is made anew; empty: not given.
struct RouteExtras {
  bool is_static = false;
  std::string interface;
  std::string netmask;  // in the ODM only, as the two below
  std::string policy;
  std::string weight;

  bool operator==(const RouteExtras& o) const {
    return is_static == o.is_static && interface == o.interface && netmask == o.netmask && policy == o.policy &&
           weight == o.weight;
  }
};

// route -n add 0 GATEWAY -hopcount COST [-active_dgd] [-if INTERFACE] [-static]
Argv add_default_route(const std::string& gateway, long long cost, bool active_dgd, const RouteExtras& extras = {});
// route -n delete 0 GATEWAY: always with the gateway (lib/aix/README.md "Routes: deleting a default")
Argv delete_default_route(const std::string& gateway);

// The 11-field form of smit for a default route in the ODM, lib/aix/README.md "Routes: in the ODM".
std::string odm_route(const std::string& gateway, long long cost, bool active_dgd, const RouteExtras& extras = {});
// chdev -P: the ODM only, the kernel side is done with route. `route` as odm_route() makes it or lsattr prints it.
Argv add_odm_route(const std::string& route);
Argv delete_odm_route(const std::string& route);

// ---- the server: exports, replication, daemons (lib/aix/README.md "Exports: commands", "Replication: rules",
// "Daemons: SRC")

Argv list_exports();                                  // exportfs: what the kernel exports now
Argv list_nfs_exports();                              // lsnfsexp: what /etc/exports says
Argv export_directory(const std::string& directory);  // exportfs DIR, with the options of /etc/exports
// exportfs -i -o OPTIONS DIR: what /etc/exports does not know; `options` without the leading '-'
Argv export_directory_as(const std::string& directory, const std::string& options);
Argv unexport_directory(const std::string& directory);  // exportfs -u DIR, never forced
Argv set_replication(bool on);                          // chnfs -R on|off; restarts nfsd
Argv show_replication();                                // nfsd -getreplicas
Argv list_nfs_subsystems();                             // lssrc -g nfs
Argv start_subsystem(const std::string& name);          // startsrc -s NAME
Argv stop_subsystem(const std::string& name);           // stopsrc -s NAME: returns before it is gone
Argv start_nfs();                                       // startsrc -g nfs
Argv stop_nfs();                                        // stopsrc -g nfs: returns before they are gone
Argv set_nfs_domain(const std::string& domain);         // chnfsdom DOMAIN
Argv show_nfs_domain();                                 // chnfsdom
// showmount -e HOST: another server's (lib/aix/README.md "Other lists of file systems"). [GUESS] where the command is:
// /usr/sbin or /usr/bin.
Argv show_exports_of(const std::string& host);
Argv show_exports_of_usr_bin(const std::string& host);
// rpcinfo -t HOST 100003: does its nfsd answer? showmount asks rpc.mountd alone. Without a version rpcinfo calls each
// one that is registered (lib/aix/README.md "Other lists of file systems").
Argv call_nfs_of(const std::string& host);

}  // namespace hanfs::aix
