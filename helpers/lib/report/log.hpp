// SPDX-License-Identifier: Apache-2.0
// Messages to syslog, the xCAT way: facility local4, tag "xcat" unless LOGLABEL says otherwise.
#pragma once

#include <string>

namespace hanfs::report {

class Log {
 public:
  enum class Level { info, warning, error };

  // `enabled` false: nothing is sent (read-only runs, captures, a simulated node).
  explicit Log(bool enabled);
  void write(Level level, const std::string& message) const;

 private:
  bool enabled_;
  std::string tag_;  // openlog keeps the pointer
};

}  // namespace hanfs::report
