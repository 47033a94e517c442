/*
 * What an event says as a post: its text, who posted where, and how people answered.
 *
 * Posts are events that are called "Post ..." or "Comment ...", "Product Reviewed", and what --event names
 * (cdp-formats(5)).  The same post shared by somebody ("Post Shared") says nothing of its own: the numbers that a
 * platform shows beside it are those of the post that was shared.
 */
#ifndef REPORT_SOCIAL_POST_H
#define REPORT_SOCIAL_POST_H

#include "record/profile.h"

enum post_kind { POST_PUBLISHED, POST_REPLIED, POST_SHARED, POST_COMMENT, POST_REVIEW, POST_KINDS };

extern const char *const post_kind_names[POST_KINDS];	/* "posts", "replies", ... */

/* How people answered: engagement is their sum. */
enum reaction { LIKES, REPLIES, SHARES, QUOTES, SAVES, CLICKS, REACTIONS };

extern const char *const reaction_names[REACTIONS];

/* What engagement is divided by. */
enum audience { BY_REACH, BY_IMPRESSIONS, BY_VIEWS, BY_FOLLOWERS, AUDIENCES };

extern const char *const audience_names[AUDIENCES];

struct post {
	enum post_kind kind;
	int64_t time;			/* MOMENT_NONE: undated */
	struct span text;		/* as written, or absent; of a review with its title */
	struct span platform;		/* props.platform or network, else the source */
	struct span id, reply_to, url;	/* or absent */
	uint64_t reactions[REACTIONS];
	unsigned reacted;		/* a bit for each that is known */
	uint64_t audience[AUDIENCES];
	unsigned reached;		/* likewise */
};

/* A list of names of events, which count as posts, too. */
struct post_names {
	const char *const *names;
	size_t count;
};

/* Is E, of whatever customer, a post? */
bool post_is(const struct event *e, const struct post_names *more);

/*
 * Is E, of P, a post?  Then *OUT; its texts are borrowed from the line or from SCRATCH, which is appended to: give
 * it room for the whole line before, so that it does not move.
 */
bool post_read(const struct event *e, const struct profile *p, const struct post_names *more, struct buf *scratch,
	       struct post *out);

/* The sum of what is known; 0 of what is shared. */
uint64_t post_engagement(const struct post *p);

#endif
