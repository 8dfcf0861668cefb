# SPDX-License-Identifier: Apache-2.0
# At installation: the programs that the management node hands out to nodes and servers. These run AIX, so on Linux they
# are not those of this build: the environment variable HANFS_NODE_PROGRAMS names the folder with those built on AIX.
# (From the environment, as `cmake --install` takes no settings of its own.) On AIX they are those of this build.
if(DEFINED ENV{HANFS_NODE_PROGRAMS})
  set(from $ENV{HANFS_NODE_PROGRAMS})
elseif(DEFINED own_programs)
  set(from ${own_programs})
else()
  message(WARNING "HANFS_NODE_PROGRAMS is not set: no programs for AIX nodes and servers are packed. "
                  "Nodes get the postscript alone, which tunes timeo and retrans in plain sh; hanfs_export does nothing.")
  return()
endif()
foreach(place postscripts/hanfs/setupnfsv4replication postscripts/hanfs/checkhanfs prescripts/hanfs/setuphanfs)
  get_filename_component(name ${place} NAME)
  get_filename_component(folder ${place} DIRECTORY)
  if(NOT EXISTS ${from}/${name})
    message(FATAL_ERROR "${from}, the folder of programs for AIX nodes and servers, has no ${name}")
  endif()
  # Modes of the source, whatever they are, say nothing: nodes start none that others may write.
  file(INSTALL DESTINATION ${CMAKE_INSTALL_PREFIX}/${home}/${folder} TYPE PROGRAM FILES ${from}/${name})
endforeach()
