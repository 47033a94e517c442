/*
 * What a record becomes depends on that record alone: not on those beside it, their order, how
 * they are shared out among files and blocks, how they spell the names that it spells otherwise,
 * or the order of its own members.
 */
#include "record/scan.h"
#include "tests/unit/support.h"
#include "tests/unit/ingest_run.h"

#define TEXTS 60
#define RECORDS 24
#define MEMBERS 40

/* Members that say the same, of which the first known one with a value counts.  A name's words are
 * joined as each record likes; a name that nobody knows keeps its form. */
struct theme {
	const char *place;	/* where calls have it; records without sections have it at the top */
	const char *names[5];
	const char *values[7];	/* as JSON; none, when it is left out */
	bool unknown;
};

static const struct theme themes[] = {
	{"properties", {"order id", "order no", "invoice number", "transaction id"}, {"\"A-1\"", "\"A-2\"", "17", "\"\"", "null"}, false},
	{"properties", {"revenue", "amount", "order value"}, {"4", "7.25", "\"9.50\"", "null", "\"\"", "\"N/A\""}, false},
	{"properties", {"total", "grand total", "order total"}, {"5", "8.25", "\"10.50\"", "null"}, false},
	{"properties", {"currency", "currency code"}, {"\"EUR\"", "\"USD\"", "null"}, false},
	{"properties", {"price", "item price", "unit price"}, {"3", "\"2.75\"", "null"}, false},
	{"properties", {"quantity", "qty"}, {"1", "2", "null"}, false},
	{"properties", {"order status", "status"}, {"\"paid\"", "\"refunded\"", "\"pending\"", "\"\""}, false},
	{"properties", {"product id", "item id"}, {"\"P1\"", "5", "null"}, false},
	{"properties", {"gift note"}, {"\"x\"", "null", "7", "{\"a\":1}", "{\"b\":{\"c\":2}}", "[1,{\"d\":2}]", "true"}, true},
	{"properties", {"Gift-Note"}, {"\"y\"", "8", "{}", "{\"a\":3}"}, true},
	{"properties", {"giftNote"}, {"\"z\"", "{\"A\":3}"}, true},
	{"properties", {"gift_note_a"}, {"4", "null"}, true},
	{"traits", {"email", "mail", "email address"}, {"\"Ana@Example.com\"", "\"bo@example.org\"", "\"none\"", "null"}, false},
	{"traits", {"first name", "given name", "fname"}, {"\"Ana\"", "\"Bo\"", "\"\"", "\"NULL\""}, false},
	{"traits", {"city", "town"}, {"\"Ulm\"", "\"Nan\"", "null", "{}"}, false},
	{"context", {"referrer", "page referrer"}, {"\"https://example.org/\"", "null"}, false},
	{"context", {"utm source"}, {"\"news\"", "\"shop\""}, false},
	{"context", {"utm campaign"}, {"\"may\""}, false},
	{"", {"newsletter", "newsletter opt in"}, {"true", "\"no\"", "null"}, false},
	{"traits", {"phone", "mobile phone"}, {"\"+49 30 23125 017\"", "\"none\"", "null"}, false},
	{"context", {"locale"}, {"\"de\"", "\"en-GB\""}, false},
	{"context", {"ip", "ip address"}, {"\"192.0.2.7\"", "\"192.0.2.8\""}, false},
	/* When a contact was made is a fact about it, whose name nobody knows. */
	{"", {"created_at"}, {"\"2026-01-02T10:00:00Z\"", "null"}, true},
	{"", {"timestamp", "time", "datum"}, {"\"2026-01-02T10:00:00Z\"", "\"2026-01-03 11:30:00\"", "1767434400", "null"}, false},
	{"", {"event", "event name"}, {"\"Order Completed\"", "\"Signed Up\"", "\"\"", "null"}, false},
	{"", {"object"}, {"\"order\"", "\"sales.Orders\"", "\"contact\"", "\"ticket\"", "null"}, false},
	{"", {"id"}, {"\"77\"", "5", "null"}, false},
	{"", {"page url", "url"}, {"\"https://example.com/a\"", "null"}, false},
	{"", {"anonymous id", "visitor id"}, {"\"a1\"", "\"a2\"", "null"}, false},
};

struct entry {
	const char *place;
	const char *name;
	const char *value;
	bool unknown;
};

struct record {
	size_t number;
	bool call;		/* with sections, as Segment's libraries send it */
	struct entry list[MEMBERS];
	size_t count;
};

/* Adds one to ALL members of a theme, each name at most once. */
static void add_members(struct record *r, const struct theme *t, size_t all, uint64_t *seed)
{
	size_t names = 0, values = 0;

	while (names < COUNT_OF(t->names) && t->names[names])
		names++;
	while (values < COUNT_OF(t->values) && t->values[values])
		values++;
	for (size_t i = 0, from = support_below(seed, names); i < all && i < names; i++)
		r->list[r->count++] = (struct entry){
			t->place, t->names[(from + i) % names], t->values[support_below(seed, values)], t->unknown,
		};
}

static void make_record(struct record *r, size_t number, size_t most, uint64_t *seed)
{
	*r = (struct record){.number = number, .call = support_below(seed, 2)};
	for (size_t i = 0; i < COUNT_OF(themes); i++)
		if (support_below(seed, 3))
			add_members(r, &themes[i], 1 + (support_below(seed, 4) ? 0 : support_below(seed, most)), seed);
}

static char raised(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* The words of NAME as in "order_id", "orderId", "Order ID", "order-id" or "ORDER_ID". */
static void put_name(struct buf *out, const char *name, uint64_t *seed)
{
	static const char joints[] = {'_', '\0', ' ', '-', '_'};
	size_t way = support_below(seed, sizeof joints);
	bool first = true;

	for (; *name; name++, first = false) {
		bool starts = !first && name[-1] == ' ';

		if (*name == ' ') {
			if (joints[way])
				buf_char(out, joints[way]);
			continue;
		}
		buf_char(out, way == 4 || (way == 1 && starts) || (way == 2 && (first || starts)) ? raised(*name) : *name);
	}
}

static void put_member(struct buf *out, const struct entry *m, uint64_t *seed)
{
	buf_text_put(out, ",\"");
	if (m->unknown)
		buf_text_put(out, m->name);
	else
		put_name(out, m->name, seed);
	buf_printf(out, "\":%s", m->value);
}

static void put_section(struct buf *out, const struct record *r, const char *place, uint64_t *seed)
{
	size_t start = out->len;

	if (!strcmp(place, "properties"))
		buf_printf(out, ",\"number\":%zu", r->number);
	for (size_t i = 0; i < r->count; i++)
		if (!strcmp(r->list[i].place, place))
			put_member(out, &r->list[i], seed);
	if (out->len > start)
		out->ptr[start] = '{';
	else
		buf_char(out, '{');
	buf_char(out, '}');
}

static void put_record(struct buf *out, const struct record *r, uint64_t *seed)
{
	static const char *const places[] = {"properties", "traits", "context"};

	buf_printf(out, "{\"%s\":\"u%zu\"", support_below(seed, 2) ? "userId" : "user_id", r->number);
	if (!r->call)
		buf_printf(out, ",\"number\":%zu", r->number);
	for (size_t i = 0; i < r->count; i++)
		if (!r->call || !*r->list[i].place)
			put_member(out, &r->list[i], seed);
	for (size_t i = 0, from = support_below(seed, 3); r->call && i < 3; i++) {
		buf_printf(out, ",\"%s\":", places[(from + i) % 3]);
		put_section(out, r, places[(from + i) % 3], seed);
	}
	buf_text_put(out, "}\n");
}

static void turn_members(struct record *r, uint64_t *seed)
{
	for (size_t i = r->count; i > 1; i--) {
		size_t other = support_below(seed, i);
		struct entry m = r->list[i - 1];

		r->list[i - 1] = r->list[other];
		r->list[other] = m;
	}
}

/* Writes each value that is no object with members, behind the names that lead to it. */
static void list_values(struct buf *out, struct buf *path, struct value v, bool with_id)
{
	size_t len = path->len;
	struct member m;
	struct scan s;

	scan_start(&s, v.raw);
	if (v.kind != VALUE_OBJECT || scan_enter(&s, '{', NULL) || scan_member(&s, &m, NULL) <= 0) {
		buf_printf(out, "%.*s=%.*s\n", (int)path->len, path->ptr, SPAN_ARG(v.raw));
		return;
	}
	do {
		if (!with_id && !len && span_equal(m.key, SPAN("id")))
			continue;
		buf_printf(path, "%s%.*s", len ? "." : "", SPAN_ARG(m.key));
		list_values(out, path, m.value, with_id);
		path->len = len;
	} while (scan_member(&s, &m, NULL) > 0);
}

static int compare_spans(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* LINE with its members in an order of their own, whatever order they were met in. */
static void put_sorted(struct buf *out, struct value line, bool with_id)
{
	struct buf path = BUF_INIT, listed = BUF_INIT;
	struct span parts[4 * MEMBERS], rest;
	size_t count = 0;

	list_values(&listed, &path, line, with_id);
	for (rest = buf_view(&listed); !span_absent(rest) && rest.len; count++) {
		assert_true(count < COUNT_OF(parts));
		parts[count] = span_cut(&rest, '\n');
	}
	qsort(parts, count, sizeof *parts, compare_spans);
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%.*s\n", SPAN_ARG(parts[i]));
	buf_release(&path);
	buf_release(&listed);
}

/* What became of each record of a text: nothing of those that were rejected. */
struct outcome {
	struct buf of[RECORDS];
	size_t rejected;
};

static void release_outcome(struct outcome *o)
{
	for (size_t i = 0; i < RECORDS; i++)
		buf_release(&o->of[i]);
	*o = (struct outcome){0};
}

static void take_records(struct outcome *o, const struct ingest_run *r, bool with_id)
{
	struct span rest = buf_view(&r->records);
	struct value line;
	double number;

	if (r->failed)
		fail_msg("%s", r->err.message);
	o->rejected += r->counts.rejected;
	while (!span_absent(rest) && rest.len) {
		assert_int_equal(scan_whole(span_cut(&rest, '\n'), &line, NULL), 0);
		assert_true(value_double(value_path(line, SPAN("props.number")), &number) ||
			    value_double(value_path(line, SPAN("traits.number")), &number));
		assert_true(number < RECORDS);
		put_sorted(&o->of[(size_t)number], line, with_id);
	}
}

static void check_same(struct outcome *a, struct outcome *b, size_t i, struct buf *text)
{
	for (size_t n = 0; n < RECORDS; n++) {
		if (span_equal(buf_view(&a->of[n]), buf_view(&b->of[n])))
			continue;
		/* cmocka's messages are cut. */
		fprintf(stderr, "%s\nRecord %zu is\n%s\nand\n%s\n", buf_text(text), n, buf_text(&a->of[n]), buf_text(&b->of[n]));
		fail_msg("record %zu of text %zu differs", n, i);
	}
	assert_int_equal(a->rejected, b->rejected);
}

static void read_text(struct span text, struct outcome *o, bool with_id, uint64_t *seed)
{
	struct mapping m = MAPPING_INIT;
	struct ingest_run r = {.failed = 0};

	m.set.format = "json";
	m.set.source = "s";
	ingest_run_text(text, &m, 1 + (unsigned)support_below(seed, 3), 100 + support_below(seed, 9000),
			0 * support_below(seed, 2 * RECORDS), &r);
	take_records(o, &r, with_id);
	ingest_run_release(&r);
	mapping_release(&m);
}

/* Lines of TEXT. */
static size_t cut_lines(struct span text, struct span lines[RECORDS])
{
	size_t count = 0;

	while (!span_absent(text) && text.len)
		lines[count++] = span_cut(&text, '\n');
	return count;
}

/* Reads the lines in an order of chance, in one text or several. */
static void read_shuffled(struct span text, struct outcome *o, uint64_t *seed)
{
	struct span lines[RECORDS];
	size_t count = cut_lines(text, lines);
	struct buf part = BUF_INIT;

	for (size_t i = count; i; i--) {
		size_t other = support_below(seed, i);

		buf_printf(&part, "%.*s\n", SPAN_ARG(lines[other]));
		lines[other] = lines[i - 1];
		if (i > 1 && support_below(seed, 8))
			continue;
		read_text(buf_view(&part), o, true, seed);
		buf_clear(&part);
	}
	buf_release(&part);
}

static void read_alone(struct span text, struct outcome *o, uint64_t *seed)
{
	struct span lines[RECORDS];
	size_t count = cut_lines(text, lines);

	for (size_t i = 0; i < count; i++)
		read_text((struct span){lines[i].ptr, lines[i].len + 1}, o, true, seed);
}

static void neighbours_change_nothing(void **state)
{
	struct outcome together = {0}, alone = {0}, shuffled = {0};
	struct buf text = BUF_INIT;
	struct record r;

	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		uint64_t seed = support_seed(i);

		buf_clear(&text);
		for (size_t n = 0; n < RECORDS; n++) {
			make_record(&r, n, 4, &seed);
			put_record(&text, &r, &seed);
		}
		read_text(buf_view(&text), &together, true, &seed);
		read_alone(buf_view(&text), &alone, &seed);
		check_same(&alone, &together, i, &text);
		read_shuffled(buf_view(&text), &shuffled, &seed);
		check_same(&alone, &shuffled, i, &text);
		release_outcome(&together);
		release_outcome(&alone);
		release_outcome(&shuffled);
	}
	buf_release(&text);
}

static void spelling_and_order_change_nothing(void **state)
{
	struct outcome one = {0}, other = {0};
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct record r;

	(void)state;
	for (size_t i = 0; i < 4 * TEXTS; i++) {
		uint64_t seed = support_seed(1000 + i);

		buf_clear(&first);
		buf_clear(&second);
		for (size_t n = 0; n < RECORDS; n++) {
			make_record(&r, n, 1, &seed);
			put_record(&first, &r, &seed);
			turn_members(&r, &seed);
			put_record(&second, &r, &seed);
		}
		read_text(buf_view(&first), &one, false, &seed);
		read_text(buf_view(&second), &other, false, &seed);
		buf_span(&first, buf_view(&second));
		check_same(&one, &other, i, &first);
		release_outcome(&one);
		release_outcome(&other);
	}
	buf_release(&first);
	buf_release(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_change_nothing),
		cmocka_unit_test(spelling_and_order_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
