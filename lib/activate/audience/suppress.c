#include "activate/audience/suppress.h"

#include "io/input.h"
#include "text/spelling.h"

#define LIST_MAX ((size_t)1 << 28)

void suppress_release(struct suppress *s)
{
	map_release(&s->values);
	map_release(&s->digests);
	suppression_release(&s->forgotten);
}

/* "TYPE NUL spelling"; other types have no spellings. */
static void put_key(struct span type, struct span value, struct buf *out)
{
	buf_clear(out);
	buf_span(out, type);
	buf_char(out, '\0');
	if (spelling_is_sure(type))
		spelling_put(type, value, out);
	else
		buf_span(out, span_trim(value));
}

static void add_value(struct suppress *s, struct span type, struct span value, struct buf *scratch)
{
	put_key(type, value, scratch);
	map_put(&s->values, buf_view(scratch), NULL);
}

static void add_digest(struct suppress *s, struct span digest)
{
	char small[64];

	for (size_t i = 0; i < sizeof small; i++)
		small[i] = span_lower(digest.ptr[i]);
	map_put(&s->digests, (struct span){small, sizeof small}, NULL);
}

/* A cell that says by itself what it is. */
static bool add_cell(struct suppress *s, struct span cell, struct buf *scratch)
{
	struct arena a = ARENA_INIT;
	struct buf form = BUF_INIT;
	bool known = true;

	buf_clear(scratch);
	spelling_put(SPAN("email"), cell, scratch);
	if (hashed_looks(cell))
		add_digest(s, cell);
	else if (form_put(FORM_EMAIL, buf_view(scratch), &a, &form))
		add_value(s, SPAN("email"), cell, scratch);
	else if (form_put(FORM_PHONE, cell, &a, &form))
		add_value(s, SPAN("phone"), cell, scratch);
	else
		known = false;
	buf_release(&form);
	arena_release(&a);
	return known;
}

static struct span bare_cell(struct span cell)
{
	cell = span_trim(cell);
	if (cell.len > 1 && cell.ptr[0] == '"' && cell.ptr[cell.len - 1] == '"')
		cell = span_trim(span_sub(cell, 1, cell.len - 2));
	return cell;
}

/* TYPE of "TYPE=VALUE": a name without blanks, @ and signs.  0: the line is none. */
static size_t type_length(struct span line)
{
	size_t i = 0;

	while (i < line.len && ((line.ptr[i] >= 'a' && line.ptr[i] <= 'z') || line.ptr[i] == '_' || line.ptr[i] == '.'))
		i++;
	return i < line.len && line.ptr[i] == '=' ? i : 0;
}

/* The cells of a line of a table. */
static bool add_cells(struct suppress *s, struct span line, char separator, struct buf *scratch)
{
	bool any = false;

	while (!span_absent(line))
		any |= add_cell(s, bare_cell(span_cut(&line, separator)), scratch);
	return any;
}

static char separator_of(struct span line)
{
	static const char separators[] = ",;\t|";

	for (size_t i = 0; i < sizeof separators - 1; i++)
		if (span_find_byte(line, separators[i]) < line.len)
			return separators[i];
	return 0;
}

/* True: something of LINE is listed now. */
static bool add_line(struct suppress *s, struct span line, struct buf *scratch)
{
	size_t type = type_length(line);
	char separator = separator_of(line);

	if (type && line.len > type + 1) {
		struct span value = bare_cell(span_sub(line, type + 1, line.len));

		if (hashed_looks(value))
			add_digest(s, value);
		else
			add_value(s, span_sub(line, 0, type), value, scratch);
		return true;
	}
	if (add_cell(s, bare_cell(line), scratch))
		return true;
	if (separator)
		return add_cells(s, line, separator, scratch);
	line = bare_cell(line);
	if (span_find_byte(line, ' ') < line.len || span_find_byte(line, '@') < line.len)
		return false;
	add_value(s, SPAN("id"), line, scratch);
	return true;
}

static void add_lines(struct suppress *s, struct span text)
{
	struct buf scratch = BUF_INIT;
	uint64_t number = 0;

	while (!span_absent(text)) {
		struct span line = span_trim(span_cut(&text, '\n'));

		number++;
		/* A header names columns and no one. */
		if (!line.len || line.ptr[0] == '#' || add_line(s, line, &scratch) ||
		    (number == 1 && separator_of(line)))
			continue;
		if (!s->unread++)
			s->unread_line = number;
	}
	buf_release(&scratch);
}

static int load_forgotten(struct suppress *s, const char *path, struct span key, struct error *err)
{
	struct suppressor *r;
	int failed;

	if (span_absent(key))
		return error_usage(err, "'%s' is a list of cdp-forget, which is read with its key: --suppress-key FILE", path);
	r = suppressor_new(key);
	failed = suppression_load(&s->forgotten, path, r, err);
	suppressor_free(r);
	s->keyed = true;
	return failed;
}

int suppress_load(struct suppress *s, const char *path, struct span key, struct error *err)
{
	struct buf text = BUF_INIT;
	struct span all;
	int failed = 0;

	if (input_whole(path, LIST_MAX, &text, err)) {
		buf_release(&text);
		return -1;
	}
	all = buf_view(&text);
	if (span_starts(all, SPAN("\xef\xbb\xbf")))
		all = span_sub(all, 3, all.len);
	if (span_starts(all, SPAN("\xff\xfe")) || span_starts(all, SPAN("\xfe\xff")))
		failed = error_usage(err, "'%s' is UTF-16: save it as UTF-8", path);
	else if (span_starts(all, SPAN("# cdp-suppression ")))
		failed = load_forgotten(s, path, key, err);
	else
		add_lines(s, all);
	buf_release(&text);
	return failed;
}

void suppress_worker_start(struct suppress_worker *w, const struct suppress *s, struct span key)
{
	w->list = s;
	if (s->digests.count)
		w->sha256 = sha256_new();
	if (s->keyed)
		w->suppressor = suppressor_new(key);
}

void suppress_worker_release(struct suppress_worker *w)
{
	sha256_free(w->sha256);
	if (w->suppressor)
		suppressor_free(w->suppressor);
	buf_release(&w->text);
	buf_release(&w->spelling);
}

static void look_up_digest(void *context, struct span spelling, bool sha256)
{
	struct suppress_worker *w = context;

	if (!w->found && (sha256 || hashed_looks(spelling)))
		w->found = map_find(&w->list->digests, spelling) != MAP_NONE;
}

static bool has_identifier(struct suppress_worker *w, struct span type, struct span value)
{
	const struct suppress *s = w->list;

	if (s->values.count) {
		put_key(type, value, &w->spelling);
		if (map_find(&s->values, buf_view(&w->spelling)) != MAP_NONE)
			return true;
		put_key(SPAN("id"), value, &w->spelling);
		if (map_find(&s->values, buf_view(&w->spelling)) != MAP_NONE)
			return true;
	}
	w->found = false;
	if (w->sha256)
		hashed_spellings(type, value, w->sha256, look_up_digest, w);
	return w->found;
}

/* The values of one type. */
static bool has_any(struct suppress_worker *w, const struct member *type)
{
	struct buf name = BUF_INIT;
	struct scan values;
	struct value v;
	bool found = false;

	scan_start(&values, type->value.raw);
	if (type->value.kind != VALUE_ARRAY || scan_enter(&values, '[', NULL))
		return false;
	while (!found && scan_element(&values, &v, NULL) > 0) {
		buf_clear(&w->text);
		buf_clear(&name);
		found = has_identifier(w, member_key(type, &name), value_text(v, &w->text));
	}
	buf_release(&name);
	return found;
}

bool suppress_has(struct suppress_worker *w, const struct profile *p)
{
	const struct suppress *s = w->list;
	struct member type;
	struct scan ids;

	if (!s->values.count && !s->digests.count && !s->keyed)
		return false;
	buf_clear(&w->text);
	if (has_identifier(w, SPAN("id"), value_text(p->id, &w->text)))
		return true;
	if (s->keyed && suppression_has_ids(&s->forgotten, w->suppressor, SPAN_NONE, p->ids))
		return true;
	if (p->ids.kind != VALUE_OBJECT)
		return false;
	scan_start(&ids, p->ids.raw);
	if (scan_enter(&ids, '{', NULL))
		return false;
	while (scan_member(&ids, &type, NULL) > 0)
		if (has_any(w, &type))
			return true;
	return false;
}
