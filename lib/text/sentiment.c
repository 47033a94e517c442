/*
 * VADER's rules in the order of the reference: emoji become words, the text is cut into tokens,
 * each rated token is turned by the three before it, a "but" shifts the weight behind it, and
 * signs of exclamation and question add to the sum.
 *
 * The sums are done in the reference's order, operation by operation, so that the last bit is the
 * same: four decimals of a sum that is rounded differently may differ.
 */
#include "text/sentiment.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/unicode.h"

#define CAPITALS 0.733
#define NEGATED -0.74
#define SHARPENED 1.25		/* "never so good" */
#define EXCLAMATION 0.292
#define QUESTION 0.18
#define MANY_QUESTIONS 0.96
#define NORM 15.0
#define SECOND_BEFORE 0.95
#define THIRD_BEFORE 0.9

/* A token. */
struct word {
	struct span text;	/* as written, without punctuation around it */
	struct span lower;
	const struct lexicon_word *known;
	bool capitals;
	bool named;		/* a mention, hashtag or address: of no language */
};

struct reading {
	const struct lexicon *lexicon;
	struct arena *scratch;
	struct span text;	/* emoji are words here */
	struct word *words;
	size_t count;
	bool some_capitals;	/* of some words, not of all */
};

/* ---- emoji become words ---- */

static bool is_plain(struct span text)
{
	unsigned char any = 0;

	for (size_t i = 0; i < text.len; i++)
		any |= (unsigned char)text.ptr[i];
	return any < 0x80;
}

/* The character at AT; a byte that is none is one. */
static size_t next_char(struct span text, size_t at, uint32_t *point)
{
	size_t len = span_utf8_char(span_sub(text, at, 4), point);

	if (len)
		return len;
	*point = 0xfffd;
	return 1;
}

/* How much longer the text becomes. */
static size_t expanded_size(const struct lexicon *l, struct span text)
{
	size_t size = 0, len;
	uint32_t point;

	for (size_t at = 0; at < text.len; at += len) {
		struct span shows;

		len = next_char(text, at, &point);
		shows = lexicon_emoji(l, point);
		size += shows.len ? shows.len + 1 : len;
	}
	return size;
}

static struct span expand_emoji(const struct reading *r, struct span text)
{
	bool blank_before = true;
	size_t len, to = 0;
	uint32_t point;
	char *out;

	if (is_plain(text))
		return text;
	out = arena_bytes(r->scratch, expanded_size(r->lexicon, text));
	for (size_t at = 0; at < text.len; at += len) {
		struct span shows, as_it_is;

		len = next_char(text, at, &point);
		as_it_is = span_sub(text, at, len);
		shows = lexicon_emoji(r->lexicon, point);
		if (shows.len && !blank_before)
			out[to++] = ' ';
		blank_before = !shows.len && point == ' ';
		memcpy(out + to, shows.len ? shows.ptr : as_it_is.ptr, shows.len ? shows.len : len);
		to += shows.len ? shows.len : len;
	}
	return (struct span){out, to};
}

/* ---- tokens ---- */

static bool is_blank(uint32_t c)
{
	return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x1f) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool is_punctuation(char c)
{
	return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

/* Up to two characters left: an emoticon, which stays as it was. */
static struct span strip_punctuation(struct span token)
{
	const char *begin = token.ptr, *end = token.ptr + token.len;
	struct span left;

	while (begin < end && is_punctuation(*begin))
		begin++;
	while (begin < end && is_punctuation(end[-1]))
		end--;
	left = span_between(begin, end);
	return left.len > 8 || unicode_length(left) > 2 ? left : token;
}

/* Small letters of ASCII in the arena, and whether there are capitals and nothing but them. */
static void lower_plain(struct reading *r, struct word *w)
{
	bool upper = false, lower = false;
	char *to = arena_bytes(r->scratch, w->text.len);

	for (size_t i = 0; i < w->text.len; i++) {
		char c = w->text.ptr[i];

		upper |= c >= 'A' && c <= 'Z';
		lower |= c >= 'a' && c <= 'z';
		to[i] = span_lower(c);
	}
	w->lower = (struct span){to, w->text.len};
	w->capitals = upper && !lower;
}

/* As lower_plain; of Turkish I with a dot a dot stays, or it would be another word. */
static void lower_any(struct reading *r, struct word *w)
{
	bool upper = false, lower = false;
	char *to = arena_bytes(r->scratch, 3 * w->text.len);
	size_t size = 0, len;
	uint32_t point;

	for (size_t at = 0; at < w->text.len; at += len) {
		struct span one;

		len = next_char(w->text, at, &point);
		one = span_sub(w->text, at, len);
		upper |= unicode_is_upper(point);
		lower |= unicode_is_lower(point);
		one = point == 0x130 ? SPAN("i\xcc\x87") : unicode_lower(one, r->scratch);
		memcpy(to + size, one.ptr, one.len);
		size += one.len;
	}
	w->lower = (struct span){to, size};
	w->capitals = upper && !lower;
}

static void add_word(struct reading *r, struct span token)
{
	struct word *w = &r->words[r->count++];

	w->named = token.ptr[0] == '@' || token.ptr[0] == '#' || span_starts(token, SPAN("http"));
	w->text = strip_punctuation(token);
	if (is_plain(w->text))
		lower_plain(r, w);
	else
		lower_any(r, w);
	w->known = lexicon_find(r->lexicon, w->lower);
}

static size_t count_capitals(const struct reading *r)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		count += r->words[i].capitals;
	return count;
}

static void cut_words(struct reading *r)
{
	size_t most = r->text.len / 2 + 1, begin = 0, len, capitals;
	uint32_t point;

	most = most < SENTIMENT_WORDS_MAX ? most : SENTIMENT_WORDS_MAX;
	r->words = arena_alloc(r->scratch, most * sizeof *r->words);
	for (size_t at = 0; at < r->text.len && r->count < most; at += len) {
		unsigned char c = (unsigned char)r->text.ptr[at];

		len = 1;
		point = c;
		if (c >= 0x80)
			len = next_char(r->text, at, &point);
		if (!is_blank(point))
			continue;
		if (at > begin)
			add_word(r, span_sub(r->text, begin, at - begin));
		begin = at + len;
	}
	if (begin < r->text.len && r->count < most)
		add_word(r, span_sub(r->text, begin, r->text.len));
	capitals = count_capitals(r);
	r->some_capitals = capitals && capitals < r->count;
}

/* ---- the language ---- */

struct script {
	const char *name;
	uint32_t from, to;
};

/* Kana before Han: Japanese has both. */
static const struct script scripts[] = {
	{"ja", 0x3041, 0x30ff}, {"ko", 0xac00, 0xd7a3}, {"zh", 0x3400, 0x9fff}, {"cyrillic", 0x400, 0x52f},
	{"greek", 0x370, 0x3ff}, {"hebrew", 0x590, 0x5ff}, {"arabic", 0x600, 0x6ff}, {"indic", 0x900, 0xdff},
	{"thai", 0xe00, 0xe7f},
};

#define SCRIPTS (sizeof scripts / sizeof *scripts)

static bool is_latin(uint32_t point)
{
	return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || (point >= 0xc0 && point <= 0x24f);
}

static size_t script_of(uint32_t point)
{
	size_t i = 0;

	while (i < SCRIPTS && (point < scripts[i].from || point > scripts[i].to))
		i++;
	return i;
}

/* The script that a third of the letters or more are of, or NULL; a letter of it says more than one of ours. */
static const char *find_script(const struct reading *r)
{
	size_t counts[SCRIPTS + 1] = {0}, latin = 0, other = 0, most = 0, len;
	uint32_t point;

	if (is_plain(r->text))
		return NULL;
	for (size_t i = 0; i < r->count; i++) {
		if (r->words[i].named)
			continue;
		for (size_t at = 0; at < r->words[i].text.len; at += len) {
			len = next_char(r->words[i].text, at, &point);
			latin += is_latin(point);
			counts[script_of(point)]++;
		}
	}
	for (size_t i = 0; i < SCRIPTS; i++) {
		other += counts[i];
		most = counts[i] > counts[most] ? i : most;
	}
	if (!counts[most] || 2 * other < latin)
		return NULL;
	return scripts[counts[0] ? 0 : most].name;
}

/* What the words of a text say for a language. */
struct evidence {
	unsigned words;
	const struct lexicon_word *first;	/* that is no English one */
	bool more;				/* and another */
};

static void note_language(struct evidence *e, const struct lexicon_word *w)
{
	e->words++;
	if (w->languages & 1u << LANGUAGE_ENGLISH)
		return;
	e->more |= e->first && e->first != w;
	e->first = e->first ? e->first : w;
}

/*
 * By whose grammar most words are; NULL: it does not show.  Another language than English needs two different words
 * that are no English ones: "ha ha", "la la" and a film's name say nothing.
 */
static const char *find_language(const struct reading *r)
{
	struct evidence all[LANGUAGES_MAX] = {0};
	unsigned most = LANGUAGE_ENGLISH;

	for (size_t i = 0; i < r->count; i++) {
		const struct word *w = &r->words[i];
		uint32_t left = w->known && !w->named ? w->known->languages : 0;

		for (; left; left &= left - 1)
			note_language(&all[__builtin_ctz(left)], w->known);
	}
	for (unsigned i = 0; i < LANGUAGES_MAX; i++)
		most = all[i].more && all[i].words > all[most].words ? i : most;
	return all[most].words ? lexicon_language(r->lexicon, most) : NULL;
}

static const char *name_language(const struct reading *r)
{
	const char *script = find_script(r);

	return script ? script : find_language(r);
}

/* ---- one rated word ---- */

static bool is_rule(const struct word *w, enum rule_word rule)
{
	return w->known && w->known->rule == rule;
}

static bool is_rated(const struct word *w)
{
	return w->known && w->known->rated;
}

static bool negates(const struct word *w)
{
	return (w->known && w->known->negates) || span_find(w->lower, SPAN("n't")) < w->lower.len;
}

static bool is_so_or_this(const struct word *w)
{
	return is_rule(w, RULE_SO) || is_rule(w, RULE_THIS);
}

/* "no" before the word I turns it around. */
static bool follows_no(const struct word *w, size_t i)
{
	return (i > 0 && is_rule(w - 1, RULE_NO)) || (i > 1 && is_rule(w - 2, RULE_NO)) ||
	       (i > 2 && is_rule(w - 3, RULE_NO) && (is_rule(w - 1, RULE_OR) || is_rule(w - 1, RULE_NOR)));
}

/* What the degree word BEFORE adds to a word of VALUE. */
static double boost_of(const struct word *before, double value, bool some_capitals)
{
	double boost = before->known ? before->known->boost : 0;

	if (boost == 0)
		return 0;
	if (value < 0)
		boost *= -1;
	if (before->capitals && some_capitals)
		boost += value > 0 ? CAPITALS : -CAPITALS;
	return boost;
}

/* VALUE of W after the word so far BACK, which may deny it. */
static double deny(const struct word *w, size_t back, double value)
{
	if (back == 2) {
		if (is_rule(w - 2, RULE_NEVER) && is_so_or_this(w - 1))
			return value * SHARPENED;
		if (is_rule(w - 2, RULE_WITHOUT) && is_rule(w - 1, RULE_DOUBT))
			return value;
	}
	if (back == 3) {
		if ((is_rule(w - 3, RULE_NEVER) && is_so_or_this(w - 2)) || is_so_or_this(w - 1))
			return value * SHARPENED;
		if (is_rule(w - 3, RULE_WITHOUT) && (is_rule(w - 2, RULE_DOUBT) || is_rule(w - 1, RULE_DOUBT)))
			return value;
	}
	return negates(w - back) ? value * NEGATED : value;
}

#define PHRASE_WORDS 3

/* Words one behind the other, with their value. */
struct phrase {
	enum rule_word words[PHRASE_WORDS];
	double value;
};

static const struct phrase idioms[] = {
	{{RULE_THE, RULE_SHIT}, 3}, {{RULE_THE, RULE_BOMB}, 3}, {{RULE_BAD, RULE_ASS}, 1.5}, {{RULE_BUS, RULE_STOP}, 0},
	{{RULE_YEAH, RULE_RIGHT}, -2}, {{RULE_KISS, RULE_OF, RULE_DEATH}, -1.5}, {{RULE_TO, RULE_DIE, RULE_FOR}, 3},
	{{RULE_BEATING, RULE_HEART}, 3.5},
};
static const struct phrase degrees[] = {
	{{RULE_JUST, RULE_ENOUGH}, -0.293}, {{RULE_KIND, RULE_OF}, -0.293}, {{RULE_SORT, RULE_OF}, -0.293},
};

#define COUNT(list) (sizeof (list) / sizeof *(list))

/* The phrase of LIST that COUNT words from W are, or NULL. */
static const struct phrase *find_phrase(const struct phrase *list, size_t size, const struct word *w, size_t count)
{
	for (size_t i = 0; i < size; i++) {
		const enum rule_word *words = list[i].words;

		if ((count == PHRASE_WORDS) == (words[2] != RULE_NONE) && is_rule(w, words[0]) && is_rule(w + 1, words[1]) &&
		    (count < PHRASE_WORDS || is_rule(w + 2, words[2])))
			return &list[i];
	}
	return NULL;
}

/* Idioms around W, three words behind which have been read, and LEFT words after it. */
static double apply_idioms(const struct word *w, size_t left, double value)
{
	static const struct {
		int from;
		size_t count;
	} before[] = {{-1, 2}, {-2, 3}, {-2, 2}, {-3, 3}, {-3, 2}}, boosts[] = {{-3, 3}, {-3, 2}, {-2, 2}};
	const struct phrase *found = NULL;

	for (size_t i = 0; i < COUNT(before) && !found; i++)
		found = find_phrase(idioms, COUNT(idioms), w + before[i].from, before[i].count);
	if (found)
		value = found->value;
	for (size_t count = 2; count <= 3 && left >= count - 1; count++) {
		found = find_phrase(idioms, COUNT(idioms), w, count);
		if (found)
			value = found->value;
	}
	for (size_t i = 0; i < COUNT(boosts); i++) {
		found = find_phrase(degrees, COUNT(degrees), w + boosts[i].from, boosts[i].count);
		if (found)
			value += found->value;
	}
	return value;
}

/* "least" before it, but not "at least" or "very least". */
static double apply_least(const struct word *w, size_t i, double value)
{
	if (i < 1 || is_rated(w - 1) || !is_rule(w - 1, RULE_LEAST))
		return value;
	if (i > 1 && (is_rule(w - 2, RULE_AT) || is_rule(w - 2, RULE_VERY)))
		return value;
	return value * NEGATED;
}

static double rate_word(const struct reading *r, size_t i)
{
	static const double distances[] = {0, 1, SECOND_BEFORE, THIRD_BEFORE};
	const struct word *w = &r->words[i];
	double value = w->known->rating;

	if (is_rule(w, RULE_NO) && i + 1 < r->count && is_rated(w + 1))
		value = 0;
	if (follows_no(w, i))
		value = w->known->rating * NEGATED;
	if (w->capitals && r->some_capitals)
		value += value > 0 ? CAPITALS : -CAPITALS;
	for (size_t back = 1; back <= 3 && back <= i; back++) {
		double boost;

		if (is_rated(w - back))
			continue;
		boost = boost_of(w - back, value, r->some_capitals);
		if (back > 1)
			boost *= distances[back];
		value = deny(w, back, value + boost);
		if (back == 3)
			value = apply_idioms(w, r->count - 1 - i, value);
	}
	return apply_least(w, i, value);
}

static double value_of(const struct reading *r, size_t i)
{
	const struct word *w = &r->words[i];

	if (!is_rated(w) || w->known->boost != 0)
		return 0;
	if (is_rule(w, RULE_KIND) && i + 1 < r->count && is_rule(w + 1, RULE_OF))
		return 0;
	return rate_word(r, i);
}

/* ---- the whole text ---- */

/*
 * Behind the first "but" words count more, before it less.  The reference looks each value up by
 * its size, so that the first of equal ones is changed, perhaps twice.  Nothing changes a 0.
 */
static void weigh_but(const struct reading *r, struct sentiment_word *values)
{
	size_t but = 0;

	while (but < r->count && !is_rule(&r->words[but], RULE_BUT))
		but++;
	for (size_t i = 0; but < r->count && i < r->count; i++) {
		size_t first = 0;

		if (values[i].value == 0)
			continue;
		while (values[first].value != values[i].value)
			first++;
		if (first != but)
			values[first].value *= first < but ? 0.5 : 1.5;
	}
}

static double punctuation_of(struct span text)
{
	unsigned exclamations = 0, questions = 0;

	for (size_t i = 0; i < text.len; i++) {
		exclamations += text.ptr[i] == '!';
		questions += text.ptr[i] == '?';
	}
	if (exclamations > 4)
		exclamations = 4;
	return exclamations * EXCLAMATION + (questions > 3 ? MANY_QUESTIONS : questions > 1 ? questions * QUESTION : 0);
}

/* As Python's round(): of what lies between two the decimal text of the double decides. */
static int round_to(double number, int decimals)
{
	double scale = decimals == 4 ? 10000 : 1000, scaled = number * scale, below = floor(scaled);
	char text[32];

	if (fabs(scaled - below - 0.5) > 1e-6)
		return (int)floor(scaled + 0.5);
	snprintf(text, sizeof text, "%.*f", decimals, number);
	return (int)lround(strtod(text, NULL) * scale);
}

static void sum_up(const struct reading *r, struct sentiment *out)
{
	double sum = 0, positive = 0, negative = 0, emphasis = punctuation_of(r->text), whole;
	size_t neutral = 0;

	for (size_t i = 0; i < r->count; i++) {
		double v = out->words[i].value;

		sum += v;
		positive += v > 0 ? v + 1 : 0;
		negative += v < 0 ? v - 1 : 0;
		neutral += v == 0;
	}
	sum += sum > 0 ? emphasis : sum < 0 ? -emphasis : 0;
	out->compound = round_to(sum / sqrt(sum * sum + NORM), 4);
	if (positive > fabs(negative))
		positive += emphasis;
	else if (positive < fabs(negative))
		negative -= emphasis;
	whole = positive + fabs(negative) + (double)neutral;
	out->positive = round_to(positive / whole, 3);
	out->negative = round_to(fabs(negative / whole), 3);
	out->neutral = round_to((double)neutral / whole, 3);
}

static void read_text(struct reading *r, struct span text)
{
	r->text = expand_emoji(r, text);
	cut_words(r);
}

void sentiment_score(const struct lexicon *l, struct span text, struct arena *scratch, struct sentiment *out)
{
	struct reading r = {.lexicon = l, .scratch = scratch};
	struct sentiment_word *values;
	unsigned rates = lexicon_rates(l);

	read_text(&r, text);
	*out = (struct sentiment){.language = name_language(&r)};
	out->foreign = out->language && rates < LANGUAGES_MAX && strcmp(out->language, lexicon_language(l, rates));
	values = arena_alloc(scratch, (r.count + 1) * sizeof *values);
	for (size_t i = 0; i < r.count; i++)
		values[i] = (struct sentiment_word){r.words[i].lower, value_of(&r, i)};
	weigh_but(&r, values);
	out->words = values;
	out->word_count = r.count;
	if (r.count)
		sum_up(&r, out);
}

struct decimal sentiment_number(const struct sentiment *s)
{
	struct decimal d = {s->compound, 4};

	while (d.scale && d.digits % 10 == 0) {
		d.digits /= 10;
		d.scale--;
	}
	return d;
}

const char *sentiment_language(struct span text, struct arena *scratch)
{
	struct reading r = {.lexicon = lexicon_builtin(), .scratch = scratch};

	read_text(&r, text);
	return name_language(&r);
}
