# SPDX-License-Identifier: Apache-2.0
# The package of Debian and Ubuntu, for a Linux management node; CPack makes it of the staged tree. CPack's generator of
# RPMs is not used, as it would be a second spec beside the one that AIX needs.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hanfs)
set(CPACK_PACKAGE_VENDOR hanfs)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "AIX diskless nodes that outlive their NFS server")
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_INSTALL_CMAKE_PROJECTS "")
set(CPACK_INSTALLED_DIRECTORIES ${STAGED} .)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "hanfs <root@localhost>")  # nobody yet; dpkg wants the field
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)  # libc only
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(name conffiles triggers postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_SOURCE_DIR}/deb/${name})
endforeach()
set(CPACK_POST_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/deb/size.cmake)
set(CPACK_OUTPUT_CONFIG_FILE ${PACKAGES}/deb.cmake)
include(CPack)
