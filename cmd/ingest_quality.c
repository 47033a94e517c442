#include "cmd/ingest_quality.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/duration.h"
#include "reference/address.h"
#include "record/scan.h"
#include "time/moment.h"

const char *const quality_late_choices[] = {"mark", "reject", NULL};

static int64_t read_limit(struct tool *t, const char *text, const char *option)
{
	int64_t ms = ARRIVAL_ANY;

	if (text && duration_read(text, option, &ms, &t->err))
		tool_fail(t);
	return ms;
}

static void start_arrival(struct tool *t, const struct quality_given *given,
			  struct quality *q)
{
	struct arrival *a = &q->arrival;

	a->max_lateness = read_limit(t, given->max_lateness, "--max-lateness");
	a->max_future = read_limit(t, given->max_future, "--max-future");
	a->reject = given->late && !strcmp(given->late, "reject");
	a->now = t->as_of;
	if (!given->max_lateness && !given->max_future) {
		if (given->late)
			tool_usage(t, "--late needs --max-lateness or --max-future, which define what is late");
		return;
	}
	if (t->as_of == MOMENT_NONE)
		tool_usage(t, "%s needs --as-of: when have the records come in? (--as-of today)",
			   given->max_lateness ? "--max-lateness" : "--max-future");
	q->steps.arrival = a;
}

static void add_rules(struct tool *t, struct privacy *p,
		      enum privacy_action action, const struct opt_list *fields)
{
	for (size_t i = 0; i < fields->count; i++)
		if (privacy_add(p, action, fields->values[i], &t->err))
			tool_fail(t);
}

static void read_key(struct tool *t, const struct quality_given *given,
		     struct quality *q)
{
	struct span secret;

	if (!given->key_file) {
		if (given->pseudonymize.count)
			tool_usage(t, "--pseudonymize needs --key-file: without a key pseudonyms are found by trying "
				   "(openssl rand -hex 32 > FILE; chmod 600 FILE)");
		return;
	}
	if (!q->privacy.count && !given->anonymize_ip)
		tool_usage(t, "--key-file is for --pseudonymize, --mask, --drop and --anonymize-ip: none is given");
	secret = key_file_read(t, "key-file", given->key_file, q->key);
	if (secret.len < PRIVACY_KEY_MIN)
		tool_usage(t, "--key-file: a key of pseudonyms has at least %d bytes, that in '%s' has %zu",
			   PRIVACY_KEY_MIN, given->key_file, secret.len);
	privacy_set_key(&q->privacy, secret);
}

/* TEXT is one of the option's choices, or "" where it was given alone. */
static unsigned read_bits(const char *text)
{
	uint64_t bits = 8;

	span_number(span_of(text), &bits);
	return (unsigned)bits;
}

/* Ids are hashes of rows, visitors those of addresses: a key keeps them secret. */
static void start_privacy(struct tool *t, const struct quality_given *given,
			  struct quality *q, struct ingest_options *options)
{
	struct privacy *p = &q->privacy;

	add_rules(t, p, PRIVACY_DROP, &given->drop);
	add_rules(t, p, PRIVACY_MASK, &given->mask);
	add_rules(t, p, PRIVACY_PSEUDONYMIZE, &given->pseudonymize);
	if (given->anonymize_ip)
		p->address_bits = read_bits(given->anonymize_ip);
	read_key(t, given, q);
	if (!p->count && !p->address_bits)
		return;
	q->steps.privacy = p;
	options->id_key = p->secret.len ? p->secret : options->visitor_key;
	options->visitor_key = options->visitor_key.len ? options->visitor_key : p->secret;
	if (options->mapping->set.fold && !options->id_key.len)
		tool_usage(t, "--fold needs --key-file where something is hidden: ids would give it away");
	if (tool_rejects_path(t))
		tool_warn(t, "rejected rows are kept as they were, with what the records hide: see who can read '%s'",
			  tool_rejects_path(t));
}

/* What is hidden cannot be looked up. */
static void start_suppression(struct tool *t, const struct quality_given *given, struct quality *q,
			      struct ingest_options *options)
{
	static char key[KEY_FILE_MAX + 1];

	if (!given->suppress != !given->suppress_key)
		tool_usage(t, given->suppress ? "--suppress needs --suppress-key FILE: the key with which the list was made"
					      : "--suppress-key is the key of --suppress, which is not given");
	if (!given->suppress)
		return;
	if (q->privacy.count)
		tool_usage(t, "--suppress cannot look up what --drop, --mask and --pseudonymize hide: suppress first, in a run "
			   "of its own, or in cdp-merge");
	q->suppress = suppress_new(given->suppress, key_file_read(t, "suppress-key", given->suppress_key, key), &t->err);
	if (!q->suppress)
		tool_fail(t);
	options->suppress = q->suppress;
}

void quality_start(struct tool *t, const struct quality_given *given,
		   struct quality *q, struct ingest_options *options)
{
	if (given->dedupe) {
		options->dedupe = true;
		if (*given->dedupe &&
		    duration_read(given->dedupe, "--dedupe", &options->dedupe_ms, &t->err))
			tool_fail(t);
		if (*given->dedupe && !options->dedupe_ms)
			tool_usage(t, "--dedupe: a window of no length holds nothing");
	}
	start_arrival(t, given, q);
	if (given->schema) {
		q->schema = schema_load(given->schema, &t->err);
		if (!q->schema)
			tool_fail(t);
		q->steps.schema = q->schema;
	}
	start_privacy(t, given, q, options);
	start_suppression(t, given, q, options);
	options->finish = &q->steps;
}

void quality_release(struct quality_given *given, struct quality *q)
{
	schema_free(q->schema);
	suppress_free(q->suppress);
	opt_list_release(&given->drop);
	opt_list_release(&given->mask);
	opt_list_release(&given->pseudonymize);
}

static void finish_arrival(struct tool *t, const struct arrival *a,
			   const struct finish_counts *c)
{
	tool_stat(t, "late", c->late);
	tool_stat(t, "future", c->future);
	if (c->late || c->future)
		tool_say(t, "%llu late and %llu from the future: %s",
			 (unsigned long long)c->late, (unsigned long long)c->future,
			 a->reject ? "rejected" : "marked in the context");
}

static void put_plan(const struct schema *s, const struct schema_counts *c,
		     struct buf *out)
{
	buf_lit(out, "{\"name\":");
	text_encode(out, schema_name(s));
	buf_lit(out, ",\"version\":");
	text_encode(out, schema_version(s));
	buf_printf(out, ",\"allowed\":%llu,\"stripped\":%llu,\"blocked\":%llu,\"violations\":",
		   (unsigned long long)c->allowed, (unsigned long long)c->stripped,
		   (unsigned long long)c->blocked);
	schema_counts_put(c, out, NULL);
	buf_char(out, '}');
}

static void finish_plan(struct tool *t, const struct schema *s,
			const struct schema_counts *c)
{
	struct buf stat = BUF_INIT, words = BUF_INIT, version = BUF_INIT;

	put_plan(s, c, &stat);
	tool_stat_value(t, "plan", buf_view(&stat));
	schema_counts_put(c, NULL, &words);
	error_clean(schema_version(s), &version);
	if (c->violations)
		tool_say(t, "%llu violation%s of plan %s; records allowed %llu, stripped %llu, blocked %llu: %s",
			 (unsigned long long)c->violations, c->violations == 1 ? "" : "s", buf_text(&version),
			 (unsigned long long)c->allowed, (unsigned long long)c->stripped,
			 (unsigned long long)c->blocked, buf_text(&words));
	buf_release(&stat);
	buf_release(&words);
	buf_release(&version);
}

static void put_rule(struct buf *out, const char *option, struct span field,
		     uint64_t values)
{
	buf_text_put(out, out->len > 1 ? ",{\"option\":" : "{\"option\":");
	text_encode(out, span_of(option));
	if (field.len) {
		buf_lit(out, ",\"field\":");
		text_encode(out, field);
	}
	buf_printf(out, ",\"values\":%llu}", (unsigned long long)values);
}

static int by_key(const void *a, const void *b)
{
	const struct map_entry *x = a, *y = b;

	return span_compare(x->key, y->key);
}

/* Fields that show what a rule hides elsewhere. */
static void warn_of_leaks(struct tool *t, const struct privacy_counts *c)
{
	struct map_entry *list = mem_alloc((c->leaks.count + 1) * sizeof *list);

	for (size_t i = 0; i < c->leaks.count; i++)
		list[i] = c->leaks.entries[i];
	if (c->leaks.count > 1)
		qsort(list, c->leaks.count, sizeof *list, by_key);
	for (size_t i = 0; i < c->leaks.count; i++) {
		struct span field = list[i].key, what = span_cut(&field, '\0');
		struct buf name = BUF_INIT;

		error_clean(field, &name);
		tool_warn(t, "%s: %llu value%s an %s, which a rule hides elsewhere: --drop %s or --mask %s hides the field",
			  buf_text(&name), (unsigned long long)list[i].number,
			  list[i].number == 1 ? " holds" : "s hold",
			  span_equal(what, SPAN("email")) ? "e-mail address" : "international phone number",
			  buf_text(&name), buf_text(&name));
		buf_release(&name);
	}
	mem_free(list);
}

/* A field that no record has is a field whose name was mistaken. */
static void finish_privacy(struct tool *t, const struct privacy *p,
			   const struct privacy_counts *c)
{
	struct buf stat = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	buf_char(&stat, '[');
	for (size_t i = 0; i < p->count; i++) {
		const char *option = privacy_option(p->rules[i].action);

		put_rule(&stat, option + 2, p->rules[i].path, c->values[i]);
		if (!c->values[i])
			tool_warn(t, "%s: no record has a field %s", option,
				  error_quote(p->rules[i].path, quoted));
	}
	if (p->address_bits)
		put_rule(&stat, "anonymize-ip", SPAN(""), c->addresses);
	buf_char(&stat, ']');
	tool_stat_value(t, "hidden", buf_view(&stat));
	warn_of_leaks(t, c);
	buf_release(&stat);
}

void quality_finish(struct tool *t, const struct quality *q,
		    const struct finish_counts *counts)
{
	if (q->steps.arrival)
		finish_arrival(t, q->steps.arrival, counts);
	if (q->schema)
		finish_plan(t, q->schema, &counts->plan);
	if (q->steps.privacy)
		finish_privacy(t, q->steps.privacy, &counts->hidden);
}
