/*
 * What a text says about consent: yes and no in the spellings and languages of exports, and the words
 * that need no question ("unsubscribed" in whatever column).
 */
#ifndef REFERENCE_CONSENT_WORD_H
#define REFERENCE_CONSENT_WORD_H

#include "base/span.h"

enum consent_word {
	CONSENT_WORD_NONE,	/* something else */
	CONSENT_WORD_YES,	/* to what its column asks */
	CONSENT_WORD_NO,
	CONSENT_WORD_IN,	/* consent, whatever its column asks */
	CONSENT_WORD_OUT,	/* none, whatever its column asks */
	CONSENT_WORD_OPEN,	/* neither was said yet: "never subscribed" */
};

/* Case, accents, blanks, hyphens and underscores do not count. */
enum consent_word consent_word_of(struct span text);

#endif
