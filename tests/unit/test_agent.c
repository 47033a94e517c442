/*
 * User agents: the cases that uap-core ships beside its regular expressions (of the same
 * edition), the sieve held to the expressions themselves, and bad files.  CDP_UAP names
 * the folder; without it, Debian's.
 */
#include "tests/unit/support.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "reference/agent.h"
#include "reference/sieve.h"
#include "reference/yaml_list.h"
#include "io/input.h"
#include "text/regex.h"

static const char *folder(void)
{
	const char *given = getenv("CDP_UAP");

	return given ? given : "/usr/share/uap-core";
}

/* FILE of the folder; skips the test where it is not there. */
static void read_file(const char *file, const char *test, struct buf *path,
		      struct buf *out)
{
	struct error err;
	struct input *in;
	ptrdiff_t got;

	buf_clear(path);
	buf_printf(path, "%s/%s", folder(), file);
	if (access(buf_text(path), R_OK))
		support_skip(test, "no uap-core with its cases: CDP_UAP names its folder");
	in = input_open(buf_text(path), &err);
	assert_non_null(in);
	do {
		buf_reserve(out, 65536);
		got = input_read(in, out->ptr + out->len, out->cap - out->len, &err);
		assert_true(got >= 0);
		out->len += (size_t)got;
	} while (got);
	input_close(in);
}

struct cases {
	const struct agents *agents;
	struct agent_scratch *scratch;
	int list;		/* 0 browser, 1 system, 2 device */
	size_t count;
	size_t bad;
};

/* A case that is empty and a part that is absent agree. */
static void agree(bool *good, const struct yaml_entry *e, const char *key, struct span got)
{
	struct span want = yaml_entry_get(e, key);

	if (!want.len)
		want = SPAN_NONE;
	if (span_equal(want, got))
		return;
	*good = false;
	print_message("%.*s: %s is '%.*s', not '%.*s'\n",
		      SPAN_ARG(yaml_entry_get(e, "user_agent_string")), key,
		      SPAN_ARG(got), SPAN_ARG(want));
}

static struct span or_other(struct span family)
{
	return span_absent(family) ? SPAN("Other") : family;
}

static int take_case(void *context, const struct yaml_entry *e, struct error *err)
{
	struct cases *c = context;
	struct agent a;
	bool good = true;

	(void)err;
	agent_parse(c->agents, c->scratch, yaml_entry_get(e, "user_agent_string"), &a);
	if (c->list == 0) {
		agree(&good, e, "family", or_other(a.browser.family));
		agree(&good, e, "major", a.browser.major);
		agree(&good, e, "minor", a.browser.minor);
		agree(&good, e, "patch", a.browser.patch);
	} else if (c->list == 1) {
		agree(&good, e, "family", or_other(a.os.family));
		agree(&good, e, "major", a.os.major);
		agree(&good, e, "minor", a.os.minor);
		agree(&good, e, "patch", a.os.patch);
		agree(&good, e, "patch_minor", a.os.patch_minor);
	} else {
		agree(&good, e, "family", or_other(a.device.family));
		agree(&good, e, "brand", a.device.brand);
		agree(&good, e, "model", a.device.model);
	}
	c->count++;
	c->bad += !good;
	return 0;
}

static void test_cases(void **state)
{
	static const struct {
		const char *file;
		int list;
		size_t least;
	} files[] = {
		{"tests/test_ua.yaml", 0, 1000},
		{"tests/test_os.yaml", 1, 400},
		{"tests/test_device.yaml", 2, 10000},
		{"test_resources/firefox_user_agent_strings.yaml", 0, 100},
		{"test_resources/opera_mini_user_agent_strings.yaml", 0, 100},
		{"test_resources/pgts_browser_list.yaml", 0, 1000},
		{"test_resources/podcasting_user_agent_strings.yaml", 0, 10},
		{"test_resources/additional_os_tests.yaml", 1, 20},
	};
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct cases c = {0};
	struct agents *agents;
	struct error err;

	(void)state;
	read_file("tests/test_ua.yaml", "test_agent (cases)", &path, &text);
	buf_clear(&path);
	buf_printf(&path, "%s/regexes.yaml", folder());
	agents = agents_load(buf_text(&path), &err);
	assert_non_null(agents);
	c.agents = agents;
	c.scratch = agent_scratch_new(agents);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		buf_clear(&text);
		c.list = files[i].list;
		c.count = c.bad = 0;
		read_file(files[i].file, "test_agent (cases)", &path, &text);
		assert_int_equal(yaml_list_read(buf_view(&text), files[i].file, take_case, &c, &err), 0);
		print_message("%s: %zu of %zu cases\n", files[i].file, c.count - c.bad, c.count);
		assert_true(c.count >= files[i].least);
		assert_int_equal(c.bad, 0);
	}
	agent_scratch_free(c.scratch);
	agents_free(agents);
	buf_release(&path);
	buf_release(&text);
}

/* Every expression that matches is one that the sieve lets through. */
struct oracle {
	struct sieve *sieve;
	struct sieve_scan *scan;
	struct regex *regexes[2000];
	size_t count;
	struct regex_search *search;
	size_t cases, through, matches;
};

static int take_pattern(void *context, const struct yaml_entry *e, struct error *err)
{
	struct oracle *o = context;
	struct regex_options how = {
		.caseless = span_equal(yaml_entry_get(e, "regex_flag"), SPAN("i")),
		.ascii = true,
	};

	assert_true(o->count < COUNT_OF(o->regexes));
	o->regexes[o->count] = regex_new_with(yaml_entry_get(e, "regex"), &how, err);
	assert_non_null(o->regexes[o->count++]);
	sieve_add(o->sieve, yaml_entry_get(e, "regex"));
	return 0;
}

static int take_text(void *context, const struct yaml_entry *e, struct error *err)
{
	struct oracle *o = context;
	struct span text = yaml_entry_get(e, "user_agent_string");
	struct span groups[REGEX_GROUPS_MAX];

	(void)err;
	if (o->cases++ % 16)
		return 0;
	sieve_run(o->sieve, o->scan, text);
	for (size_t i = 0; i < o->count; i++) {
		bool lets = sieve_next(o->scan, i, i + 1) == i;
		bool matches = regex_find_groups(o->regexes[i], o->search, text, groups, NULL) == 1;

		o->through += lets;
		o->matches += matches;
		if (matches && !lets)
			fail_msg("the sieve loses expression %zu for %.*s", i, SPAN_ARG(text));
	}
	return 0;
}

static void test_sieve_loses_nothing(void **state)
{
	static const char *const files[] = {"tests/test_ua.yaml", "tests/test_os.yaml",
					    "tests/test_device.yaml"};
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct oracle *o = mem_zero(1, sizeof *o);
	struct error err;

	(void)state;
	o->sieve = sieve_new();
	o->search = regex_search_new();
	read_file("regexes.yaml", "test_agent (sieve)", &path, &text);
	assert_int_equal(yaml_list_read(buf_view(&text), "r", take_pattern, o, &err), 0);
	sieve_build(o->sieve);
	o->scan = sieve_scan_new(o->sieve);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		buf_clear(&text);
		read_file(files[i], "test_agent (sieve)", &path, &text);
		assert_int_equal(yaml_list_read(buf_view(&text), "c", take_text, o, &err), 0);
	}
	print_message("%zu expressions, %zu texts: %zu let through, %zu match\n", o->count,
		      o->cases / 16, o->through, o->matches);
	/* Else it would not be worth having. */
	assert_true(o->through < o->matches * 8);
	for (size_t i = 0; i < o->count; i++)
		regex_free(o->regexes[i]);
	sieve_scan_free(o->scan);
	sieve_free(o->sieve);
	regex_search_free(o->search);
	mem_free(o);
	buf_release(&path);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_sieve_loses_nothing),
	};

	return cmocka_run_group_tests_name("agent", tests, NULL, NULL);
}
