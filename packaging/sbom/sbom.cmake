# SPDX-License-Identifier: Apache-2.0
# The list of what is in the programs besides our own code (SPDX 2.3, https://spdx.github.io/spdx-spec/v2.3/), with
# versions as found by this configuration. test/packages compares it with the link lines and the headers that were read.
# A date makes each document another one: SOURCE_DATE_EPOCH fixes it (string(TIMESTAMP) heeds it).
# THIRD-PARTY-LICENSES has the texts of the licences of the same components: texts.cmake.
include(${CMAKE_CURRENT_LIST_DIR}/texts.cmake)

# A version that stands in a header, as NAME_MAJOR, NAME_MINOR and, where there is one, a third number.
function(version_in_header variable header)
  set(found "")
  foreach(name ${ARGN})
    file(STRINGS ${header} line REGEX "define +${name} +[0-9]+" LIMIT_COUNT 1)
    if(line MATCHES "${name} +([0-9]+)")
      list(APPEND found ${CMAKE_MATCH_1})
    endif()
  endforeach()
  list(JOIN found . found)
  set(${variable} ${found} PARENT_SCOPE)
endfunction()

version_in_header(pcre2_version ${PCRE2_INCLUDE_DIR}/pcre2.h PCRE2_MAJOR PCRE2_MINOR)
version_in_header(nettle_version ${NETTLE_INCLUDE_DIR}/nettle/version.h NETTLE_VERSION_MAJOR NETTLE_VERSION_MINOR)
version_in_header(xxhash_version ${XXHASH_INCLUDE_DIR}/xxhash.h XXH_VERSION_MAJOR XXH_VERSION_MINOR XXH_VERSION_RELEASE)
file(STRINGS ${MUSTACHE_INCLUDE_DIR}/kainjow/mustache.hpp line REGEX "Mustache v[0-9.]+" LIMIT_COUNT 1)
string(REGEX MATCH "[0-9.]+" mustache_version "${line}")
if(HANFS_LIBNFS)
  # Its headers do not say it; the file for pkg-config, which lies beside the library, does.
  get_filename_component(folder ${LIBNFS_LIBRARY} DIRECTORY)
  set(libnfs_version NOASSERTION)
  if(EXISTS ${folder}/pkgconfig/libnfs.pc)
    file(STRINGS ${folder}/pkgconfig/libnfs.pc line REGEX "^Version:" LIMIT_COUNT 1)
    string(REGEX MATCH "[0-9.]+" libnfs_version "${line}")
  endif()
endif()

set(sbom_packages "")
set(sbom_relations "")
set(all_programs setupnfsv4replication setuphanfs makehanfs checkhanfs)

# sbom_component(NAME VERSION LICENCE FILE SITE COPYRIGHT DEBIAN PROGRAM...): FILE is the archive that is linked, or the
# header or folder of headers of what has no archive; DEBIAN is the package that brings it, and with it its licence.
function(sbom_component name version licence file site copyright debian)
  string(APPEND sbom_packages ",
    {
      \"SPDXID\": \"SPDXRef-${name}\",
      \"name\": \"${name}\",
      \"versionInfo\": \"${version}\",
      \"packageFileName\": \"${file}\",
      \"downloadLocation\": \"${site}\",
      \"filesAnalyzed\": false,
      \"licenseConcluded\": \"${licence}\",
      \"licenseDeclared\": \"${licence}\",
      \"copyrightText\": \"${copyright}\"
    }")
  licence_text(${name} ${version} "${licence}" ${site} "${copyright}" ${debian})
  set(link STATIC_LINK)  # also of what is compiled in
  if(file MATCHES "\\.a$" AND NOT HANFS_STATIC)
    set(link DYNAMIC_LINK)
  endif()
  foreach(program ${ARGN})
    string(APPEND sbom_relations ",
    {\"spdxElementId\": \"SPDXRef-${program}\", \"relationshipType\": \"${link}\", \"relatedSpdxElement\": \"SPDXRef-${name}\"}")
  endforeach()
  set(sbom_packages "${sbom_packages}" PARENT_SCOPE)
  set(sbom_relations "${sbom_relations}" PARENT_SCOPE)
endfunction()

foreach(program ${all_programs})
  string(APPEND sbom_packages ",
    {
      \"SPDXID\": \"SPDXRef-${program}\",
      \"name\": \"${program}\",
      \"versionInfo\": \"${PROJECT_VERSION}\",
      \"downloadLocation\": \"NOASSERTION\",
      \"filesAnalyzed\": false,
      \"licenseConcluded\": \"Apache-2.0\",
      \"licenseDeclared\": \"Apache-2.0\",
      \"copyrightText\": \"NOASSERTION\",
      \"primaryPackagePurpose\": \"APPLICATION\"
    }")
  string(APPEND sbom_relations ",
    {\"spdxElementId\": \"SPDXRef-DOCUMENT\", \"relationshipType\": \"DESCRIBES\", \"relatedSpdxElement\": \"SPDXRef-${program}\"}")
endforeach()

sbom_component(Boost ${Boost_VERSION_STRING} BSL-1.0 libboost_filesystem.a https://www.boost.org/ "The authors of Boost"
               libboost${Boost_MAJOR_VERSION}.${Boost_MINOR_VERSION}-dev ${all_programs})
if(TARGET Boost::atomic)  # where Boost.Filesystem needs it: not in Debian 12
  sbom_component(Boost.Atomic ${Boost_VERSION_STRING} BSL-1.0 libboost_atomic.a https://www.boost.org/ "The authors of Boost"
                 libboost${Boost_MAJOR_VERSION}.${Boost_MINOR_VERSION}-dev ${all_programs})
endif()
sbom_component(CLI11 ${CLI11_VERSION} BSD-3-Clause CLI https://github.com/CLIUtils/CLI11
               "2017-2020 University of Cincinnati, developed by Henry Schreiner under NSF AWARD 1414736" libcli11-dev ${all_programs})
sbom_component(nlohmann-json ${nlohmann_json_VERSION} MIT nlohmann https://github.com/nlohmann/json
               "2013-2022 Niels Lohmann; 2009 Florian Loitsch; 2008-2009 Bjoern Hoehrmann" nlohmann-json3-dev ${all_programs})
sbom_component(PCRE2 ${pcre2_version} BSD-3-Clause libpcre2-8.a https://github.com/PCRE2Project/pcre2
               "1997-2022 University of Cambridge; the authors of its just-in-time compiler" libpcre2-dev ${all_programs})
sbom_component(mustache ${mustache_version} BSL-1.0 kainjow https://github.com/kainjow/Mustache "2015-2020 Kevin Wojniak"
               libkainjow-mustache-dev makehanfs checkhanfs)
sbom_component(xxHash ${xxhash_version} BSD-2-Clause xxhash.h https://github.com/Cyan4973/xxHash "2012-2020 Yann Collet"
               libxxhash-dev checkhanfs)
sbom_component(Nettle ${nettle_version} "LGPL-3.0-or-later OR GPL-2.0-or-later" libnettle.a https://www.lysator.liu.se/~nisse/nettle/
               "2001-2020 Niels Moeller; parts: the Free Software Foundation and others" nettle-dev checkhanfs)
if(HANFS_LIBNFS)
  sbom_component(libnfs ${libnfs_version} LGPL-2.1-or-later libnfs.a https://github.com/sahlberg/libnfs
                 "2010-2018 Ronnie Sahlberg" libnfs-dev checkhanfs)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  string(REGEX MATCH "^[0-9]+" gcc ${CMAKE_CXX_COMPILER_VERSION})
  foreach(library libstdc++ libgcc)
    sbom_component(${library} ${CMAKE_CXX_COMPILER_VERSION} "GPL-3.0-or-later WITH GCC-exception-3.1" ${library}.a https://gcc.gnu.org/
                   "The Free Software Foundation" gcc-${gcc}-base ${all_programs})
  endforeach()
endif()

string(TIMESTAMP sbom_created UTC)
string(SHA256 sbom_digest "${sbom_packages}${sbom_relations}")
string(SUBSTRING "${sbom_packages}" 1 -1 sbom_packages)  # without the first comma
string(SUBSTRING "${sbom_relations}" 1 -1 sbom_relations)
configure_file(${CMAKE_CURRENT_LIST_DIR}/hanfs.spdx.json.in ${CMAKE_CURRENT_BINARY_DIR}/hanfs.spdx.json @ONLY)
write_licence_texts(${CMAKE_CURRENT_BINARY_DIR}/THIRD-PARTY-LICENSES)
