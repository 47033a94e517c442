#include "text/lexicon.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "io/text_file.h"
#include "text/unicode.h"

#define BOOST 0.293

/* A built-in emoji of one character. */
struct emoji {
	uint32_t point;
	struct span shows;
};

struct lexicon {
	struct map words;		/* entry i is list[i] */
	struct lexicon_word *list;
	size_t cap;
	struct emoji *emoji;		/* ascending */
	size_t emoji_count, emoji_cap;
	struct map emoji_names;		/* all of them, without U+FE0F: what they show */
	char languages[LANGUAGES_MAX + 1][8];
	const char *names[LANGUAGES_MAX + 1];
	unsigned language_count;
	unsigned rates;
	char edition[8];
};

/* Degree words that make what stands behind them stronger, and weaker: VADER's. */
static const char stronger[] =
	"absolutely amazingly awfully completely considerable considerably decidedly deeply effing enormous enormously "
	"entirely especially exceptional exceptionally extreme extremely fabulously flipping flippin frackin fracking "
	"fricking frickin frigging friggin fully fuckin fucking fuggin fugging greatly hella highly hugely incredible "
	"incredibly intensely major majorly more most particularly purely quite really remarkably so substantially "
	"thoroughly total totally tremendous tremendously uber unbelievably unusually utter utterly very";
static const char weaker[] =
	"almost barely hardly kinda kindof kind-of less little marginal marginally occasional occasionally partly scarce "
	"scarcely slight slightly somewhat sorta sortof sort-of";
static const char negations[] =
	"aint arent cannot cant couldnt darent didnt doesnt ain't aren't can't couldn't daren't didn't doesn't dont hadnt "
	"hasnt havent isnt mightnt mustnt neither don't hadn't hasn't haven't isn't mightn't mustn't neednt needn't never "
	"none nope nor not nothing nowhere oughtnt shant shouldnt uhuh wasnt werent oughtn't shan't shouldn't uh-uh wasn't "
	"weren't without wont wouldnt won't wouldn't rarely seldom despite";

static const char *const rule_words[RULE_WORDS] = {
	[RULE_NO] = "no", [RULE_OR] = "or", [RULE_NOR] = "nor", [RULE_KIND] = "kind", [RULE_OF] = "of",
	[RULE_LEAST] = "least", [RULE_AT] = "at", [RULE_VERY] = "very", [RULE_NEVER] = "never", [RULE_SO] = "so",
	[RULE_THIS] = "this", [RULE_WITHOUT] = "without", [RULE_DOUBT] = "doubt", [RULE_BUT] = "but", [RULE_THE] = "the",
	[RULE_SHIT] = "shit", [RULE_BOMB] = "bomb", [RULE_BAD] = "bad", [RULE_ASS] = "ass", [RULE_BUS] = "bus",
	[RULE_STOP] = "stop", [RULE_YEAH] = "yeah", [RULE_RIGHT] = "right", [RULE_KISS] = "kiss", [RULE_DEATH] = "death",
	[RULE_TO] = "to", [RULE_DIE] = "die", [RULE_FOR] = "for", [RULE_BEATING] = "beating", [RULE_HEART] = "heart",
	[RULE_JUST] = "just", [RULE_ENOUGH] = "enough", [RULE_SORT] = "sort",
};

static struct lexicon_word *word_of(struct lexicon *l, struct span text)
{
	bool added;
	size_t i = map_put(&l->words, text, &added);

	if (added) {
		l->list = mem_room(l->list, i, &l->cap, sizeof *l->list);
		l->list[i] = (struct lexicon_word){0};
	}
	return &l->list[i];
}

static struct span builtin_text(const char *name)
{
	const struct builtin_words *w = builtin_words;

	while (w->name && strcmp(w->name, name))
		w++;
	assert(w->name);
	return span_of(w->text);
}

/* ---- rules and languages ---- */

static void add_rules(struct lexicon *l)
{
	const struct {
		struct span words;
		double boost;
	} lists[] = {{span_of(stronger), BOOST}, {span_of(weaker), -BOOST}, {span_of(negations), 0}};

	for (size_t i = 0; i < 3; i++) {
		struct span rest = lists[i].words;

		while (!span_absent(rest)) {
			struct lexicon_word *w = word_of(l, span_cut(&rest, ' '));

			w->boost = lists[i].boost != 0 ? lists[i].boost : w->boost;
			w->negates = w->negates || lists[i].boost == 0;
		}
	}
	for (int i = RULE_NONE + 1; i < RULE_WORDS; i++)
		word_of(l, span_of(rule_words[i]))->rule = (enum rule_word)i;
}

static void add_language(struct lexicon *l, struct span name, struct span words)
{
	unsigned number = l->language_count++;

	assert(number < LANGUAGES_MAX && name.len < sizeof l->languages[0]);
	memcpy(l->languages[number], name.ptr, name.len);
	l->names[number] = l->languages[number];
	while (!span_absent(words))
		word_of(l, span_cut(&words, ' '))->languages |= 1u << number;
}

static void add_languages(struct lexicon *l)
{
	struct span rest = builtin_text("stop-words.txt");

	while (!span_absent(rest)) {
		struct span line = span_cut(&rest, '\n');

		if (line.len && line.ptr[0] != '#') {
			struct span name = span_cut(&line, '\t');

			add_language(l, name, line);
		}
	}
}

/* ---- emoji ---- */

static int compare_emoji(const void *a, const void *b)
{
	const struct emoji *x = a, *y = b;

	return (x->point > y->point) - (x->point < y->point);
}

/* NAME without the character that asks for colour. */
static struct span plain_emoji(struct span name, char *room, size_t size)
{
	static const struct span selector = SPAN("\xef\xb8\x8f");
	size_t len = 0;

	for (size_t at = 0; at < name.len && len < size;) {
		if (span_starts(span_sub(name, at, name.len), selector))
			at += selector.len;
		else
			room[len++] = name.ptr[at++];
	}
	return (struct span){room, len};
}

static void name_emoji(struct lexicon *l, struct span name, struct span shows)
{
	char room[64];
	size_t i = map_put(&l->emoji_names, plain_emoji(name, room, sizeof room), NULL);

	l->emoji_names.entries[i].ptr = (void *)(uintptr_t)shows.ptr;
}

static void add_emoji(struct lexicon *l)
{
	struct span rest = builtin_text("emoji.txt");

	while (!span_absent(rest)) {
		struct span line = span_cut(&rest, '\n'), name = span_cut(&line, '\t');
		uint32_t point;

		if (span_absent(line))
			continue;
		name_emoji(l, name, line);
		if (span_utf8_char(name, &point) != name.len)
			continue;
		l->emoji = mem_room(l->emoji, l->emoji_count, &l->emoji_cap, sizeof *l->emoji);
		l->emoji[l->emoji_count++] = (struct emoji){point, line};
	}
	qsort(l->emoji, l->emoji_count, sizeof *l->emoji, compare_emoji);
}

struct span lexicon_emoji(const struct lexicon *l, uint32_t point)
{
	struct emoji key = {point, SPAN_NONE};
	const struct emoji *found;

	if (point < 0xa9)
		return SPAN_NONE;
	found = bsearch(&key, l->emoji, l->emoji_count, sizeof key, compare_emoji);
	return found ? found->shows : SPAN_NONE;
}

struct span lexicon_emoji_name(const struct lexicon *l, struct span emoji)
{
	char room[64];
	size_t i = map_find(&l->emoji_names, plain_emoji(emoji, room, sizeof room));
	const char *shows = i == MAP_NONE ? NULL : l->emoji_names.entries[i].ptr;

	return shows ? (struct span){shows, strcspn(shows, "\n")} : SPAN_NONE;
}

/* ---- ratings ---- */

/* strtod needs a NUL behind it; a rating is short. */
static bool read_rating(struct span text, double *out)
{
	char copy[32], *end;

	text = span_trim(text);
	if (!text.len || text.len >= sizeof copy)
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	for (size_t i = 0; i < text.len; i++)
		if (!strchr("0123456789.-+eE", copy[i]))
			return false;
	*out = strtod(copy, &end);
	return *end == '\0' && isfinite(*out) && fabs(*out) <= 1000;
}

/* "# language: de". */
static int read_remark(struct lexicon *l, struct span line, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span said = span_trim(span_sub(line, 1, line.len));

	if (!span_starts(said, SPAN("language:")))
		return 0;
	said = span_trim(span_sub(said, 9, said.len));
	for (l->rates = 0; l->rates < l->language_count; l->rates++)
		if (span_equal(said, span_of(l->names[l->rates])))
			return 0;
	return error_usage(err, "no stop words of language %s are known: write en, de, fr ... or leave the line out",
			   error_quote(said, quoted));
}

/*
 * Texts are compared in small letters: "Katastrophe", as a noun of German stands in its lists, is "katastrophe" of
 * a text, unless a line says what that is.  Emoticons stay as they are.
 */
static void rate_in_small(struct lexicon *l, struct span word, double rating)
{
	struct arena scratch = ARENA_INIT;
	uint32_t first;

	if (span_utf8_char(word, &first) && unicode_is_letter(first)) {
		struct lexicon_word *w = word_of(l, unicode_lower(word, &scratch));

		w->rating = w->rated ? w->rating : rating;
		w->rated = true;
	}
	arena_release(&scratch);
}

static int read_rated(struct lexicon *l, struct span line, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span rest = line, word = span_trim(span_cut(&rest, '\t'));
	struct lexicon_word *w;
	double rating;

	if (span_absent(rest) || !word.len || !read_rating(span_cut(&rest, '\t'), &rating))
		return error_usage(err, "expected a word, a tab and a number, not %s", error_quote(line, quoted));
	if (!span_is_utf8(word))
		return error_usage(err, "the word %s is not UTF-8", error_quote(word, quoted));
	w = word_of(l, word);
	w->rated = true;
	w->rating = rating;
	rate_in_small(l, word, rating);
	return 0;
}

static int read_ratings(struct lexicon *l, struct span text, const char *file, struct error *err)
{
	uint64_t number = 0, rated = 0;
	struct hash128 digest = hash_128(text);
	char hex[32];

	hash_128_hex(digest, hex);
	memcpy(l->edition, hex, sizeof l->edition);
	l->rates = LANGUAGES_MAX;
	while (!span_absent(text)) {
		struct span line = span_trim(span_cut(&text, '\n'));
		bool remark = line.len && line.ptr[0] == '#' && span_find_byte(line, '\t') == line.len;

		number++;
		if (!line.len)
			continue;
		if (remark ? read_remark(l, line, err) : read_rated(l, line, err)) {
			error_place(err, file, number, 0);
			return -1;
		}
		rated += !remark;
	}
	if (rated)
		return 0;
	error_usage(err, "no word is rated: a line is a word, a tab and a number");
	error_place(err, file, 0, 0);
	return -1;
}

/* ---- the whole ---- */

static struct lexicon *new_lexicon(void)
{
	struct lexicon *l = mem_zero(1, sizeof *l);

	add_rules(l);
	add_languages(l);
	add_emoji(l);
	return l;
}

static struct lexicon *builtin;

static void make_builtin(void)
{
	builtin = lexicon_load(NULL, NULL);
	if (!builtin)
		abort();
}

const struct lexicon *lexicon_builtin(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_builtin);
	return builtin;
}

static int load_ratings(struct lexicon *l, const char *path, struct error *err)
{
	struct buf text = BUF_INIT;
	int bad = text_file_load(path, &text, err);

	if (bad && err)
		err->kind = ERROR_USAGE;
	bad = bad || read_ratings(l, buf_view(&text), path, err);
	buf_release(&text);
	return bad;
}

struct lexicon *lexicon_load(const char *path, struct error *err)
{
	struct lexicon *l = new_lexicon();

	if (path ? load_ratings(l, path, err) : read_ratings(l, builtin_text("sentiment.txt"), NULL, err)) {
		lexicon_free(l);
		return NULL;
	}
	return l;
}

bool lexicon_unrate(struct lexicon *l, struct span word)
{
	size_t i = map_find(&l->words, word);
	bool rated = i != MAP_NONE && l->list[i].rated;

	if (rated)
		l->list[i].rated = false;
	return rated;
}

void lexicon_free(struct lexicon *l)
{
	if (!l)
		return;
	map_release(&l->words);
	mem_free(l->list);
	mem_free(l->emoji);
	map_release(&l->emoji_names);
	mem_free(l);
}

const struct lexicon_word *lexicon_find(const struct lexicon *l, struct span word)
{
	size_t i = map_find(&l->words, word);

	return i == MAP_NONE ? NULL : &l->list[i];
}

const char *lexicon_language(const struct lexicon *l, unsigned number)
{
	return number < l->language_count ? l->names[number] : NULL;
}

struct span lexicon_edition(const struct lexicon *l)
{
	return (struct span){l->edition, sizeof l->edition};
}

unsigned lexicon_rates(const struct lexicon *l)
{
	return l->rates;
}
