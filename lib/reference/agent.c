#include "reference/agent.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/hash.h"
#include "base/mem.h"
#include "reference/sieve.h"
#include "reference/yaml_list.h"
#include "io/text_file.h"
#include "text/regex.h"

/* The most steps that a real user agent was seen to take is below 3,000. */
#define STEPS_MAX 20000

#define PARTS_MAX 5
#define LISTS 3

/* A list of the file: which members say what of the match. */
struct list_form {
	const char *name;
	const char *members[PARTS_MAX];
	/* The group that stands for a member that is missing; 0: none. */
	unsigned groups[PARTS_MAX];
	size_t parts;
};

static const struct list_form forms[LISTS] = {
	{"user_agent_parsers",
	 {"family_replacement", "v1_replacement", "v2_replacement", "v3_replacement"},
	 {1, 2, 3, 4}, 4},
	{"os_parsers",
	 {"os_replacement", "os_v1_replacement", "os_v2_replacement", "os_v3_replacement",
	  "os_v4_replacement"}, {1, 2, 3, 4, 5}, 5},
	{"device_parsers",
	 {"device_replacement", "brand_replacement", "model_replacement"}, {1, 0, 1}, 3},
};

struct rule {
	struct regex *regex;
	struct span parts[PARTS_MAX];	/* replacements; absent: the group */
};

struct agents {
	struct rule *rules;		/* list after list */
	size_t count;
	size_t cap;
	size_t begins[LISTS + 1];
	size_t list;			/* while reading: the one at hand */
	const char *file;
	struct sieve *sieve;
	char edition[8];
	struct arena texts;
};

struct agent_scratch {
	struct sieve_scan *scan;
	struct regex_search *search;
	struct arena texts;
};

void agents_free(struct agents *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->count; i++)
		regex_free(a->rules[i].regex);
	mem_free(a->rules);
	sieve_free(a->sieve);
	arena_release(&a->texts);
	mem_free(a);
}

static int refuse_rule(const struct agents *a, const struct yaml_entry *e, struct error *err)
{
	error_place(err, a->file, e->line, 0);
	return -1;
}

/* The lists stand in the file in their order. */
static int find_list(struct agents *a, const struct yaml_entry *e, size_t *list,
		     struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	for (*list = a->list; *list < LISTS; ++*list)
		if (span_equal(e->list, span_of(forms[*list].name)))
			return 0;
	error_usage(err, "unexpected list %s: this is no file of uap-core",
		    error_quote(e->list, quoted));
	return refuse_rule(a, e, err);
}

static int take_rule(void *context, const struct yaml_entry *e, struct error *err)
{
	struct agents *a = context;
	struct regex_options how = {.ascii = true, .steps = STEPS_MAX};
	struct span pattern = yaml_entry_get(e, "regex");
	struct rule *rule;
	size_t list;

	if (find_list(a, e, &list, err))
		return -1;
	if (span_absent(pattern)) {
		error_usage(err, "an entry without regex");
		return refuse_rule(a, e, err);
	}
	while (a->list < list)
		a->begins[++a->list] = a->count;
	how.caseless = span_equal(yaml_entry_get(e, "regex_flag"), SPAN("i"));
	a->rules = mem_room(a->rules, a->count, &a->cap, sizeof *a->rules);
	rule = &a->rules[a->count];
	*rule = (struct rule){regex_new_with(pattern, &how, err), {{0}}};
	if (!rule->regex)
		return refuse_rule(a, e, err);
	a->count++;
	for (size_t i = 0; i < forms[list].parts; i++)
		rule->parts[i] = arena_copy(&a->texts, yaml_entry_get(e, forms[list].members[i]));
	sieve_add(a->sieve, pattern);
	return 0;
}

static void set_edition(struct agents *a, struct span text)
{
	unsigned char digest[32];

	hash_sha256(text, digest);
	hash_hex(digest, sizeof a->edition / 2, a->edition);
}

struct agents *agents_load(const char *path, struct error *err)
{
	struct agents *a = mem_zero(1, sizeof *a);
	struct buf text = BUF_INIT;
	int bad;

	a->file = path;
	a->sieve = sieve_new();
	bad = text_file_load(path, &text, err);
	/* Only a file that is not there is the user's to name; one that cannot be read now is a failure. */
	if (bad && err && err->kind == ERROR_FAILED && access(path, F_OK) && errno == ENOENT) {
		error_usage(err, "%s (Debian's package uap-core has %s)", err->message,
			    AGENTS_FILE);
		error_place(err, path, 0, 0);
	}
	bad = bad || yaml_list_read(buf_view(&text), path, take_rule, a, err);
	if (!bad && !a->count) {
		bad = error_usage(err, "no regular expressions: this is no file of uap-core");
		error_place(err, path, 0, 0);
	}
	set_edition(a, buf_view(&text));
	buf_release(&text);
	if (bad) {
		agents_free(a);
		return NULL;
	}
	while (a->list < LISTS)
		a->begins[++a->list] = a->count;
	sieve_build(a->sieve);
	return a;
}

struct span agents_edition(const struct agents *a)
{
	return (struct span){a->edition, sizeof a->edition};
}

size_t agents_count(const struct agents *a)
{
	return a->count;
}

struct agent_scratch *agent_scratch_new(const struct agents *a)
{
	struct agent_scratch *s = mem_zero(1, sizeof *s);

	s->scan = sieve_scan_new(a->sieve);
	s->search = regex_search_new();
	return s;
}

void agent_scratch_free(struct agent_scratch *s)
{
	if (!s)
		return;
	sieve_scan_free(s->scan);
	regex_search_free(s->search);
	arena_release(&s->texts);
	mem_free(s);
}

/* "$1 for $2" with the groups; a group that took no part is nothing. */
static struct span fill_template(struct span template, const struct span *groups, struct arena *a)
{
	struct buf out = BUF_INIT;
	struct span filled;

	for (size_t i = 0; i < template.len; i++) {
		char c = template.ptr[i];

		if (c == '$' && i + 1 < template.len && template.ptr[i + 1] >= '1' &&
		    template.ptr[i + 1] <= '9')
			buf_span(&out, groups[template.ptr[++i] - '0']);
		else
			buf_char(&out, c);
	}
	filled = span_trim(arena_copy(a, buf_view(&out)));
	buf_release(&out);
	return filled;
}

/* An empty text is as good as none. */
static struct span part_of(const struct rule *rule, size_t part, unsigned group,
			   const struct span *groups, struct arena *a)
{
	struct span text = rule->parts[part];

	if (span_absent(text))
		text = group ? groups[group] : SPAN_NONE;
	else if (memchr(text.ptr, '$', text.len))
		text = fill_template(text, groups, a);
	text = span_trim(text);
	return text.len ? text : SPAN_NONE;
}

static void parse_list(const struct agents *a, struct agent_scratch *s, size_t list,
		       struct span text, struct span parts[PARTS_MAX])
{
	size_t end = a->begins[list + 1];
	struct span groups[REGEX_GROUPS_MAX];

	for (size_t i = sieve_next(s->scan, a->begins[list], end); i < end;
	     i = sieve_next(s->scan, i + 1, end)) {
		if (regex_find_groups(a->rules[i].regex, s->search, text, groups, NULL) != 1)
			continue;
		for (size_t p = 0; p < forms[list].parts; p++)
			parts[p] = part_of(&a->rules[i], p, forms[list].groups[p],
					   groups, &s->texts);
		return;
	}
}

void agent_parse(const struct agents *a, struct agent_scratch *s,
		 struct span text, struct agent *out)
{
	struct span parts[LISTS][PARTS_MAX] = {{{0}}};

	text = span_sub(text, 0, AGENT_LENGTH_MAX);
	arena_clear(&s->texts);
	sieve_run(a->sieve, s->scan, text);
	for (size_t i = 0; i < LISTS; i++)
		parse_list(a, s, i, text, parts[i]);
	out->browser.family = parts[0][0];
	out->browser.major = parts[0][1];
	out->browser.minor = parts[0][2];
	out->browser.patch = parts[0][3];
	out->os.family = parts[1][0];
	out->os.major = parts[1][1];
	out->os.minor = parts[1][2];
	out->os.patch = parts[1][3];
	out->os.patch_minor = parts[1][4];
	out->device.family = parts[2][0];
	out->device.brand = parts[2][1];
	out->device.model = parts[2][2];
}
