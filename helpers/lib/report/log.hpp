// SPDX-License-Identifier: Apache-2.0
// Messages to syslog, the xCAT way.
#pragma once

#include <functional>
#include <string>

namespace hanfs::report {

class Log {
 public:
  enum class Level { info, warning, error };
  using Sink = std::function<void(Level, const std::string& message)>;

  // Without a sink nothing is sent (read-only runs, captures, a simulated node).
  explicit Log(Sink sink);
  void write(Level level, const std::string& message) const;

 private:
  Sink sink_;
};

// Facility local4; the tag is "xcat" where `label` is empty.
void write_syslog(const std::string& label, Log::Level level, const std::string& message);

}  // namespace hanfs::report
