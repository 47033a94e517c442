#include "collect/quality/arrival.h"
#include "time/date_text.h"

/* The names are those of Segment's member receivedAt. */
static struct value find_received(struct value section)
{
	struct value v;

	if (section.kind != VALUE_OBJECT)
		return VALUE_ABSENT;
	v = value_member(section, SPAN("received_at"));
	return v.kind != VALUE_NONE ? v : value_member(section, SPAN("receivedat"));
}

/* When the record came in, by itself or by the run. */
static int64_t received_time(const struct arrival *a, const struct event *e,
			     struct buf *scratch)
{
	const struct value *const sections[] = {&e->context, &e->props, &e->traits};

	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		struct value v = find_received(*sections[i]);
		struct civil civil;

		buf_clear(scratch);
		if (v.kind == VALUE_TEXT &&
		    date_parse(value_text(v, scratch), DATES_ISO, &civil))
			return moment_from_civil(&civil);
	}
	return a->now;
}

enum arrival_kind arrival_judge(const struct arrival *a, const struct event *e,
				struct buf *scratch)
{
	int64_t now;

	if (e->time == MOMENT_NONE)
		return ARRIVAL_FINE;
	now = received_time(a, e, scratch);
	if (a->max_future != ARRIVAL_ANY && e->time > now &&
	    e->time - now > a->max_future)
		return ARRIVAL_FUTURE;
	if (a->max_lateness != ARRIVAL_ANY && e->time < now &&
	    now - e->time > a->max_lateness)
		return ARRIVAL_LATE;
	return ARRIVAL_FINE;
}

const char *arrival_mark(enum arrival_kind kind)
{
	return kind == ARRIVAL_LATE ? "late" : "future";
}

int arrival_refuse(const struct arrival *a, enum arrival_kind kind,
		   const struct event *e, struct error *err)
{
	struct buf scratch = BUF_INIT;
	int64_t now = received_time(a, e, &scratch);
	char time[MOMENT_TEXT];
	char then[MOMENT_TEXT];
	bool late = kind == ARRIVAL_LATE;

	buf_release(&scratch);
	moment_format(e->time, time);
	moment_format(now, then);
	return error_data(err, "its time %.*s is %s than when it came in, %.*s, by more than %s allows",
			  MOMENT_TEXT, time, late ? "earlier" : "later", MOMENT_TEXT,
			  then, late ? "--max-lateness" : "--max-future");
}
