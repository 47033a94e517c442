/*
 * Every example of cdp-expr(7): a line "expression => result" of the page is
 * evaluated over the row or the profile that the page itself shows.  And the
 * other way round: every function has an example.
 */
#include <ctype.h>

#include "base/map.h"
#include "expr/builtin.h"
#include "expr/profile_row.h"
#include "expr/profile_scope.h"
#include "io/input.h"
#include "tests/unit/expr_row.h"

#define PAGE "man/cdp-expr.7"
#define COLUMNS_MAX 16

static struct manual {
	struct arena arena;
	struct buf page;			/* without mdoc's escapes */
	struct expr_cell cells[COLUMNS_MAX];
	struct expr_row row;
	struct buf profile_line;
	struct profile profile;
	struct profile_scope *scope;
	struct profile_row profile_row;
	struct map seen;			/* functions in examples */
} m;

/* The page, with \e as a backslash and \& as nothing. */
static void read_page(void)
{
	struct input *in = input_open(PAGE, NULL);
	char bytes[1 << 16];
	ptrdiff_t got;

	assert_non_null(in);
	got = input_read(in, bytes, sizeof(bytes), NULL);
	assert_true(got > 1000 && got < (ptrdiff_t)sizeof(bytes));
	input_close(in);
	for (ptrdiff_t i = 0; i < got; i++) {
		bool escape = bytes[i] == '\\' && i + 1 < got;

		if (escape && bytes[i + 1] == 'e')
			buf_char(&m.page, '\\');
		else if (!escape || bytes[i + 1] != '&')
			buf_char(&m.page, bytes[i]);
		i += escape && (bytes[i + 1] == 'e' || bytes[i + 1] == '&');
	}
}

/* The lines of the literal block behind the comment MARK. */
static struct span block_behind(struct span mark)
{
	struct span page = buf_view(&m.page);
	size_t at = span_find(page, mark);
	struct span rest = span_sub(page, at + mark.len, page.len);

	assert_true(at < page.len);
	span_cut(&rest, '\n');
	return span_sub(rest, 0, span_find(rest, SPAN(".Ed")));
}

/* Columns and their values stand two blanks or more apart. */
static void read_row(void)
{
	struct span lines = block_behind(SPAN(".\\\" row\n"));
	size_t count = 0;

	while (lines.len) {
		struct span line = span_cut(&lines, '\n');
		size_t gap = span_find(line, SPAN("  "));
		struct span value = span_trim(span_sub(line, gap, line.len));

		assert_true(count < COLUMNS_MAX - 1);
		m.cells[count++] = (struct expr_cell){
			.name = arena_copy(&m.arena, span_trim(span_sub(line, 0, gap))).ptr,
			.type = TYPE_TEXT,
			.is = value.len ? TYPE_TEXT : TYPE_UNKNOWN,
			.text = arena_copy(&m.arena, value).ptr,
		};
	}
	assert_true(count > 5);
	expr_row_init(&m.row, m.cells, "UTC");
	assert_true(moment_parse_record(SPAN("2024-03-10T00:00:00.000Z"), &m.row.run.as_of));
}

static void read_profile(void)
{
	struct span lines = block_behind(SPAN(".\\\" profile\n"));
	struct error err = ERROR_INIT;

	while (lines.len)
		buf_span(&m.profile_line, span_cut(&lines, '\n'));
	assert_int_equal(profile_parse(&m.profile, buf_view(&m.profile_line), &err), 0);
	assert_int_equal(profile_validate(&m.profile, &err), 0);
	m.scope = profile_scope_new();
	profile_row_init(&m.profile_row, m.scope);
	profile_row_set(&m.profile_row, &m.profile);
}

static int set_up(void **state)
{
	(void)state;
	read_page();
	read_row();
	read_profile();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	expr_row_release(&m.row);
	profile_row_release(&m.profile_row);
	profile_scope_free(m.scope);
	buf_release(&m.page);
	buf_release(&m.profile_line);
	map_release(&m.seen);
	arena_release(&m.arena);
	return 0;
}

static void put_result(struct expr *e, struct expr_run *run,
		       struct error *err, struct buf *out)
{
	struct datum d = DATUM_UNKNOWN;

	if (!e || expr_eval(e, run, &d, err))
		buf_printf(out, "error: %s", err->message);
	else if (d.type == TYPE_UNKNOWN)
		buf_lit(out, "unknown");
	else
		datum_put_value(&d, out);
}

/* Remembers the words before an opening parenthesis. */
static void note_functions(struct span text)
{
	for (size_t at = 0; at < text.len; at++) {
		size_t begin = at;

		while (begin && (isalnum((unsigned char)text.ptr[begin - 1]) || text.ptr[begin - 1] == '_'))
			begin--;
		if (text.ptr[at] == '(' && begin < at)
			map_put(&m.seen, span_sub(text, begin, at - begin), NULL);
	}
}

static bool run_example(struct span text, struct span want, bool profiles)
{
	struct expr_scope names = profile_scope_names(m.scope);
	struct expr_run run = m.row.run;
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;
	struct expr *e;
	bool good;

	if (profiles)
		run.row = &m.profile_row;
	if (profiles)
		run.as_of = MOMENT_NONE;
	e = expr_compile(text, NULL, 1, 1, profiles ? &names : &m.row.scope, TYPE_ANY, &err);
	put_result(e, &run, &err, &out);
	good = span_equal(buf_view(&out), want);
	if (!good)
		print_error("%.*s\n  gives  %s\n  manual %.*s\n", SPAN_ARG(text), buf_text(&out), SPAN_ARG(want));
	note_functions(text);
	expr_free(e);
	buf_release(&out);
	return good;
}

static void examples_are_true(void **state)
{
	struct span rest = buf_view(&m.page);
	bool profiles = false;
	int bad = 0, count = 0;

	(void)state;
	while (!span_absent(rest)) {
		struct span line = span_cut(&rest, '\n');
		size_t arrow = span_find(line, SPAN(" => "));

		profiles = profiles || span_equal(line, SPAN(".Sh PROFILES"));
		if (arrow == line.len)
			continue;
		count++;
		bad += !run_example(span_trim(span_sub(line, 0, arrow)),
				    span_trim(span_sub(line, arrow + 4, line.len)), profiles);
	}
	print_message("%d examples\n", count);
	assert_int_equal(bad, 0);
	assert_true(count > 100);
}

/* Runs behind examples_are_true, which notes what they call. */
static void functions_have_examples(void **state)
{
	size_t count;
	const char *const *names = builtin_names(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (map_find(&m.seen, span_of(names[i])) == MAP_NONE)
			fail_msg("%s() has no example in " PAGE, names[i]);
	}
	for (const struct expr_function *f = profile_functions; f->name; f++) {
		if (map_find(&m.seen, span_of(f->name)) == MAP_NONE)
			fail_msg("%s() has no example in " PAGE, f->name);
	}
}

static size_t count_table(const struct builtin *table)
{
	size_t count = 0;

	while (table[count].name)
		count++;
	return count;
}

/* The names for suggestions are those of the tables, all of them. */
static void names_and_tables_agree(void **state)
{
	size_t count;
	const char *const *names = builtin_names(&count);

	(void)state;
	assert_int_equal(count, count_table(text_functions) + count_table(pattern_functions) +
			 count_table(number_functions) + count_table(date_functions) +
			 count_table(choice_functions) + count_table(social_functions) +
			 count_table(json_functions) + count_table(likeness_functions));
	for (size_t i = 0; i < count; i++)
		assert_non_null(builtin_find(span_of(names[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_are_true),
		cmocka_unit_test(functions_have_examples),
		cmocka_unit_test(names_and_tables_agree),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
