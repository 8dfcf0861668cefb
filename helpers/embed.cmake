# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=FILE -DNAMESPACE=N -DNAME=X "-DTEMPLATES=A.mustache;B.mustache" -P embed.cmake: writes a header with the
# texts of these files, without comments and without the last newline, as N::X.
set(entries "")
foreach(file IN LISTS TEMPLATES)
  get_filename_component(name "${file}" NAME_WE)
  file(READ "${file}" text)
  string(REGEX REPLACE "{{![^}]*}}\n" "" text "${text}")
  string(REGEX REPLACE "\n$" "" text "${text}")
  string(APPEND entries "    {\"${name}\", R\"mustache(${text})mustache\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made by embed.cmake.
#pragma once

#include \"text/template.hpp\"

namespace ${NAMESPACE} {

inline const hanfs::text::Templates ${NAME}{
${entries}};

}  // namespace ${NAMESPACE}
")
