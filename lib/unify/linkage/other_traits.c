#include "unify/linkage/other_traits.h"

#include "base/mem.h"

/* A trait is worth comparing with so many values, agreeing by chance in no more than
 * one pair in SAME_MOST, and this long on average at most. */
#define VALUES_LEAST 20
#define SAME_MOST 10
#define BYTES_MOST 48

/* One record in so many has it. */
#define SPARSE 50

/* Shorter codes are numbers that somebody counts or measures. */
#define CODE_LEAST 5

void other_traits_release(struct other_traits *o)
{
	for (size_t i = 0; i < o->count; i++)
		map_release(&o->list[i].values);
	map_release(&o->names);
	mem_free(o->list);
	*o = OTHER_TRAITS_INIT;
}

/* 2024-03-01, 2024-03-01T09:30:00Z, 01.03.2024, 1/3/24 */
static bool looks_like_date(struct span s)
{
	size_t digits = 0, marks = 0;
	char mark = '\0';

	for (size_t i = 0; i < s.len && marks < 2; i++) {
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9') {
			digits++;
		} else if (s.ptr[i] == '-' || s.ptr[i] == '/' || s.ptr[i] == '.') {
			if (marks++ && s.ptr[i] != mark)
				return false;
			mark = s.ptr[i];
		} else {
			return false;
		}
	}
	return marks == 2 && digits >= 2 && digits <= 6;
}

static void look_at(struct other_trait *t, struct span value)
{
	size_t digits = 0, points = 0;

	for (size_t i = 0; i < value.len; i++) {
		digits += value.ptr[i] >= '0' && value.ptr[i] <= '9';
		points += value.ptr[i] == '.' || value.ptr[i] == ',' || value.ptr[i] == '-';
	}
	t->bytes += value.len;
	t->digits += digits * 2 > value.len;
	t->numbers += digits && digits + points == value.len;
	t->fractions += digits && points == 1 && digits + 1 == value.len;
	t->short_codes += value.len < CODE_LEAST;
	t->dates += looks_like_date(value);
}

void other_traits_see(struct other_traits *o, struct span name)
{
	bool added;
	size_t entry = map_put(&o->names, name, &added);

	if (added) {
		o->list = mem_room(o->list, o->count, &o->cap, sizeof *o->list);
		o->list[o->count++] = (struct other_trait){.name = o->names.entries[entry].key};
	}
	o->list[entry].seen++;
}

void other_traits_add(struct other_traits *o, struct span name, struct span value, size_t records)
{
	size_t entry = map_find(&o->names, name);
	struct other_trait *t = entry == MAP_NONE ? NULL : &o->list[entry];
	bool added;

	if (!t || t->seen * SPARSE < records)
		return;
	t->filled++;
	look_at(t, value);
	entry = map_put(&t->values, value, &added);
	if (added)
		t->values.entries[entry].number = 0;
	t->same += 2.0 * (double)t->values.entries[entry].number++;
}

bool other_trait_is_frequent(const struct other_trait *t, size_t records)
{
	return t->filled * SPARSE >= records;
}

static const char *why_left_out(const struct other_trait *t, size_t records)
{
	double n = (double)t->filled;

	if (!other_trait_is_frequent(t, records))
		return "in few records";
	if (t->dates * 2 > t->filled)
		return "times";
	if (t->bytes > t->filled * BYTES_MOST)
		return "long texts";
	return t->values.count < VALUES_LEAST || t->same * SAME_MOST > n * (n - 1) ? "few values" : NULL;
}

const char *other_trait_kind(const struct other_trait *t, size_t records, enum column_kind *kind,
			     bool *exact)
{
	*exact = t->numbers * 2 > t->filled &&
		 (t->fractions * 4 > t->filled || t->short_codes * 2 > t->filled);
	*kind = t->digits * 2 > t->filled ? COLUMN_CODE : COLUMN_TEXT;
	return why_left_out(t, records);
}
