# SPDX-License-Identifier: Apache-2.0
# At installation: ${link} leads to ${target}, as the AIX Toolbox does it with programs in /usr/bin
# (https://sourceforge.net/p/aixtoolbox/mailman/message/22426820). A relative target is right in any root.
get_filename_component(folder ${link} DIRECTORY)
file(MAKE_DIRECTORY $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${folder})
file(CREATE_LINK ${target} $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${link} SYMBOLIC)
