#include "text/tags.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "text/unicode.h"

#define MENTION_MAX 15
#define MENTION_WITH_HOST_MAX 30

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

/* Adds FOUND, unless KEY is there already. */
static void add_once(struct reading *r, struct span found, struct span key)
{
	bool added;

	map_put(&r->folded, key, &added);
	if (!added)
		return;
	r->items = mem_room(r->items, r->count, &r->cap, sizeof *r->items);
	r->items[r->count++] = found;
}

static void add_tag(struct reading *r, struct span found)
{
	struct span nfc = unicode_nfc(found, r->scratch);

	add_once(r, nfc, unicode_fold_case(nfc, r->scratch));
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

static size_t name_end(const struct reading *r, size_t at)
{
	while (at < r->text.len && is_name_byte(r->text.ptr[at]))
		at++;
	return at;
}

/* The end of "@example.social" at AT, or AT where there is no host with a dot inside. */
static size_t host_end(const struct reading *r, size_t at)
{
	size_t end = at + 1;
	bool dotted = false;

	if (at >= r->text.len || r->text.ptr[at] != '@')
		return at;
	for (;;) {
		size_t begin = end;

		while (end < r->text.len && (is_name_byte(r->text.ptr[end]) || r->text.ptr[end] == '-'))
			end++;
		if (end == begin)
			return at;
		if (end + 1 >= r->text.len || r->text.ptr[end] != '.' || !is_name_byte(r->text.ptr[end + 1]))
			return dotted ? end : at;
		dotted = true;
		end++;
	}
}

static bool may_stand_before_mention(uint32_t before)
{
	return !unicode_is_identifier_part(before) && !is_at(before) &&
	       (!before || before >= 0x80 || !strchr("!#$%&*", (int)before));
}

/* The sign of a mention has been read. */
static void read_mention(struct reading *r, uint32_t before)
{
	size_t name = name_end(r, r->at), end, len;
	uint32_t after;

	if (!may_stand_before_mention(before))
		return;
	end = name > r->at ? host_end(r, name) : name;
	after = char_at(r, end, &len);
	if (name > r->at && name - r->at <= (end > name ? MENTION_WITH_HOST_MAX : MENTION_MAX) && !is_at(after) &&
	    !unicode_is_identifier_part(after) &&
	    !span_starts(span_sub(r->text, end, r->text.len), SPAN("://")))
		add_tag(r, span_between(r->text.ptr + r->at, r->text.ptr + end));
	if (end > r->at)
		r->before = (unsigned char)r->text.ptr[end - 1];
	r->at = end;
}

static void find_signs(struct reading *r, bool (*is_sign)(uint32_t),
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

/* ---- emoji ---- */

/* Characters below U+1F000 that are shown as emoji unasked, or mostly meant as such. */
static bool is_emoji_by_itself(uint32_t point)
{
	return point >= 0x1f000 || (point >= 0x2600 && point <= 0x27bf) || point == 0x231a || point == 0x231b ||
	       (point >= 0x23e9 && point <= 0x23f3) || point == 0x25fd || point == 0x25fe || point == 0x2b1b ||
	       point == 0x2b1c || point == 0x2b50 || point == 0x2b55;
}

static bool is_regional(uint32_t point)
{
	return point >= 0x1f1e6 && point <= 0x1f1ff;
}

/* A cluster is an emoji by its first character, a sign that asks for colour behind it, or as a key. */
static bool is_emoji(struct span cluster)
{
	uint32_t first, second = 0;
	size_t len = span_utf8_char(cluster, &first), next;

	if (!len || (first < 0xa9 && cluster.len < 4))
		return false;
	next = span_utf8_char(span_sub(cluster, len, 4), &second);
	if (span_ends(cluster, SPAN("\xe2\x83\xa3")))
		return true;
	if (is_regional(first))
		return next && is_regional(second);
	if (first >= 0x1f3fb && first <= 0x1f3ff)
		return false;	/* a skin tone alone */
	return unicode_is_pictographic(first) && (second == VARIATION_SELECTOR || is_emoji_by_itself(first));
}

/* CLUSTER without what only asks for colour. */
static struct span without_selectors(struct span cluster, struct arena *a)
{
	static const struct span selector = SPAN("\xef\xb8\x8f");
	size_t size = 0;
	char *to;

	if (span_find(cluster, selector) == cluster.len)
		return cluster;
	to = arena_bytes(a, cluster.len);
	for (size_t at = 0; at < cluster.len;) {
		if (span_starts(span_sub(cluster, at, cluster.len), selector)) {
			at += selector.len;
			continue;
		}
		to[size++] = cluster.ptr[at++];
	}
	return (struct span){to, size};
}

static bool has_emoji(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0xe2)
			return true;
	return false;
}

static void find_emoji(struct reading *r)
{
	if (!has_emoji(r->text))
		return;
	while (r->at < r->text.len) {
		size_t len = unicode_grapheme(span_sub(r->text, r->at, r->text.len));
		struct span cluster = span_sub(r->text, r->at, len);

		if (is_emoji(cluster)) {
			struct span emoji = without_selectors(cluster, r->scratch);

			add_once(r, emoji, emoji);
		}
		r->at += len;
	}
}

struct tag_list tags_find(struct span text, enum tag_kind kind, struct arena *scratch)
{
	struct reading r = {.text = text, .scratch = scratch};
	struct tag_list list = {NULL, 0};

	if (kind == TAG_HASHTAG)
		find_signs(&r, is_hash, read_tag);
	else if (kind == TAG_MENTION)
		find_signs(&r, is_at, read_mention);
	else
		find_emoji(&r);
	if (r.count) {
		list = (struct tag_list){arena_alloc(scratch, r.count * sizeof *r.items), r.count};
		memcpy(list.items, r.items, r.count * sizeof *r.items);
	}
	mem_free(r.items);
	map_release(&r.folded);
	return list;
}

/* ---- HTML ---- */

#define TAG_MAX 4096	/* what is longer is none */

static void put_utf8(struct buf *out, uint32_t point)
{
	if (point < 0x80) {
		buf_char(out, (char)point);
		return;
	}
	if (point < 0x800) {
		buf_char(out, (char)(0xc0 | point >> 6));
	} else {
		if (point < 0x10000) {
			buf_char(out, (char)(0xe0 | point >> 12));
		} else {
			buf_char(out, (char)(0xf0 | point >> 18));
			buf_char(out, (char)(0x80 | (point >> 12 & 63)));
		}
		buf_char(out, (char)(0x80 | (point >> 6 & 63)));
	}
	buf_char(out, (char)(0x80 | (point & 63)));
}

static const struct {
	const char *name, *text;
} entities[] = {
	{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}, {"hellip", "\xe2\x80\xa6"},
	{"ndash", "\xe2\x80\x93"}, {"mdash", "\xe2\x80\x94"}, {"rsquo", "\xe2\x80\x99"}, {"lsquo", "\xe2\x80\x98"},
	{"ldquo", "\xe2\x80\x9c"}, {"rdquo", "\xe2\x80\x9d"}, {"copy", "\xc2\xa9"}, {"euro", "\xe2\x82\xac"},
};

/* "#39", "#x27": the character, or false. */
static bool put_numbered(struct span name, struct buf *out)
{
	bool hex = name.len > 2 && (name.ptr[1] | 32) == 'x';
	uint32_t point = 0;

	if (name.len < 2 || name.ptr[0] != '#')
		return false;
	for (size_t i = hex ? 2 : 1; i < name.len; i++) {
		char c = name.ptr[i], low = (char)(c | 32);
		int digit = c >= '0' && c <= '9' ? c - '0' : hex && low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;

		if (digit < 0 || point > 0x10ffff)
			return false;
		point = point * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (point < ' ' || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return false;
	put_utf8(out, point);
	return true;
}

/* The entity at AT; how many bytes it took, 0: none is there. */
static size_t put_entity(struct span html, size_t at, struct buf *out)
{
	struct span rest = span_sub(html, at + 1, 12), name;
	size_t end = span_find_byte(rest, ';');

	if (end == rest.len)
		return 0;
	name = span_sub(rest, 0, end);
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
		if (!span_equal(name, span_of(entities[i].name)))
			continue;
		buf_text_put(out, entities[i].text);
		return end + 2;
	}
	return put_numbered(name, out) ? end + 2 : 0;
}

static bool is_tag(struct span tag, const char *name)
{
	size_t len = strlen(name);

	return tag.len >= len && span_equal_nocase(span_sub(tag, 0, len), span_of(name)) &&
	       (tag.len == len || tag.ptr[len] == ' ' || tag.ptr[len] == '/');
}

/* What separates becomes a line end, or two. */
static void put_tag(struct span tag, struct buf *out)
{
	if (is_tag(tag, "br") || is_tag(tag, "/li") || is_tag(tag, "/div"))
		buf_char(out, '\n');
	else if (is_tag(tag, "/p"))
		buf_lit(out, "\n\n");
}

/* A tag begins with a letter, / or !: "<3" is a heart. */
static bool begins_tag(struct span html, size_t at)
{
	char next = at + 1 < html.len ? html.ptr[at + 1] : ' ';

	return ((next | 32) >= 'a' && (next | 32) <= 'z') || next == '/' || next == '!';
}

/* The length of the tag at AT, or 0. */
static size_t tag_length(struct span html, size_t at)
{
	struct span rest = span_sub(html, at, TAG_MAX);
	size_t end;

	if (rest.ptr[0] != '<' || !begins_tag(html, at))
		return 0;
	end = span_find_byte(rest, '>');
	return end < rest.len ? end + 1 : 0;
}

void tags_put_plain(struct span html, struct buf *out)
{
	size_t from = out->len;

	for (size_t at = 0; at < html.len;) {
		size_t tag = tag_length(html, at), entity = html.ptr[at] == '&' ? put_entity(html, at, out) : 0;

		if (tag)
			put_tag(span_sub(html, at + 1, tag - 2), out);
		else if (!entity)
			buf_char(out, html.ptr[at]);
		at += tag ? tag : entity ? entity : 1;
	}
	while (out->len > from && (out->ptr[out->len - 1] == '\n' || out->ptr[out->len - 1] == ' '))
		out->len--;
}
