/*
 * What the web report counts by week, counted back from the report's "now", to say what stands out: page views,
 * sessions, errors and programs, and the sessions of each channel and views of each page that were most over all weeks.
 */
#ifndef REPORT_WEB_WEEKS_H
#define REPORT_WEB_WEEKS_H

#include "understand/report/figures.h"
#include "understand/report/partial.h"
#include "understand/report/tally.h"

enum web_week { WEEK_VIEWS, WEEK_SESSIONS, WEEK_ERRORS, WEEK_SERVER_ERRORS, WEEK_BOTS, WEEK_KINDS };

/* By row of a tally. */
struct web_rows {
	uint32_t (*weeks)[FIGURES_PERIODS];
	size_t cap;
};

struct web_weeks {
	uint64_t totals[WEEK_KINDS][FIGURES_PERIODS];
	struct web_rows pages, origins;		/* views; sessions */
	int64_t first, as_of;			/* of what was counted; MOMENT_NONE: nothing */
};

void web_weeks_init(struct web_weeks *w);
void web_weeks_release(struct web_weeks *w);

/* Something of KIND happened at TIME, which is not after AS_OF. */
void web_weeks_note(struct web_weeks *w, enum web_week kind, int64_t time, int64_t as_of);

/* The same of ROW of the tally that ROWS goes with. */
void web_weeks_note_row(struct web_rows *rows, size_t row, int64_t time, int64_t as_of);

/* Adds OTHER, whose rows are those of PAGES and ORIGINS; ALL_PAGES and ALL_ORIGINS have them, too. */
void web_weeks_add(struct web_weeks *w, const struct web_weeks *other, struct tally *all_pages, const struct tally *pages,
		   struct tally *all_origins, const struct tally *origins);

/* Writes or reads them (partial.h), before the tallies themselves are carried: writing sorts those. */
void web_weeks_carry(struct web_weeks *w, struct partial *p, struct tally *pages, struct tally *origins);

/* Channels and their origins' rows: the channel of row I, absent: none. */
typedef struct span web_channel_of(const void *context, size_t row);

/* Adds the findings, where so many weeks are known that they say what is usual. */
void web_weeks_fill(const struct web_weeks *w, const struct tally *pages, const struct tally *origins, web_channel_of *channel_of,
		    const void *context, struct sheet *sheet);

#endif
