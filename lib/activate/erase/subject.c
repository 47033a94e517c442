#include "activate/erase/subject.h"

#include <string.h>

#include "activate/audience/hashed.h"
#include "activate/erase/escapes.h"
#include "base/hash.h"
#include "base/mem.h"
#include "text/spelling.h"

/* Longer values are no identifiers. */
#define WHOLE_MAX 1024

#define PHONE_DIGITS_MIN 9	/* of a number that is nobody else's */
#define PHONE_DIGITS_LAST 6	/* of them are sought: what stands behind brackets has so many */
#define PHONE_DIGITS_NEAR 7	/* of one that may be theirs */
#define PHONE_DIGITS_MAX 20

/* How a needle spells an identifier. */
enum spelled {
	SPELLED_PLAIN,
	SPELLED_PHONE,	/* the last digits */
	SPELLED_WEAK,	/* only counts where its place is known */
	SPELLED_TYPED,	/* type=value */
	SPELLED_DIGEST,
	SPELLED_BASE64,
};

void subject_release(struct subject *s)
{
	arena_release(&s->texts);
	mem_free(s->list);
	map_release(&s->names);
	map_release(&s->wholes);
	map_release(&s->traits);
	map_release(&s->records);
	for (int i = 0; i < MATTERS; i++)
		needles_release(&s->needles[i]);
	*s = SUBJECT_INIT;
}

/* ---- what is sought ---- */

static void put_lower(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++)
		buf_char(out, span_lower(s.ptr[i]));
}

static bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static bool is_letter(char c)
{
	c = span_lower(c);
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_distinctive(struct span type, struct span value)
{
	size_t digits = 0, letters = 0;

	for (size_t i = 0; i < value.len; i++) {
		digits += is_digit(value.ptr[i]);
		letters += is_letter(value.ptr[i]);
	}
	if (span_equal_nocase(type, SPAN("email")))
		return value.len >= NEEDLE_MIN && span_find_byte(value, '@') < value.len;
	if (span_equal_nocase(type, SPAN("phone")))
		return digits >= PHONE_DIGITS_MIN;
	return value.len >= 16 || (value.len >= 10 && digits && letters);
}

static void put_name(struct span type, struct span value, struct buf *out)
{
	put_lower(type, out);
	buf_char(out, '\0');
	if (spelling_is_sure(type))
		spelling_put(type, value, out);
	else
		buf_span(out, span_trim(value));
}

uint32_t subject_find(const struct subject *s, struct span type, struct span value)
{
	struct buf name = BUF_INIT;
	size_t at;

	put_name(type, value, &name);
	at = map_find(&s->names, buf_view(&name));
	buf_release(&name);
	return at == MAP_NONE ? SUBJECT_NONE : (uint32_t)at;
}

static struct span copy_lower(struct subject *s, struct span text)
{
	struct buf lower = BUF_INIT;
	struct span copy;

	put_lower(text, &lower);
	copy = arena_copy(&s->texts, buf_view(&lower));
	buf_release(&lower);
	return copy;
}

uint32_t subject_add(struct subject *s, struct span type, struct span value, enum subject_use use)
{
	struct buf name = BUF_INIT;
	struct subject_identifier *id;
	bool added;
	size_t at;

	put_name(type, value, &name);
	at = map_put(&s->names, buf_view(&name), &added);
	buf_release(&name);
	if (!added) {
		if (use < s->list[at].use)
			s->list[at].use = use;
		return (uint32_t)at;
	}
	s->list = mem_room(s->list, s->count, &s->cap, sizeof *s->list);
	id = &s->list[s->count++];
	*id = (struct subject_identifier){.use = use, .same = SUBJECT_NONE};
	id->type = spelling_is_sure(type) ? copy_lower(s, type) : arena_copy(&s->texts, type);
	id->value = arena_copy(&s->texts, span_trim(value));
	id->distinctive = is_distinctive(type, id->value);
	id->phone = id->distinctive && span_equal_nocase(type, SPAN("phone"));
	return (uint32_t)at;
}

void subject_add_trait(struct subject *s, struct span text)
{
	struct buf lower = BUF_INIT;

	put_lower(span_trim(text), &lower);
	map_put(&s->traits, buf_view(&lower), NULL);
	buf_release(&lower);
}

static void add_text(struct needles *n, bool *each, const char *before, struct span value, const char *behind,
		     uint32_t who)
{
	struct buf text = BUF_INIT;

	buf_text_put(&text, before);
	buf_span(&text, value);
	buf_text_put(&text, behind);
	if (!needles_add(n, buf_view(&text), who, SPELLED_WEAK) && each)
		*each = true;
	buf_release(&text);
}

/* A text of JSON that is V. */
static void add_quoted(struct subject *s, struct span v, uint32_t who)
{
	static const char *const before[] = {":\"", ",\"", "[\"", " \"", "\t\""};
	bool *each = &s->each[MATTER_JSON];

	if (v.len >= 2)
		add_text(&s->needles[MATTER_JSON], each, "\"", v, "\"", who);
	for (size_t i = 0; v.len < 2 && i < sizeof before / sizeof *before; i++)
		add_text(&s->needles[MATTER_JSON], each, before[i], v, "\"", who);
}

static void put_record(struct span source, struct span id, struct buf *out)
{
	buf_span(out, source);
	buf_char(out, '\0');
	buf_span(out, id);
}

void subject_add_record(struct subject *s, struct span source, struct span id)
{
	struct buf name = BUF_INIT;

	put_record(source, id, &name);
	map_put(&s->records, buf_view(&name), NULL);
	buf_release(&name);
	add_quoted(s, id, SUBJECT_NONE);
}

/* ---- its spellings ---- */

static void add_everywhere(struct subject *s, struct span text, uint32_t who, enum spelled how)
{
	for (int i = 0; i < MATTERS; i++)
		needles_add(&s->needles[i], text, who, how);
}

/* Distinct prefixes keep the kinds of values in one map apart: no identifier begins with a control
 * character. */
static void add_whole(struct subject *s, const char *prefix, struct span text, uint32_t who)
{
	struct buf key = BUF_INIT;
	bool added;
	size_t at;

	buf_text_put(&key, prefix);
	buf_span(&key, text);
	at = map_put(&s->wholes, buf_view(&key), &added);
	buf_release(&key);
	if (!added && *prefix == '\1')
		s->list[who].same = (uint32_t)s->wholes.entries[at].number;
	if (added || *prefix == '\1')
		s->wholes.entries[at].number = who;
}

#define WHOLE_PLAIN ""
#define WHOLE_WEAK "\1"
#define WHOLE_PHONE "\2"

static void put_base64(struct span text, size_t skip, struct buf *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	unsigned have = 0;
	size_t digits = 0, first = (skip * 8 + 5) / 6;

	/* The digits that depend on TEXT alone, where SKIP bytes stand before it in its group of three. */
	for (size_t i = 0; i < skip + text.len; i++) {
		bits = bits << 8 | (i < skip ? 0 : (unsigned char)text.ptr[i - skip]);
		for (have += 8; have >= 6; digits++) {
			have -= 6;
			if (digits >= first)
				buf_char(out, letters[bits >> have & 63]);
		}
	}
}

/* With the letters that addresses of the web may have, too. */
static void add_base64(struct subject *s, struct span text, uint32_t who)
{
	struct buf out = BUF_INIT;

	for (size_t skip = 0; skip < 3; skip++) {
		bool other = false;

		buf_clear(&out);
		put_base64(text, skip, &out);
		if (out.len < 8)
			continue;
		add_everywhere(s, buf_view(&out), who, SPELLED_BASE64);
		for (size_t i = 0; i < out.len; i++) {
			other |= out.ptr[i] == '+' || out.ptr[i] == '/';
			out.ptr[i] = out.ptr[i] == '+' ? '-' : out.ptr[i] == '/' ? '_' : out.ptr[i];
		}
		if (other)
			add_everywhere(s, buf_view(&out), who, SPELLED_BASE64);
	}
	buf_release(&out);
}

static void add_digest(struct subject *s, const unsigned char *digest, size_t len, uint32_t who)
{
	char hex[64];
	struct span text = {hex, 2 * len}, raw = {(const char *)digest, len};
	struct buf out = BUF_INIT;

	hash_hex(digest, len, hex);
	add_everywhere(s, text, who, SPELLED_DIGEST);
	add_whole(s, WHOLE_PLAIN, text, who);
	put_base64(raw, 0, &out);
	add_everywhere(s, buf_view(&out), who, SPELLED_BASE64);
	buf_release(&out);
}

struct spelling_run {
	struct subject *s;
	uint32_t who;
	struct sha256 *sha256;
};

/* One form of an audience; its digests are ours to make. */
static void add_form(void *context, struct span form, bool is_digest)
{
	struct spelling_run *run = context;
	struct subject *s = run->s;
	const struct subject_identifier *id = &s->list[run->who];
	unsigned char digest[32];
	struct buf lower = BUF_INIT;

	if (is_digest || !form.len)
		return;
	sha256_digest(run->sha256, form, digest);
	add_digest(s, digest, 32, run->who);
	if (hash_md5(form, digest))
		add_digest(s, digest, 16, run->who);
	if (!id->distinctive)
		return;
	add_base64(s, form, run->who);
	put_lower(form, &lower);
	add_whole(s, WHOLE_PLAIN, buf_view(&lower), run->who);
	if (!id->phone)
		add_everywhere(s, buf_view(&lower), run->who, SPELLED_PLAIN);
	buf_release(&lower);
}

/* What may stand between two digits of a phone number; the first is nothing. */
static const char *const phone_signs[] = {"", " ", "-", ".", "/", "\xc2\xa0"};
#define PHONE_SIGNS (sizeof phone_signs / sizeof *phone_signs)

/*
 * Writes DIGITS with the signs of GROUPING, a number of as many places as there are gaps; false: nobody groups
 * so, with more than three signs or three different ones.
 */
static bool put_grouped(struct span digits, unsigned grouping, struct buf *out)
{
	unsigned count = 0, last = 0;
	bool differ = false;

	for (size_t i = 0; i < digits.len; i++) {
		unsigned sign = i ? grouping % PHONE_SIGNS : 0;

		grouping = i ? grouping / PHONE_SIGNS : grouping;
		if (sign) {
			differ |= count && sign != last;
			last = sign;
			count++;
		}
		buf_text_put(out, phone_signs[sign]);
		buf_char(out, digits.ptr[i]);
	}
	return count < 3 || (count == 3 && !differ);
}

/* The last digits, in one piece and in groups as people write them. */
static void add_phone(struct subject *s, uint32_t who)
{
	struct buf digits = BUF_INIT, text = BUF_INIT;
	unsigned groupings = 1;
	struct span last;

	spelling_put(s->list[who].type, s->list[who].value, &digits);
	last = buf_view(&digits);
	add_whole(s, WHOLE_PHONE, last, who);
	last = span_sub(last, 0, span_find_byte(last, ';'));
	last = span_sub(last, last.len - PHONE_DIGITS_LAST, PHONE_DIGITS_LAST);
	for (int gap = 1; gap < PHONE_DIGITS_LAST; gap++)
		groupings *= PHONE_SIGNS;
	for (unsigned grouping = 0; grouping < groupings; grouping++) {
		buf_clear(&text);
		if (put_grouped(last, grouping, &text))
			add_everywhere(s, buf_view(&text), who, SPELLED_PHONE);
	}
	buf_release(&digits);
	buf_release(&text);
}

/* A value that says nothing without its name. */
static void add_weak(struct subject *s, uint32_t who)
{
	const struct subject_identifier *id = &s->list[who];
	struct needles *json = &s->needles[MATTER_JSON];
	struct buf text = BUF_INIT;
	struct span v = id->value;

	add_whole(s, WHOLE_WEAK, v, who);
	add_quoted(s, v, who);
	/* A number under its name, which ends as the type does. */
	for (int blank = 0; blank < 2; blank++) {
		buf_clear(&text);
		buf_printf(&text, "%c\":%s", id->type.ptr[id->type.len - 1], blank ? " " : "");
		add_text(json, &s->each[MATTER_JSON], buf_text(&text), v, "", who);
	}
	add_text(&s->needles[MATTER_TABLE], &s->each[MATTER_TABLE], "", v, "", who);
	buf_clear(&text);
	buf_span(&text, id->type);
	buf_char(&text, '=');
	buf_span(&text, v);
	needles_add(&s->needles[MATTER_LINES], buf_view(&text), who, SPELLED_TYPED);
	needles_add(&s->needles[MATTER_TABLE], buf_view(&text), who, SPELLED_TYPED);
	buf_release(&text);
}

void subject_build(struct subject *s)
{
	struct spelling_run run = {.s = s, .sha256 = sha256_new()};

	for (uint32_t i = 0; i < s->count; i++) {
		if (s->list[i].use == SUBJECT_SHARED || !s->list[i].value.len)
			continue;
		run.who = i;
		hashed_spellings(s->list[i].type, s->list[i].value, NULL, add_form, &run);
		if (s->list[i].phone)
			add_phone(s, i);
		if (!s->list[i].distinctive)
			add_weak(s, i);
	}
	sha256_free(run.sha256);
	for (int i = 0; i < MATTERS; i++)
		needles_build(&s->needles[i]);
}

/* ---- whole values ---- */

static size_t find_whole(const struct subject *s, const char *prefix, struct span text)
{
	char room[WHOLE_MAX + 2];
	struct buf key = {.ptr = room, .cap = sizeof room - 1, .max = sizeof room - 1};

	buf_text_put(&key, prefix);
	buf_span(&key, text);
	return key.full ? MAP_NONE : map_find(&s->wholes, buf_view(&key));
}

/* Letters and digits in small letters are all that counts in the name of a column or member. */
static bool same_name(struct span a, struct span b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a.len && !is_digit(a.ptr[i]) && !is_letter(a.ptr[i]))
			i++;
		while (j < b.len && !is_digit(b.ptr[j]) && !is_letter(b.ptr[j]))
			j++;
		if (i == a.len || j == b.len)
			return i == a.len && j == b.len;
		if (span_lower(a.ptr[i++]) != span_lower(b.ptr[j++]))
			return false;
	}
}

/* Is a value under KEY in a record of SOURCE one of TYPE, which may be "source.type"? */
static bool is_named(struct span type, struct span key, struct span source)
{
	if (same_name(type, key))
		return true;
	/* Of Segment's alias: what one was called before. */
	if (same_name(key, SPAN("previous_id")))
		return same_name(type, SPAN("user_id")) || same_name(type, SPAN("anonymous_id"));
	return source.len && type.len > source.len + 1 && span_starts(type, source) && type.ptr[source.len] == '.' &&
	       same_name(span_sub(type, source.len + 1, type.len), key);
}

static uint32_t match_weak(const struct subject *s, struct span key, struct span source, struct span value)
{
	size_t at = span_absent(key) ? MAP_NONE : find_whole(s, WHOLE_WEAK, value);
	uint32_t who = at == MAP_NONE ? SUBJECT_NONE : (uint32_t)s->wholes.entries[at].number;

	while (who != SUBJECT_NONE && !is_named(s->list[who].type, key, source))
		who = s->list[who].same;
	return who;
}

bool subject_has_weak(const struct subject *s, struct span key)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].use != SUBJECT_SHARED && !s->list[i].distinctive && is_named(s->list[i].type, key, SPAN_NONE))
			return true;
	return false;
}

static bool looks_like_phone(struct span value)
{
	size_t digits = 0;

	for (size_t i = 0; i < value.len; i++) {
		if (is_digit(value.ptr[i]))
			digits++;
		else if (is_letter(value.ptr[i]) && (unsigned char)value.ptr[i] < 0x80)
			return false;
	}
	return digits >= PHONE_DIGITS_MIN && digits <= PHONE_DIGITS_MAX;
}

static size_t find_spelled(const struct subject *s, const char *prefix, struct span type, struct span value)
{
	char room[WHOLE_MAX + BUF_SLACK];
	struct buf text = {.ptr = room, .cap = WHOLE_MAX, .max = WHOLE_MAX};

	spelling_put(type, value, &text);
	return text.full ? MAP_NONE : find_whole(s, prefix, buf_view(&text));
}

uint32_t subject_match(const struct subject *s, struct span key, struct span source, struct span value)
{
	size_t at;

	value = span_trim(value);
	if (!value.len || value.len > WHOLE_MAX)
		return SUBJECT_NONE;
	/* Small letters, and of an address what is in brackets. */
	at = find_spelled(s, WHOLE_PLAIN, SPAN("email"), value);
	if (at == MAP_NONE && looks_like_phone(value))
		at = find_spelled(s, WHOLE_PHONE, SPAN("phone"), value);
	if (at != MAP_NONE)
		return (uint32_t)s->wholes.entries[at].number;
	return match_weak(s, key, source, value);
}

bool subject_has_trait(const struct subject *s, struct span value)
{
	struct buf lower = BUF_INIT;
	bool has;

	value = span_trim(value);
	if (value.len < 2 || value.len > WHOLE_MAX || !s->traits.count)
		return false;
	put_lower(value, &lower);
	has = map_find(&s->traits, buf_view(&lower)) != MAP_NONE;
	buf_release(&lower);
	return has;
}

bool subject_has_record(const struct subject *s, struct span source, struct span id)
{
	struct buf name = BUF_INIT;
	bool has;

	if (!s->records.count)
		return false;
	put_record(source, id, &name);
	has = map_find(&s->records, buf_view(&name)) != MAP_NONE;
	buf_release(&name);
	return has;
}

/* ---- a part of a text ---- */

static bool is_word(char c)
{
	return is_digit(c) || is_letter(c);
}

/* Does a value begin at AT, and not in the middle of a longer one?  Signs alone may stand before it. */
static bool begins_at(struct span text, size_t at)
{
	char c = at ? text.ptr[at - 1] : ' ';

	if (at > 1 && text.ptr[at - 2] == '\\' && (c == 'n' || c == 't' || c == 'r'))
		return true;
	if (is_word(c))
		return false;
	return !(at > 1 && (c == '.' || c == '_' || c == '-' || c == '+') && is_word(text.ptr[at - 2]));
}

static bool ends_at(struct span text, size_t at)
{
	char c = at < text.len ? text.ptr[at] : ' ';

	if (is_word(c) || c == '@')
		return false;
	return !(at + 1 < text.len && (c == '.' || c == '_' || c == '-') && is_word(text.ptr[at + 1]));
}

static bool is_hex(char c)
{
	c = span_lower(c);
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* The digits before END, as many as WHOLE has at most, over the signs between groups; their number. */
static size_t take_digits(struct span text, size_t end, struct span whole, char digits[PHONE_DIGITS_MAX + 1],
			  size_t *begin)
{
	size_t count = 0, signs = 0;

	while (end && count < whole.len && signs < 4) {
		char c = text.ptr[end - 1];

		if (is_digit(c)) {
			digits[whole.len - ++count] = c;
			*begin = end - 1;
			signs = 0;
		} else if (span_ends(span_sub(text, 0, end), SPAN("(0)"))) {
			end -= 2;	/* of "+49 (0)30" */
		} else if (memchr(" -./()\xc2\xa0", c, 8) != NULL) {
			signs++;
		} else {
			break;
		}
		end--;
	}
	return count;
}

static enum subject_found weigh_phone(const struct subject_identifier *id, struct span text, size_t end)
{
	char room[WHOLE_MAX + BUF_SLACK], digits[PHONE_DIGITS_MAX + 1];
	struct buf spelled = {.ptr = room, .cap = WHOLE_MAX, .max = WHOLE_MAX};
	struct span whole;
	size_t count, begin = end;

	spelling_put(id->type, id->value, &spelled);
	whole = buf_view(&spelled);
	whole = span_sub(whole, 0, span_find_byte(whole, ';'));
	if (whole.len > PHONE_DIGITS_MAX || (end < text.len && is_digit(text.ptr[end])))
		return FOUND_INSIDE;
	count = take_digits(text, end, whole, digits, &begin);
	if (count == whole.len && !memcmp(digits, whole.ptr, count)) {
		bool longer = begin && is_digit(text.ptr[begin - 1]) &&
			      !(begin > 1 && text.ptr[begin - 1] == '0' && text.ptr[begin - 2] == '0');

		return longer ? FOUND_INSIDE : FOUND;
	}
	/* 0202... or 202...: what stands behind the calling code, which has at most three digits. */
	while (count && whole.len - count <= 3 && digits[whole.len - count] == '0')
		count--;
	return count >= PHONE_DIGITS_NEAR && whole.len - count <= 3 &&
	       !memcmp(digits + whole.len - count, whole.ptr + whole.len - count, count) ? FOUND_NEAR : FOUND_INSIDE;
}

enum subject_found subject_weigh(const struct subject *s, struct span text, const struct needle_hit *hit)
{
	size_t end = hit->at + hit->needle->text.len;

	switch ((enum spelled)hit->needle->how) {
	case SPELLED_BASE64:
		return FOUND;
	case SPELLED_DIGEST:
		return (hit->at && is_hex(text.ptr[hit->at - 1])) || (end < text.len && is_hex(text.ptr[end])) ?
			       FOUND_INSIDE : FOUND;
	case SPELLED_PHONE:
		return weigh_phone(&s->list[hit->needle->owner], text, end);
	case SPELLED_PLAIN:
	case SPELLED_TYPED:
		return begins_at(text, hit->at) && ends_at(text, end) ? FOUND : FOUND_INSIDE;
	case SPELLED_WEAK:
		break;
	}
	return FOUND_NOTHING;
}

static enum subject_found search_once(const struct subject *s, const struct needles *n, struct span text,
				      uint32_t *who)
{
	enum subject_found most = FOUND_NOTHING;
	struct needle_walk walk;
	struct needle_hit hit;

	needles_start(&walk, n, text, 0);
	while (most < FOUND && needles_next(&walk, &hit)) {
		enum subject_found found = subject_weigh(s, text, &hit);

		if (found <= most)
			continue;
		most = found;
		if (who)
			*who = hit.needle->owner;
	}
	return most;
}

enum subject_found subject_search(const struct subject *s, enum subject_matter matter, struct span text,
				  uint32_t *who)
{
	const struct needles *n = &s->needles[matter];
	enum subject_found most = search_once(s, n, text, who);
	struct buf plain[2] = {BUF_INIT, BUF_INIT};

	for (int deep = 0; deep < ESCAPES_DEEP && most < FOUND; deep++) {
		struct buf *to = &plain[deep & 1];
		enum subject_found found;

		buf_clear(to);
		if (!escapes_undo(text, to))
			break;
		text = buf_view(to);
		found = search_once(s, n, text, who);
		most = found > most ? found : most;
	}
	buf_release(&plain[0]);
	buf_release(&plain[1]);
	return most;
}
