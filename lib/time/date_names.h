/*
 * Names in dates: months and weekdays in the large languages that write with Latin letters, and
 * abbreviations of zones.
 *
 * A month's name stands for the same month in all of them.  Names that do not are left out (Czech
 * "cervenec", Croatian "listopad"), and so are weekdays that look like months (French "mar.").
 */
#ifndef TIME_DATE_NAMES_H
#define TIME_DATE_NAMES_H

#include <stdbool.h>

#include "base/span.h"

/* The letters at the beginning of TEXT, accented ones included. */
struct span date_word(struct span text);

/* 1 .. 12, or 0.  In any case, with accents or without. */
int date_month_name(struct span word);

/* 1 Monday .. 7, or 0. */
int date_weekday_name(struct span word);

/*
 * The offset of a zone's abbreviation in minutes: of those that stand for one offset as far as
 * software writes them (CET, EEST, PST).  False for any other, also for CST (Chicago, Shanghai, Havana),
 * IST (Delhi, Dublin, Tel Aviv), BST (London, Dhaka) and AST (Halifax, Riyadh).
 */
bool date_zone_offset(struct span word, int *minutes);

/* One of those that stand for several zones. */
bool date_zone_is_ambiguous(struct span word);

#endif
