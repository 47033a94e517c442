#include "unify/linkage/wording.h"

#include <string.h>

#include "base/mem.h"
#include "text/latin.h"
#include "text/phonetic.h"
#include "text/similarity.h"
#include "text/unicode.h"
#include "unify/index/validity.h"
#include "unify/linkage/letters.h"

static bool keeps_blanks(enum column_kind kind)
{
	return kind == COLUMN_NAME || kind == COLUMN_TEXT;
}

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 128;
}

/* Letters and digits; one blank for what stands between them, or nothing. */
static void put_clean(enum column_kind kind, struct span s, struct buf *out)
{
	bool gap = false;

	for (size_t i = 0; i < s.len && out->len < SIMILARITY_MAX; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 32);
		if (!is_plain(c)) {
			gap = c != '\'' || gap;
			continue;
		}
		if (gap && out->len && keeps_blanks(kind))
			buf_char(out, ' ');
		gap = false;
		buf_char(out, (char)c);
	}
}

/* The first eight digits: what follows is a time of day. */
static void put_date(struct span s, struct buf *out)
{
	static const struct span fillers[] = {
		SPAN("19000101"), SPAN("19010101"), SPAN("19700101"),
	};

	for (size_t i = 0; i < s.len && out->len < 8; i++) {
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
			buf_char(out, s.ptr[i]);
	}
	for (size_t i = 0; i < 3; i++) {
		if (span_equal(buf_view(out), fillers[i]))
			buf_clear(out);
	}
	if (out->len < 8)
		buf_clear(out);
}

static void put_email(struct span s, struct buf *out)
{
	s = span_trim(s);
	for (size_t i = 0; i < s.len && i < SIMILARITY_MAX; i++)
		buf_char(out, span_lower(s.ptr[i]));
}

/* Long texts are cut before they are folded: folding may cost much. */
static struct span fold(struct span s, struct arena *a)
{
	s = span_sub(s, 0, (size_t)2 * SIMILARITY_MAX);
	for (size_t i = 0; i < s.len; i++) {
		if ((signed char)s.ptr[i] < 0)
			return latin_letters(unicode_strip_marks(unicode_fold_case(s, a), a), a);
	}
	return s;
}

struct span wording_make(struct wording *w, const struct blocked *blocked,
			 const struct column *c, struct span s)
{
	buf_clear(&w->text);
	if (validity_says_nothing(blocked, c->name, s) ||
	    ((c->kind == COLUMN_CODE || c->kind == COLUMN_EMAIL) && blocked_is(blocked, c->name, s)))
		return SPAN("");
	arena_clear(&w->scratch);
	s = fold(s, &w->scratch);
	if (c->kind == COLUMN_DATE)
		put_date(s, &w->text);
	else if (c->kind == COLUMN_EMAIL)
		put_email(s, &w->text);
	else
		put_clean(c->kind, s, &w->text);
	return buf_view(&w->text);
}

void wording_release(struct wording *w)
{
	buf_release(&w->text);
	arena_release(&w->scratch);
}

struct vocabulary *vocabulary_new(void)
{
	struct vocabulary *v = mem_zero(1, sizeof *v);

	v->words = mem_room(v->words, 0, &v->cap, sizeof *v->words);
	v->words[0] = (struct word){.text = SPAN("")};
	return v;
}

void vocabulary_free(struct vocabulary *v)
{
	if (!v)
		return;
	map_release(&v->map);
	map_release(&v->users);
	map_release(&v->nicknames);
	mem_free(v->words);
	mem_free(v->codes);
	mem_free(v);
}

static uint32_t digits(struct span s, size_t from, size_t len)
{
	uint64_t number = 0;

	span_number(span_sub(s, from, len), &number);
	return (uint32_t)number;
}

static uint32_t starts_of(struct span text)
{
	uint32_t starts = 0;

	while (!span_absent(text))
		starts |= (uint32_t)1 << (span_cut(&text, ' ').ptr[0] & 31);
	return starts;
}

static void derive_name(struct vocabulary *v, size_t number)
{
	struct word *w = &v->words[number];
	struct phonetic_codes codes;
	char sound[4];

	v->codes = mem_room(v->codes, number, &v->code_cap, sizeof *v->codes);
	phonetic_double(w->text, &codes);
	v->codes[number] = phonetic_pack(&codes);
	if (phonetic_soundex(w->text, sound))
		memcpy(&w->sound, sound, 4);
	if (!v->nicknames.count)
		nicknames_fill(&v->nicknames);
	nickname_groups(&v->nicknames, w->text, w->nicknames);
}

static void derive(struct vocabulary *v, enum column_kind kind, size_t number)
{
	struct word *w = &v->words[number];

	if (kind == COLUMN_NAME) {
		derive_name(v, number);
	} else if (kind == COLUMN_TEXT) {
		w->starts = starts_of(w->text);
	} else if (kind == COLUMN_EMAIL) {
		struct span user = span_sub(w->text, 0, span_find_byte(w->text, '@'));

		w->user = (uint32_t)map_put(&v->users, user, NULL) + 1;
	} else if (kind == COLUMN_DATE) {
		w->day = digits(w->text, 0, 4) * 372 + digits(w->text, 4, 2) * 31 +
			 digits(w->text, 6, 2);
	}
}

uint32_t vocabulary_put(struct vocabulary *v, enum column_kind kind,
			struct span text, uint64_t hash)
{
	bool added;
	size_t entry = map_put_hashed(&v->map, text, hash, &added);
	size_t number = entry + 1;

	if (added) {
		v->words = mem_room(v->words, number, &v->cap, sizeof *v->words);
		v->words[number] = (struct word){.text = v->map.entries[entry].key};
		letters_note(&v->words[number]);
		derive(v, kind, number);
		v->count = number;
	}
	return (uint32_t)number;
}
