#include "unify/graph/people.h"

#include <stdlib.h>

#include "text/latin.h"
#include "text/similarity.h"
#include "unify/identity/female_form.h"
#include "unify/identity/person_name.h"
#include "unify/linkage/nickname.h"

/* Names more alike than this may be slips of one: jonas and jonsa, marie and maria. */
#define SLIP 0.8

void people_release(struct people *p)
{
	map_release(&p->nicknames);
}

/* Is one the begin of the other, as an initial is ("l.", "l")? */
static bool is_begin(struct span a, struct span b)
{
	struct span shorter = a.len < b.len ? a : b, longer = a.len < b.len ? b : a;

	if (shorter.len && shorter.ptr[shorter.len - 1] == '.')
		shorter.len--;
	return span_starts(longer, shorter);
}

static struct span cut_part(struct span *rest)
{
	size_t at = 0;
	struct span part;

	while (at < rest->len && rest->ptr[at] != ' ' && rest->ptr[at] != '-')
		at++;
	part = span_sub(*rest, 0, at);
	*rest = span_sub(*rest, at + 1, rest->len);
	return part;
}

/* "Anna & Bert": what joins two names is none. */
static bool is_name(struct span part)
{
	return part.len && !person_name_joins(part);
}

static bool share_nickname(struct people *p, struct span a, struct span b)
{
	unsigned char x[NICKNAME_GROUPS_MAX], y[NICKNAME_GROUPS_MAX];
	int m, n;

	if (!p->nicknames.count)
		nicknames_fill(&p->nicknames);
	m = nickname_groups(&p->nicknames, a, x);
	n = nickname_groups(&p->nicknames, b, y);
	for (int i = 0; i < m; i++) {
		for (int j = 0; j < n; j++) {
			if (x[i] == y[j])
				return true;
		}
	}
	return false;
}

/* Without what other languages write in front of a vowel: Jan and Yan, Julia and Yulia. */
static struct span drop_glide(struct span name)
{
	return name.len > 2 && (name.ptr[0] == 'j' || name.ptr[0] == 'y') ? span_sub(name, 1, name.len) : name;
}

static bool may_be_one(struct people *p, struct span a, struct span b)
{
	struct span x = drop_glide(a), y = drop_glide(b);

	if (female_form_parts(a, b))
		return false;
	if (x.len < a.len && y.len < b.len && similarity_winkler(x, y) >= SLIP)
		return true;
	return is_begin(a, b) || similarity_winkler(a, b) >= SLIP || share_nickname(p, a, b);
}

bool people_have_other_names(struct people *p, const struct who *a, const struct who *b)
{
	struct span x = who_first(a), y = who_first(b);

	if (!a->name || !b->name || a->given == b->given || may_be_one(p, x, y) ||
	    (a->given == b->family || a->family == b->given) ||
	    latin_can_be_read(x) != latin_can_be_read(y))
		return false;
	/* Several first names, of which each may stand for all. */
	while (x.len) {
		struct span part = cut_part(&x), rest = y;

		while (rest.len) {
			struct span other = cut_part(&rest);

			if (is_name(part) && is_name(other) && may_be_one(p, part, other))
				return false;
		}
	}
	return true;
}

/* Several numbers: what spreads a number never makes this. */
#define MANY 1

/* The numbers of a person are of several types, which cannot be compared. */
#define MIXED UINT16_MAX

static bool are_other(uint64_t a, uint64_t b)
{
	return a != b || a == MANY;
}

static bool have_other_numbers(const struct who *a, const struct who *b, bool by_email)
{
	if (a->user && b->user)
		return are_other(a->user, b->user);
	if (a->own && b->own && a->own_type == b->own_type)
		return are_other(a->own, b->own);
	return by_email && a->email && b->email && are_other(a->email, b->email);
}

static bool have_one_number(const struct who *a, const struct who *b)
{
	return (a->user && !are_other(a->user, b->user)) ||
	       (a->own && a->own_type == b->own_type && !are_other(a->own, b->own));
}

/* Parent and child, whatever their names: with such dates, names that are alike are no slip. */
static bool are_generations(const struct who *a, const struct who *b)
{
	return a->name && b->name && who_are_generations_apart(a, b) && !have_one_number(a, b);
}

bool people_are_namesakes(const struct who *a, const struct who *b)
{
	return a->name == b->name && are_generations(a, b);
}

bool people_are_two(struct people *p, const struct who *a, const struct who *b, bool by_email)
{
	return are_generations(a, b) ||
	       ((who_are_born_apart(a, b) || have_other_numbers(a, b, by_email)) &&
		people_have_other_names(p, a, b));
}

bool people_are_parted(struct people *p, const struct who *a, const struct who *b)
{
	return are_generations(a, b) || (!have_one_number(a, b) && people_have_other_names(p, a, b));
}

static int by_name(const void *a, const void *b)
{
	const struct who *x = a, *y = b;
	int order = memcmp(x->first, y->first, WHO_FIRST);

	if (order)
		return order;
	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if (x->generation != y->generation)
		return x->generation < y->generation ? -1 : 1;
	return (x->born > y->born) - (x->born < y->born);
}

static void add_number(uint64_t *to, uint64_t number)
{
	if (number && *to && *to != number)
		*to = MANY;
	else if (number)
		*to = number;
}

/* A gets the numbers of B, who is the same. */
static void add_numbers(struct who *a, const struct who *b)
{
	add_number(&a->user, b->user);
	add_number(&a->email, b->email);
	if (a->own && b->own && a->own_type != b->own_type) {
		a->own_type = MIXED;
		a->own = 0;
	}
	if (a->own_type == MIXED || !b->own)
		return;
	a->own_type = b->own_type;
	add_number(&a->own, b->own);
}

size_t people_unite(struct who *list, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(list, count, sizeof *list, by_name);
	for (size_t i = 0; i < count; i++) {
		if (kept && !by_name(&list[kept - 1], &list[i]))
			add_numbers(&list[kept - 1], &list[i]);
		else if (kept < PEOPLE_MAX)
			list[kept++] = list[i];
		else
			break;
	}
	return kept;
}

static bool count_as_two(struct people *p, const struct who *a, const struct who *b)
{
	if (a->name == b->name)
		return people_are_namesakes(a, b);
	return who_are_born_apart(a, b) || people_have_other_names(p, a, b);
}

/* Of one name those who say more go first: who says nothing may be any of them. */
uint32_t people_count(struct people *p, const struct who *list, size_t count)
{
	uint32_t firsts[PEOPLE_MAX], found = 0;

	for (uint32_t i = 0; i < 2 * count; i++) {
		const struct who *w = &list[i % count];
		bool other = (w->born || w->generation) == (i < count);

		for (uint32_t j = 0; j < found && other; j++)
			other = count_as_two(p, w, &list[firsts[j]]);
		if (other)
			firsts[found++] = i % (uint32_t)count;
	}
	return found;
}
