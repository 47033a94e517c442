/* Names of zones that programs write and the system's zones do not have: those of Windows and of Rails. */
#ifndef TIME_ZONE_ALIAS_H
#define TIME_ZONE_ALIAS_H

#include <stddef.h>

#include "base/span.h"

/*
 * The zone that NAME means, written as these programs do, with its offset before it or without: "Eastern Time (US & Canada)" and
 * "(GMT-05:00) Eastern Time (US & Canada)" are "America/New_York"; NULL: it is none of them.
 */
const char *zone_alias(struct span name);

/* Name I of the table, NULL behind the last: for the test that all their zones are there. */
const char *zone_alias_row(size_t i);

#endif
