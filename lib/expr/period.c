#include "expr/period.h"

/* By unit: now's, then the one before. */
const char *const period_names[] = {
	"today", "yesterday", "this_week", "last_week", "this_month", "last_month",
	"this_quarter", "last_quarter", "this_year", "last_year", NULL
};

static const char no_window[] =
	"is no window: write 90d, 2025-03, 2025-01-01..2025-03-31, 60d..30d or last_month";

/* ---- Days of units ---- */

/* The first day of the unit of the calendar that is BACK units before DAY's. */
static int64_t unit_begin(int64_t day, enum period_unit unit, int back)
{
	int year, month, date;

	moment_civil_date(day, &year, &month, &date);
	switch (unit) {
	case PERIOD_DAY:
		return day - back;
	case PERIOD_WEEK:
		return day - (moment_weekday(day) - 1) - 7 * (int64_t)back;
	case PERIOD_MONTH:
		return moment_days(year, month - back, 1);
	case PERIOD_QUARTER:
		return moment_days(year, (month - 1) / 3 * 3 + 1 - 3 * back, 1);
	default:
		return moment_days(year - back, 1, 1);
	}
}

/* ---- Reading ---- */

static bool take_number(struct span *rest, size_t digits, int *out)
{
	uint64_t number;

	if (rest->len < digits || !span_number(span_sub(*rest, 0, digits), &number))
		return false;
	*out = (int)number;
	*rest = span_sub(*rest, digits, rest->len);
	return true;
}

/* Behind the year: "", "-03", "-03-15", "-Q1", "Q1". */
static bool read_rest(struct span rest, int *month, int *day, enum period_unit *unit)
{
	bool dash = span_starts(rest, SPAN("-"));

	*month = *day = 1;
	*unit = PERIOD_YEAR;
	if (!rest.len)
		return true;
	rest = span_sub(rest, dash, rest.len);
	if (span_starts(rest, SPAN("Q")) || span_starts(rest, SPAN("q"))) {
		rest = span_sub(rest, 1, rest.len);
		*unit = PERIOD_QUARTER;
		if (!take_number(&rest, 1, month) || rest.len || *month < 1 || *month > 4)
			return false;
		*month = *month * 3 - 2;
		return true;
	}
	*unit = PERIOD_MONTH;
	if (!dash || !take_number(&rest, 2, month))
		return false;
	if (!rest.len)
		return true;
	*unit = PERIOD_DAY;
	dash = span_starts(rest, SPAN("-"));
	rest = span_sub(rest, dash, rest.len);
	return dash && take_number(&rest, 2, day) && !rest.len;
}

/* A day, month, quarter or year: its first day and the day behind its last. */
static bool read_date(struct span text, int64_t *first, int64_t *behind)
{
	int year, month, day;
	enum period_unit unit;

	if (!take_number(&text, 4, &year) || year < 1 || !read_rest(text, &month, &day, &unit) ||
	    month < 1 || month > 12 || day < 1 || day > moment_month_length(year, month))
		return false;
	*first = moment_days(year, month, day);
	*behind = unit_begin(*first, unit, -1);
	return true;
}

static bool read_duration(struct span text, struct duration *out)
{
	static const struct expr_scope none = {0};
	struct compiler c = {.text = text, .scope = &none};

	if (lexer_next(&c) || c.token.kind != TOKEN_DURATION)
		return false;
	*out = c.token.duration;
	return !lexer_next(&c) && c.token.kind == TOKEN_END;
}

/* One side of a range; the end takes what it names in. */
static bool read_bound(struct span text, bool end, struct bound *out)
{
	int64_t first, behind;

	*out = (struct bound){.kind = BOUND_OPEN};
	text = span_trim(text);
	if (!text.len)
		return true;
	if (read_date(text, &first, &behind)) {
		out->kind = BOUND_DAY;
		out->day = end ? behind : first;
		return true;
	}
	out->kind = BOUND_AGO;
	return read_duration(text, &out->ago);
}

static bool read_name(struct span text, struct period *out)
{
	size_t i = 0;

	while (period_names[i] && !span_equal_nocase(text, span_of(period_names[i])))
		i++;
	out->named = period_names[i] != NULL;
	out->unit = (enum period_unit)(i / 2);
	out->last = i % 2;
	return out->named;
}

/* "60d..30d" and "30d..60d" mean the same; false: "30d..30d" has nothing in it. */
static bool order_ago(struct period *p)
{
	struct bound from = p->from;
	int64_t begin = duration_ms(p->from.ago), end = duration_ms(p->to.ago);

	if (p->from.kind != BOUND_AGO || p->to.kind != BOUND_AGO)
		return true;
	if (begin < end) {
		p->from = p->to;
		p->to = from;
	}
	return begin != end;
}

static const char *read_range(struct span from, struct span to, struct period *out)
{
	if (!read_bound(from, false, &out->from) || !read_bound(to, true, &out->to))
		return no_window;
	if (out->from.kind == BOUND_OPEN && out->to.kind == BOUND_OPEN)
		return "has no end: leave the window out for all time";
	if (!order_ago(out))
		return "ends where it begins: a day is 31d..30d";
	if (out->from.kind == BOUND_DAY && out->to.kind == BOUND_DAY && out->from.day >= out->to.day)
		return "ends before it begins";
	return NULL;
}

const char *period_parse(struct span text, struct period *out)
{
	size_t dots;

	text = span_trim(text);
	*out = (struct period){.text = text};
	if (read_name(text, out))
		return NULL;
	dots = span_find(text, SPAN(".."));
	if (dots < text.len)
		return read_range(span_sub(text, 0, dots), span_sub(text, dots + 2, text.len), out);
	if (read_date(text, &out->from.day, &out->to.day)) {
		out->from.kind = out->to.kind = BOUND_DAY;
		return NULL;
	}
	out->from.kind = BOUND_AGO;
	if (text.len && read_duration(text, &out->from.ago))
		return NULL;
	return no_window;
}

static bool is_part(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '.' || c == '-' || c == '_';
}

size_t period_literal(struct span text)
{
	struct period p;
	size_t len = 0;
	int64_t first, behind;
	struct span all;

	while (len < text.len && is_part(text.ptr[len]))
		len++;
	all = span_sub(text, 0, len);
	if (span_find(all, SPAN("..")) < len)
		return len;
	return read_name(all, &p) || (len > 4 && read_date(all, &first, &behind)) ? len : 0;
}

/* ---- Placing ---- */

/* The first moment of DAY. */
static int64_t day_begin(int64_t day, const struct zone *zone)
{
	struct civil civil = {0};

	if (day < moment_days(1, 1, 2))
		return MOMENT_MIN;
	if (day > moment_days(9999, 12, 31))
		return MOMENT_MAX;
	moment_civil_date(day, &civil.year, &civil.month, &civil.day);
	return zone_moment(zone, &civil);
}

/* Before all time, but not before what has none: the undated lie in no period. */
#define BEFORE_TIME (MOMENT_MIN - 1)

/* A bound as the last moment before what begins there. */
static int64_t place_bound(const struct bound *b, int64_t now, const struct zone *zone, int64_t open)
{
	int64_t at;

	if (b->kind == BOUND_OPEN)
		return open;
	if (b->kind == BOUND_DAY)
		return day_begin(b->day, zone) - 1;
	return duration_add(now, b->ago, -1, zone, &at) ? at : BEFORE_TIME;
}

void period_place(const struct period *p, int64_t now, const struct zone *zone,
		  int64_t *begin, int64_t *end)
{
	int64_t today;

	if (!p->named) {
		*begin = place_bound(&p->from, now, zone, BEFORE_TIME);
		*end = place_bound(&p->to, now, zone, now);
	} else {
		today = zone_day(zone, now);
		*begin = day_begin(unit_begin(today, p->unit, p->last), zone) - 1;
		*end = day_begin(p->last ? unit_begin(today, p->unit, 0)
				 : unit_begin(today, p->unit, -1), zone) - 1;
	}
	/* What is later than now counts nowhere. */
	if (*end > now)
		*end = now;
}
