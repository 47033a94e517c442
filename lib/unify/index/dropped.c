#include "unify/index/dropped.h"

#include "base/error.h"

/* So many are counted apart. */
#define VALUES_MAX 100000

/* So many are named. */
#define NAMED 3

void dropped_release(struct dropped *d)
{
	map_release(&d->values);
	*d = DROPPED_INIT;
}

void dropped_clear(struct dropped *d)
{
	if (d->values.count)
		map_clear(&d->values);
	d->beyond = 0;
}

static void count_value(struct dropped *d, struct span key, uint64_t times)
{
	size_t at;

	if (d->values.count >= VALUES_MAX && map_find(&d->values, key) == MAP_NONE) {
		d->beyond += times;
		return;
	}
	at = map_put(&d->values, key, NULL);
	d->values.entries[at].number += times;
}

void dropped_add(struct dropped *to, const struct dropped *more)
{
	for (size_t i = 0; i < more->values.count; i++)
		count_value(to, more->values.entries[i].key, more->values.entries[i].number);
	to->beyond += more->beyond;
}

void dropped_note(struct dropped *d, struct span type, struct span value)
{
	struct buf key = BUF_INIT;

	value = span_trim(value);
	if (!value.len)
		return;
	buf_span(&key, type);
	buf_char(&key, '\0');
	buf_span(&key, value);
	count_value(d, buf_view(&key), 1);
	buf_release(&key);
}

/* Values came in the order of the input, which must not show. */
static bool goes_before(const struct map_entry *a, const struct map_entry *b)
{
	return a->number != b->number ? a->number > b->number : span_compare(a->key, b->key) < 0;
}

static void put_value(const struct map_entry *e, bool first, struct buf *out)
{
	size_t type = span_find_byte(e->key, '\0');
	char quoted[ERROR_QUOTE_MAX];

	buf_text_put(out, first ? "" : ", ");
	error_clean(span_sub(e->key, 0, type), out);
	buf_printf(out, " %s (%llu record%s)", error_quote(span_sub(e->key, type + 1, e->key.len), quoted),
		   (unsigned long long)e->number, e->number == 1 ? "" : "s");
}

bool dropped_put(const struct dropped *d, struct buf *out)
{
	const struct map_entry *top[NAMED + 1];
	size_t count = 0;

	for (size_t i = 0; i < d->values.count; i++) {
		size_t at = count;

		for (; at && goes_before(&d->values.entries[i], top[at - 1]); at--)
			top[at] = top[at - 1];
		top[at] = &d->values.entries[i];
		count += count < NAMED;
	}
	for (size_t i = 0; i < count; i++)
		put_value(top[i], !i, out);
	if (d->values.count > count || d->beyond)
		buf_printf(out, " and %s%zu more", d->beyond ? "over " : "", d->values.count - count);
	return count > 0;
}
