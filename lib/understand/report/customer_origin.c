#include "understand/report/customer_origin.h"

#include "understand/report/customer.h"

bool customer_origin_has(struct span key)
{
	return span_equal(key, SPAN("lineage")) || span_equal(key, SPAN("links"));
}

static struct value origin(const struct profile *p, struct span key)
{
	for (size_t i = 0; i < p->others.count; i++) {
		if (span_equal(p->others.list[i].key, key))
			return p->others.list[i].value;
	}
	return VALUE_ABSENT;
}

enum {
	TRAIT, VALUE, WHY, SOURCE, RECORD, TIME, COLUMNS
};

/* A number as it is written: among texts it stands like one. */
static struct cell trait_cell(struct sheet *sheet, struct value v)
{
	struct cell c = {.kind = CELL_RAW};

	if (v.kind != VALUE_NUMBER)
		return customer_cell(sheet, v);
	c.text = arena_copy(&sheet->texts, v.raw);
	return c;
}

static void put_value(struct section *s, struct sheet *sheet, struct span trait,
		      struct value value, struct value from, struct cell why)
{
	struct cell *row = section_row(s);

	row[TRAIT] = cell_text(trait);
	row[VALUE] = trait_cell(sheet, value);
	row[WHY] = why;
	row[SOURCE] = customer_cell(sheet, value_member(from, SPAN("source")));
	row[RECORD] = customer_cell(sheet, value_member(from, SPAN("record")));
	row[TIME] = customer_cell(sheet, value_member(from, SPAN("time")));
}

/* Objects with value, source, record, time; WHY absent: they lost. */
static void put_values(struct section *s, struct sheet *sheet, struct span trait,
		       struct value list, struct value why)
{
	struct scan scan;
	struct value v;

	if (list.kind != VALUE_ARRAY)
		return;
	scan_start(&scan, list.raw);
	if (scan_enter(&scan, '[', NULL))
		return;
	while (scan_element(&scan, &v, NULL) > 0) {
		bool invalid = value_member(v, SPAN("invalid")).kind == VALUE_TRUE;
		struct cell reason = cell_text(invalid ? SPAN("invalid") : SPAN("lost"));

		if (why.kind == VALUE_TEXT)
			reason = customer_cell(sheet, why);
		put_value(s, sheet, trait, value_member(v, SPAN("value")), v, reason);
	}
}

static void put_trait(struct section *s, struct sheet *sheet, struct span trait,
		      struct value survivor, struct value lineage)
{
	struct value rule = value_member(lineage, SPAN("rule"));
	struct value values = value_member(lineage, SPAN("values"));

	if (values.kind == VALUE_ARRAY)
		put_values(s, sheet, trait, values, rule);
	else if (survivor.kind != VALUE_NONE)
		put_value(s, sheet, trait, survivor, lineage, customer_cell(sheet, rule));
	put_values(s, sheet, trait, value_member(lineage, SPAN("lost")), VALUE_ABSENT);
}

static void add_lineage(const struct profile *p, struct sheet *sheet, struct value lineage)
{
	static const struct column columns[COLUMNS] = {
		{"trait", "Trait", NULL, -1}, {"value", "Value", NULL, -1},
		{"why", "Rule", NULL, -1}, {"source", "Source", NULL, -1},
		{"record", "Record", NULL, -1}, {"time", "Time", NULL, -1},
	};
	struct section *s;
	struct scan scan;
	struct member m;

	s = sheet_add(sheet, "lineage", "Where traits come from", columns, COLUMNS);
	s->label_columns = 2;
	scan_start(&scan, lineage.raw);
	if (scan_enter(&scan, '{', NULL))
		return;
	while (scan_member(&scan, &m, NULL) > 0) {
		struct buf text = BUF_INIT;
		struct span key = arena_copy(&sheet->texts, member_key(&m, &text));

		put_trait(s, sheet, key, value_member(p->traits, key), m.value);
		buf_release(&text);
	}
}

static void put_link(struct section *s, struct sheet *sheet, uint64_t number, struct value link)
{
	static const struct span members[] = {
		SPAN("kind"), SPAN("a"), SPAN("b"), SPAN("weight"), SPAN("probability"), SPAN("record"),
		SPAN("first"), SPAN("last"),
	};
	struct cell *row = section_row(s);
	struct value time = value_member(link, SPAN("time"));
	size_t count = sizeof members / sizeof *members;

	row[0] = cell_count(number);
	for (size_t i = 0; i < count; i++)
		row[i + 1] = customer_cell(sheet, value_member(link, members[i]));
	if (time.kind != VALUE_NONE)
		row[count - 1] = row[count] = customer_cell(sheet, time);
}

/* Calls PUT for each of LINKS, which are numbered from 1. */
static void each_link(struct section *s, struct sheet *sheet, struct value links,
		      void (*put)(struct section *s, struct sheet *sheet, uint64_t number,
				  struct value link))
{
	struct scan scan;
	struct value link;
	uint64_t number = 0;

	scan_start(&scan, links.raw);
	if (scan_enter(&scan, '[', NULL))
		return;
	while (scan_element(&scan, &link, NULL) > 0)
		put(s, sheet, ++number, link);
}

static void add_links(struct sheet *sheet, struct value links)
{
	static const struct column columns[] = {
		{"link", "Link", NULL, -1}, {"kind", "Kind", NULL, -1}, {"a", "One", NULL, -1},
		{"b", "Other", NULL, -1}, {"weight", "Weight", "bits", 2},
		{"probability", "Probability", NULL, -1}, {"record", "Record", NULL, -1},
		{"first", "First", NULL, -1}, {"last", "Last", NULL, -1},
	};
	struct section *s;

	s = sheet_add(sheet, "links", "What joins its records, the strongest first", columns,
		      sizeof columns / sizeof *columns);
	s->label_columns = 4;
	each_link(s, sheet, links, put_link);
}

enum { LINK, COLUMN, ONE, OTHER, LEVEL, M, U, WEIGHT, FREQUENCY, COMPARISON };

/* A row of link NUMBER. */
static struct cell *comparison_row(struct section *s, uint64_t number, struct span column)
{
	struct cell *row = section_row(s);

	row[LINK] = cell_count(number);
	row[COLUMN] = cell_text(column);
	return row;
}

/* A word as it was compared: never a time or a number. */
static struct cell word_cell(struct sheet *sheet, struct value v)
{
	struct buf text = BUF_INIT;
	struct cell c = CELL_EMPTY;

	if (v.kind == VALUE_TEXT)
		c = cell_text(arena_copy(&sheet->texts, value_text(v, &text)));
	buf_release(&text);
	return c;
}

static void put_comparison(struct section *s, struct sheet *sheet, uint64_t number,
			   struct value comparison)
{
	static const struct span numbers[] = {
		SPAN("m"), SPAN("u"), SPAN("weight"), SPAN("frequency"),
	};
	struct cell *row = comparison_row(s, number, SPAN_NONE);

	row[COLUMN] = word_cell(sheet, value_member(comparison, SPAN("column")));
	row[ONE] = word_cell(sheet, value_member(comparison, SPAN("a")));
	row[OTHER] = word_cell(sheet, value_member(comparison, SPAN("b")));
	row[LEVEL] = word_cell(sheet, value_member(comparison, SPAN("level")));
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		row[M + i] = customer_cell(sheet, value_member(comparison, numbers[i]));
}

/* From the prior to the sum, as --explain of cdp-merge shows it. */
static void put_comparisons(struct section *s, struct sheet *sheet, uint64_t number,
			    struct value link)
{
	struct value list = value_member(link, SPAN("comparisons")), comparison;
	struct scan scan;

	if (list.kind != VALUE_ARRAY)
		return;
	comparison_row(s, number, SPAN("prior"))[WEIGHT] =
		customer_cell(sheet, value_member(link, SPAN("prior")));
	scan_start(&scan, list.raw);
	if (scan_enter(&scan, '[', NULL))
		return;
	while (scan_element(&scan, &comparison, NULL) > 0)
		put_comparison(s, sheet, number, comparison);
	comparison_row(s, number, SPAN("sum"))[WEIGHT] =
		customer_cell(sheet, value_member(link, SPAN("score")));
}

static void add_comparisons(struct sheet *sheet, struct value links)
{
	static const struct column columns[COMPARISON] = {
		{"link", "Link", NULL, -1}, {"column", "Column", NULL, -1}, {"a", "One", NULL, -1},
		{"b", "Other", NULL, -1}, {"level", "How they agree", NULL, -1}, {"m", "m", NULL, -1},
		{"u", "u", NULL, -1}, {"weight", "Weight", "bits", 2}, {"frequency", "Rare", "bits", 2},
	};
	struct section *s;

	s = sheet_add(sheet, "comparisons", "How its records compare", columns, COMPARISON);
	s->label_columns = 5;
	each_link(s, sheet, links, put_comparisons);
}

void customer_origin_fill(const struct profile *p, struct sheet *sheet)
{
	struct value links = origin(p, SPAN("links"));
	struct value lineage = origin(p, SPAN("lineage"));

	if (lineage.kind == VALUE_OBJECT)
		add_lineage(p, sheet, lineage);
	if (links.kind != VALUE_ARRAY)
		return;
	add_links(sheet, links);
	if (span_find(links.raw, SPAN("\"comparisons\"")) < links.raw.len)
		add_comparisons(sheet, links);
}
