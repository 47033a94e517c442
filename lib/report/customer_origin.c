#include "report/customer_origin.h"

#include "report/customer.h"

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

/* How often: "2025-01-03 .. 2025-02-01", or the one time. */
static void put_link(struct section *s, struct sheet *sheet, struct value link)
{
	static const struct span members[] = {
		SPAN("kind"), SPAN("a"), SPAN("b"), SPAN("weight"), SPAN("record"),
		SPAN("first"), SPAN("last"),
	};
	struct cell *row = section_row(s);
	struct value time = value_member(link, SPAN("time"));

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		row[i] = customer_cell(sheet, value_member(link, members[i]));
	if (time.kind != VALUE_NONE)
		row[5] = row[6] = customer_cell(sheet, time);
}

static void add_links(struct sheet *sheet, struct value links)
{
	static const struct column columns[] = {
		{"kind", "Kind", NULL, -1}, {"a", "One", NULL, -1}, {"b", "Other", NULL, -1},
		{"weight", "Weight", "bits", 2}, {"record", "Record", NULL, -1},
		{"first", "First", NULL, -1}, {"last", "Last", NULL, -1},
	};
	struct section *s;
	struct scan scan;
	struct value link;

	s = sheet_add(sheet, "links", "What ties it together, the strongest first", columns,
		      sizeof columns / sizeof *columns);
	s->label_columns = 3;
	scan_start(&scan, links.raw);
	if (scan_enter(&scan, '[', NULL))
		return;
	while (scan_element(&scan, &link, NULL) > 0)
		put_link(s, sheet, link);
}

void customer_origin_fill(const struct profile *p, struct sheet *sheet)
{
	struct value links = origin(p, SPAN("links"));
	struct value lineage = origin(p, SPAN("lineage"));

	if (lineage.kind == VALUE_OBJECT)
		add_lineage(p, sheet, lineage);
	if (links.kind == VALUE_ARRAY)
		add_links(sheet, links);
}
