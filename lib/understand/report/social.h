/* What the two halves of the social report share: what is counted, and its sections. */
#ifndef REPORT_SOCIAL_H
#define REPORT_SOCIAL_H

#include "text/lexicon.h"
#include "understand/report/best.h"
#include "understand/report/count.h"
#include "understand/report/tally_panel.h"
#include "understand/report/social_bursts.h"
#include "understand/report/social_post.h"
#include "understand/report/track.h"

/* counts[] of the rows of most panels; money is the sum of compound. */
enum { FEEL_POSTS, FEEL_SCORED, FEEL_POSITIVE, FEEL_NEGATIVE, FEEL_ENGAGEMENT, FEEL_AUTHORS };
/* Of words: posts with it, how often it moved one, and by how much, in thousandths. */
enum { WORD_POSTS, WORD_MOVED, WORD_UP, WORD_DOWN };

enum social_panel {
	SOCIAL_PERIODS,		/* key: social_period_key */
	SOCIAL_PERIOD_PLATFORMS, /* that and the platform */
	SOCIAL_PLATFORMS,
	SOCIAL_LANGUAGES,	/* FEEL_POSTS alone */
	SOCIAL_TRACKS,		/* key: its number, a byte */
	SOCIAL_HASHTAGS,	/* case folded */
	SOCIAL_MENTIONS,
	SOCIAL_EMOJI,
	SOCIAL_SPELLINGS,	/* folded hashtag or mention, '\0', as written */
	SOCIAL_WORDS,
	SOCIAL_TOPIC_WORDS,	/* topic, '\0', word: WORD_MOVED and behind */
	SOCIAL_PANELS,
};

struct audience_sum {
	uint64_t posts, engagement, size;
	uint64_t rates;		/* the sum of the posts' own rates, in millionths */
};

struct social_part {
	struct tally_panel panels[SOCIAL_PANELS];
	uint64_t kinds[POST_KINDS];
	uint64_t authors, buyers;
	uint64_t own, own_authors;	/* posts of --own */
	uint64_t undated, no_text, foreign, scored;
	uint64_t reactions[REACTIONS];
	uint64_t reactions_known;	/* posts with one of them */
	unsigned reacted;
	struct audience_sum audiences[AUDIENCES];
	struct best top, complaints, voices;
	struct map answered;		/* platform, '\0', id of posts that --own replied to */
	struct burst_hours hours;
	uint64_t without_events;	/* customers whose events are not all there */
	int64_t first, last;		/* MOMENT_NONE: none */
};

enum social_by { SOCIAL_DAY, SOCIAL_WEEK, SOCIAL_MONTH };

struct social_asked {
	const struct zone *zone;
	enum social_by by;
	uint64_t limit;
	struct tracks tracks;
	const struct lexicon *lexicon;
	struct count_value own;		/* handles and identifiers of our own accounts */
	bool days;			/* --from or --until */
};

/* Cells of the rows that are packed (pack.h). */
enum { TOP_TIME, TOP_PLATFORM, TOP_AUTHOR, TOP_ID, TOP_TEXT, TOP_ENGAGEMENT, TOP_LIKES, TOP_REPLIES, TOP_SHARES, TOP_SENTIMENT,
       TOP_POST, TOP_CELLS };
enum { ASK_TIME, ASK_PLATFORM, ASK_AUTHOR, ASK_ID, ASK_ORDERS, ASK_TEXT, ASK_SENTIMENT, ASK_REACH, ASK_REACH_IS, ASK_ENGAGEMENT,
       ASK_REPLIES, ASK_POST, ASK_KEY /* the post's id, not shown */, ASK_CELLS };
enum { VOICE_AUTHOR, VOICE_ID, VOICE_POSTS, VOICE_ENGAGEMENT, VOICE_FOLLOWERS, VOICE_POSITIVE, VOICE_NEGATIVE, VOICE_ORDERS, VOICE_CELLS };

/* A period as bytes whose order is that of time: the day since 1970 that it begins on. */
#define SOCIAL_PERIOD_KEY 4
void social_period_key(const struct social_asked *asked, int64_t day, char key[SOCIAL_PERIOD_KEY]);
int64_t social_period_day(struct span key);
int64_t social_period_next(const struct social_asked *asked, int64_t day);

/* Is WORD, in small letters, one that says what a text is about? */
bool social_is_topical(const struct lexicon *l, struct span word);

/* The sections of the whole. */
int social_fill(struct social_part *all, const struct social_asked *asked, struct sheet *sheet, struct error *err);

#endif
