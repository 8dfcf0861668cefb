// SPDX-License-Identifier: Apache-2.0
// A run on a node: what all programs have (app/context.hpp), with this program's options.
#pragma once

#include "aix/resolver.hpp"
#include "app/context.hpp"
#include "setupnfsv4replication/options.hpp"

namespace hanfs::node {

class Context : public app::Context {
 public:
  Context(app::System& system, const Options& options)
      : app::Context(system, options, options.settings,
                     {{"/etc/netsvc.conf"},
                      {"/etc/irs.conf"},
                      {"/etc/nfs/local_domain"},
                      {"/etc/environment", aix::only_nsorder},
                      {"/etc/resolv.conf"},
                      {"/etc/hosts"}}),
        options_(options) {}

  const Options& options() const { return options_; }
  const Settings& settings() const { return options_.settings; }

 private:
  const Options& options_;
};

}  // namespace hanfs::node
