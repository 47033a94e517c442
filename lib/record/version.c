#include "record/version.h"

#include "time/date_text.h"

/* Longer texts are neither times nor numbers. */
#define VERSION_READ_MAX 64

static void read_text(struct version *v)
{
	struct span text = span_trim(v->text);
	struct civil civil;

	v->kind = text.len ? VERSION_TEXT : VERSION_NONE;
	if (text.len > VERSION_READ_MAX)
		return;
	if (decimal_parse(text, &v->number)) {
		v->kind = VERSION_NUMBER;
	} else if (date_parse(text, DATES_ISO, &civil)) {
		v->kind = VERSION_TIME;
		v->time = moment_from_civil(&civil);
	}
}

struct version version_read(struct value v, struct buf *scratch)
{
	struct version version = {.kind = VERSION_NONE};

	if (v.kind != VALUE_TEXT && v.kind != VALUE_NUMBER)
		return version;
	buf_clear(scratch);
	version.text = value_text(v, scratch);
	read_text(&version);
	return version;
}

int version_compare(const struct version *a, const struct version *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	switch (a->kind) {
	case VERSION_NONE:
		return 0;
	case VERSION_TEXT:
		return span_compare(a->text, b->text);
	case VERSION_NUMBER:
		return decimal_compare(a->number, b->number);
	case VERSION_TIME:
		break;
	}
	return (a->time > b->time) - (a->time < b->time);
}
