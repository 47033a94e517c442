/*
 * Any bytes through all of cdp-merge: rules of identity, a ledger, a list of who leaves and
 * a matching model ("" for none), each before a NUL, then lines of events and profiles.
 * The balance adds up, every line that comes out is a record, and neither the order of the
 * lines nor the memory shows in them.
 */
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/target.h"

#include "record/profile.h"
#include "unify/merge/merge.h"

#define LINES_MAX 300

struct world {
	struct span rules, ledger, exclude, model;
	struct span lines[LINES_MAX];
	size_t count;
	const struct zone *zone;
};

struct outcome {
	bool failed;
	struct buf profiles, unidentified, excluded, changes, told;
};

static struct span part(struct span *text)
{
	return span_absent(*text) ? SPAN("") : span_cut(text, '\0');
}

static int take(void *context, struct span bytes, struct error *err)
{
	(void)err;
	buf_span(context, bytes);
	return 0;
}

/* False: one of W's files is refused.  PATH: of the ledger, for as long as M lives. */
static bool prepare(struct merge *m, const struct world *w, const struct merge_sink *excluded,
		    char path[32])
{
	struct error err = ERROR_INIT;
	int fd = memory_file(w->exclude, path);
	bool good = !identity_rules_parse(merge_rules(m), w->rules, "rules", &err) &&
		    !merge_exclude(m, path, excluded, &err);

	close(fd);
	fd = memory_file(w->model, path);
	good = good && (!w->model.len || !merge_model(m, path, &err));
	close(fd);
	fd = memory_file(w->ledger, path);
	good = good && !merge_ledger(m, path, SPAN_NONE, &err);
	close(fd);
	assert(good || err.message[0]);
	return good;
}

static bool feed(struct merge *m, const struct world *w, bool backwards)
{
	struct buf facts = BUF_INIT;
	bool good;

	for (size_t i = 0; i < w->count; i++) {
		struct span line = w->lines[backwards ? w->count - 1 - i : i];
		size_t before = facts.len;
		struct error err = ERROR_INIT;

		if (!merge_line(m, 0, line, &facts, &err))
			continue;
		assert(err.message[0]);
		facts.len = before;
	}
	good = !merge_absorb(m, buf_view(&facts), NULL);
	buf_release(&facts);
	return good;
}

static void tell(const struct merge *m, struct buf *out)
{
	const struct merge_report *r = merge_report(m);

	for (size_t i = 0; i < r->refused; i++)
		merge_tell_refusal(m, i, out);
	merge_tell_shared(m, false, out);
	merge_tell_shared(m, true, out);
	merge_put_shared(m, false, out);
	merge_put_refusals(m, out);
	merge_put_reasons(m, out);
	merge_put_sizes(m, out);
	merge_put_event_sizes(m, out);
	merge_put_largest(m, out);
	merge_put_newest(m, out);
	for (size_t i = 0; i < out->len; i++)
		assert((unsigned char)out->ptr[i] >= ' ');
}

static void check_profiles(struct span rest)
{
	while (!span_absent(rest) && rest.len) {
		struct error err = ERROR_INIT;
		struct profile p;

		assert(!profile_parse(&p, span_cut(&rest, '\n'), &err));
		assert(!profile_validate(&p, &err));
	}
}

static void check_balance(const struct merge_report *r)
{
	assert(r->events == r->in_profiles + r->excluded + r->duplicates + r->unidentified);
}

static void run(const struct world *w, uint64_t memory, bool backwards, struct outcome *o)
{
	struct merge_options options = {
		.workers = 1, .memory = memory, .scratch = "/tmp", .as_of = MOMENT_NONE,
		.events = true, .max_events = 3, .lineage = true, .links = true, .changes = true,
		.match = w->model.len ? MATCH_BOTH : MATCH_EXACT,
		.zone = w->zone,
	};
	struct merge *m = merge_new(&options);
	struct merge_sink profiles = {take, &o->profiles}, unidentified = {take, &o->unidentified};
	struct merge_sink excluded = {take, &o->excluded}, changes = {take, &o->changes};
	char ledger[32];

	*o = (struct outcome){.failed = !prepare(m, w, &excluded, ledger) ||
			      !feed(m, w, backwards) || merge_settle(m, NULL)};
	if (!o->failed) {
		tell(m, &o->told);
		o->failed = merge_changes(m, &changes, NULL) ||
			    merge_write(m, &profiles, &unidentified, NULL) ;
	}
	if (!o->failed) {
		merge_pin(m);
		o->failed = merge_ledger_prepare(m, NULL) || merge_ledger_commit(m, NULL);
	}
	if (!o->failed)
		check_balance(merge_report(m));
	merge_free(m);
}

static bool same(const struct buf *a, const struct buf *b)
{
	return span_equal(buf_view(a), buf_view(b));
}

static void release(struct outcome *o)
{
	buf_release(&o->profiles);
	buf_release(&o->unidentified);
	buf_release(&o->excluded);
	buf_release(&o->changes);
	buf_release(&o->told);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct zone *zone;
	struct span text = {size ? (const char *)data : "", size};
	struct world w = {.rules = part(&text), .ledger = part(&text), .exclude = part(&text),
			  .model = part(&text)};
	struct outcome one, other;

	if (!zone)
		zone = zone_load("Europe/Berlin", NULL);
	w.zone = zone;
	while (w.count < LINES_MAX && !span_absent(text))
		w.lines[w.count++] = span_cut(&text, '\n');
	run(&w, 1 << 30, false, &one);
	run(&w, 1, true, &other);
	assert(!one.failed || other.failed);
	if (!other.failed) {
		check_profiles(buf_view(&one.profiles));
		check_profiles(buf_view(&one.excluded));
		assert(same(&one.profiles, &other.profiles) && same(&one.excluded, &other.excluded));
		assert(same(&one.unidentified, &other.unidentified));
		assert(same(&one.changes, &other.changes) && same(&one.told, &other.told));
	}
	release(&one);
	release(&other);
	return 0;
}
