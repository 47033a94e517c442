#include "collect/ingest/odd_row.h"

#include <string.h>

#include "base/decimal_local.h"
#include "base/mem.h"
#include "collect/rows/drawn.h"
#include "text/unicode.h"
#include "time/date_text.h"

/* What a column is to a row. */
struct trait_of_column {
	bool person;		/* says whose it is, or when it was */
	bool key;		/* or what was paid, or an expression reads it */
	bool strict;		/* can be told from texts by FORM */
	enum form form;
};

struct odd_rows {
	const struct plan *plan;
	char delimiter;
	struct trait_of_column *columns;
	size_t *persons;		/* the columns that are one... */
	size_t person_count;
	struct cell *cells;		/* of a row that is too short */
	bool begins[256];		/* a word for a total may begin so, or a blank before it */
};

/* In lower case; longer words are not looked for. */
#define WORD_MAX 32
static const struct span total_words[] = {
	SPAN("total"), SPAN("totals"), SPAN("grand total"), SPAN("grandtotal"), SPAN("sum"), SPAN("sums"),
	SPAN("subtotal"), SPAN("sub total"), SPAN("sub-total"), SPAN("overall"), SPAN("overall total"),
	SPAN("summe"), SPAN("gesamt"), SPAN("gesamtsumme"), SPAN("gesamtbetrag"), SPAN("zwischensumme"),
	SPAN("endsumme"), SPAN("insgesamt"), SPAN("total g\xc3\xa9n\xc3\xa9ral"), SPAN("total general"),
	SPAN("somme"), SPAN("suma"), SPAN("suma total"), SPAN("totale"), SPAN("totale generale"), SPAN("somma"),
	SPAN("soma"), SPAN("total geral"), SPAN("totaal"), SPAN("totaalbedrag"), SPAN("totalt"), SPAN("i alt"),
	SPAN("yhteens\xc3\xa4"), SPAN("razem"), SPAN("\xc5\x82\xc4\x85""cznie"), SPAN("celkem"), SPAN("spolu"),
	SPAN("\xc3\xb6sszesen"), SPAN("toplam"), SPAN("genel toplam"), SPAN("ukupno"),
	SPAN("\xd0\xb8\xd1\x82\xd0\xbe\xd0\xb3\xd0\xbe"), SPAN("\xd0\xb2\xd1\x81\xd0\xb5\xd0\xb3\xd0\xbe"),
	SPAN("\xe5\x90\x88\xe8\xae\xa1"), SPAN("\xe6\x80\xbb\xe8\xae\xa1"), SPAN("\xe5\x90\x88\xe8\xa8\x88"),
};

static bool is_strict(enum form form)
{
	return form == FORM_EMAIL || form == FORM_MOMENT || form == FORM_DATE ||
	       form == FORM_NUMBER || form == FORM_MONEY;
}

static void note_target(struct odd_rows *o, const struct target *t)
{
	struct trait_of_column *c = &o->columns[t->column];
	enum section section = t->field.section;
	bool person = section == SECTION_IDS || section == SECTION_TIME || section == SECTION_ID;

	c->person |= person;
	c->key |= person || section <= SECTION_EVENT || t->field.form == FORM_MONEY ||
		  t->field.hint == HINT_ORDER;
	if (is_strict(t->field.form) && t->origin != ORIGIN_REST) {
		c->strict = true;
		c->form = t->field.form;
	}
}

struct odd_rows *odd_rows_new(const struct plan *p, char delimiter)
{
	struct odd_rows *o = mem_zero(1, sizeof *o);

	o->plan = p;
	o->delimiter = delimiter;
	o->columns = mem_zero(p->column_count + 1, sizeof *o->columns);
	o->cells = mem_zero(p->column_count + 1, sizeof *o->cells);
	for (size_t i = 0; i < p->target_count; i++)
		if (p->targets[i].column >= 0 && (size_t)p->targets[i].column < p->column_count)
			note_target(o, &p->targets[i]);
	o->begins[' '] = true;
	for (int c = 0; c < 256; c++)
		o->begins[c] |= drawn_may_begin((char)c);
	o->persons = mem_zero(p->column_count + 1, sizeof *o->persons);
	for (size_t i = 0; i < p->column_count; i++) {
		o->columns[i].key |= p->columns[i].used;
		if (o->columns[i].person)
			o->persons[o->person_count++] = i;
	}
	if (p->fold && p->targets[p->fold_key].column >= 0)
		o->columns[p->targets[p->fold_key].column].key = true;
	for (size_t i = 0; i < sizeof total_words / sizeof *total_words; i++) {
		unsigned char first = (unsigned char)*total_words[i].ptr;

		o->begins[first] = true;
		/* Its capital; of letters beyond ASCII any may be one. */
		if (first < 0x80)
			o->begins[first & ~32u] = true;
		else
			memset(o->begins + 0xc0, true, 0x100 - 0xc0);
	}
	return o;
}

void odd_rows_free(struct odd_rows *o)
{
	if (!o)
		return;
	mem_free(o->columns);
	mem_free(o->persons);
	mem_free(o->cells);
	mem_free(o);
}

/* Is there nothing but COUNT delimiters, and blanks between them, at the end of RAW? */
static bool ends_empty(struct span raw, char delimiter, size_t count)
{
	size_t at = raw.len;

	while (at > 0 && count) {
		char c = raw.ptr[--at];

		if (c == delimiter)
			count--;
		else if (c != ' ' && c != '\n' && c != '\r')
			return false;
	}
	return !count;
}

static bool fits_form(enum form form, struct span text)
{
	struct decimal d;

	switch (form) {
	case FORM_EMAIL:
		return span_find_byte(text, '@') < text.len;
	case FORM_NUMBER:
	case FORM_MONEY:
		return decimal_parse_local(text, '.', &d) || decimal_parse_local(text, ',', &d);
	default:
		return text.len >= 6 && (unsigned char)(*text.ptr - '0') < 10;
	}
}

/* Do the cells of ROW look like their columns, one at least so that it shows? */
static bool looks_right(const struct odd_rows *o, const struct row *row)
{
	size_t shown = 0;

	for (size_t i = 0; i < row->count; i++) {
		struct span text = span_trim(row->cells[i].text);

		if (!o->columns[i].strict || !text.len)
			continue;
		if (!fits_form(o->columns[i].form, text))
			return false;
		shown++;
	}
	return shown > 0;
}

static bool lacks_key(const struct odd_rows *o, size_t from)
{
	for (size_t i = from; i < o->plan->column_count; i++)
		if (o->columns[i].key)
			return true;
	return false;
}

/* Do the columns from FROM on have no names, as where the header ends with a delimiter? */
static bool lacks_nothing(const struct odd_rows *o, size_t from)
{
	for (size_t i = from; i < o->plan->column_count; i++)
		if (span_trim(o->plan->columns[i].name).len)
			return false;
	return true;
}

bool odd_rows_fit(struct odd_rows *o, const struct row *row, struct row *fitted,
		  enum table_note *note)
{
	size_t columns = o->plan->column_count;

	*fitted = *row;
	fitted->count = columns;
	if (row->count > columns) {
		*note = TABLE_LONG;
		fitted->between = '\0';
		return ends_empty(row->raw, o->delimiter, row->count - columns);
	}
	/* Without its line end it may be cut. */
	if (!span_ends(row->raw, SPAN("\n")) && !span_ends(row->raw, SPAN("\r")))
		return false;
	if (!lacks_nothing(o, row->count) &&
	    (row->count < 2 || lacks_key(o, row->count) || !looks_right(o, row)))
		return false;
	*note = TABLE_SHORT;
	memcpy(o->cells, row->cells, row->count * sizeof *o->cells);
	for (size_t i = row->count; i < columns; i++)
		o->cells[i] = (struct cell){SPAN(""), CELL_NONE};
	fitted->cells = o->cells;
	fitted->plain = false;
	fitted->plains = NULL;
	fitted->between = '\0';
	return true;
}

static bool is_total_word(struct span cell)
{
	struct arena a = ARENA_INIT;
	struct span s = cell;
	bool found = false;

	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == ':' || s.ptr[i] == '(')
			s.len = i;
	s = span_trim(s);
	if (s.len && s.ptr[s.len - 1] == '.')
		s.len--;
	s = unicode_lower(s, &a);
	for (size_t i = 0; !found && i < sizeof total_words / sizeof *total_words; i++)
		found = span_equal(s, total_words[i]);
	arena_release(&a);
	return found;
}

bool odd_row_begins_sum(struct span cell)
{
	return cell.len <= WORD_MAX && (is_total_word(cell) || is_total_word(span_sub(cell, 0, span_find_byte(cell, ' '))));
}

static bool has_digit(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)(s.ptr[i] - '0') < 10)
			return true;
	return false;
}

/* Does a cell other than that in column WORD say whose the row is, or when it was?  Most rows' do. */
static bool says_who(const struct odd_rows *o, const struct row *row, size_t count, size_t word)
{
	for (size_t i = 0; i < o->person_count; i++) {
		size_t column = o->persons[i];

		if (column != word && column < count && span_trim(row->cells[column].text).len)
			return true;
	}
	return false;
}

/* "Total for Ann", "Summe für Ann": the sum of a group, whatever its name. */
static bool is_group_total(struct span word)
{
	static const struct span beginnings[] = {
		SPAN("total for "), SPAN("subtotal for "), SPAN("sub-total for "), SPAN("sum for "), SPAN("sum of "), SPAN("summe f\xc3\xbcr "),
		SPAN("zwischensumme f\xc3\xbcr "), SPAN("gesamt f\xc3\xbcr "), SPAN("total pour "), SPAN("sous-total pour "),
		SPAN("total para "), SPAN("totale per "), SPAN("totaal voor "),
	};

	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
		if (span_equal_nocase(span_sub(word, 0, beginnings[i].len), beginnings[i]))
			return true;
	return false;
}

/* The first cell of ROW that is filled; COUNT: there is none. */
static size_t first_filled(const struct row *row, size_t count)
{
	size_t at = 0;

	while (at < count && !span_trim(row->cells[at].text).len)
		at++;
	return at;
}

/* "Total Ann Lee", in the first column or one without a name, where groups have their headings. */
static bool is_total_of_heading(const struct odd_rows *o, struct span word, size_t at)
{
	size_t first = span_find_byte(word, ' ');

	return o->person_count && (!at || !span_trim(o->plan->columns[at].name).len) && first < word.len &&
	       is_total_word(span_sub(word, 0, first));
}

static bool is_total(const struct odd_rows *o, const struct row *row, size_t count)
{
	size_t at = first_filled(row, count), numbers = 0;
	struct span word;

	if (at == count)
		return false;
	word = span_trim(row->cells[at].text);
	if (!o->begins[(unsigned char)*word.ptr] || says_who(o, row, count, at) ||
	    !(is_group_total(word) || is_total_of_heading(o, word, at) || (word.len <= WORD_MAX && is_total_word(word))))
		return false;
	for (size_t i = at + 1; i < count; i++) {
		struct span text = span_trim(row->cells[i].text);

		if (!text.len)
			continue;
		if (!has_digit(text) || span_find_byte(text, '@') < text.len)
			return false;
		numbers++;
	}
	return numbers > 0;
}

/* A cell of a whole line, in quotes, with words in it: spreadsheets write notes so. */
static bool is_quoted_note(const struct odd_rows *o, const struct row *row)
{
	struct span raw = span_trim(row->raw), text = row->cells[0].text;
	bool letter = false;

	if (o->plan->column_count < 3 || raw.len < 2 || *raw.ptr != '"' || raw.ptr[raw.len - 1] != '"')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == o->delimiter || text.ptr[i] == '@')
			return false;
		letter |= (text.ptr[i] | 32) >= 'a' && (text.ptr[i] | 32) <= 'z';
	}
	return letter;
}

/* ROW has one cell, or may have one that is filled. */
static bool is_remark(const struct odd_rows *o, const struct row *row, size_t count)
{
	size_t at = first_filled(row, count);
	struct span text = at < count ? row->cells[at].text : SPAN("");

	if (o->plan->column_count < 2)
		return false;
	if (drawn_is_ruler(row->raw))
		return true;
	for (size_t i = at + 1; i < count; i++)
		if (span_trim(row->cells[i].text).len)
			return false;
	if (drawn_counts_rows(text) || drawn_closes_report(text))
		return true;
	return row->count == 1 && is_quoted_note(o, row);
}

static bool is_heading(const struct odd_rows *o, const struct row *row, size_t count)
{
	size_t at = first_filled(row, count);

	if (at == count || count < 3 || span_trim(o->plan->columns[at].name).len)
		return false;
	for (size_t i = at + 1; i < count; i++)
		if (span_trim(row->cells[i].text).len)
			return false;
	return true;
}

static __attribute__((noinline)) bool look_long(const struct odd_rows *o, const struct row *row, enum table_note *note)
{
	size_t count = row->count < o->plan->column_count ? row->count : o->plan->column_count;

	*note = TABLE_TOTAL;
	if (is_total(o, row, count))
		return true;
	*note = TABLE_REMARK;
	if (is_remark(o, row, count))
		return true;
	*note = TABLE_HEADING;
	return is_heading(o, row, count);
}

/*
 * Nearly all rows are told by their first byte and by what stands in their second cell; the rest is out of line, for it
 * costs more to enter.
 */
bool odd_rows_leave_out(const struct odd_rows *o, const struct row *row, enum table_note *note)
{
	const struct cell *c = row->cells;

	if (row->count > 1 && o->plan->column_count && c->text.len && c[1].text.len && !o->begins[(unsigned char)*c->text.ptr])
		return false;
	return look_long(o, row, note);
}
