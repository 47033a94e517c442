/* Lines that servers and what runs them write among the requests, and that are none. */
#ifndef WEBLOG_LOG_MESSAGE_H
#define WEBLOG_LOG_MESSAGE_H

#include <stdbool.h>

#include "base/span.h"

/* Is LINE a line of nginx's or Apache's error log, of a container's start, of a program's with time and level? */
bool log_is_message(struct span line);

#endif
