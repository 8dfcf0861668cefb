// SPDX-License-Identifier: Apache-2.0
// The words of `aixsim` itself: what a test does to a node from outside.
#pragma once
#include "core/node.hpp"

namespace aixsim {

int control_boot(const Strings& args, const std::string& self);
int control_add_mount(Node& node, const Strings& args);
int control_umount(Node& node, const Strings& args);
int control_fail(Node& node, const Strings& args);
int control_heal(Node& node, const Strings& args);
int control_stall(Node& node, const Strings& args);
int control_open(Node& node, const Strings& args);
int control_opened(Node& node, const Strings& args);
int control_clock(Node& node, const Strings& args);
int control_variant(Node& node, const Strings& args);
int control_delay(Node& node, const Strings& args);
int control_show(Node& node, const Strings& args);
int control_syslog(Node& node, const Strings& args);
int control_use(Node& node, const Strings& args);
int control_client(Node& node, const Strings& args);
int control_interruptions(Node& node, const Strings& args);
int control_link(Node& node, const Strings& args);
int control_down(Node& node, const Strings& args);
int control_up(Node& node, const Strings& args);
int control_harm(Node& node, const Strings& args);
int control_render(const Strings& args);

// What a server exports, its daemons and clients, as `show` prints them.
std::string show_server(const Node& node);

// Sets one variant; false when the name or value is unknown.
bool set_variant(Node& node, const std::string& assignment);

}  // namespace aixsim
