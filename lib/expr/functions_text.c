/* Functions of texts. */
#include <string.h>

#include "expr/builtin.h"
#include "record/scan.h"
#include "text/unicode.h"
#include "text/url.h"

static int call_lower(const struct node *n, struct expr_run *run,
		      const struct datum *args, struct datum *out,
		      struct error *err)
{
	(void)n;
	(void)err;
	*out = datum_text(unicode_lower(args[0].text, run->scratch));
	return 0;
}

static int call_upper(const struct node *n, struct expr_run *run,
		      const struct datum *args, struct datum *out,
		      struct error *err)
{
	(void)n;
	(void)err;
	*out = datum_text(unicode_upper(args[0].text, run->scratch));
	return 0;
}

static int call_trim(const struct node *n, struct expr_run *run,
		     const struct datum *args, struct datum *out,
		     struct error *err)
{
	struct span s = span_trim(args[0].text);

	(void)n;
	(void)run;
	(void)err;
	/* The no-break blank comes from web pages and spreadsheets. */
	while (span_starts(s, SPAN("\xc2\xa0")))
		s = span_trim(span_sub(s, 2, s.len));
	while (span_ends(s, SPAN("\xc2\xa0")))
		s = span_trim(span_sub(s, 0, s.len - 2));
	*out = datum_text(s);
	return 0;
}

/* Of an array; the members of an object. */
static size_t elements_of(struct span json)
{
	struct scan s;
	struct member m;
	struct value v;
	size_t count = 0;
	bool array = json.ptr[0] == '[';

	scan_start(&s, json);
	if (!scan_enter(&s, json.ptr[0], NULL))
		while ((array ? scan_element(&s, &v, NULL) : scan_member(&s, &m, NULL)) > 0)
			count++;
	return count;
}

static int call_length(const struct node *n, struct expr_run *run,
		       const struct datum *args, struct datum *out,
		       struct error *err)
{
	size_t length = args[0].type == TYPE_LIST ? args[0].list.count
		: args[0].type == TYPE_JSON ? elements_of(args[0].text)
		: unicode_length(datum_text_of(&args[0], run->scratch));

	(void)n;
	(void)err;
	*out = datum_number(decimal_of((int64_t)length));
	return 0;
}

/* The texts in PARTS with SEPARATOR between those that are known. */
static struct span join_texts(const struct datum *parts, size_t count,
			      struct span separator, struct arena *scratch)
{
	struct span texts[CALL_ARGS_MAX];
	size_t i, known = 0, len = 0;
	char *at, *begin;

	for (i = 0; i < count; i++) {
		if (parts[i].type == TYPE_UNKNOWN)
			continue;
		texts[known] = datum_text_of(&parts[i], scratch);
		len += texts[known++].len + separator.len;
	}
	begin = at = arena_bytes(scratch, len);
	for (i = 0; i < known; i++) {
		if (i && separator.len)
			at = (char *)memcpy(at, separator.ptr, separator.len) + separator.len;
		if (texts[i].len)
			at = (char *)memcpy(at, texts[i].ptr, texts[i].len) + texts[i].len;
	}
	return span_between(begin, at);
}

static int call_concat(const struct node *n, struct expr_run *run,
		       const struct datum *args, struct datum *out,
		       struct error *err)
{
	(void)err;
	*out = datum_text(join_texts(args, n->count, SPAN(""), run->scratch));
	return 0;
}

/* A list joins its texts; unknown arguments are left out. */
static int call_join(const struct node *n, struct expr_run *run,
		     const struct datum *args, struct datum *out,
		     struct error *err)
{
	struct datum items[CALL_ARGS_MAX];
	size_t i;

	(void)err;
	if (args[0].type == TYPE_UNKNOWN)
		return 0;
	for (i = 1; i < n->count; i++) {
		items[i] = args[i];
		if (args[i].type == TYPE_LIST && args[i].list.count == 0)
			items[i] = DATUM_UNKNOWN;
		else if (args[i].type == TYPE_LIST) {
			struct buf b = BUF_INIT;
			size_t k;

			for (k = 0; k < args[i].list.count; k++) {
				if (k)
					buf_span(&b, args[0].text);
				buf_span(&b, args[i].list.items[k]);
			}
			items[i] = datum_text(arena_copy(run->scratch, buf_view(&b)));
			buf_release(&b);
		}
	}
	*out = datum_text(join_texts(items + 1, n->count - 1, args[0].text, run->scratch));
	return 0;
}

static int call_starts_with(const struct node *n, struct expr_run *run,
			    const struct datum *args, struct datum *out,
			    struct error *err)
{
	(void)n;
	(void)run;
	(void)err;
	*out = datum_truth(span_starts(args[0].text, args[1].text));
	return 0;
}

static int call_ends_with(const struct node *n, struct expr_run *run,
			  const struct datum *args, struct datum *out,
			  struct error *err)
{
	(void)n;
	(void)run;
	(void)err;
	*out = datum_truth(span_ends(args[0].text, args[1].text));
	return 0;
}

static int call_contains(const struct node *n, struct expr_run *run,
			 const struct datum *args, struct datum *out,
			 struct error *err)
{
	struct span text, part = args[1].text;
	size_t i;

	(void)n;
	(void)err;
	if (args[0].type == TYPE_LIST) {
		for (i = 0; i < args[0].list.count; i++) {
			if (span_equal(args[0].list.items[i], part))
				break;
		}
		*out = datum_truth(i < args[0].list.count);
		return 0;
	}
	text = datum_text_of(&args[0], run->scratch);
	*out = datum_truth(!part.len || span_find(text, part) < text.len);
	return 0;
}

static int call_replace(const struct node *n, struct expr_run *run,
			const struct datum *args, struct datum *out,
			struct error *err)
{
	struct span text = args[0].text, from = args[1].text;
	struct buf b = BUF_INIT;
	size_t at;

	(void)n;
	(void)err;
	*out = args[0];
	if (!from.len || span_find(text, from) == text.len)
		return 0;
	while (text.len) {
		at = span_find(text, from);
		buf_span(&b, span_sub(text, 0, at));
		if (at < text.len)
			buf_span(&b, args[2].text);
		text = span_sub(text, at + (at < text.len ? from.len : 0), text.len);
	}
	*out = datum_text(arena_copy(run->scratch, buf_view(&b)));
	buf_release(&b);
	return 0;
}

/* A whole number from -LIMIT to LIMIT. */
static bool small_number(const struct datum *d, int64_t limit, int64_t *out)
{
	if (d->number.scale || d->number.digits > limit || d->number.digits < -limit)
		return false;
	*out = (int64_t)d->number.digits;
	return true;
}

static int bad_position(const char *what, const struct datum *d,
			struct error *err)
{
	struct buf b = BUF_INIT;
	int failed;

	datum_put_text(d, &b);
	failed = error_data(err, "%s: %s is not a whole number from 1", what,
			    buf_text(&b));
	buf_release(&b);
	return failed;
}

/* SQL's: from character number FROM (1 is the first), LENGTH of them. */
static int call_substr(const struct node *n, struct expr_run *run,
		       const struct datum *args, struct datum *out,
		       struct error *err)
{
	int64_t from, length = INT32_MAX;
	struct span s = args[0].text;

	(void)run;
	if (!small_number(&args[1], INT32_MAX, &from) || from < 1)
		return bad_position("substr()", &args[1], err);
	if (n->count > 2 && (!small_number(&args[2], INT32_MAX, &length) || length < 0))
		return bad_position("substr()", &args[2], err);
	s = span_sub(s, unicode_offset(s, (size_t)from - 1), s.len);
	*out = datum_text(span_sub(s, 0, unicode_offset(s, (size_t)length)));
	return 0;
}

static struct span next_part(struct span *rest, struct span separator)
{
	size_t at = span_find(*rest, separator);
	struct span part = span_sub(*rest, 0, at);

	*rest = at == rest->len ? SPAN_NONE
		: span_sub(*rest, at + separator.len, rest->len);
	return part;
}

static size_t count_parts(struct span text, struct span separator)
{
	size_t count = 0;

	while (!span_absent(text)) {
		next_part(&text, separator);
		count++;
	}
	return count;
}

static int check_separator(struct compiler *c, struct node *n)
{
	if (n->args[1]->constant && n->args[1]->value.type == TYPE_TEXT &&
	    !n->args[1]->value.text.len)
		return compile_error(c, n->args[1]->at,
				     "%s() wants a separator that is not empty",
				     n->builtin->name);
	return 0;
}

/* Parts are trimmed; empty ones are left out: "a, b," is two tags. */
static int call_split(const struct node *n, struct expr_run *run,
		      const struct datum *args, struct datum *out,
		      struct error *err)
{
	struct span rest = args[0].text, separator = args[1].text;
	struct span *items;
	size_t count = 0;

	(void)n;
	if (!separator.len)
		return error_data(err, "split() wants a separator that is not empty");
	items = arena_alloc(run->scratch,
			    count_parts(rest, separator) * sizeof(*items));
	while (!span_absent(rest)) {
		struct span part = span_trim(next_part(&rest, separator));

		if (part.len)
			items[count++] = part;
	}
	*out = (struct datum){.type = TYPE_LIST, .list = {items, count}};
	return 0;
}

/* Part number I from 1, or from the end: -1 is the last.  As written. */
static int call_split_part(const struct node *n, struct expr_run *run,
			   const struct datum *args, struct datum *out,
			   struct error *err)
{
	struct span rest = args[0].text, separator = args[1].text, part = SPAN_NONE;
	int64_t i;

	(void)n;
	(void)run;
	if (!separator.len)
		return error_data(err, "split_part() wants a separator that is not empty");
	if (!small_number(&args[2], INT32_MAX, &i) || i == 0)
		return bad_position("split_part()", &args[2], err);
	if (i < 0)
		i += (int64_t)count_parts(rest, separator) + 1;
	if (i < 1)
		return 0;
	for (; i > 0 && !span_absent(rest); i--)
		part = next_part(&rest, separator);
	if (!i)
		*out = datum_text(part);
	return 0;
}

static int call_text(const struct node *n, struct expr_run *run,
		     const struct datum *args, struct datum *out,
		     struct error *err)
{
	(void)n;
	(void)err;
	*out = datum_text(datum_text_of(&args[0], run->scratch));
	return 0;
}

static struct span decode_text(struct span text, struct arena *scratch)
{
	struct buf plain = BUF_INIT;
	struct span kept;

	url_decode_raw(text, &plain);
	kept = arena_copy(scratch, buf_view(&plain));
	buf_release(&plain);
	return kept;
}

/* The first parameter NAME of a URL, or of a query alone ("a=1&b=2"). */
static int call_url_param(const struct node *n, struct expr_run *run,
			  const struct datum *args, struct datum *out,
			  struct error *err)
{
	struct span url = args[0].text, query;
	size_t mark;

	(void)n;
	(void)err;
	url = span_sub(url, 0, span_find_byte(url, '#'));
	mark = span_find_byte(url, '?');
	query = mark < url.len ? span_sub(url, mark + 1, url.len) : url;
	while (!span_absent(query)) {
		struct span pair = span_cut(&query, '&');
		size_t equal = span_find_byte(pair, '=');
		struct span key = decode_text(span_sub(pair, 0, equal), run->scratch);

		if (equal == pair.len || !span_equal(key, args[1].text))
			continue;
		*out = datum_text(decode_text(span_sub(pair, equal + 1, pair.len), run->scratch));
		return 0;
	}
	return 0;
}

const struct builtin text_functions[] = {
	{"lower", "t", TYPE_TEXT, 0, call_lower, NULL, NULL},
	{"upper", "t", TYPE_TEXT, 0, call_upper, NULL, NULL},
	{"trim", "t", TYPE_TEXT, 0, call_trim, NULL, NULL},
	{"length", "T", TYPE_NUMBER, 0, call_length, NULL, NULL},
	{"concat", "*+", TYPE_TEXT, 0, call_concat, NULL, NULL},
	{"join", "t*+", TYPE_TEXT, BUILTIN_NULLS, call_join, NULL, NULL},
	{"starts_with", "tt", TYPE_TRUTH, 0, call_starts_with, NULL, NULL},
	{"ends_with", "tt", TYPE_TRUTH, 0, call_ends_with, NULL, NULL},
	{"contains", "Tt", TYPE_TRUTH, 0, call_contains, NULL, NULL},
	{"replace", "ttt", TYPE_TEXT, 0, call_replace, NULL, NULL},
	{"substr", "tn?n", TYPE_TEXT, 0, call_substr, NULL, NULL},
	{"split", "tt", TYPE_LIST, 0, call_split, NULL, check_separator},
	{"split_part", "ttn", TYPE_TEXT, 0, call_split_part, NULL, check_separator},
	{"text", "*", TYPE_TEXT, 0, call_text, NULL, NULL},
	{"url_param", "tt", TYPE_TEXT, 0, call_url_param, NULL, NULL},
	{NULL, NULL, 0, 0, NULL, NULL, NULL},
};
