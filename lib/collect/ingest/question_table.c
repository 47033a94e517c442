#include "collect/ingest/question_table.h"

#include <string.h>

#include "collect/rows/feed.h"

/* So many names of columns are shown. */
#define NAMES_SHOWN 4

static int ask(const struct source *s, struct buf *text, struct error *err)
{
	error_usage(err, "%s", buf_text(text));
	error_place(err, feed_name(s->feed), 0, 0);
	buf_release(text);
	return -1;
}

static void put_names(const struct plan *p, struct buf *out)
{
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < p->column_count && i < NAMES_SHOWN; i++) {
		buf_text_put(out, i ? ", " : "");
		buf_text_put(out, error_quote(p->columns[i].name, quoted));
	}
	if (p->column_count > NAMES_SHOWN)
		buf_lit(out, ", ...");
}

static int ask_header(const struct source *s, struct error *err)
{
	struct buf text = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	buf_printf(&text, "the header, %s, has a single column, most rows have %zu fields: --skip LINES passes "
		   "over lines above the header, --header NAMES gives the names of the columns",
		   error_quote(s->plan->columns[0].name, quoted), s->layout.cells);
	return ask(s, &text, err);
}

static void put_remedy(const struct source *s, struct buf *out)
{
	const char *apart = s->layout.apart;

	if (layout_is_value(span_trim(s->plan->columns[0].name)) && !s->mapping->set.header && !apart)
		buf_lit(out, "is it the first row? --header NAME gives its name");
	else if (s->layout.wrapped)
		buf_lit(out, "each line is one quoted field with what may be columns inside: try "
			"sed 's/^\"//; s/\"\\(\\r*\\)$/\\1/; s/\"\"/\"/g' FILE | cdp-ingest");
	else if (apart && !strcmp(apart, "blanks"))
		buf_lit(out, "blanks may part columns: try --delimiter blank");
	else if (apart)
		buf_printf(out, "'%s' may part columns: make one byte of it, as in "
			   "sed 's/%s/\\t/g' FILE | cdp-ingest", apart,
			   !strcmp(apart, "^^") ? "\\^\\^" : apart);
	else
		buf_lit(out, "--delimiter CHAR names what parts columns, --map FIELD=COLUMN says what one is");
}

static int ask_column(const struct source *s, struct error *err)
{
	struct buf text = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	buf_printf(&text, "a single column, %s, of which nothing is known: ",
		   error_quote(s->plan->columns[0].name, quoted));
	put_remedy(s, &text);
	return ask(s, &text, err);
}

static int ask_names(const struct source *s, struct error *err)
{
	const struct plan *p = s->plan;
	struct buf text = BUF_INIT;
	bool value = false;

	for (size_t i = 0; i < p->column_count; i++)
		value |= layout_is_value(span_trim(p->columns[i].name));
	buf_lit(&text, "nothing is known of the columns ");
	put_names(p, &text);
	if (value && !s->mapping->set.header)
		buf_lit(&text, ", which look like a row: --header NAMES gives their names");
	else
		buf_lit(&text, ": --map FIELD=COLUMN says what one is, such as ids.customer_id or time; "
			"--suggest writes a mapping to start from");
	return ask(s, &text, err);
}

static int ask_key(const struct source *s, struct error *err)
{
	struct buf text = BUF_INIT;

	buf_lit(&text, "nothing identifies the rows, of the columns ");
	put_names(s->plan, &text);
	buf_lit(&text, ": --map ids.customer_id=COLUMN names the one that says whose a row is; where each row "
		"is a customer of its own, number them first: "
		"awk '{print (NR > 1 ? NR - 1 : \"customer_id\") \"");
	buf_text_put(&text, (char[]){s->layout.dialect.delimiter, '\0'});
	buf_lit(&text, "\" $0}' FILE | cdp-ingest");
	return ask(s, &text, err);
}

bool question_identifies(const struct source *s)
{
	const struct plan *p = s->plan;

	return p->section_at[SECTION_IDS + 1] > p->section_at[SECTION_IDS];
}

/* By these people are told from each other where there is no better: see cdp-identity(7). */
static bool names_person(const struct field *f)
{
	static const struct span keys[] = {
		SPAN("name"), SPAN("first_name"), SPAN("last_name"), SPAN("birth_date"), SPAN("address"),
		SPAN("company"), SPAN("username"),
	};

	for (size_t i = 0; f->section == SECTION_TRAITS && i < sizeof keys / sizeof *keys; i++)
		if (span_equal(f->key, keys[i]))
			return true;
	return false;
}

/* Does a known column say when the rows were, what was bought, or what people are called? */
static bool has_matter(const struct plan *p)
{
	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *t = &p->targets[i];
		enum field_hint hint = t->field.hint;

		if (t->origin == ORIGIN_REST || t->origin == ORIGIN_DEFAULT)
			continue;
		if (t->field.section <= SECTION_EVENT || hint == HINT_ORDER || hint == HINT_MONEY ||
		    hint == HINT_PAGE || names_person(&t->field))
			return true;
	}
	return false;
}

static bool knows_column(const struct plan *p)
{
	for (size_t i = 0; i < p->column_count; i++)
		if (p->columns[i].known)
			return true;
	return false;
}

/* Has somebody said what columns are? */
static bool is_told(const struct source *s)
{
	return s->format || s->mapping->count || s->part_count || s->plan->fold || s->plan->bare ||
	       s->plan->ignore.len;
}

int question_table(const struct source *s, struct error *err)
{
	const struct plan *p = s->plan;

	if (!s->reader->table || is_told(s) || question_identifies(s))
		return 0;
	if (p->column_count == 1 && s->layout.odd_header && !s->mapping->set.header)
		return ask_header(s, err);
	if (p->column_count == 1 && !knows_column(p))
		return ask_column(s, err);
	if (!knows_column(p))
		return ask_names(s, err);
	return has_matter(p) ? 0 : ask_key(s, err);
}
