/*
 * Functions of the texts that people post: hashtags, mentions, how they feel and in which language.
 *
 * A hashtag is what Unicode calls a hashtag identifier (UAX #31, section 6):
 * one of three signs and what may continue an identifier.  As on the networks
 * it has a letter, so #1 is none; no letter, digit, low line or & stands before
 * it, so a&#39; is none; no second sign follows; and addresses of pages have none.
 * A mention is @ and up to 15 of A-Z a-z 0-9 _.
 */
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "expr/builtin.h"
#include "text/sentiment.h"
#include "text/unicode.h"

#define MENTION_MAX 15

#define VARIATION_SELECTOR 0xfe0f
#define KEYCAP 0x20e3

/* A text on its way, a character at a time. */
struct reading {
	struct span text;
	size_t at;
	uint32_t before;	/* the character before `at`; 0: none */
	struct arena *scratch;
	struct span *items;
	size_t count, cap;
	struct map folded;	/* the items for comparing: a text may be nothing but tags */
};

/* The character at AT, its length in *LEN; 0 behind the end. */
static uint32_t char_at(const struct reading *r, size_t at, size_t *len)
{
	uint32_t point = 0;

	*len = 0;
	if (at >= r->text.len)
		return 0;
	*len = span_utf8_char(span_sub(r->text, at, r->text.len), &point);
	if (!*len) {
		*len = 1;
		point = 0xfffd;
	}
	return point;
}

static bool is_hash(uint32_t point)
{
	return point == '#' || point == 0xfe5f || point == 0xff03;
}

static bool is_at(uint32_t point)
{
	return point == '@' || point == 0xff20;
}

static bool continues_tag(uint32_t point)
{
	return unicode_is_identifier_part(point) || point == 0x200c ||
	       point == 0x200d || point == 0x30fb;
}

/* Is FOUND, in any case, there already?  Else it is added. */
static void add_tag(struct reading *r, struct span found)
{
	struct span nfc = unicode_nfc(found, r->scratch);
	bool added;

	map_put(&r->folded, unicode_fold_case(nfc, r->scratch), &added);
	if (!added)
		return;
	r->items = mem_room(r->items, r->count, &r->cap, sizeof *r->items);
	r->items[r->count++] = nfc;
}

/* Whether "http://" or "https://" begins here: then past its last character. */
static bool skip_address(struct reading *r)
{
	struct span rest = span_sub(r->text, r->at, r->text.len);
	size_t len = 0;

	if (!span_starts(rest, SPAN("http://")) && !span_starts(rest, SPAN("https://")))
		return false;
	while (len < rest.len && (unsigned char)rest.ptr[len] > ' ')
		len++;
	r->at += len;
	r->before = '/';
	return true;
}

static bool ends_badly(const struct reading *r, size_t end)
{
	size_t len;

	return is_hash(char_at(r, end, &len)) ||
	       span_starts(span_sub(r->text, end, r->text.len), SPAN("://"));
}

/* The sign of a hashtag has been read, up to r->at. */
static void read_tag(struct reading *r, uint32_t before)
{
	size_t end = r->at, len;
	uint32_t point = char_at(r, end, &len);
	bool letter = false;

	if (before == '&' || unicode_is_identifier_part(before) ||
	    point == VARIATION_SELECTOR || point == KEYCAP)
		return;
	for (; len && continues_tag(point); point = char_at(r, end, &len)) {
		letter = letter || unicode_is_letter(point);
		end += len;
		r->before = point;
	}
	if (letter && !ends_badly(r, end))
		add_tag(r, span_between(r->text.ptr + r->at, r->text.ptr + end));
	r->at = end;
}

static bool is_name_byte(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

/* The sign of a mention has been read. */
static void read_mention(struct reading *r, uint32_t before)
{
	size_t end = r->at, len;
	uint32_t after;

	if (unicode_is_identifier_part(before) || is_at(before) ||
	    (before && before < 0x80 && strchr("!#$%&*", (int)before)))
		return;
	while (end < r->text.len && is_name_byte(r->text.ptr[end]))
		end++;
	after = char_at(r, end, &len);
	if (end > r->at && end - r->at <= MENTION_MAX && !is_at(after) &&
	    !unicode_is_identifier_part(after) &&
	    !span_starts(span_sub(r->text, end, r->text.len), SPAN("://")))
		add_tag(r, span_between(r->text.ptr + r->at, r->text.ptr + end));
	if (end > r->at)
		r->before = (unsigned char)r->text.ptr[end - 1];
	r->at = end;
}

static void find_all(struct reading *r, bool (*is_sign)(uint32_t),
		     void (*read)(struct reading *, uint32_t before))
{
	while (r->at < r->text.len) {
		uint32_t before = r->before;
		size_t len;

		if (r->text.ptr[r->at] == 'h' && skip_address(r))
			continue;
		r->before = char_at(r, r->at, &len);
		r->at += len;
		if (is_sign(r->before))
			read(r, before);
	}
}

/* What was found as a list; unknown where nothing was. */
static void take_list(struct reading *r, struct datum *out)
{
	if (r->count) {
		struct span *items = arena_alloc(r->scratch, r->count * sizeof *items);

		memcpy(items, r->items, r->count * sizeof *items);
		*out = (struct datum){.type = TYPE_LIST, .list = {items, r->count}};
	}
	mem_free(r->items);
	map_release(&r->folded);
}

static int call_hashtags(const struct node *n, struct expr_run *run,
			 const struct datum *args, struct datum *out,
			 struct error *err)
{
	struct reading r = {.text = args[0].text, .scratch = run->scratch};

	(void)n;
	(void)err;
	find_all(&r, is_hash, read_tag);
	take_list(&r, out);
	return 0;
}

static int call_mentions(const struct node *n, struct expr_run *run,
			 const struct datum *args, struct datum *out,
			 struct error *err)
{
	struct reading r = {.text = args[0].text, .scratch = run->scratch};

	(void)n;
	(void)err;
	find_all(&r, is_at, read_mention);
	take_list(&r, out);
	return 0;
}

/* As VADER does, of whatever language the text is. */
static int call_sentiment(const struct node *n, struct expr_run *run,
			  const struct datum *args, struct datum *out,
			  struct error *err)
{
	struct sentiment s;

	(void)n;
	(void)err;
	sentiment_score(lexicon_builtin(), args[0].text, run->scratch, &s);
	*out = (struct datum){.type = TYPE_NUMBER, .number = sentiment_number(&s)};
	return 0;
}

static int call_language(const struct node *n, struct expr_run *run,
			 const struct datum *args, struct datum *out,
			 struct error *err)
{
	const char *language = sentiment_language(args[0].text, run->scratch);

	(void)n;
	(void)err;
	if (language)
		*out = (struct datum){.type = TYPE_TEXT, .text = span_of(language)};
	return 0;
}

const struct builtin social_functions[] = {
	{"hashtags", "t", TYPE_LIST, 0, call_hashtags, NULL, NULL},
	{"mentions", "t", TYPE_LIST, 0, call_mentions, NULL, NULL},
	{"sentiment", "t", TYPE_NUMBER, 0, call_sentiment, NULL, NULL},
	{"language", "t", TYPE_TEXT, 0, call_language, NULL, NULL},
	{NULL, NULL, 0, 0, NULL, NULL, NULL},
};
