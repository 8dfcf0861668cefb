// SPDX-License-Identifier: Apache-2.0
#include "report/log.hpp"

#include <syslog.h>

#include <cstdlib>

#include "report/table.hpp"

namespace hanfs::report {

Log::Log(bool enabled) : enabled_(enabled) {
  const char* label = std::getenv("LOGLABEL");
  tag_ = label != nullptr && *label != '\0' ? label : "xcat";
}

void Log::write(Level level, const std::string& message) const {
  if (!enabled_) return;
  const int priority = level == Level::error ? LOG_ERR : level == Level::warning ? LOG_WARNING : LOG_INFO;
  ::openlog(tag_.c_str(), 0, LOG_LOCAL4);
  ::syslog(priority, "%s", escape_control(message).c_str());
  ::closelog();
}

}  // namespace hanfs::report
