# SPDX-License-Identifier: Apache-2.0
# cmake -P times.cmake ROOT: where SOURCE_DATE_EPOCH is set, all below ROOT is of that time, and not of the hour in which
# somebody has checked out the sources. Of links the archives themselves say it.
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  string(TIMESTAMP when "%Y%m%d%H%M.%S" UTC)  # heeds it
  set(ENV{TZ} UTC0)
  execute_process(COMMAND find ${CMAKE_ARGV3} ! -type l -exec touch -t ${when} {} + RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "The times below ${CMAKE_ARGV3} could not be set to SOURCE_DATE_EPOCH")
  endif()
endif()
