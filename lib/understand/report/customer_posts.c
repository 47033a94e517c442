#include "understand/report/customer_posts.h"

#include <string.h>

#include "text/sentiment.h"
#include "understand/report/social_post.h"

enum { TIME, PLATFORM, KIND, TEXT, LIKES_OF, REPLIES_OF, SHARES_OF, SCORE, CELLS };

/* Events of other names are no posts here. */
static const struct post_names any_names = {NULL, 0};

static struct cell count_cell(const struct post *p, enum reaction which)
{
	return p->reacted & 1u << which ? cell_count(p->reactions[which]) : CELL_EMPTY;
}

static struct cell score_cell(struct span text)
{
	struct arena scratch = ARENA_INIT;
	struct sentiment s = {.foreign = true};

	if (!span_absent(text))
		sentiment_score(lexicon_builtin(), text, &scratch, &s);
	arena_release(&scratch);
	return s.foreign ? CELL_EMPTY : cell_number(sentiment_number(&s));
}

static struct cell kept_cell(struct sheet *sheet, struct span text)
{
	return span_absent(text) ? CELL_EMPTY : cell_text(arena_copy(&sheet->texts, text));
}

static void put_post(struct sheet *sheet, struct cell *row, const struct profile *p, const struct event *e, struct buf *texts)
{
	static const char *const kinds[POST_KINDS] = {"post", "reply", "share", "comment", "review"};
	struct post post;

	buf_clear(texts);
	buf_reserve(texts, 2 * e->props.raw.len + e->source.raw.len + 8);
	post_read(e, p, &any_names, texts, &post);
	row[TIME] = cell_time(e->time);
	row[TIME].open = p->as_of != MOMENT_NONE && e->time != MOMENT_NONE && e->time > p->as_of;
	row[PLATFORM] = kept_cell(sheet, post.platform);
	row[KIND] = cell_text(span_of(kinds[post.kind]));
	row[TEXT] = kept_cell(sheet, post.text);
	row[LIKES_OF] = count_cell(&post, LIKES);
	row[REPLIES_OF] = count_cell(&post, REPLIES);
	row[SHARES_OF] = count_cell(&post, SHARES);
	row[SCORE] = post.kind == POST_SHARED ? CELL_EMPTY : score_cell(post.text);
}

/* Walks the posts of P and puts those from number FROM on into S, which may be NULL.  How many there are, or -1. */
static int64_t walk_posts(const struct profile *p, struct sheet *sheet, struct section *s, int64_t from, struct error *err)
{
	struct profile_events walk;
	struct buf texts = BUF_INIT;
	struct event e;
	int64_t count = 0;
	int got;

	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		if (!post_is(&e, &any_names))
			continue;
		if (s && count >= from)
			put_post(sheet, section_row(s), p, &e, &texts);
		count++;
	}
	buf_release(&texts);
	return got < 0 ? -1 : count;
}

/* The newest first. */
static void turn_rows(struct section *s)
{
	struct cell row[CELLS];

	for (size_t i = 0; i < s->row_count / 2; i++) {
		struct cell *a = s->cells + i * CELLS, *b = s->cells + (s->row_count - 1 - i) * CELLS;

		memcpy(row, a, sizeof row);
		memcpy(a, b, sizeof row);
		memcpy(b, row, sizeof row);
	}
}

int customer_posts_fill(const struct profile *p, int64_t most, struct sheet *sheet, struct error *err)
{
	static const struct column columns[CELLS] = {
		{"time", "Time", NULL, -1}, {"platform", "Platform", NULL, -1}, {"kind", "Kind", NULL, -1}, {"text", "Post", NULL, -1},
		{"likes", "Likes", NULL, -1}, {"replies", "Replies", NULL, -1}, {"shares", "Shares", NULL, -1}, {"sentiment", "Score", NULL, -1},
	};
	int64_t count = walk_posts(p, sheet, NULL, 0, err);
	struct section *s;

	if (count <= 0)
		return (int)count;
	s = sheet_add(sheet, "posts", "Posts, newest first", columns, CELLS);
	s->open_key = "later";
	s->note = "Score is VADER's of English texts, from -1 to 1 (cdp-metrics(7))";
	if (walk_posts(p, sheet, s, count - most, err) < 0)
		return -1;
	turn_rows(s);
	s->left_out = count > most ? (uint64_t)(count - most) : 0;
	return 0;
}
