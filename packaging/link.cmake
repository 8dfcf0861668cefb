# SPDX-License-Identifier: Apache-2.0
# At installation: /usr/bin/${name} leads to the program, as the AIX Toolbox does it with its own programs
# (https://sourceforge.net/p/aixtoolbox/mailman/message/22426820). A relative link is right in any root.
file(MAKE_DIRECTORY $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/usr/bin)
file(CREATE_LINK ../../opt/hanfs/bin/${name} $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/usr/bin/${name} SYMBOLIC)
