// SPDX-License-Identifier: Apache-2.0
#include "aix/commands.hpp"

#include <doctest/doctest.h>

#include <string>

namespace hanfs::aix {
namespace {

std::string words(const Argv& argv) {
  std::string out;
  for (const auto& word : argv) out += (out.empty() ? "" : " ") + word;
  return out;
}

TEST_CASE("commands of a server") {
  CHECK(words(list_exports()) == "/usr/sbin/exportfs");
  CHECK(words(list_nfs_exports()) == "/usr/sbin/lsnfsexp");
  CHECK(export_directory("/a b") == Argv{"/usr/sbin/exportfs", "/a b"});
  CHECK(unexport_directory("/a b") == Argv{"/usr/sbin/exportfs", "-u", "/a b"});
  CHECK(words(set_replication(true)) == "/usr/sbin/chnfs -R on");
  CHECK(words(set_replication(false)) == "/usr/sbin/chnfs -R off");
  CHECK(words(show_replication()) == "/usr/sbin/nfsd -getreplicas");
  CHECK(words(list_nfs_subsystems()) == "/usr/bin/lssrc -g nfs");
  CHECK(words(start_subsystem("nfsrgyd")) == "/usr/bin/startsrc -s nfsrgyd");
  CHECK(words(set_nfs_domain("cluster.example.com")) == "/usr/sbin/chnfsdom cluster.example.com");
  CHECK(words(show_nfs_domain()) == "/usr/sbin/chnfsdom");
  CHECK(words(call_nfs_of("10.0.0.2")) == "/usr/bin/rpcinfo -t 10.0.0.2 100003");
  CHECK(words(show_exports_of("10.0.0.2")) == "/usr/sbin/showmount -e 10.0.0.2");
}

TEST_CASE("commands") {
  CHECK(words(list_mounts()) == "/usr/sbin/mount");
  CHECK(words(show_filesystems()) == "/usr/sbin/nfs4cl showfs");
  CHECK(show_filesystem("/a b") == Argv{"/usr/sbin/nfs4cl", "showfs", "/a b"});
  CHECK(set_fs_option("/a b", "timeo=1") == Argv{"/usr/sbin/nfs4cl", "setfsoptions", "/a b", "timeo=1"});
  CHECK(words(show_nfs_tunable("nfs_v4_fail_over_timeout")) == "/usr/sbin/nfso -o nfs_v4_fail_over_timeout");
  CHECK(words(list_routes()) == "/usr/bin/netstat -rn -f inet");
  CHECK(words(list_route_costs()) == "/usr/bin/netstat -rnC -f inet");
  CHECK(words(list_odm_routes()) == "/usr/sbin/lsattr -El inet0 -a route -F value");
  CHECK(words(list_network_tunables()) == "/usr/sbin/no -x");
  CHECK(words(show_network_tunable_x("passive_dgd")) == "/usr/sbin/no -x passive_dgd");
  CHECK(words(show_network_tunable_o("passive_dgd")) == "/usr/sbin/no -o passive_dgd");
  CHECK(words(list_interfaces()) == "/usr/sbin/ifconfig -a");
  CHECK(words(set_network_tunable("passive_dgd", "1")) == "/usr/sbin/no -o passive_dgd=1");
  CHECK(words(store_network_tunable("passive_dgd", "1")) == "/usr/sbin/no -r -o passive_dgd=1");
  CHECK(words(show_stored_network_tunable("passive_dgd")) == "/usr/sbin/no -r -o passive_dgd");
  CHECK(words(add_default_route("10.0.0.1", 0, true)) == "/usr/sbin/route -n add 0 10.0.0.1 -hopcount 0 -active_dgd");
  CHECK(words(add_default_route("10.0.0.2", 1, false)) == "/usr/sbin/route -n add 0 10.0.0.2 -hopcount 1");
  CHECK(words(delete_default_route("10.0.0.2")) == "/usr/sbin/route -n delete 0 10.0.0.2");
  CHECK(words(add_odm_route(odm_route("10.0.0.1", 0, true))) ==
        "/usr/sbin/chdev -P -l inet0 -a route=net,-hopcount,0,,,-active_dgd,,,-static,0,10.0.0.1");
  CHECK(words(add_odm_route(odm_route("10.0.0.1", 2, false))) ==
        "/usr/sbin/chdev -P -l inet0 -a route=net,-hopcount,2,,,,,,-static,0,10.0.0.1");
  CHECK(words(add_odm_route("net,,0,10.0.0.1")) == "/usr/sbin/chdev -P -l inet0 -a route=net,,0,10.0.0.1");
  CHECK(words(delete_odm_route("net,,0,10.0.0.1")) == "/usr/sbin/chdev -P -l inet0 -a delroute=net,,0,10.0.0.1");
  CHECK(words(export_directory_as("/home", "vers=4,rw")) == "/usr/sbin/exportfs -i -o vers=4,rw /home");
  CHECK(words(stop_subsystem("nfsrgyd")) == "/usr/bin/stopsrc -s nfsrgyd");
}

}  // namespace
}  // namespace hanfs::aix
