/* base/opt.h */
#include "tests/unit/support.h"

#include "base/opt.h"

static struct {
	const char *output;
	const char *format;
	const char *progress;
	const char *when;
	bool quiet;
	bool verify;
	uint64_t jobs;
	uint64_t memory;
	struct opt_list sources;
} got;

static const char *const formats[] = {"text", "csv", "json", "html", NULL};
static const char *const whens[] = {"always", "never", NULL};

static const struct opt own[] = {
	{.kind = OPT_GROUP, .help = "Sources"},
	{.kind = OPT_LIST, .letter = 's', .name = "source", .arg = "NAME",
	 .help = "call the source NAME", .value = &got.sources},
	{.kind = OPT_GROUP, .help = "Output"},
	{.kind = OPT_CHOICE, .letter = 'f', .name = "format", .arg = "FORMAT",
	 .help = "print as FORMAT", .value = &got.format, .choices = formats},
	{.kind = OPT_CHOICE, .name = "colour", .arg = "WHEN",
	 .help = "colour the text", .value = &got.when, .choices = whens,
	 .optional = true},
	{.kind = OPT_FLAG, .name = "verify", .help = "check it",
	 .value = &got.verify},
	{.kind = OPT_END},
};

static const struct opt common[] = {
	{.kind = OPT_STRING, .letter = 'o', .name = "output", .arg = "FILE",
	 .help = "write to FILE instead of standard output: whole, or not at "
		 "all when the run fails",
	 .value = &got.output},
	{.kind = OPT_FLAG, .letter = 'q', .name = "quiet",
	 .help = "say nothing but errors", .value = &got.quiet},
	{.kind = OPT_NUMBER, .letter = 'j', .name = "jobs", .arg = "N",
	 .help = "use N threads", .value = &got.jobs},
	{.kind = OPT_SIZE, .name = "memory", .arg = "SIZE",
	 .help = "stay below SIZE", .value = &got.memory},
	{.kind = OPT_STRING, .letter = 'p', .name = "progress-in-the-terminal",
	 .arg = "HOW", .help = "tell how far it is", .value = &got.progress,
	 .optional = true},
	{.kind = OPT_END},
};

static struct error err;
static char *argv_of[16];
static int first;

/* Parses LINE's words, one blank apart; returns what opt_parse did. */
static int parse(const char *line)
{
	static char text[512];
	int argc = 1;

	opt_list_release(&got.sources);
	memset(&got, 0, sizeof got);
	err = ERROR_INIT;
	memset(argv_of, 0, sizeof argv_of);
	snprintf(text, sizeof text, "cdp-test %s", line);
	argv_of[0] = text;
	for (char *at = strchr(text, ' '); at && at[1]; at = strchr(at, ' ')) {
		*at++ = '\0';
		argv_of[argc++] = at;
	}
	return opt_parse(own, common, argc, argv_of, &first, &err);
}

static int forget(void **state)
{
	(void)state;
	opt_list_release(&got.sources);
	return 0;
}

static void every_kind_is_read(void **state)
{
	(void)state;
	assert_int_equal(parse("-o out.csv -q --jobs 8 --memory=64M -f json "
			       "--verify"), 0);
	assert_string_equal(got.output, "out.csv");
	assert_true(got.quiet);
	assert_true(got.verify);
	assert_int_equal(got.jobs, 8);
	assert_int_equal(got.memory, 64 << 20);
	assert_string_equal(got.format, "json");
	assert_int_equal(first, 10);
	assert_null(argv_of[first]);
}

static void letters_may_be_joined(void **state)
{
	(void)state;
	assert_int_equal(parse("-qj4 -oout.csv"), 0);
	assert_true(got.quiet);
	assert_int_equal(got.jobs, 4);
	assert_string_equal(got.output, "out.csv");
}

static void operands_move_to_the_end(void **state)
{
	(void)state;
	assert_int_equal(parse("a.csv -q b.csv -o out.csv -"), 0);
	assert_int_equal(first, 4);
	assert_string_equal(argv_of[4], "a.csv");
	assert_string_equal(argv_of[5], "b.csv");
	assert_string_equal(argv_of[6], "-");
	assert_null(argv_of[7]);
}

static void two_dashes_end_the_options(void **state)
{
	(void)state;
	assert_int_equal(parse("-q -- -o --verify"), 0);
	assert_true(got.quiet);
	assert_null(got.output);
	assert_false(got.verify);
	assert_int_equal(first, 3);
	assert_string_equal(argv_of[3], "-o");
}

static void value_may_look_like_an_option(void **state)
{
	(void)state;
	assert_int_equal(parse("--output --quiet -s -q -s=x"), 0);
	assert_string_equal(got.output, "--quiet");
	assert_string_equal(got.sources.values[0], "-q");
	assert_string_equal(got.sources.values[1], "=x");
	assert_false(got.quiet);
}

static void value_may_hold_an_equals_sign(void **state)
{
	(void)state;
	assert_int_equal(parse("--output=a=b"), 0);
	assert_string_equal(got.output, "a=b");
	assert_int_equal(parse("--output="), 0);
	assert_string_equal(got.output, "");
}

static void list_keeps_every_value_in_order(void **state)
{
	(void)state;
	assert_int_equal(parse("-s a --source=b x -sc"), 0);
	assert_int_equal(got.sources.count, 3);
	assert_string_equal(got.sources.values[0], "a");
	assert_string_equal(got.sources.values[1], "b");
	assert_string_equal(got.sources.values[2], "c");
}

static void last_value_counts(void **state)
{
	(void)state;
	assert_int_equal(parse("-o a -f csv -o b -f text"), 0);
	assert_string_equal(got.output, "b");
	assert_string_equal(got.format, "text");
}

static void optional_value_is_empty_when_left_out(void **state)
{
	(void)state;
	assert_int_equal(parse("--colour --progress-in-the-terminal x"), 0);
	assert_string_equal(got.when, "");
	assert_string_equal(got.progress, "");
	assert_string_equal(argv_of[first], "x");
	assert_int_equal(parse("--colour=never -pbar"), 0);
	assert_string_equal(got.when, "never");
	assert_string_equal(got.progress, "bar");
}

static void either_table_may_be_missing(void **state)
{
	char name[] = "cdp-test";
	char option[] = "-q";
	char *argv[] = {name, option, NULL};

	(void)state;
	assert_int_equal(opt_parse(NULL, common, 2, argv, &first, &err), 0);
	assert_int_equal(opt_parse(common, NULL, 2, argv, &first, &err), 0);
	assert_int_equal(opt_parse(NULL, NULL, 1, argv, &first, &err), 0);
	assert_int_equal(opt_parse(NULL, NULL, 2, argv, &first, &err), -1);
	assert_error(&err, "unknown option '-q'");
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{"--ouput x", "unknown option '--ouput'; did you mean '--output'?"},
		{"--ouput=x", "unknown option '--ouput'; did you mean '--output'?"},
		{"--outp x", "unknown option '--outp'; did you mean '--output'?"},
		{"--outp", "unknown option '--outp'; did you mean '--output'?"},
		{"--qui=1", "unknown option '--qui'; did you mean '--quiet'?"},
		{"--q", "unknown option '--q'; did you mean '--quiet'?"},
		{"--Quiet", "unknown option '--Quiet'; did you mean '--quiet'?"},
		{"--verfy", "unknown option '--verfy'; did you mean '--verify'?"},
		{"--output-file x", "unknown option '--output-file'"},
		{"--=x", "unknown option '--'"},
		{"x --nothing-like-it y", "unknown option '--nothing-like-it'"},
		{"--\x1B[2J", "unknown option '--?[2J'"},
		{"-z", "unknown option '-z'"},
		{"-qz", "unknown option '-z'"},
		{"-:", "unknown option '-:'"},
		{"-?", "unknown option '-?'"},
		{"-\xC3\xA4", "unknown option '-?'"},
		{"--output", "option '--output' needs a value FILE"},
		{"-o", "option '--output' needs a value FILE"},
		{"-qo", "option '--output' needs a value FILE"},
		{"--quiet=yes", "option '--quiet' takes no value"},
		{"--quiet=", "option '--quiet' takes no value"},
		{"-j many", "option '--jobs' needs a whole number, not 'many'"},
		{"-j -1", "option '--jobs' needs a whole number, not '-1'"},
		{"--jobs=", "option '--jobs' needs a whole number, not ''"},
		{"-j 99999999999999999999",
		 "option '--jobs' takes no number so large: '99999999999999999999'"},
		{"--memory 12Q",
		 "option '--memory': bad size '12Q'; write a number of bytes, "
		 "or one with K, M or G such as 512M or 1.5G"},
		{"-f jsn", "option '--format' cannot be 'jsn'; "
			   "did you mean 'json'?"},
		{"-f JSON", "option '--format' cannot be 'JSON'; "
			    "did you mean 'json'?"},
		{"-f markdown", "option '--format' cannot be 'markdown'; "
				"it can be text, csv, json or html"},
		{"--format=", "option '--format' cannot be ''; "
			      "it can be text, csv, json or html"},
		{"--colour=", "option '--colour' cannot be ''; "
			      "it can be always or never"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(parse(cases[i].line), -1);
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_error(&err, cases[i].message);
	}
}

static void sizes_are_read_exactly(void **state)
{
	static const struct {
		const char *in;
		uint64_t out;
	} cases[] = {
		{"0", 0},
		{"1073741824", 1073741824},
		{"18446744073709551615", UINT64_MAX},
		{"1K", 1024},
		{"64M", 67108864},
		{"64m", 67108864},
		{"1.5G", 1610612736},
		{"0.5k", 512},
		{"0.001K", 1},
		{"1.999999999G", 2147483646},
		{"17179869183G", UINT64_C(17179869183) << 30},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint64_t out = 99;

		assert_int_equal(opt_size(cases[i].in, &out, &err), 0);
		assert_true(out == cases[i].out);
	}
}

static void bad_sizes_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "K", ".5K", "1.K", "1..5K", "1.5.5K", "1.5", "1KB", "1T",
		"-1", "+1", "1 K", " 1", "0x10", "1e9", "1.0000000001G",
	};
	uint64_t out = 99;
	char want[200];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(opt_size(bad[i], &out, &err), -1);
		snprintf(want, sizeof want,
			 "bad size '%s'; write a number of bytes, or one with "
			 "K, M or G such as 512M or 1.5G", bad[i]);
		assert_error(&err, want);
	}
	assert_int_equal(opt_size("17179869184G", &out, &err), -1);
	assert_error(&err, "size '17179869184G' is too large");
	assert_int_equal(opt_size("18446744073709551616", &out, &err), -1);
	assert_error(&err, "size '18446744073709551616' is too large");
	assert_int_equal(out, 99);
}

static void help_is_grouped_aligned_and_wrapped(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	opt_help(own, &out);
	assert_span(buf_view(&out),
		    "Sources:\n"
		    "  -s, --source NAME         call the source NAME\n"
		    "\n"
		    "Output:\n"
		    "  -f, --format FORMAT       print as FORMAT. Values: "
		    "text, csv, json or html\n"
		    "      --colour[=WHEN]       colour the text. Values: "
		    "always or never\n"
		    "      --verify              check it\n");
	buf_clear(&out);
	opt_help(common, &out);
	assert_span(buf_view(&out),
		    "  -o, --output FILE         write to FILE instead of "
		    "standard output: whole, or\n"
		    "                            not at all when the run "
		    "fails\n"
		    "  -q, --quiet               say nothing but errors\n"
		    "  -j, --jobs N              use N threads\n"
		    "      --memory SIZE         stay below SIZE\n"
		    "  -p, --progress-in-the-terminal[=HOW]\n"
		    "                            tell how far it is\n");
	buf_release(&out);
}

static void list_has_a_line_for_each_option(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	opt_list_all(own, &out);
	assert_span(buf_view(&out),
		    "--source\t-s\tNAME\t\tcall the source NAME\n"
		    "--format\t-f\tFORMAT\ttext|csv|json|html\tprint as FORMAT\n"
		    "--colour\t\t[WHEN]\talways|never\tcolour the text\n"
		    "--verify\t\t\t\tcheck it\n");
	buf_release(&out);
}

static void usual_values_are_listed_and_others_taken(void **state)
{
	static const char *const orders[] = {"dmy", "mdy", NULL};
	static const char *order;
	static const struct opt open[] = {
		{.kind = OPT_STRING, .name = "dates", .arg = "ORDER",
		 .help = "how dates are written", .value = &order, .choices = orders},
		{.kind = OPT_END},
	};
	char name[] = "cdp-test", option[] = "--dates", value[] = "%d.%m.%Y";
	char *argv[] = {name, option, value, NULL};
	struct buf out = BUF_INIT;

	(void)state;
	opt_list_all(open, &out);
	assert_span(buf_view(&out), "--dates\t\tORDER\tdmy|mdy|...\thow dates are written\n");
	buf_clear(&out);
	opt_help(open, &out);
	assert_span(buf_view(&out), "      --dates ORDER         how dates are written\n");
	assert_int_equal(opt_parse(open, NULL, 3, argv, &first, &err), 0);
	assert_string_equal(order, "%d.%m.%Y");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_read),
		cmocka_unit_test(letters_may_be_joined),
		cmocka_unit_test(operands_move_to_the_end),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(value_may_look_like_an_option),
		cmocka_unit_test(value_may_hold_an_equals_sign),
		cmocka_unit_test(list_keeps_every_value_in_order),
		cmocka_unit_test(last_value_counts),
		cmocka_unit_test(optional_value_is_empty_when_left_out),
		cmocka_unit_test(either_table_may_be_missing),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(sizes_are_read_exactly),
		cmocka_unit_test(bad_sizes_are_refused),
		cmocka_unit_test(help_is_grouped_aligned_and_wrapped),
		cmocka_unit_test(list_has_a_line_for_each_option),
		cmocka_unit_test(usual_values_are_listed_and_others_taken),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
