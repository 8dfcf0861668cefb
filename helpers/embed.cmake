# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=FILE -DHEADER=H -DNAME=X "-DTEMPLATES=A.mustache;B.mustache" -P embed.cmake: writes the function X (with its namespace) that
# H declares, which gives the texts of these files without comments and without the last newline.
set(entries "")
foreach(file IN LISTS TEMPLATES)
  get_filename_component(name "${file}" NAME_WE)
  file(READ "${file}" text)
  string(REGEX REPLACE "{{![^}]*}}\n" "" text "${text}")
  string(REGEX REPLACE "\n$" "" text "${text}")
  string(APPEND entries "      {\"${name}\", R\"mustache(${text})mustache\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Made by embed.cmake.
#include \"${HEADER}\"

const hanfs::text::Templates& ${NAME}() {
  static const hanfs::text::Templates templates{
${entries}  };
  return templates;
}
")
