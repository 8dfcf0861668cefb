// SPDX-License-Identifier: Apache-2.0
// Asks all servers side by side, each look in a child process of its own.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "checkhanfs/wire/answer.hpp"

namespace hanfs::check {

struct AskOptions {
  std::vector<std::string> servers;  // addresses or names
  std::string path;
  std::chrono::milliseconds timeout{};       // for one look at one server
  std::chrono::milliseconds again{};         // between the first look's end and the second look; 0: there is no second
  std::function<bool()> interrupted;         // asked several times a second
  std::function<void()> one_more = nullptr;  // a server is done with
};

// In the order of the servers. A server that did not answer is not asked a second time: it has had its time. So all of
// it takes the timeout where it is longer than `again`, else both; some percent more while processes end.
std::vector<Answer> ask(const AskOptions& options);

// The addresses of names, where they have any and these are told in time; an address is its own.
using NameAddresses = std::map<std::string, std::vector<std::string>>;
NameAddresses addresses_of_names(const std::vector<std::string>& names, std::chrono::milliseconds timeout,
                                 const std::function<bool()>& interrupted);

}  // namespace hanfs::check
