// SPDX-License-Identifier: Apache-2.0
// Boost.Asio compiles these errors of gethostbyname(), which POSIX.1-2008 took out and musl therefore hides. It is not
// called by our code.
#pragma once
#include_next <netdb.h>

#define HOST_NOT_FOUND 1
#define TRY_AGAIN 2
#define NO_RECOVERY 3
#define NO_DATA 4
