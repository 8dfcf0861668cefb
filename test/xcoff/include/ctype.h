// SPDX-License-Identifier: Apache-2.0
// libc++ takes the classes of characters from AIX's <ctype.h> by these names. Their values there are not known here; for
// an object that is never linked, any distinct bits will do.
#pragma once
#include_next <ctype.h>

#define _ISALPHA 0x01
#define _ISALNUM 0x02
#define _ISBLANK 0x04
#define _ISCNTRL 0x08
#define _ISDIGIT 0x10
#define _ISGRAPH 0x20
#define _ISLOWER 0x40
#define _ISPRINT 0x80
#define _ISPUNCT 0x100
#define _ISSPACE 0x200
#define _ISUPPER 0x400
#define _ISXDIGIT 0x800
