/*
 * The feed of --changes over random days: a crowd's profiles of yesterday and what
 * came since, in every mode, with decisions and people who leave, must tell what a
 * naive model finds from the places of events in both runs.
 */
#include "tests/prop/merge_laws.h"

#define RUNS 150

/* What both days say. */
struct days {
	const struct law_world *world;
	const struct law_outcome *old, *now;
	int was[LAW_EVENTS];	/* by kept event: its old profile, or -1 */
	int is[LAW_EVENTS];	/* its customer, or -1: nobody, or one who leaves */
	struct buf lines;
};

/* All versions of an event are of the old profile with the smallest id. */
static void find_places(struct days *d)
{
	const struct law_world *w = d->world;

	for (size_t i = 0; i < w->count; i++) {
		const struct law_event *e = &w->list[i];
		int place = e->dropped ? -1 : d->now->place[i];

		d->is[i] = place < 0 || d->now->list[place].leaves ? -1 : place;
		d->was[i] = -1;
		for (size_t j = 0; j < w->count; j++) {
			int old = d->old->place[j];

			if (old < 0 || (j != i && (e->key < 0 || w->list[j].key != e->key)))
				continue;
			if (d->was[i] < 0 || strcmp(d->old->list[old].id, d->old->list[d->was[i]].id) < 0)
				d->was[i] = old;
		}
	}
}

/* Events of the old profile OLD (-1: of none) that are customer NOW's. */
static size_t flow(const struct days *d, int old, int now)
{
	size_t count = 0;

	for (size_t i = 0; i < d->world->count; i++)
		count += d->is[i] == now && d->was[i] == old;
	return count;
}

static int find_id(const struct law_outcome *o, const char *id)
{
	for (size_t i = 0; i < o->count; i++) {
		if (!o->list[i].leaves && !strcmp(o->list[i].id, id))
			return (int)i;
	}
	return -1;
}

static void put_start(struct days *d, const char *change, const char *id)
{
	buf_printf(&d->lines, "{\"type\":\"change\",\"change\":\"%s\",\"id\":\"%s\"", change, id);
}

/* Other ids than OWN of those that share events with it, as a list; profiles are by id. */
static size_t put_others(struct days *d, const char *key, int number, bool of_old, const char *own)
{
	const struct law_outcome *o = of_old ? d->old : d->now;
	size_t all = 0;
	char before = '[';

	buf_printf(&d->lines, ",\"%s\":", key);
	for (int i = 0; i < (int)o->count; i++) {
		if (!(of_old ? flow(d, i, number) : flow(d, number, i)))
			continue;
		all++;
		if (!strcmp(o->list[i].id, own))
			continue;
		buf_printf(&d->lines, "%c\"%s\"", before, o->list[i].id);
		before = ',';
	}
	buf_text_put(&d->lines, before == '[' ? "[]}\n" : "]}\n");
	return all;
}

static void drop_from(struct days *d, size_t len)
{
	d->lines.len = len;
}

/* The order of records within a `moved` is the tool's: keys are digests. */
static void put_moves(struct days *d, int now)
{
	const char *id = d->now->list[now].id;

	for (int old = 0; old < (int)d->old->count; old++) {
		size_t count = flow(d, old, now);

		if (!count || !strcmp(d->old->list[old].id, id))
			continue;
		put_start(d, "moved", id);
		buf_printf(&d->lines, ",\"from\":\"%s\",\"events\":%zu,\"records\":[\n",
			   d->old->list[old].id, count);
	}
}

static void put_retired(struct days *d, int old)
{
	size_t most = 0;
	int into = -1;

	put_start(d, "retired", d->old->list[old].id);
	for (int i = 0; i < (int)d->now->count; i++) {
		if (flow(d, old, i) > most) {
			most = flow(d, old, i);
			into = i;
		}
	}
	if (into >= 0)
		buf_printf(&d->lines, ",\"into\":\"%s\"", d->now->list[into].id);
	buf_lit(&d->lines, "}\n");
}

/* All that is told of ID, in the order of kinds. */
static void put_id(struct days *d, const char *id)
{
	int old = find_id(d->old, id), now = find_id(d->now, id);
	size_t olds = 0, fresh = now < 0 ? 0 : flow(d, -1, now), len;

	for (int i = 0; now >= 0 && i < (int)d->old->count; i++)
		olds += flow(d, i, now) > 0;
	if (now >= 0 && (old < 0 ? !olds : fresh > 0)) {
		put_start(d, old < 0 ? "created" : "grew", id);
		buf_printf(&d->lines, ",\"events\":%zu}\n", fresh);
	}
	if (olds > 1) {
		put_start(d, "merged", id);
		put_others(d, "from", now, true, id);
	}
	len = d->lines.len;
	if (old >= 0) {
		put_start(d, "split", id);
		if (put_others(d, "to", old, false, id) < 2)
			drop_from(d, len);
	}
	if (old >= 0 && now < 0)
		put_retired(d, old);
	if (now >= 0)
		put_moves(d, now);
}

/* Both days' ids in one order. */
static void put_all(struct days *d)
{
	size_t i = 0, j = 0;

	while (i < d->old->count || j < d->now->count) {
		const char *x = i < d->old->count ? d->old->list[i].id : "g";
		const char *y = j < d->now->count ? d->now->list[j].id : "g";
		int order;

		if (j < d->now->count && d->now->list[j].leaves) {
			j = d->now->count;
			continue;
		}
		order = strcmp(x, y);
		put_id(d, order <= 0 ? x : y);
		i += order <= 0;
		j += order >= 0;
	}
}

/* Checks the records of `moved` against their number and places, and takes them out. */
static void take_records(const struct days *d, struct span line, struct buf *out)
{
	size_t at = span_find(line, SPAN("\"records\":["));
	struct value change = {line, VALUE_OBJECT, false}, v;
	struct span id = value_member(change, SPAN("id")).raw;
	struct scan s;
	size_t named = 0, ids = 0;

	buf_span(out, span_sub(line, 0, at == line.len ? at : at + sizeof "\"records\":[" - 1));
	buf_char(out, '\n');
	if (at == line.len)
		return;
	scan_start(&s, value_member(change, SPAN("records")).raw);
	assert_int_equal(scan_enter(&s, '[', NULL), 0);
	while (scan_element(&s, &v, NULL) > 0) {
		bool found = false;

		named++;
		for (size_t i = 0; i < d->world->count; i++) {
			int key = d->world->list[i].key;
			char name[24];

			snprintf(name, sizeof name, "\"s%d/i%d\"", key % 2, key / 2);
			found = found || (key >= 0 && d->is[i] >= 0 && span_equal(v.raw, span_of(name)) &&
					  !memcmp(d->now->list[d->is[i]].id, id.ptr + 1, 32));
		}
		assert_true(found);
	}
	for (size_t i = 0; i < d->world->count; i++) {
		struct span from = value_member(change, SPAN("from")).raw;

		ids += d->is[i] >= 0 && d->was[i] >= 0 && d->world->list[i].key >= 0 &&
		       !memcmp(d->now->list[d->is[i]].id, id.ptr + 1, 32) &&
		       !memcmp(d->old->list[d->was[i]].id, from.ptr + 1, 32);
	}
	assert_int_equal(named, ids);
}

static void check_feed(struct days *d)
{
	struct span rest = buf_view(&d->now->changes);
	struct buf got = BUF_INIT;

	find_places(d);
	put_all(d);
	while (rest.len)
		take_records(d, span_cut(&rest, '\n'), &got);
	assert_true(span_equal(buf_view(&got), buf_view(&d->lines)));
	buf_release(&got);
	buf_release(&d->lines);
}

static const char *put_file(const struct law_world *w, const char *name, bool ledger, uint64_t *seed)
{
	const struct law_event *a = &w->list[support_below(seed, w->count)];
	const struct law_event *b = &w->list[support_below(seed, w->count)];
	struct buf text = BUF_INIT;
	const char *path;

	for (int t = 0; t < LAW_TYPES; t++) {
		if (a->value[t] < 0)
			continue;
		buf_printf(&text, "%s%s=%c%02d", ledger ? "cannot-link " : "", law_types[t],
			   law_types[t][0], a->value[t]);
		if (ledger && b->value[LAW_USER] >= 0 && t != LAW_USER)
			buf_printf(&text, " user_id=u%02d\n", b->value[LAW_USER]);
		else if (ledger)
			text.len = 0;
		else
			buf_char(&text, '\n');
		break;
	}
	path = scratch_put(name, text.len ? buf_view(&text) : SPAN(""));
	buf_release(&text);
	return path;
}

/* Seen over all runs: each kind must be. */
static void count_kinds(const struct law_outcome *o, size_t counts[6])
{
	static const char *const kinds[] = {
		"\"created\"", "\"grew\"", "\"merged\"", "\"split\"", "\"retired\"", "\"moved\"",
	};
	struct span rest = buf_view(&o->changes);

	while (rest.len) {
		struct span line = span_cut(&rest, '\n');

		for (size_t k = 0; k < COUNT_OF(kinds); k++)
			counts[k] += span_find(line, span_of(kinds[k])) < line.len;
	}
}

static void check_mode(enum match_mode mode)
{
	size_t counts[6] = {0};

	for (uint64_t n = 1; n <= RUNS; n++) {
		uint64_t seed = support_seed(n * 49979687);
		struct law_world w, some;
		struct law_setup yesterday = {.mode = mode, .rules = ""}, today = yesterday;
		struct law_outcome old, now;
		struct buf lines = BUF_INIT;

		law_make(&w, 2 + support_below(&seed, LAW_EVENTS - 1), &seed);
		some = w;
		some.count = 1 + support_below(&seed, w.count);
		law_drop(&some);
		law_run(&some, &yesterday, &seed, &old);
		buf_span(&lines, buf_view(&old.profiles));
		buf_span(&lines, buf_view(&old.unidentified));
		today.before = &lines;
		today.from = some.count;
		today.workers = 1 + (unsigned)support_below(&seed, 3);
		if (support_below(&seed, 2))
			today.ledger = put_file(&w, "ledger", true, &seed);
		if (!support_below(&seed, 3))
			today.exclude = put_file(&w, "leaving", false, &seed);
		law_run(&w, &today, &seed, &now);
		if (!now.contradicts) {
			struct days d = {.world = &w, .old = &old, .now = &now};

			check_feed(&d);
			count_kinds(&now, counts);
		}
		law_outcome_release(&old);
		law_outcome_release(&now);
		law_release(&w);
		buf_release(&lines);
	}
	for (int k = 0; k < 6; k++)
		assert_true(counts[k] > RUNS / 15);
}

int main(void)
{
	return law_in_every_mode(check_mode);
}
