/*
 * Any bytes as a question (a column, and who is meant), a NUL, and profiles that all reports show in
 * all shapes.  What comes out is what its shape says: JSON is JSON, HTML holds our tags alone, no
 * control reaches a person, rows of CSV have equal fields and no formula begins one for a spreadsheet.
 */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdlib.h>

#include "record/document.h"
#include "understand/report/count.h"
#include "understand/report/customer.h"
#include "understand/report/listing.h"
#include "understand/report/show.h"
#include "understand/report/show_xlsx.h"

#define LINES_MAX 50

/* The first reads long lists when it starts: only for a question that begins with w. */
static const struct counting *const all_counted[] = {
	&count_web, &count_overview, &count_rfm, &count_cohorts, &count_fields, &count_sessions, &count_funnel, &count_table,
	&count_attribution, &count_retention, &count_paths, &count_segments,
	&count_value, NULL,
};
#define COUNTED_MAX (sizeof all_counted / sizeof *all_counted)

struct world {
	const char *question;
	struct span lines[LINES_MAX];
	size_t count;
	const struct zone *zone;
};

static void check_json(struct span text)
{
	struct value v;

	assert(!scan_whole(text, &v, NULL));
}

static void check_json_lines(struct span rest)
{
	while (!span_absent(rest) && rest.len)
		check_json(span_cut(&rest, '\n'));
}

/* Text for people: no controls but newlines, no C1, no bidi overrides. */
static void check_clean(struct span rest)
{
	while (rest.len) {
		uint32_t point;
		size_t len = span_utf8_char(rest, &point);

		assert(len && (point == '\n' || point >= 0x20) && (point < 0x7f || point > 0x9f));
		assert(point < 0x202a || point > 0x202e);
		assert(point < 0x2066 || point > 0x2069);
		rest = span_sub(rest, len, rest.len);
	}
}

static void check_html(struct span rest)
{
	static const struct span ours[] = {
		SPAN("!DOCTYPE"), SPAN("html"), SPAN("head"), SPAN("meta"), SPAN("title"), SPAN("style"),
		SPAN("body"), SPAN("main"), SPAN("header"), SPAN("footer"), SPAN("section"), SPAN("nav"),
		SPAN("h1"), SPAN("h2"), SPAN("p"), SPAN("table"), SPAN("caption"), SPAN("thead"),
		SPAN("tbody"), SPAN("tr"), SPAN("th"), SPAN("td"), SPAN("svg"), SPAN("desc"), SPAN("rect"),
		SPAN("text"), SPAN("line"), SPAN("path"), SPAN("polyline"), SPAN("circle"), SPAN("g"),
		SPAN("div"), SPAN("dl"), SPAN("dt"), SPAN("dd"), SPAN("span"), SPAN("details"), SPAN("summary"),
		SPAN("figure"), SPAN("figcaption"), SPAN("polygon"), SPAN("a"), SPAN("i"), SPAN("b"), SPAN("small"),
		SPAN("h3"), SPAN("ul"), SPAN("li"),
	};

	check_clean(rest);
	while (!span_absent(rest)) {
		struct span name;
		bool known = false;

		span_cut(&rest, '<');
		if (span_absent(rest))
			return;
		name = span_sub(rest, span_starts(rest, SPAN("/")), rest.len);
		for (size_t i = 0; i < sizeof ours / sizeof *ours && !known; i++)
			known = span_starts(name, ours[i]) && name.len > ours[i].len &&
				strchr(" >/\n", name.ptr[ours[i].len]);
		assert(known);
	}
}

/* One field; *END: the row ends behind it.  The text behind it. */
static struct span take_field(struct span text, struct span *out, bool *end)
{
	bool quoted = text.len && *text.ptr == '"';
	size_t at = quoted;

	while (at < text.len && (quoted || (text.ptr[at] != ',' && text.ptr[at] != '\n'))) {
		if (quoted && text.ptr[at] == '"' && (++at == text.len || text.ptr[at] != '"'))
			quoted = false;
		else
			at++;
	}
	assert(!quoted && at < text.len);
	*out = span_sub(text, *text.ptr == '"', at);
	*end = text.ptr[at] == '\n';
	return span_sub(text, at + 1, text.len);
}

static void check_field(struct span field)
{
	struct decimal number;

	assert(!field.len || !strchr("=+-@\t\r", *field.ptr) ||
	       (*field.ptr == '-' && decimal_parse(field, &number)));
}

static void check_csv(struct span text, bool excel)
{
	size_t wanted = 0, fields = 0;

	if (excel) {
		assert(span_starts(text, SPAN("\xef\xbb\xbf")));
		text = span_sub(text, 3, text.len);
	}
	while (text.len) {
		struct span field;
		bool end;

		text = take_field(text, &field, &end);
		fields++;
		if (excel)
			check_field(field);
		if (!end)
			continue;
		assert(!wanted || fields == wanted);
		wanted = fields;
		fields = 0;
	}
	assert(!fields);
}

static void check(enum shape shape, bool rows, struct span text)
{
	if (shape == SHAPE_JSON && rows)
		check_json_lines(text);
	else if (shape == SHAPE_JSON)
		check_json(text);
	else if (shape == SHAPE_HTML)
		check_html(text);
	else if (shape == SHAPE_CSV || shape == SHAPE_EXCEL)
		check_csv(text, shape == SHAPE_EXCEL);
	else
		check_clean(text);
}

static struct show_book *open_book(void)
{
	struct xlsx_setup setup = {.scratch = "/tmp", .messages = &stderr, .made = MOMENT_NONE};
	struct error err = ERROR_INIT;
	struct show_book *book = show_book_new(&setup, &err);

	if (!book)
		abort();
	return book;
}

static void close_book(struct show_book *book)
{
	struct error err = ERROR_INIT;
	struct output *out = output_open("/dev/null", OUTPUT_PLAIN, &err);

	if (!out || show_book_finish(book, out, &err) || output_finish(out, &err))
		abort();
}

/* Any sheet can be written as a workbook. */
static void show_as_book(const struct sheet *sheet)
{
	struct show how = {.shape = SHAPE_XLSX, .book = open_book()};
	struct buf nothing = BUF_INIT;

	show_sheet(&how, sheet, &nothing);
	assert(!nothing.len);
	close_book(how.book);
	buf_release(&nothing);
}

static void show_all(const struct sheet *sheet)
{
	struct buf out = BUF_INIT;

	for (enum shape shape = SHAPE_TEXT; shape < SHAPE_NONE; shape++) {
		struct show how = {.shape = shape, .unicode = true, .width = 40};

		if (shape == SHAPE_XLSX)
			continue;
		buf_clear(&out);
		show_sheet(&how, sheet, &out);
		check(shape, false, buf_view(&out));
	}
	buf_release(&out);
	if (xlsx_available())
		show_as_book(sheet);
}

#define OPTIONS_MAX 16

/*
 * What a report takes: what its options fall back to; of a funnel sessions that do STEPS within a week; of a table a text,
 * a list and a period as rows, the list as columns.
 */
struct given {
	const char *texts[OPTIONS_MAX];
	struct count_value values[OPTIONS_MAX];
};

static void give_text(const struct counting *c, struct given *g, const char *name, const char *text)
{
	size_t i = 0;

	while (strcmp(c->options[i].name, name))
		i++;
	g->texts[i] = text;
	g->values[i].count = 1;
}

static void give_options(const struct counting *c, struct given *g, const char *const steps[3])
{
	for (size_t i = 0; c->options && c->options[i].name; i++) {
		assert(i < OPTIONS_MAX);
		g->texts[i] = c->options[i].fallback;
		g->values[i] = (struct count_value){&g->texts[i], g->texts[i] ? 1 : 0};
	}
	if (c == &count_funnel) {
		g->values[0] = (struct count_value){steps, 3};
		give_text(c, g, "within", "7d");
		give_text(c, g, "by", "sessions");
	}
	if (c == &count_table) {
		give_text(c, g, "by", "country,segments,month");
		give_text(c, g, "show", "customers,buyers,orders,refunds,revenue,average,new,repeat,share");
		give_text(c, g, "rows-as-columns", "segments");
	}
}

static void count_all(const struct world *w)
{
	const struct counting *const *counted = all_counted + (*w->question != 'w');
	struct given given[COUNTED_MAX];
	struct sheet sheet = {.title = "All", .as_of = 0};
	struct error err = ERROR_INIT;
	void *states[COUNTED_MAX];
	const char *steps[] = {"Order Completed", w->question, "Order Completed"};
	bool good = true;

	if (!*w->question || !span_is_utf8(span_of(w->question)))
		steps[1] = "page:/*";
	for (size_t i = 0; counted[i]; i++) {
		struct count_setup setup = {.workers = 1, .zone = w->zone, .values = given[i].values, .memory = 1 << 20};

		give_options(counted[i], &given[i], steps);
		states[i] = counted[i]->start(&setup, &err);
		assert(states[i]);
	}
	for (size_t i = 0; i < w->count; i++) {
		struct profile p;

		if (!profile_parse(&p, w->lines[i], NULL) && count_profile(counted, states, 0, &p, &err))
			good = good && err.kind != ERROR_FAILED;
	}
	for (size_t i = 0; counted[i]; i++) {
		good = good && !counted[i]->fill(states[i], &sheet, NULL);
		counted[i]->free(states[i]);
	}
	if (good)
		show_all(&sheet);
	sheet_release(&sheet);
}

static void show_customers(const struct world *w)
{
	struct buf scratch = BUF_INIT;

	for (size_t i = 0; i < w->count; i++) {
		struct sheet sheet = SHEET_INIT;
		struct error err = ERROR_INIT;
		struct profile p;

		if (profile_parse(&p, w->lines[i], NULL) || profile_validate(&p, NULL))
			continue;
		buf_clear(&scratch);
		customer_matches(&p, span_of(w->question), &scratch);
		buf_clear(&scratch);
		customer_label(&p, &scratch);
		sheet.title = sheet_text(&sheet, "%s", buf_text(&scratch));
		sheet.as_of = p.as_of;
		if (customer_fill(&p, &sheet, &err))
			assert(err.message[0]);
		else
			show_all(&sheet);
		sheet_release(&sheet);
	}
	buf_release(&scratch);
}

typedef int emitter(struct listing *l, const struct rows *rows, unsigned worker, const struct profile *p,
		    struct buf *out, struct error *err);

static void list(const struct world *w, enum shape shape, emitter *emit, const struct column *columns,
		 size_t column_count, bool sorted)
{
	struct listing_setup setup = {NULL, NULL, NULL, 1, w->zone, NULL};
	struct rows rows = {.how = {.shape = shape, .unicode = true}, .title = "List"};
	struct buf out = BUF_INIT, made = BUF_INIT;
	struct error err = ERROR_INIT;
	struct listing *l;

	if (!columns)
		setup.columns = w->question;
	if (sorted)
		setup.sort = w->question;
	if (shape == SHAPE_XLSX && !xlsx_available())
		return;
	l = listing_new(&setup, &rows, &err);
	assert(l || err.kind == ERROR_USAGE);
	if (!l)
		return;
	if (shape == SHAPE_XLSX)
		rows.how.book = open_book();
	if (columns) {
		rows.columns = columns;
		rows.column_count = column_count;
	}
	rows_begin(&rows, &out);
	for (size_t i = 0; i < w->count; i++) {
		struct profile p;
		size_t before = made.len;

		if (!profile_parse(&p, w->lines[i], NULL) && emit(l, &rows, 0, &p, &made, &err))
			made.len = before;
	}
	rows_absorb(&rows, buf_view(&made), &out);
	while (rows_end(&rows, &out))
		;
	if (rows.how.book)
		close_book(rows.how.book);
	else
		check(shape, true, buf_view(&out));
	listing_free(l);
	buf_release(&out);
	buf_release(&made);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct zone *zone;
	struct span text = {size ? (const char *)data : "", size};
	struct span question = span_cut(&text, '\0');
	struct buf word = BUF_INIT;
	struct world w = {.count = 0};

	if (!zone)
		zone = zone_load("Europe/Berlin", NULL);
	buf_span(&word, question);
	w.zone = zone;
	w.question = buf_text(&word);
	while (w.count < LINES_MAX && !span_absent(text))
		w.lines[w.count++] = span_cut(&text, '\n');
	count_all(&w);
	show_customers(&w);
	for (enum shape shape = SHAPE_TEXT; shape < SHAPE_NONE; shape++) {
		list(&w, shape, listing_customer, NULL, 0, false);
		list(&w, shape, listing_customer, NULL, 0, true);
		list(&w, shape, listing_events, event_columns, event_column_count, false);
		list(&w, shape, listing_ids, id_columns, id_column_count, false);
	}
	buf_release(&word);
	return 0;
}
