#include "activate/audience/row.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "record/text.h"
#include "text/delimited.h"

/* How many cells COLUMN has in a row. */
static size_t width(const struct target *t, struct expr *const *fields, size_t column)
{
	return t->several == SEVERAL_COLUMNS && expr_type(fields[column]) == TYPE_LIST ? t->columns : 1;
}

void row_maker_start(struct row_maker *m, const struct target *t, struct expr *const *fields, bool samples)
{
	m->target = t;
	m->fields = fields;
	m->samples = samples;
	m->sha256 = sha256_new();
	m->values = mem_zero(t->count, sizeof *m->values);
	m->use = mem_zero(t->count, sizeof *m->use);
	m->lists = mem_zero(t->count, sizeof *m->lists);
	m->widths = mem_zero(t->count, sizeof *m->widths);
	m->known = mem_zero(t->count, sizeof *m->known);
	for (size_t i = 0; i < t->count; i++) {
		m->lists[i] = expr_type(fields[i]) == TYPE_LIST;
		if (t->column[i].hashed && !m->lists[i])
			m->known[i] = mem_zero(KNOWN_HASHES, sizeof **m->known);
		m->widths[i] = width(t, fields, i);
	}
}

void row_maker_release(struct row_maker *m)
{
	for (size_t i = 0; m->values && i < m->target->count; i++)
		mem_free(m->values[i].cell);
	for (size_t i = 0; m->known && i < m->target->count; i++)
		mem_free(m->known[i]);
	mem_free(m->known);
	mem_free(m->values);
	mem_free(m->use);
	mem_free(m->lists);
	mem_free(m->widths);
	sha256_free(m->sha256);
	buf_release(&m->text);
	buf_release(&m->scratch);
}

static struct span cell_text_of(const struct row_maker *m, struct row_cell c)
{
	return span_sub(buf_view(&m->text), c.from, c.len);
}

/* A cell of what stands behind FROM in the text; one value comes once. */
static void add_cell(struct row_maker *m, size_t column, size_t from, bool raw)
{
	struct row_values *v = &m->values[column];
	struct row_cell cell = {from, m->text.len - from, raw};

	for (size_t i = 0; i < v->count; i++)
		if (span_equal(cell_text_of(m, v->cell[i]), cell_text_of(m, cell)))
			return;
	v->cell = mem_room(v->cell, v->count, &v->cap, sizeof *v->cell);
	v->cell[v->count++] = cell;
}

static bool is_json(const struct row_maker *m)
{
	return m->target->shape == TARGET_JSON;
}

/* Where COLUMN's hash of TEXT stands or would; NULL: it is not kept. */
static struct known_hash *known_place(const struct row_maker *m, size_t column, struct span text)
{
	if (!m->known[column] || text.len > KNOWN_TEXT_MAX)
		return NULL;
	return &m->known[column][hash_64(text) % KNOWN_HASHES];
}

/* Appends the hash of TEXT in the form of COLUMN; false: it has not the form. */
static bool put_hash(struct row_maker *m, size_t column, struct span text, struct arena *scratch)
{
	struct known_hash *known = known_place(m, column, text);

	if (known && known->len && span_equal((struct span){known->text, known->len}, text)) {
		buf_put(&m->text, known->hex, sizeof known->hex);
		return true;
	}
	buf_clear(&m->scratch);
	if (!form_put(m->target->column[column].form, text, scratch, &m->scratch))
		return false;
	hashed_put(m->sha256, buf_view(&m->scratch), &m->text);
	if (known) {
		known->len = (uint8_t)text.len;
		memcpy(known->text, text.ptr, text.len);
		memcpy(known->hex, m->text.ptr + m->text.len - sizeof known->hex, sizeof known->hex);
	}
	return true;
}

/* TEXT in the form of COLUMN, hashed where it is due and not done yet. */
static void take_value(struct row_maker *m, size_t column, struct span text, struct arena *scratch)
{
	const struct target_column *c = &m->target->column[column];
	struct column_use *use = &m->use[column];
	size_t from = m->text.len;

	if (!span_trim(text).len)
		return;
	if (c->hashed && hashed_looks(span_trim(text))) {
		form_put(FORM_DIGEST, text, scratch, &m->text);
		use->hashed++;
	} else if (c->hashed ? !put_hash(m, column, text, scratch) : !form_put(c->form, text, scratch, &m->text)) {
		use->bad++;
		return;
	}
	use->values++;
	add_cell(m, column, from, false);
}

/* A value without a form goes as the language writes it. */
static void take_plain(struct row_maker *m, size_t column, const struct datum *d)
{
	size_t from = m->text.len;

	if (is_json(m))
		datum_put_value(d, &m->text);
	else
		datum_put_text(d, &m->text);
	if (m->text.len == from)
		return;
	m->use[column].values++;
	add_cell(m, column, from, is_json(m));
}

int row_fill(struct row_maker *m, struct expr_run *run, struct error *err)
{
	const struct target *t = m->target;

	buf_clear(&m->text);
	for (size_t i = 0; i < t->count; i++) {
		const struct target_column *c = &t->column[i];
		struct datum d;

		m->values[i].count = 0;
		if (expr_eval(m->fields[i], run, &d, err))
			return -1;
		if (d.type == TYPE_UNKNOWN)
			continue;
		if (d.type == TYPE_LIST && (c->form != FORM_TEXT || c->hashed || t->several != SEVERAL_NEWEST)) {
			for (size_t j = 0; j < d.list.count; j++)
				take_value(m, i, d.list.items[j], run->scratch);
		} else if (d.type == TYPE_TEXT) {
			take_value(m, i, d.text, run->scratch);
		} else if (c->form != FORM_TEXT || c->hashed) {
			struct buf text = BUF_INIT;

			datum_put_text(&d, &text);
			take_value(m, i, buf_view(&text), run->scratch);
			buf_release(&text);
		} else {
			take_plain(m, i, &d);
		}
	}
	return 0;
}

/* The cell of COLUMN in row NUMBER, of its WIDTH cells number AT; or NULL. */
static const struct row_cell *find_cell(const struct row_maker *m, size_t column, size_t number, size_t at)
{
	const struct row_values *v = &m->values[column];
	size_t i = m->target->several == SEVERAL_ROWS && m->lists[column] ? number : at;

	return i < v->count ? &v->cell[i] : NULL;
}

static size_t count_rows(const struct row_maker *m)
{
	size_t most = 1;

	if (m->target->several != SEVERAL_ROWS)
		return 1;
	for (size_t i = 0; i < m->target->count; i++)
		if (m->lists[i] && m->values[i].count > most)
			most = m->values[i].count;
	return most;
}

/* Has the row what the target needs? */
static bool is_enough(const struct row_maker *m, size_t number)
{
	const struct target *t = m->target;
	uint64_t has = 0;

	for (size_t i = 0; i < t->count; i++)
		if (find_cell(m, i, number, 0))
			has |= UINT64_C(1) << i;
	for (size_t i = 0; i < t->need_count; i++)
		if ((has & t->needs[i]) == t->needs[i])
			return true;
	return !t->need_count && has;
}

/* "+49 30 123" and "-12.5" are no formulas. */
static bool is_number_like(struct span s)
{
	for (size_t i = 1; i < s.len; i++)
		if (!strchr("0123456789 .,-/()", s.ptr[i]) || !s.ptr[i])
			return false;
	return s.len > 1;
}

/*
 * Excel's file defuses all that a spreadsheet would run; the others, which platforms read, only
 * what no phone number and no other number looks like.
 */
static bool defuses(const struct target *t, struct span text)
{
	if (t->shape == TARGET_EXCEL)
		return true;
	return text.len && !((text.ptr[0] == '+' || text.ptr[0] == '-') && is_number_like(text));
}

static void put_csv_cell(struct row_maker *m, size_t column, struct span text, struct buf *out)
{
	size_t from = out->len;

	if (m->target->column[column].hashed) {	/* nothing but digits and letters */
		buf_span(out, text);
		return;
	}
	delimited_put(out, text, !m->target->typed && defuses(m->target, text));
	if (out->len > from + 1 && out->ptr[from] == '"' && out->ptr[from + 1] == '\'' && text.ptr[0] != '\'')
		m->use[column].defused++;
}

static void put_csv(struct row_maker *m, size_t number, struct buf *out)
{
	const struct target *t = m->target;

	for (size_t i = 0; i < t->count; i++) {
		for (size_t j = 0; j < m->widths[i]; j++) {
			const struct row_cell *c = find_cell(m, i, number, j);

			if (i || j)
				buf_char(out, ',');
			if (c)
				put_csv_cell(m, i, cell_text_of(m, *c), out);
		}
	}
	buf_char(out, '\n');
}

static void put_json_cell(const struct row_maker *m, struct row_cell c, struct buf *out)
{
	if (c.raw)
		buf_span(out, cell_text_of(m, c));
	else
		text_encode(out, cell_text_of(m, c));
}

static void put_json(const struct row_maker *m, size_t number, struct buf *out)
{
	const struct target *t = m->target;
	bool any = false;

	buf_char(out, '{');
	for (size_t i = 0; i < t->count; i++) {
		size_t cells = m->widths[i], here = 0;

		while (here < cells && find_cell(m, i, number, here))
			here++;
		if (!here)
			continue;
		if (any)
			buf_char(out, ',');
		any = true;
		text_encode(out, t->column[i].label);
		buf_lit(out, ":");
		if (cells > 1)
			buf_char(out, '[');
		for (size_t j = 0; j < here; j++) {
			if (j)
				buf_char(out, ',');
			put_json_cell(m, *find_cell(m, i, number, j), out);
		}
		if (cells > 1)
			buf_char(out, ']');
	}
	buf_lit(out, "}\n");
}

/* The first character, and of an address that of its domain. */
static void put_mask(struct span text, struct buf *out)
{
	size_t at = span_find_byte(text, '@');
	uint32_t point;

	if (hashed_looks(text)) {
		buf_printf(out, "%.6s...", text.ptr);
		return;
	}
	buf_put(out, text.ptr, span_utf8_char(text, &point));
	buf_lit(out, "***");
	if (at && at + 1 < text.len) {
		buf_char(out, '@');
		buf_put(out, text.ptr + at + 1, span_utf8_char(span_sub(text, at + 1, text.len), &point));
		buf_lit(out, "***");
	}
}

static void put_sample(const struct row_maker *m, size_t number, struct buf *out)
{
	const struct target *t = m->target;
	bool any = false;

	for (size_t i = 0; i < t->count; i++) {
		for (size_t j = 0; j < m->widths[i]; j++) {
			const struct row_cell *c = find_cell(m, i, number, j);
			struct buf mask = BUF_INIT;

			if (!c)
				continue;
			put_mask(cell_text_of(m, *c), &mask);
			buf_printf(out, "%s%.*s=", any ? ", " : "", SPAN_ARG(t->column[i].label));
			error_clean(buf_view(&mask), out);
			buf_release(&mask);
			any = true;
		}
	}
	buf_char(out, '\n');
}

static void put_row(struct row_maker *m, size_t number, struct buf *out)
{
	if (m->target->shape == TARGET_JSON)
		put_json(m, number, out);
	else
		put_csv(m, number, out);
}

/* The key cells as a JSON array. */
static void put_key(const struct row_maker *m, struct span id, size_t number, struct buf *out)
{
	const struct target *t = m->target;
	bool any = false;

	buf_char(out, '[');
	if (!t->keyed)
		text_encode(out, id);
	for (size_t i = 0; i < t->count; i++) {
		for (size_t j = 0; t->column[i].key && j < m->widths[i]; j++) {
			const struct row_cell *c = find_cell(m, i, number, j);

			if (any)
				buf_char(out, ',');
			any = true;
			if (c)
				put_json_cell(m, *c, out);
			else
				buf_lit(out, "\"\"");
		}
	}
	buf_char(out, ']');
}

static void put_length(struct buf *out, size_t at)
{
	uint32_t len = (uint32_t)(out->len - at - sizeof(uint32_t));

	memcpy(out->ptr + at, &len, sizeof len);
}

static size_t begin_length(struct buf *out)
{
	const uint32_t none = 0;

	buf_put(out, &none, sizeof none);
	return out->len - sizeof none;
}

static void put_packed(struct row_maker *m, struct span id, size_t number, struct buf *out)
{
	size_t at = begin_length(out);

	put_key(m, id, number, out);
	put_length(out, at);
	at = begin_length(out);
	put_row(m, number, out);
	put_length(out, at);
	at = begin_length(out);
	if (m->samples)
		put_sample(m, number, out);
	put_length(out, at);
}

size_t row_put_all(struct row_maker *m, struct span id, bool packed, struct buf *out)
{
	size_t rows = count_rows(m), put = 0;

	for (size_t i = 0; i < rows; i++) {
		if (!is_enough(m, i))
			continue;
		put++;
		if (packed)
			put_packed(m, id, i, out);
		else
			put_row(m, i, out);
	}
	return put;
}

static bool take_length(struct span *bytes, struct span *out)
{
	uint32_t len;

	if (bytes->len < sizeof len)
		return false;
	memcpy(&len, bytes->ptr, sizeof len);
	*out = span_sub(*bytes, sizeof len, len);
	*bytes = span_sub(*bytes, sizeof len + len, bytes->len);
	return true;
}

bool row_next(struct span *rows, struct item_row *out)
{
	return take_length(rows, &out->key) && take_length(rows, &out->text) && take_length(rows, &out->sample);
}

void row_put_header(const struct target *t, struct expr *const *fields, struct buf *out)
{
	if (t->shape == TARGET_JSON)
		return;
	if (t->shape == TARGET_EXCEL)
		delimited_put_mark(out);
	if (!t->header)
		return;
	for (size_t i = 0; i < t->count; i++) {
		for (size_t j = 0; j < width(t, fields, i); j++) {
			if (i || j)
				buf_char(out, ',');
			delimited_put(out, t->column[i].label, false);
		}
	}
	buf_char(out, '\n');
}

/* The next cell of KEY that is not empty; false: it is, or there is no more. */
static bool next_key_cell(struct scan *key, struct value *out)
{
	return scan_element(key, out, NULL) > 0 && !value_is_text(*out, SPAN(""));
}

/* An object as put_json writes one: what a database compares must be what it was given. */
static void put_removal_json(const struct target *t, struct expr *const *fields, struct scan *key, struct buf *out)
{
	bool any = false;

	buf_char(out, '{');
	for (size_t i = 0; i < t->count; i++) {
		size_t cells = t->column[i].key ? width(t, fields, i) : 0, here = 0;
		struct value v;

		for (size_t j = 0; j < cells; j++) {
			if (!next_key_cell(key, &v))
				continue;
			if (here++) {
				buf_char(out, ',');
			} else {
				buf_text_put(out, any ? "," : "");
				text_encode(out, t->column[i].label);
				buf_text_put(out, cells > 1 ? ":[" : ":");
			}
			buf_span(out, v.raw);
		}
		buf_text_put(out, here && cells > 1 ? "]" : "");
		any |= here;
	}
	buf_lit(out, "}\n");
}

static void put_removal_csv(const struct target *t, struct expr *const *fields, struct scan *key, struct buf *out)
{
	struct buf scratch = BUF_INIT;

	for (size_t i = 0; i < t->count; i++) {
		for (size_t j = 0; j < width(t, fields, i); j++) {
			struct span text;
			struct value v;

			if (i || j)
				buf_char(out, ',');
			if (!t->column[i].key || !next_key_cell(key, &v))
				continue;
			buf_clear(&scratch);
			text = value_text(v, &scratch);
			delimited_put(out, text, defuses(t, text));
		}
	}
	buf_char(out, '\n');
	buf_release(&scratch);
}

void row_put_removal(const struct target *t, struct expr *const *fields, struct span key, struct buf *out)
{
	struct scan s;

	scan_start(&s, key);
	if (scan_enter(&s, '[', NULL))
		return;
	(t->shape == TARGET_JSON ? put_removal_json : put_removal_csv)(t, fields, &s, out);
}
