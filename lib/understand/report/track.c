#include "understand/report/track.h"

#include "text/unicode.h"

static int refuse(const char *report, const char *text, struct error *err)
{
	return error_usage(err, "%s: --track '%s': write NAME=TERM,TERM...", report, text);
}

static int read_terms(struct tracks *all, struct track *t, struct span terms)
{
	size_t most = 1;

	for (size_t i = 0; i < terms.len; i++)
		most += terms.ptr[i] == ',';
	t->terms = arena_alloc(&all->texts, most * sizeof *t->terms);
	while (!span_absent(terms)) {
		struct span term = span_trim(span_cut(&terms, ','));

		if (term.len)
			t->terms[t->count++] = arena_copy(&all->texts, unicode_fold_case(term, &all->texts));
	}
	return t->count ? 0 : -1;
}

static int read_track(struct tracks *all, const char *report, const char *text, struct error *err)
{
	struct span rest = span_of(text), name = span_trim(span_cut(&rest, '='));
	struct track *t = &all->list[all->count];

	if (!name.len || !span_is_utf8(span_of(text)))
		return refuse(report, text, err);
	/* A name alone is its own term. */
	if (read_terms(all, t, span_absent(rest) ? name : rest))
		return refuse(report, text, err);
	t->name = arena_copy(&all->texts, name);
	for (size_t i = 0; i < all->count; i++)
		if (span_equal(all->list[i].name, t->name))
			return error_usage(err, "%s: --track '%s' stands twice: all its terms go with one", report, t->name.ptr);
	all->count++;
	return 0;
}

int tracks_read(struct tracks *t, const char *report, const struct count_value *given, struct error *err)
{
	if (given->count > TRACKS_MAX)
		return error_usage(err, "%s: more than %d --track", report, TRACKS_MAX);
	for (size_t i = 0; i < given->count; i++)
		if (read_track(t, report, given->texts[i], err))
			return -1;
	return 0;
}

void tracks_release(struct tracks *t)
{
	arena_release(&t->texts);
}

/* A letter or digit of a script that puts blanks between words. */
static bool belongs_to_word(uint32_t point)
{
	return point < 0xe00 && unicode_is_letter_or_digit(point);
}

/* Does no letter or digit touch what stands from AT to END? */
static bool stands_alone(struct span text, size_t at, size_t end)
{
	size_t before = at;
	uint32_t point;

	if (end < text.len && span_utf8_char(span_sub(text, end, 4), &point) && belongs_to_word(point))
		return false;
	if (!at)
		return true;
	do
		before--;
	while (before && ((unsigned char)text.ptr[before] & 0xc0) == 0x80);
	return !span_utf8_char(span_sub(text, before, 4), &point) || !belongs_to_word(point);
}

static bool has_term(struct span folded, struct span term)
{
	for (size_t at = 0; at + term.len <= folded.len;) {
		at += span_find(span_sub(folded, at, folded.len), term);
		if (at >= folded.len)
			return false;
		if (stands_alone(folded, at, at + term.len))
			return true;
		at++;
	}
	return false;
}

uint32_t tracks_find(const struct tracks *t, struct span text, struct arena *scratch)
{
	struct span folded;
	uint32_t found = 0;

	if (!t->count)
		return 0;
	folded = unicode_fold_case(text, scratch);
	for (size_t i = 0; i < t->count; i++)
		for (size_t k = 0; k < t->list[i].count && !(found & 1u << i); k++)
			if (has_term(folded, t->list[i].terms[k]))
				found |= 1u << i;
	return found;
}
