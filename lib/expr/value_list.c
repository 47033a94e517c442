#include "expr/value_list.h"

#include "io/input.h"
#include "text/spelling.h"

static void put_spelling(const struct value_list *l, struct span value, struct buf *out)
{
	buf_clear(out);
	if (spelling_is_sure(l->kind))
		spelling_put(l->kind, value, out);
	else
		buf_span(out, span_trim(value));
}

/* Without blanks around it, and without the quotes of a CSV cell. */
static struct span bare_value(struct span line)
{
	line = span_trim(line);
	if (line.len > 1 && line.ptr[0] == '"' && line.ptr[line.len - 1] == '"')
		line = span_trim(span_sub(line, 1, line.len - 2));
	return line;
}

static void add_values(struct value_list *l, struct span text)
{
	struct buf spelling = BUF_INIT;

	while (!span_absent(text)) {
		struct span value = bare_value(span_cut(&text, '\n'));
		bool added;

		if (!value.len || value.ptr[0] == '#')
			continue;
		put_spelling(l, value, &spelling);
		map_put(&l->map, buf_view(&spelling), &added);
		if (added)
			map_put(&l->written, value, NULL);
	}
	buf_release(&spelling);
}

static int refuse_file(struct span path, const char *why, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	return error_usage(err, "file %s %s", error_quote(path, quoted), why);
}

int value_list_load(struct value_list *l, struct span path, struct span kind, struct error *err)
{
	struct buf text = BUF_INIT;
	struct error why = ERROR_INIT;
	char quoted[ERROR_QUOTE_MAX];
	struct span all;
	int failed = 0;

	*l = (struct value_list){.path = path, .kind = kind};
	if (span_equal(path, SPAN("-")))
		return refuse_file(path, "is standard input, where profiles come from: name a file", err);
	if (input_whole(path.ptr, VALUE_LIST_MAX, &text, &why)) {
		failed = error_usage(err, "file %s: %s", error_quote(path, quoted), why.message);
	} else {
		all = buf_view(&text);
		if (span_starts(all, SPAN("\xff\xfe")) || span_starts(all, SPAN("\xfe\xff")))
			failed = refuse_file(path, "is UTF-16: save it as UTF-8", err);
		else
			add_values(l, span_starts(all, SPAN("\xef\xbb\xbf")) ? span_sub(all, 3, all.len) : all);
	}
	buf_release(&text);
	if (!failed && !l->map.count)
		failed = refuse_file(path, "has no value: write one a line", err);
	if (failed)
		value_list_release(l);
	return failed;
}

void value_list_release(struct value_list *l)
{
	map_release(&l->map);
	map_release(&l->written);
}

size_t value_list_find(const struct value_list *l, struct span value, struct buf *scratch)
{
	put_spelling(l, value, scratch);
	return map_find(&l->map, buf_view(scratch));
}
