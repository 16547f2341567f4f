// libmicrohttpd's daemon is started by a variadic function, which Swift does not import.
#pragma once
#include <microhttpd.h>
