#include "understand/report/social_post.h"

#include "base/decimal.h"

const char *const post_kind_names[POST_KINDS] = {"posts", "replies", "shares", "comments", "reviews"};
const char *const reaction_names[REACTIONS] = {"likes", "replies", "shares", "quotes", "saves", "clicks"};
const char *const audience_names[AUDIENCES] = {"reach", "impressions", "views", "followers"};

/* Beside numbers: what a member of props may be. */
enum property {
	TEXT = 100, REVIEW, TITLE, PLATFORM, ID, COMMENT_ID, REPLY_TO, URL,
	AUDIENCE = 200,		/* + enum audience */
};

/* The names that cdp-formats(5) gives them, and those that other sources use. */
static const struct {
	struct span name;
	int is;
} properties[] = {
	{SPAN("text"), TEXT}, {SPAN("review_body"), REVIEW}, {SPAN("review_title"), TITLE}, {SPAN("platform"), PLATFORM},
	{SPAN("network"), PLATFORM}, {SPAN("post_id"), ID}, {SPAN("comment_id"), COMMENT_ID}, {SPAN("review_id"), ID},
	{SPAN("reply_to_post"), REPLY_TO}, {SPAN("url"), URL}, {SPAN("likes"), LIKES}, {SPAN("reactions"), LIKES},
	{SPAN("replies"), REPLIES}, {SPAN("comments"), REPLIES}, {SPAN("shares"), SHARES}, {SPAN("quotes"), QUOTES},
	{SPAN("bookmarks"), SAVES}, {SPAN("saves"), SAVES}, {SPAN("clicks"), CLICKS}, {SPAN("reach"), AUDIENCE + BY_REACH},
	{SPAN("impressions"), AUDIENCE + BY_IMPRESSIONS}, {SPAN("views"), AUDIENCE + BY_VIEWS},
	{SPAN("followers"), AUDIENCE + BY_FOLLOWERS},
};

static int find_property(struct span name)
{
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
		if (span_equal(name, properties[i].name))
			return properties[i].is;
	return -1;
}

static bool is_named(const struct event *e, const struct post_names *more)
{
	for (size_t i = 0; i < more->count; i++)
		if (value_is_text(e->name, span_of(more->names[i])))
			return true;
	return false;
}

/* By the event's name; POST_KINDS: it is none. */
static enum post_kind kind_of(const struct event *e, const struct post_names *more)
{
	struct span name = e->name.raw;

	if (e->name.kind != VALUE_TEXT)
		return POST_KINDS;
	if (span_starts(name, SPAN("\"Post ")))
		return value_is_text(e->name, SPAN("Post Replied")) ? POST_REPLIED :
		       value_is_text(e->name, SPAN("Post Shared")) ? POST_SHARED : POST_PUBLISHED;
	if (span_starts(name, SPAN("\"Comment ")))
		return POST_COMMENT;
	if (value_is_text(e->name, SPAN("Product Reviewed")))
		return POST_REVIEW;
	return more->count && is_named(e, more) ? POST_PUBLISHED : POST_KINDS;
}

bool post_is(const struct event *e, const struct post_names *more)
{
	return kind_of(e, more) != POST_KINDS;
}

/* A count: a whole number that is not negative, or its text. */
static bool read_count(struct value v, uint64_t *out)
{
	struct decimal d;

	if (!value_decimal(v, &d) || d.digits < 0)
		return false;
	for (; d.scale; d.scale--)
		d.digits /= 10;
	if (d.digits > INT64_MAX / 1000)
		return false;
	*out = (uint64_t)d.digits;
	return true;
}

static struct span text_of(struct value v, struct buf *scratch)
{
	struct span text = value_text(v, scratch);

	return text.len ? text : SPAN_NONE;
}

struct texts {
	struct span review, title, comment_id;
};

static void take_number(struct post *p, int property, struct value v)
{
	uint64_t count;

	if (!read_count(v, &count))
		return;
	if (property < REACTIONS) {
		/* Reactions are likes and more; of two names for one thing the larger number counts. */
		if (count > p->reactions[property])
			p->reactions[property] = count;
		p->reacted |= 1u << property;
	} else {
		p->audience[property - AUDIENCE] = count;
		p->reached |= 1u << (property - AUDIENCE);
	}
}

static void take_property(struct post *p, struct texts *t, int property, struct value v, struct buf *scratch)
{
	switch (property) {
	case TEXT:
		p->text = v.kind == VALUE_TEXT ? text_of(v, scratch) : SPAN_NONE;
		break;
	case REVIEW:
		t->review = text_of(v, scratch);
		break;
	case TITLE:
		t->title = text_of(v, scratch);
		break;
	case PLATFORM:
		p->platform = text_of(v, scratch);
		break;
	case ID:
		p->id = text_of(v, scratch);
		break;
	case COMMENT_ID:
		t->comment_id = text_of(v, scratch);
		break;
	case REPLY_TO:
		p->reply_to = text_of(v, scratch);
		break;
	case URL:
		p->url = text_of(v, scratch);
		break;
	default:
		take_number(p, property, v);
	}
}

static void read_props(const struct event *e, struct post *p, struct texts *t, struct buf *scratch)
{
	struct member m;
	struct scan s;

	scan_start(&s, e->props.raw);
	if (e->props.kind != VALUE_OBJECT || scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		int property = m.value.kind == VALUE_NULL ? -1 : find_property(m.key);

		if (property >= 0)
			take_property(p, t, property, m.value, scratch);
	}
}

/* "Title. Text" */
static struct span join_review(const struct texts *t, struct buf *scratch)
{
	size_t from = scratch->len;

	if (span_absent(t->title) || span_absent(t->review))
		return span_absent(t->review) ? t->title : t->review;
	buf_span(scratch, t->title);
	if (!strchr(".!?", t->title.ptr[t->title.len - 1]))
		buf_char(scratch, '.');
	buf_char(scratch, ' ');
	buf_span(scratch, t->review);
	return buf_since(scratch, from);
}

bool post_read(const struct event *e, const struct profile *p, const struct post_names *more, struct buf *scratch,
	       struct post *out)
{
	struct texts t = {SPAN_NONE, SPAN_NONE, SPAN_NONE};
	enum post_kind kind = kind_of(e, more);

	if (kind == POST_KINDS)
		return false;
	*out = (struct post){.kind = kind, .time = e->time};
	read_props(e, out, &t, scratch);
	if (span_absent(out->text))
		out->text = join_review(&t, scratch);
	if (!span_absent(t.comment_id)) {
		out->reply_to = span_absent(out->reply_to) ? out->id : out->reply_to;
		out->id = t.comment_id;
	}
	if (span_absent(out->platform))
		out->platform = value_text(e->source, scratch);
	if (span_absent(out->platform))
		out->platform = SPAN("(unknown)");
	if (!(out->reached & 1u << BY_FOLLOWERS) &&
	    read_count(value_member(p->traits, SPAN("followers")), &out->audience[BY_FOLLOWERS]))
		out->reached |= 1u << BY_FOLLOWERS;
	return true;
}

uint64_t post_engagement(const struct post *p)
{
	uint64_t sum = 0;

	if (p->kind == POST_SHARED)
		return 0;
	for (int i = 0; i < REACTIONS; i++)
		sum += p->reactions[i];
	return sum;
}
