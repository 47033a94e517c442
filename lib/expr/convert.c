/*
 * Conversions: the checker puts them where a value has to be of another type
 * than it has.  What cannot be converted is an error of the row, or unknown in
 * a lenient scope, or where the value is compared (a JSON value that is a
 * text is not a wrong number).  A blank text is unknown, and so is one that says that there is no
 * value (null_word.h).
 */
#include <string.h>

#include "base/decimal_local.h"
#include "base/mem.h"
#include "expr/tree.h"
#include "record/scan.h"
#include "text/null_word.h"
#include "time/date_text.h"

/* The text of a failed conversion: unknown, or an error. */
static int refuse_value(const struct node *n, struct span text, const char *what,
			struct datum *out, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	*out = DATUM_UNKNOWN;
	if (n->lenient)
		return 0;
	return error_data(err, "%s is not a %s", error_quote(text, quoted), what);
}

/* "N/A" is no wrong number: there is none. */
static bool says_nothing(struct span text)
{
	return null_word_kinds(text) & NULL_FORM;
}

/*
 * Plain decimals first: most are, and both readers agree on them.  With a
 * decimal comma "1.234" is not what it looks like.
 */
static bool read_number(struct span text, char point, struct decimal *out)
{
	if (point != ',' && decimal_parse(text, out))
		return true;
	return point && decimal_parse_local(text, point, out);
}

int convert_text_number(const struct node *n, struct span text,
			struct datum *out, struct error *err)
{
	struct decimal number;
	struct span trimmed = span_trim(text);

	*out = DATUM_UNKNOWN;
	if (!trimmed.len)
		return 0;
	if (!read_number(trimmed, n->point, &number))
		return says_nothing(trimmed) ? 0 : refuse_value(n, text, "number", out, err);
	*out = datum_number(number);
	if (n->point != ',' && text_is_number(trimmed))
		out->written = trimmed;
	return 0;
}

int convert_number(const struct node *n, struct expr_run *run,
		   struct datum *out, struct error *err)
{
	if (node_eval(n->args[0], run, out, err))
		return -1;
	if (out->type == TYPE_NUMBER || out->type == TYPE_UNKNOWN)
		return 0;
	if (out->type == TYPE_TEXT)
		return convert_text_number(n, out->text, out, err);
	return refuse_value(n, datum_text_of(out, run->scratch), "number", out, err);
}

int convert_text(const struct node *n, struct expr_run *run,
		 struct datum *out, struct error *err)
{
	if (node_eval(n->args[0], run, out, err))
		return -1;
	if (out->type != TYPE_TEXT && out->type != TYPE_UNKNOWN)
		*out = datum_text(datum_text_of(out, run->scratch));
	return 0;
}

int convert_text_time(const struct node *n, struct span text,
		      enum date_order order, const struct zone *zone,
		      struct datum *out, struct error *err)
{
	struct civil civil;
	int64_t moment;

	*out = DATUM_UNKNOWN;
	if (moment_parse_record(text, &moment)) {
		*out = datum_time(moment);
		return 0;
	}
	text = span_trim(text);
	if (!text.len)
		return 0;
	if (!date_parse(text, order, &civil))
		return says_nothing(text) ? 0 : refuse_value(n, text, "date", out, err);
	*out = datum_time(zone_moment(zone, &civil));
	return 0;
}

int convert_time(const struct node *n, struct expr_run *run,
		 struct datum *out, struct error *err)
{
	if (node_eval(n->args[0], run, out, err))
		return -1;
	if (out->type == TYPE_TIME || out->type == TYPE_UNKNOWN)
		return 0;
	return convert_text_time(n, datum_text_of(out, run->scratch), DATES_ISO,
				 run->zone, out, err);
}

/* A date literal: read when compiling, placed in the row's time zone here. */
int convert_civil(const struct node *n, struct expr_run *run,
		  struct datum *out, struct error *err)
{
	(void)err;
	*out = datum_time(zone_moment(run->zone, &n->civil));
	return 0;
}

int convert_truth(const struct node *n, struct expr_run *run,
		  struct datum *out, struct error *err)
{
	if (node_eval(n->args[0], run, out, err))
		return -1;
	if (out->type != TYPE_TRUTH)
		*out = DATUM_UNKNOWN;
	return 0;
}

/* The texts of a JSON array. */
static struct datum list_of_array(struct span array, struct arena *scratch)
{
	struct datum d = {.type = TYPE_LIST};
	struct span *items = NULL;
	size_t cap = 0;
	struct buf decoded = BUF_INIT;
	struct scan s;
	struct value v;

	scan_start(&s, array);
	if (!scan_enter(&s, '[', NULL)) {
		while (scan_element(&s, &v, NULL) > 0) {
			struct span text = v.kind == VALUE_ARRAY || v.kind == VALUE_OBJECT ?
				v.raw : value_text(v, &decoded);

			if (span_absent(text))
				continue;
			items = mem_room(items, d.list.count, &cap, sizeof *items);
			items[d.list.count++] = arena_copy(scratch, text);
			buf_clear(&decoded);
		}
	}
	d.list.items = arena_alloc(scratch, d.list.count * sizeof *items);
	if (d.list.count)
		memcpy((void *)d.list.items, items, d.list.count * sizeof *items);
	mem_free(items);
	buf_release(&decoded);
	return d;
}

int convert_list(const struct node *n, struct expr_run *run,
		 struct datum *out, struct error *err)
{
	struct span *item;

	if (node_eval(n->args[0], run, out, err))
		return -1;
	if (out->type == TYPE_LIST || out->type == TYPE_UNKNOWN)
		return 0;
	if (out->type == TYPE_JSON && out->text.ptr[0] == '[') {
		*out = list_of_array(out->text, run->scratch);
		return 0;
	}
	item = arena_alloc(run->scratch, sizeof(*item));
	*item = datum_text_of(out, run->scratch);
	*out = (struct datum){.type = TYPE_LIST, .list = {item, 1}};
	return 0;
}
