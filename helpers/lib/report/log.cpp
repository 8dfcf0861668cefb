// SPDX-License-Identifier: Apache-2.0
#include "report/log.hpp"

#include <syslog.h>

#include <utility>

#include "report/table.hpp"

namespace hanfs::report {

Log::Log(Sink sink) : sink_(std::move(sink)) {}

void Log::write(Level level, const std::string& message) const {
  if (sink_) sink_(level, escape_control(message));
}

void write_syslog(const std::string& label, Log::Level level, const std::string& message) {
  const int priority = level == Log::Level::error ? LOG_ERR : level == Log::Level::warning ? LOG_WARNING : LOG_INFO;
  ::openlog(label.empty() ? "xcat" : label.c_str(), 0, LOG_LOCAL4);
  ::syslog(priority, "%s", message.c_str());
  ::closelog();
}

}  // namespace hanfs::report
