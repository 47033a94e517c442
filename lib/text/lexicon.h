/*
 * A lexicon: what words mean for the feeling of a text (text/sentiment.h), and which languages
 * they are grammar of.  All that is known of a word stands in one place, so that a text costs one
 * look-up a word.
 *
 * The built-in one is made of lib/text/data.  A file replaces its ratings: a line is a word, a
 * tab and a number; what stands behind another tab is ignored, so that VADER's own files can be
 * given.  Capitals of a word do not count.  Lines that begin with # and have no tab are comments; "# language: de" says
 * whose words they are.
 */
#ifndef TEXT_LEXICON_H
#define TEXT_LEXICON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/span.h"

/* Made by the Makefile of lib/text/data; ends with a NULL name. */
struct builtin_words {
	const char *name;
	const char *text;
};

extern const struct builtin_words builtin_words[];

/* Words that rules of sentiment name. */
enum rule_word {
	RULE_NONE,
	RULE_NO, RULE_OR, RULE_NOR, RULE_KIND, RULE_OF, RULE_LEAST, RULE_AT, RULE_VERY, RULE_NEVER, RULE_SO,
	RULE_THIS, RULE_WITHOUT, RULE_DOUBT, RULE_BUT,
	/* of idioms */
	RULE_THE, RULE_SHIT, RULE_BOMB, RULE_BAD, RULE_ASS, RULE_BUS, RULE_STOP, RULE_YEAH, RULE_RIGHT, RULE_KISS,
	RULE_DEATH, RULE_TO, RULE_DIE, RULE_FOR, RULE_BEATING, RULE_HEART, RULE_JUST, RULE_ENOUGH, RULE_SORT,
	RULE_WORDS,
};

struct lexicon_word {
	double rating;		/* with `rated` */
	double boost;		/* of a degree word: added to what stands behind it; else 0 */
	bool rated;
	bool negates;
	enum rule_word rule;
	uint32_t languages;	/* a bit for each that it is grammar of, by LANGUAGE_ */
};

/* The languages of stop-words.txt, in its order; English is the first. */
#define LANGUAGES_MAX 32
#define LANGUAGE_ENGLISH 0

struct lexicon;

/* Made when it is first asked for, and kept for the process. */
const struct lexicon *lexicon_builtin(void);

/* Of a file (NULL: one like the built-in); NULL with a usage error that has the place.  Owned: lexicon_free. */
struct lexicon *lexicon_load(const char *path, struct error *err);

/* The first digits of a digest of its ratings. */
struct span lexicon_edition(const struct lexicon *l);

/* Takes the rating of WORD away, which is somebody's name.  True: it had one. */
bool lexicon_unrate(struct lexicon *l, struct span word);

void lexicon_free(struct lexicon *l);

/* What is known of WORD, which is in small letters; or NULL. */
const struct lexicon_word *lexicon_find(const struct lexicon *l, struct span word);

/* What the emoji POINT shows, or SPAN_NONE; those of several characters are not here. */
struct span lexicon_emoji(const struct lexicon *l, uint32_t point);

/* What EMOJI shows, an extended grapheme cluster with or without U+FE0F; or SPAN_NONE. */
struct span lexicon_emoji_name(const struct lexicon *l, struct span emoji);

/* "en", "de", ...; NULL behind the last. */
const char *lexicon_language(const struct lexicon *l, unsigned number);

/* The language that its ratings are of, by number; LANGUAGES_MAX: it does not say, so any. */
unsigned lexicon_rates(const struct lexicon *l);

#endif
