#include "activate/audience/suppress.h"

#include "io/input.h"
#include "text/spelling.h"

#define LIST_MAX ((size_t)1 << 28)

void suppress_release(struct suppress *s)
{
	map_release(&s->values);
	map_release(&s->digests);
	map_release(&s->hashes);
	suppression_release(&s->forgotten);
}

/* Addresses are one where the case of any letter, or dots and a tag of Gmail, is the difference. */
static void put_address(struct span value, struct buf *out)
{
	struct arena scratch = ARENA_INIT;
	struct buf bare = BUF_INIT;

	spelling_put(SPAN("email"), value, &bare);
	if (!form_put(FORM_GMAIL, buf_view(&bare), &scratch, out))
		buf_span(out, buf_view(&bare));
	if (span_ends(buf_view(out), SPAN("@googlemail.com"))) {
		out->len -= SPAN("googlemail.com").len;
		buf_lit(out, "gmail.com");
	}
	buf_release(&bare);
	arena_release(&scratch);
}

/* "type NUL spelling"; other types have no spellings. */
static void put_key(struct span type, struct span value, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < type.len; i++)
		buf_char(out, span_lower(type.ptr[i]));
	buf_char(out, '\0');
	if (span_equal_nocase(type, SPAN("email")))
		put_address(value, out);
	else if (spelling_is_sure(type))
		spelling_put(type, value, out);
	else
		buf_span(out, span_trim(value));
}

static void add_hash(void *context, struct span spelling, bool sha256)
{
	struct suppress *s = context;

	if (sha256)
		map_put(&s->hashes, spelling, NULL);
}

static void add_value(struct suppress *s, struct span type, struct span value, struct buf *scratch)
{
	bool phone = span_equal_nocase(type, SPAN("phone"));

	put_key(type, value, scratch);
	map_put(&s->values, buf_view(scratch), NULL);
	if (!spelling_is_sure(type))
		return;
	buf_clear(scratch);
	buf_text_put(scratch, phone ? "+" : "");
	spelling_put(type, value, scratch);
	hashed_spellings(phone ? SPAN("phone") : SPAN("email"), buf_view(scratch), s->sha256, add_hash, s);
}

static void put_small(struct span digest, char small[64])
{
	for (size_t i = 0; i < 64; i++)
		small[i] = span_lower(digest.ptr[i]);
}

static void add_digest(struct suppress *s, struct span digest)
{
	char small[64];

	put_small(digest, small);
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
	if (cell.len > 1 && (cell.ptr[0] == '"' || cell.ptr[0] == '\'') && cell.ptr[cell.len - 1] == cell.ptr[0])
		cell = span_trim(span_sub(cell, 1, cell.len - 2));
	return cell;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* TYPE of "TYPE=VALUE": a name without blanks, @ and signs.  0: the line is none, as "dGVzdA==". */
static size_t type_length(struct span line)
{
	size_t i = 0;

	while (i < line.len && ((span_lower(line.ptr[i]) >= 'a' && span_lower(line.ptr[i]) <= 'z') || is_digit(line.ptr[i]) ||
				line.ptr[i] == '_' || line.ptr[i] == '.' || line.ptr[i] == '-'))
		i++;
	return i + 1 < line.len && line.ptr[i] == '=' && line.ptr[i + 1] != '=' ? i : 0;
}

/* Where the first cell of LINE ends; line.len: it has one. */
static size_t cell_length(struct span line)
{
	size_t i = 0;

	while (i < line.len && line.ptr[i] != ',' && line.ptr[i] != ';' && line.ptr[i] != '\t' && line.ptr[i] != '|')
		i++;
	return i;
}

static bool is_table(struct span line)
{
	return cell_length(line) < line.len;
}

/* The cells of a line of a table, cut at each separator: a cell may have several addresses. */
static bool add_cells(struct suppress *s, struct span line, struct buf *scratch)
{
	bool any = false;

	while (line.len) {
		size_t len = cell_length(line);

		any |= add_cell(s, bare_cell(span_sub(line, 0, len)), scratch);
		line = span_sub(line, len + 1, line.len);
	}
	return any;
}

/* A phone number whose plus got lost, as in the columns of some platforms? */
static bool is_number(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!is_digit(word.ptr[i]))
			return false;
	return word.len >= 8 && word.len <= 15;
}

/* True: something of LINE is listed now. */
static bool add_line(struct suppress *s, struct span line, struct buf *scratch)
{
	size_t type = type_length(line);

	if (type) {
		struct span value = bare_cell(span_sub(line, type + 1, line.len));

		if (hashed_looks(value))
			add_digest(s, value);
		else
			add_value(s, span_sub(line, 0, type), value, scratch);
		return true;
	}
	if (add_cell(s, bare_cell(line), scratch))
		return true;
	if (is_table(line))
		return add_cells(s, line, scratch);
	line = bare_cell(line);
	if (span_find_byte(line, ' ') < line.len || span_find_byte(line, '@') < line.len)
		return false;
	add_value(s, SPAN("id"), line, scratch);
	if (is_number(line))
		add_value(s, SPAN("phone"), line, scratch);
	return true;
}

static void add_lines(struct suppress *s, struct span text)
{
	struct buf scratch = BUF_INIT;
	uint64_t number = 0;

	s->sha256 = sha256_new();
	while (!span_absent(text)) {
		struct span line = span_trim(span_cut(&text, '\n'));

		number++;
		/* A header names columns and no one. */
		if (!line.len || line.ptr[0] == '#' || add_line(s, line, &scratch) ||
		    (number == 1 && is_table(line)))
			continue;
		if (!s->unread++)
			s->unread_line = number;
	}
	sha256_free(s->sha256);
	s->sha256 = NULL;
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

/* A profile may have the SHA-256 itself. */
static bool has_digest(const struct suppress *s, struct span digest)
{
	char small[64];
	struct span key = {small, sizeof small};

	put_small(digest, small);
	return map_find(&s->digests, key) != MAP_NONE || map_find(&s->hashes, key) != MAP_NONE;
}

static void look_up_digest(void *context, struct span spelling, bool sha256)
{
	struct suppress_worker *w = context;

	if (!w->found && sha256)
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
	value = span_trim(value);
	if (hashed_looks(value))
		return has_digest(s, value);
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
