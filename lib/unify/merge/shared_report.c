/* Shared values, and values that several sources have, for people and for --stats. */
#include <inttypes.h>

#include "unify/merge/state.h"

/* So many of each kind are listed. */
#define LISTED_MAX 100

static size_t count_kind(const struct merge *m, unsigned char kind)
{
	size_t count = 0;

	for (size_t i = 0; i < m->shared_values.count; i++)
		count += m->shared_values.list[i].kind == kind;
	return count;
}

/* The one with most records; the first by priority and text among equals. */
static const struct shared_value *largest(const struct merge *m, unsigned char kind)
{
	const struct shared_value *best = NULL;

	for (size_t i = 0; i < m->shared_values.count; i++) {
		const struct shared_value *v = &m->shared_values.list[i];

		if (v->kind == kind && (!best || v->records > best->records))
			best = v;
	}
	return best;
}

/* By SHARED_...: what is said of several such values, and behind the first. */
static const struct {
	const char *several, *end;
} kind_words[SHARED_KINDS] = {
	[SHARED_BY_MANY] = {"are shared by too many people", ", so it is not used to join them"},
	[SHARED_HOUSEHOLD] = {"are shared within a household",
			      " of one household or office, so it is not used to join them"},
	[SHARED_NAMES] = {"have several first names", ", and nothing else tells those apart: it makes them one customer; "
			  "a cannot-link in the ledger, or --rule 'block TYPE = VALUE', parts them"},
};

/* "email 'till@example.com' is on 12 records of 5 people" */
static void put_example(const struct merge *m, const struct shared_value *v, unsigned char kind, struct buf *out)
{
	char quoted[ERROR_QUOTE_MAX];

	error_clean(identifier_type_of(&m->identifiers, v->identifier)->name, out);
	buf_printf(out, " %s ", error_quote(identifier_value(&m->identifiers, v->identifier), quoted));
	if (kind == SHARED_NAMES) {
		buf_printf(out, "has %u first names", v->people);
		return;
	}
	buf_printf(out, "is on %u records of ", v->records);
	if (v->people)
		buf_printf(out, "%u people", v->people);
	else
		buf_lit(out, "different people");
}

bool merge_tell_shared(const struct merge *m, unsigned char kind, struct buf *out)
{
	const struct shared_value *v = largest(m, kind);
	size_t count = count_kind(m, kind);

	if (!v)
		return false;
	if (count > 1)
		buf_printf(out, "%zu values %s: ", count, kind_words[kind].several);
	put_example(m, v, kind, out);
	buf_text_put(out, kind_words[kind].end);
	if (count > 1)
		buf_lit(out, "; --stats lists the others");
	return true;
}

static void put_value(const struct merge *m, const struct shared_value *v, struct buf *out)
{
	buf_lit(out, "{\"type\":");
	text_encode(out, identifier_type_of(&m->identifiers, v->identifier)->name);
	buf_lit(out, ",\"value\":");
	text_encode(out, identifier_value(&m->identifiers, v->identifier));
	buf_printf(out, ",\"records\":%u,\"people\":%u}", v->records, v->people);
}

void merge_put_shared(const struct merge *m, unsigned char kind, struct buf *out)
{
	size_t listed = 0;

	buf_printf(out, "{\"count\":%zu,\"values\":[", count_kind(m, kind));
	for (size_t i = 0; i < m->shared_values.count && listed < LISTED_MAX; i++) {
		if (m->shared_values.list[i].kind != kind)
			continue;
		if (listed++)
			buf_char(out, ',');
		put_value(m, &m->shared_values.list[i], out);
	}
	buf_lit(out, "]}");
}

uint64_t merge_orders_moved(const struct merge *m)
{
	return m->moved.orders;
}

bool merge_tell_moved(const struct merge *m, struct buf *out)
{
	const struct moved *v = &m->moved;
	char quoted[ERROR_QUOTE_MAX];

	if (!v->orders)
		return false;
	buf_printf(out, "%" PRIu64 " order%s (", v->orders, v->orders == 1 ? "" : "s");
	monies_put_text(&v->money, out);
	buf_printf(out, ") without a login, on browsers that several people use, count%s for who was logged in "
		   "there before (or first), such as on ", v->orders == 1 ? "s" : "");
	error_clean(identifier_type_of(&m->identifiers, v->example)->name, out);
	buf_printf(out, " %s", error_quote(identifier_value(&m->identifiers, v->example), quoted));
	return true;
}

/* Sources that a sentence names. */
#define NAMED_MAX 5

static void tell_owners(const struct own_values *v, struct buf *out)
{
	size_t shown = v->owner_count > NAMED_MAX ? NAMED_MAX : v->owner_count;
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < shown; i++) {
		bool last = i + 1 == v->owner_count;

		buf_printf(out, "%s%s", !i ? "" : last ? " and " : ", ", error_quote(v->owners[i], quoted));
	}
	if (v->owner_count > shown)
		buf_printf(out, " and %zu more", v->owner_count - shown);
}

bool merge_tell_own(const struct merge *m, size_t number, struct buf *out)
{
	const struct own_values *v;

	if (number >= m->own_types.count)
		return false;
	v = &m->own_types.list[number];
	buf_printf(out, "%zu value%s of ", v->count, v->count == 1 ? "" : "s");
	error_clean(v->base, out);
	buf_printf(out, " %s in sources ", v->count == 1 ? "is" : "are");
	tell_owners(v, out);
	buf_lit(out, ": each source counts its own; if the sources share their numbers, give --rule 'shared = ");
	error_clean(v->base, out);
	buf_char(out, '\'');
	return true;
}

void merge_put_own(const struct merge *m, struct buf *out)
{
	buf_char(out, '{');
	for (size_t i = 0; i < m->own_types.count; i++) {
		const struct own_values *v = &m->own_types.list[i];

		buf_text_put(out, i ? "," : "");
		text_encode(out, v->base);
		buf_printf(out, ":{\"values\":%zu,\"sources\":[", v->count);
		for (size_t j = 0; j < v->owner_count; j++) {
			buf_text_put(out, j ? "," : "");
			text_encode(out, v->owners[j]);
		}
		buf_lit(out, "]}");
	}
	buf_char(out, '}');
}
