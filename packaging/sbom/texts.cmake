# SPDX-License-Identifier: Apache-2.0
# One file with the licences of all that is in the programs besides our own code: BSD and MIT want their text and their
# copyright lines to come along with a program, the LGPL the whole of itself (and version 3 that of the GPL).
# A text is that of the Debian package which brought the component. Elsewhere, as on AIX, HANFS_LICENCES=DIR names a
# folder with a file NAME for each component, and LGPL-2.1, LGPL-3, GPL-3.
set(HANFS_LICENCES "" CACHE PATH "Folder with a file of licence for each component that is linked in, where Debian's are not there")
set(licence_sections "")
set(licence_names "")
set(licence_whole "")
set(licence_missing "")

# What stands in FILE; empty where it is not there. Of Boost only its licence: the file has those of its documentation
# and build tools too, two megabytes of them.
function(read_licence variable name file)
  set(text "")
  if(EXISTS "${HANFS_LICENCES}/${name}")
    file(READ "${HANFS_LICENCES}/${name}" text)
  elseif(EXISTS ${file})
    file(READ ${file} text)
    if(name STREQUAL "Boost")
      string(FIND "${text}" "\nLicense: BSL-1.0\n Boost Software License" begin)
      if(begin LESS 0)
        message(FATAL_ERROR "${file} has no paragraph of the Boost Software License")
      endif()
      string(SUBSTRING "${text}" ${begin} 4000 text)
      string(FIND "${text}" "\n\n" end)
      string(SUBSTRING "${text}" 1 ${end} text)
    endif()
  endif()
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

# licence_text(NAME VERSION LICENCE SITE COPYRIGHT DEBIAN): one section.
macro(licence_text name version licence site copyright debian)
  read_licence(text ${name} /usr/share/doc/${debian}/copyright)
  if(text STREQUAL "")
    list(APPEND licence_missing ${name})
    set(text "The text was not there where this was built.\n")
  endif()
  if("${text}" STREQUAL "${licence_last}")  # libstdc++ and libgcc are of one compiler
    set(text "As above.\n")
  else()
    set(licence_last "${text}")
  endif()
  string(APPEND licence_sections "\n==== ${name} ${version}: ${licence}\nCopyright: ${copyright}\n${site}\n\n${text}")
  list(APPEND licence_names ${name})
  if("${licence}" MATCHES "LGPL-2.1")
    list(APPEND licence_whole LGPL-2.1)
  elseif("${licence}" MATCHES "LGPL-3")
    list(APPEND licence_whole LGPL-3 GPL-3)
  elseif("${licence}" MATCHES "GPL-3")
    list(APPEND licence_whole GPL-3)
  endif()
  # The caller is a function.
  foreach(one licence_sections licence_names licence_whole licence_missing licence_last)
    set(${one} "${${one}}" PARENT_SCOPE)
  endforeach()
endmacro()

function(write_licence_texts output)
  list(REMOVE_DUPLICATES licence_whole)
  foreach(name ${licence_whole})
    read_licence(text ${name} /usr/share/common-licenses/${name})
    if(text STREQUAL "")
      list(APPEND licence_missing ${name})
    endif()
    string(APPEND licence_sections "\n==== The whole of ${name}\n\n${text}")
  endforeach()
  list(JOIN licence_names ", " names)
  # What the LGPL wants to be said is written once.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../README.md)
  file(READ ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../README.md exchange)
  string(FIND "${exchange}" "libnfs (LGPL 2.1 or later) and Nettle" begin)
  string(SUBSTRING "${exchange}" ${begin} -1 exchange)
  file(WRITE ${output}
"The programs of hanfs are under the Apache License 2.0. Code of others is in them too: ${names}.
Here are its licences, as its Debian packages have them (which also name files that are in no program); GPL and LGPL, to
which several refer, are at the end.

${exchange}${licence_sections}")
  if(licence_missing)
    list(JOIN licence_missing ", " missing)
    install(CODE "message(WARNING \"Licence texts are missing, so what is packed here must not be given to others: ${missing}. \"
                  \"Cure: cmake -DHANFS_LICENCES=DIR, a folder with a file of each name.\")")
  endif()
endfunction()
