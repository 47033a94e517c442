/* Plain tables: how they are cut, what their columns are, and the matrix that is made of them. */
#include "support.h"

#include <math.h>

#include "scratch.h"
#include "understand/table/design.h"

struct faults {
	size_t count;
	char last[600];
};

static void note_fault(void *context, struct span row, const struct error *why)
{
	struct faults *f = context;

	(void)row;
	f->count++;
	snprintf(f->last, sizeof f->last, "%u: %s", (unsigned)why->line, why->message);
}

static struct frame read_text(const char *text, struct faults *faults)
{
	struct frame f = {.nulls = null_words_new(NULL), .fault = note_fault, .context = faults};
	struct error err = ERROR_INIT;

	if (frame_read(&f, scratch_put("table.csv", span_of(text)), &err))
		fail_msg("%s", err.message);
	return f;
}

static void forget(struct frame *f)
{
	null_words_free((struct null_words *)(uintptr_t)f->nulls);
	frame_release(f);
}

static void check_cell(const struct frame *f, size_t row, size_t column, const char *want)
{
	struct span got = frame_cell(f, row, column);

	if (!span_equal(got, span_of(want)))
		fail_msg("cell %zu,%zu is '%.*s', not '%s'", row, column, SPAN_ARG(got), want);
}

static void cells(void **state)
{
	struct faults faults = {0};
	struct frame f = read_text("\xef\xbb\xbf" "a,b\r\n1, x \r\n\"2\",\"say \"\"hi\"\",\nthere\"\r\n\r\n3,\r\n4,y,\r\n5\r\n"
				   "6,\"open\n7,z\n", &faults);

	(void)state;
	assert_int_equal(f.column_count, 2);
	assert_int_equal(f.row_count, 5);
	check_cell(&f, 0, 1, "x");
	check_cell(&f, 1, 0, "2");
	check_cell(&f, 1, 1, "say \"hi\",\nthere");
	check_cell(&f, 2, 1, "");
	check_cell(&f, 3, 1, "y");
	check_cell(&f, 4, 0, "7");
	assert_int_equal(f.blank, 1);
	assert_int_equal(faults.count, 2);
	assert_string_equal(faults.last, "9: a quote opens that never closes");
	assert_int_equal(f.lines[2], 6);
	forget(&f);
}

static void separators(void **state)
{
	static const char *const texts[] = {
		"a;b\n1;2\n", "a\tb\n1\t2\n", "a|b\n1|2\n", "sep=;\na;b\n1;2\n", "a;b\r1;2\r", "a;b\n1;\"2\"",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct faults faults = {0};
		struct frame f = read_text(texts[i], &faults);

		assert_int_equal(f.column_count, 2);
		assert_int_equal(f.row_count, 1);
		check_cell(&f, 0, 1, "2");
		forget(&f);
	}
}

static void kinds(void **state)
{
	struct faults faults = {0};
	struct frame f = read_text("n;word;comma;either;none;na\n1;b;0,5;1,234;;x\n-2.5e1;a;12,5;2,345;;NA\nN/A;;3;7;;y\n", &faults);
	const struct frame_column *c;
	struct error err = ERROR_INIT;

	(void)state;
	c = frame_column(&f, 0);
	assert_int_equal(c->kind, FRAME_NUMBER);
	assert_true(c->numbers[0] == 1 && c->numbers[1] == -25 && isnan(c->numbers[2]));
	assert_int_equal(c->missing, 1);
	c = frame_column(&f, 1);
	assert_int_equal(c->kind, FRAME_CATEGORY);
	assert_int_equal(c->level_count, 2);
	assert_int_equal(c->codes[0], 1);
	assert_int_equal(c->codes[1], 0);
	assert_int_equal(c->codes[2], FRAME_MISSING);
	c = frame_column(&f, 2);
	assert_true(c->kind == FRAME_NUMBER && c->decimal_comma && c->numbers[1] == 12.5);
	c = frame_column(&f, 3);
	assert_true(c->kind == FRAME_CATEGORY && c->commas);
	assert_int_equal(frame_doubt(&f, 3, &err), -1);
	assert_non_null(strstr(err.message, "--decimal"));
	assert_int_equal(frame_column(&f, 4)->kind, FRAME_EMPTY);
	c = frame_column(&f, 5);
	assert_int_equal(c->told, 1);
	assert_int_equal(c->told_row, 1);
	forget(&f);
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		char decimal;
		bool good;
		double value;
	} cases[] = {
		{"0", '.', true, 0}, {"-0.1", '.', true, -0.1}, {"123456789012345", '.', true, 123456789012345},
		{"0.1234567890123456789", '.', true, 0.1234567890123456789}, {"1e3", '.', true, 1000},
		{"1E-2", '.', true, 0.01}, {".5", '.', true, 0.5}, {"5.", '.', true, 5}, {"+7", '.', true, 7},
		{"1,234,567.5", '.', true, 1234567.5}, {"1.234,5", ',', true, 1234.5}, {"12,5", ',', true, 12.5},
		{"12,34", '.', false, 0}, {"1,2345", '.', false, 0}, {"0x10", '.', false, 0}, {"nan", '.', false, 0},
		{"inf", '.', false, 0}, {"1e999", '.', false, 0}, {"", '.', false, 0}, {"-", '.', false, 0},
		{"1 2", '.', false, 0}, {"1e", '.', false, 0}, {"1.2.3", '.', false, 0}, {",5", '.', false, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double value = 0;
		bool good = frame_number(span_of(cases[i].text), cases[i].decimal, &value);

		if (good != cases[i].good || (good && value != cases[i].value))
			fail_msg("%s: %d %.17g", cases[i].text, good, value);
	}
}

/* A number that is none among many, an identifier as a category. */
static void columns_that_seem_numbers(void **state)
{
	struct buf text = BUF_INIT;
	struct faults faults = {0};
	struct error err = ERROR_INIT, other = ERROR_INIT;
	struct frame f;

	(void)state;
	buf_lit(&text, "age,id,kind\n");
	for (int i = 0; i < 300; i++)
		buf_printf(&text, "%s,c%d,%d%s\n", i == 41 ? "4O" : i % 2 ? "17" : "", i, i % 4, i % 4 == 3 ? "+" : "");
	for (int i = 0; i < 30; i++)
		buf_printf(&text, "%d,c1,1\n", i);
	f = read_text(buf_text(&text), &faults);
	assert_int_equal(frame_doubt(&f, 0, &err), -1);
	assert_non_null(strstr(err.message, "'4O'"));
	assert_int_equal(err.line, 43);
	assert_int_equal(frame_doubt(&f, 1, &other), -1);
	assert_non_null(strstr(other.message, "300 different texts"));
	assert_int_equal(frame_doubt(&f, 2, &err), 0);
	buf_release(&text);
	forget(&f);
}

/* What looks like numbers or dates is no category without a word; few levels are one, and so is what the user calls one. */
static void looks(void **state)
{
	static const struct {
		const char *before, *behind, *said;
	} forms[] = {
		{"$ ", ".50", "signs or units"}, {"", " %", "signs or units"}, {"\xe2\x82\xac", ",5", "signs or units"},
		{"", " EUR", "signs or units"}, {"20", "-05-05", "dates"}, {"R", "", NULL}, {"", "x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		struct buf text = BUF_INIT;
		struct faults faults = {0};
		struct error err = ERROR_INIT;
		struct frame f;

		buf_lit(&text, "x;y\n");
		for (int k = 10; k < 38; k++)
			buf_printf(&text, "%s%d%s;%d\n", forms[i].before, k, forms[i].behind, k % 3);
		f = read_text(buf_text(&text), &faults);
		assert_int_equal(frame_doubt(&f, 0, &err), forms[i].said ? -1 : 0);
		if (forms[i].said)
			assert_non_null(strstr(err.message, forms[i].said));
		frame_make_category(&f, 1);
		assert_int_equal(frame_column(&f, 1)->kind, FRAME_CATEGORY);
		assert_int_equal(frame_column(&f, 1)->level_count, 3);
		buf_release(&text);
		forget(&f);
	}
}

/* As R's write.table has it: the header does not name the first column. */
static void row_names(void **state)
{
	struct faults faults = {0};
	struct frame f = read_text("a,b\n\"r1\",1,2\n\"r2\",3,4\n", &faults);

	(void)state;
	assert_int_equal(f.column_count, 3);
	assert_true(span_equal(f.columns[0].name, SPAN("row")) && span_equal(f.columns[1].name, SPAN("a")));
	check_cell(&f, 1, 2, "4");
	assert_int_equal(faults.count, 0);
	forget(&f);
}

static void two_files(void **state)
{
	struct faults faults = {0};
	struct frame f = read_text("a,b\n1,2\n", &faults);
	struct error err = ERROR_INIT;
	const char *path = scratch_put("second.csv", SPAN("b,a\n3,4\n"));

	(void)state;
	assert_int_equal(frame_column(&f, 0)->numbers[0], 1);
	assert_int_equal(frame_read(&f, path, &err), 0);
	assert_true(frame_column(&f, 0)->numbers[1] == 4);
	frame_place(&f, 1, &err);
	assert_int_equal(err.line, 2);
	assert_string_equal(err.file, path);
	path = scratch_put("third.csv", SPAN("b,c\n3,4\n"));
	assert_int_equal(frame_read(&f, path, &err), -1);
	assert_non_null(strstr(err.message, "column 'c'"));
	forget(&f);
}

static void matrix(void **state)
{
	struct faults faults = {0};
	struct frame f = read_text("x,sex,unused\n1,male,1\n2,female,1\n3,,1\n,divers,1\n9,zzz,1\n", &faults);
	struct frame other = read_text("sex,x\nzzz,1\nmale,2\n", &faults);
	struct design_layout l;
	size_t columns[] = {0, 1}, rows[] = {0, 1, 2, 3}, unknown[2];
	struct error err = ERROR_INIT;
	double out[12];

	(void)state;
	assert_int_equal(design_layout_make(&l, &f, columns, 2, rows, 4, &err), 0);
	assert_int_equal(l.width, 3);
	assert_true(span_equal(l.names[0], SPAN("x")));
	assert_true(span_equal(l.names[1], SPAN("sex[female]")));
	assert_true(span_equal(l.names[2], SPAN("sex[male]")));
	assert_int_equal(design_fill(&l, &f, rows, 4, out, unknown, &err), 0);
	for (size_t i = 0; i < 12; i++) {
		static const double right[] = {1, 0, 1, 2, 1, 0, 3, NAN, NAN, NAN, 0, 0};

		assert_true(isnan(right[i]) ? isnan(out[i]) : out[i] == right[i]);
	}
	assert_int_equal(design_fill(&l, &other, NULL, 2, out, unknown, &err), 0);
	assert_true(isnan(out[1]) && unknown[1] == 1 && out[3] == 2 && out[5] == 1);
	design_layout_release(&l);
	forget(&f);
	forget(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells), cmocka_unit_test(separators), cmocka_unit_test(kinds), cmocka_unit_test(numbers),
		cmocka_unit_test(columns_that_seem_numbers), cmocka_unit_test(two_files), cmocka_unit_test(looks), cmocka_unit_test(row_names), cmocka_unit_test(matrix),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
