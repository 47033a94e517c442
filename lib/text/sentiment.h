/*
 * How a text feels: VADER's rules (C.J. Hutto, E.E. Gilbert, ICWSM-14) over a lexicon.
 *
 * The figures are those of the reference implementation, vaderSentiment 3.3.2: `compound` from -1
 * to 1 to four decimals, and the shares of positive, neutral and negative words to three; also
 * where that does something odd, such as looking up scores by their value behind a "but".  From
 * 0.05 on a text is called positive, from -0.05 down negative.
 *
 * The lexicon is of one language.  What a text of another gets says nothing: its stop words, or its
 * letters, show that it is `foreign`.  One that shows nothing, such as "Great!!! :)", is not.
 */
#ifndef TEXT_SENTIMENT_H
#define TEXT_SENTIMENT_H

#include "base/arena.h"
#include "base/decimal.h"
#include "base/span.h"
#include "text/lexicon.h"

/* So many words of a text are read; a rule is quadratic, and no post has so many. */
#define SENTIMENT_WORDS_MAX 5000

#define SENTIMENT_POSITIVE 500		/* of compound: from here on */

/* A word as the rules see it. */
struct sentiment_word {
	struct span text;	/* small letters, without punctuation around it; in the arena or the text */
	double value;		/* what it added; 0: nothing */
};

struct sentiment {
	bool foreign;		/* of another language than the lexicon: do not use what is below */
	const char *language;	/* "en", "de", "cyrillic", ...; NULL: nothing shows it */
	int compound;		/* in units of 1/10000 */
	int positive, neutral, negative;	/* in units of 1/1000 */
	const struct sentiment_word *words;	/* in the arena */
	size_t word_count;
};

/* Scores TEXT, which is UTF-8; what was made along the way stays in the arena SCRATCH. */
void sentiment_score(const struct lexicon *l, struct span text, struct arena *scratch, struct sentiment *out);

/* 1 positive, 0 neutral, -1 negative. */
static inline int sentiment_class(const struct sentiment *s)
{
	return (s->compound >= SENTIMENT_POSITIVE) - (s->compound <= -SENTIMENT_POSITIVE);
}

/* `compound` as a number: 0.8316. */
struct decimal sentiment_number(const struct sentiment *s);

/*
 * The language of TEXT as above, by the stop words and letters of the built-in lexicon; NULL
 * where nothing shows it.
 */
const char *sentiment_language(struct span text, struct arena *scratch);

#endif
