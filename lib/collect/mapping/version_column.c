#include "collect/mapping/version_column.h"

#include <string.h>

#include "collect/mapping/field.h"
#include "collect/mapping/value.h"
#include "time/date_text.h"

#define VERSION_DIGITS 14	/* year to second */

/* Headers without marks, blanks and underscores, in lower case; the best first. */
static const char *const headers[] = {
	"updatedat", "modifiedat", "lastmodifiedat", "lastmodified", "lastmodifieddate", "lastupdated",
	"lastupdatedat", "dateupdated", "datemodified", "datemodifiedgmt", "modifieddate", "updateddate",
	"updatedtime", "updatetime", "modifiedtime", "lastupdate", "lastupdatedate", "lastupdatetime",
	"lastmodifiedtime", "systemmodstamp", "changedat", "lastchanged", "lastchangedat", "changedate",
	"datechanged", "updated", "modified", "updatedon", "modifiedon", "changedon", "geaendertam", "geandertam",
	"aenderungsdatum", "anderungsdatum", "letzteaenderung", "letzteanderung", "aktualisiertam", "datemodification", "modifiele",
	"fechamodificacion", "actualizadoel",
	/* When a connector read the row: later than the change, but in its order. */
	"sourcetsms", "sdcextractedat", "airbyteextractedat", "airbyteemittedat", "fivetransynced",
};

unsigned version_rank(struct span header)
{
	struct arena a = ARENA_INIT;
	struct span word = field_squash(header, &a);
	unsigned rank = 0;

	for (unsigned i = 0; i < sizeof headers / sizeof *headers && !rank; i++) {
		if (span_equal(word, span_of(headers[i])))
			rank = i + 1;
	}
	arena_release(&a);
	return rank;
}

/* The best first: insertion into what is there. */
static void add_column(struct plan *p, size_t column, unsigned rank)
{
	struct target *t = arena_zero(&p->arena, sizeof *t);
	size_t at = p->version_count;

	if (at == VERSION_COLUMNS_MAX)
		return;
	t->field = (struct field){.section = SECTION_VERSION, .form = FORM_VERSION, .hint = HINT_NONE, .key = SPAN("")};
	t->origin = ORIGIN_TABLE;
	t->column = (int)column;
	t->label = p->columns[column].name;
	t->number = p->tallies;		/* the one for all that came late */
	for (; at && p->version_ranks[at - 1] > rank; at--) {
		p->versions[at] = p->versions[at - 1];
		p->version_ranks[at] = p->version_ranks[at - 1];
	}
	p->versions[at] = t;
	p->version_ranks[at] = rank;
	p->version_count++;
}

struct change_search {
	const struct plan *plan;
	bool found;
};

static void look_at_column(void *context, int slot)
{
	struct change_search *c = context;

	if ((size_t)slot < c->plan->column_count && version_rank(c->plan->columns[slot].name))
		c->found = true;
}

/* Does the time of P's contacts say when they were changed? */
static bool is_dated_by_change(const struct plan *p)
{
	const struct target *time = plan_find(p, SECTION_TIME, SPAN(""));
	struct change_search c = {p, false};

	if (p->type != EVENT_IDENTIFY || !time)
		return false;
	if (time->column >= 0)
		look_at_column(&c, time->column);
	else if (time->expr)
		expr_slots(time->expr, look_at_column, &c);
	return c.found;
}

void version_columns_find(struct plan *p, const char *file)
{
	char stamp[VERSION_STAMP];

	if ((p->hashed_ids && !p->fold) || plan_find(p, SECTION_VERSION, SPAN("")) || is_dated_by_change(p))
		return;
	p->versioned = true;
	for (size_t i = p->fixed; i < p->column_count; i++) {
		unsigned rank = version_rank(p->columns[i].name);

		if (rank)
			add_column(p, i, rank);
	}
	if (!span_absent(version_of_name(file, stamp))) {
		struct buf member = BUF_INIT;

		buf_printf(&member, ",\"version\":\"%s.000Z\"", stamp);
		p->version_member = arena_copy(&p->arena, buf_view(&member));
		buf_release(&member);
	}
}

/* A member of JSON that came late, of a better rank than RANK, and a time; else OUT is as it was. */
static bool put_late(struct maker *m, unsigned rank, struct buf *out)
{
	static const struct target version = {
		.field = {SECTION_VERSION, FORM_VERSION, HINT_NONE, SPAN("")}, .origin = ORIGIN_TABLE,
	};
	const struct extra *best = NULL;
	size_t at = out->len;

	for (size_t i = 0; i < m->extra_count; i++) {
		const struct extra *e = &m->extras[i];

		if (!e->target->version_rank || (rank && e->target->version_rank >= rank))
			continue;
		best = e;
		rank = e->target->version_rank;
	}
	if (!best)
		return false;
	buf_lit(out, ",\"version\":");
	if (value_put(m, &version, &best->cell, false, out) == FIT_PUT)
		return true;
	out->len = at;
	return false;
}

void version_column_put(struct maker *m, const struct row *row, struct buf *out)
{
	const struct plan *p = m->plan;
	size_t at = out->len;

	for (size_t i = 0; i < p->version_count; i++) {
		const struct target *t = p->versions[i];

		if (row->cells[t->column].kind == CELL_NONE)
			continue;
		if (m->extra_count && put_late(m, p->version_ranks[i], out))
			return;
		buf_lit(out, ",\"version\":");
		if (value_put(m, t, &row->cells[t->column], false, out) == FIT_PUT)
			return;
		out->len = at;
	}
	if (!(m->extra_count && put_late(m, 0, out)))
		buf_span(out, p->version_member);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t count_digits(struct span text, size_t at)
{
	size_t count = 0;

	while (at + count < text.len && is_digit(text.ptr[at + count]))
		count++;
	return count;
}

/* Is there a '-' or '_' at AT of TEXT, and behind it exactly COUNT digits? */
static bool has_part(struct span text, size_t at, size_t count)
{
	return at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '_') &&
	       count_digits(text, at + 1) == count;
}

/* The digits of "2024-03-01", "2024_03_01" or "20240301" at the begin of TEXT; how long it is, or 0. */
static size_t take_day(struct span text, char digits[VERSION_DIGITS])
{
	size_t count = count_digits(text, 0);

	if (count == 4 && has_part(text, 4, 2) &&
	    (has_part(text, 7, 2) || (text.len > 10 && text.ptr[10] == 'T' && count_digits(text, 8) == 2))) {
		memcpy(digits, text.ptr, 4);
		memcpy(digits + 4, text.ptr + 5, 2);
		memcpy(digits + 6, text.ptr + 8, 2);
		return 10;
	}
	if (count != 8 && count != 12 && count != 14)
		return 0;
	memcpy(digits, text.ptr, 8);
	return 8;
}

/* The digits of "T0930", "_093000", "-09-30" or "0930" behind a day; how long that is. */
static size_t take_time(struct span text, char digits[VERSION_DIGITS])
{
	size_t joint = text.len && (text.ptr[0] == 'T' || text.ptr[0] == '_' || text.ptr[0] == '-');
	size_t count = count_digits(text, joint);

	memcpy(digits + 8, "000000", 6);
	/* Not the year of another day. */
	if ((count == 4 || count == 6) && !has_part(text, joint + count, 2)) {
		memcpy(digits + 8, text.ptr + joint, count);
		return joint + count;
	}
	if (!joint || count != 2 || !has_part(text, joint + 2, 2))
		return 0;
	memcpy(digits + 8, text.ptr + joint, 2);
	memcpy(digits + 10, text.ptr + joint + 3, 2);
	return joint + 5;
}

/* What DIGITS, year to second, say, into OUT; or false. */
static bool put_stamp(const char digits[VERSION_DIGITS], char out[VERSION_STAMP])
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	struct civil civil;
	size_t at = 0;

	for (size_t i = 0; i < sizeof form; i++)
		out[i] = form[i] == 'd' ? digits[at++] : form[i];
	return date_parse(span_of(out), DATES_ISO, &civil) && civil.year >= 1990 && civil.year <= 2099;
}

/* The same at the begin of TEXT; how long it is, or 0. */
static size_t read_stamp(struct span text, char out[VERSION_STAMP])
{
	char digits[VERSION_DIGITS];
	size_t day = take_day(text, digits), time;

	if (!day)
		return 0;
	time = take_time(span_sub(text, day, text.len), digits);
	if (put_stamp(digits, out))
		return day + time;
	memcpy(digits + 8, "000000", 6);
	return put_stamp(digits, out) ? day : 0;
}

struct span version_of_name(const char *path, char out[VERSION_STAMP])
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	struct span name = span_of(slash ? slash + 1 : path ? path : "");
	char stamp[VERSION_STAMP];
	bool found = false;

	for (size_t i = 0; i < name.len; i++) {
		size_t len;

		if (i && is_digit(name.ptr[i - 1]))
			continue;
		len = read_stamp(span_sub(name, i, name.len), stamp);
		if (!len)
			continue;
		memcpy(out, stamp, sizeof stamp);
		found = true;
		i += len - 1;
	}
	return found ? span_of(out) : SPAN_NONE;
}
