/*
 * The social report: what people post, how others answer, how it feels, and who waits for an answer.
 *
 * Each post (social_post.h) counts at its own time.  What is only shared on is counted as a post and for the names that
 * it has, and nothing else: its text, and the numbers beside it, are somebody else's.  Posts of --own accounts
 * count for volume and engagement; how they feel is no news.
 *
 * All sums are of whole numbers or exact decimals, and lists keep their best by rank and bytes: so the result
 * is the same whoever counted what.
 */
#include "understand/report/social.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "text/sentiment.h"
#include "text/tags.h"
#include "text/unicode.h"
#include "understand/report/count.h"
#include "understand/report/customer.h"
#include "understand/report/day_range.h"
#include "understand/report/pack.h"

#define LIMIT_DEFAULT 10
#define SHOWN_TEXT 200		/* characters of a post */
#define COMPLAINTS_KEPT 10000	/* of which those that were answered fall out at the end */
#define WORD_MIN 3

enum { TRACK, OWN, EVENT, BY, FROM, UNTIL, LEXICON, LIMIT };

static const char *const periods[] = {"day", "week", "month", NULL};

static const struct count_option options[] = {
	[TRACK] = {"track", "NAME=TERMS", "a name to follow, with the words that say it: 'ours=acme,acme shop'; the first is ours", NULL, NULL, true},
	[OWN] = {"own", "ACCOUNT", "a name or identifier of an account of ours: its posts are no customer's, and its replies are answers", NULL, NULL, true},
	[EVENT] = {"event", "EVENT", "an event that is a post, too", NULL, NULL, true},
	[BY] = {"period", "LENGTH", "the rows of the course of time", "day", periods, false},
	[FROM] = {"from", "DATE", "the first day that counts", NULL, NULL, false},
	[UNTIL] = {"until", "DATE", "the last day that counts", NULL, NULL, false},
	[LEXICON] = {"lexicon", "FILE", "ratings of words in place of VADER's: a word, a tab, a number a line", NULL, NULL, false},
	[LIMIT] = {"limit", "N", "at most N rows", NULL, NULL, false},
	{0},
};

/* The customer at hand. */
struct author {
	bool own;
	struct span label, id;	/* borrowed from the worker's buffers and the line */
	uint64_t orders;
	uint64_t posts, engagement, positive, negative, followers;
	bool follows_known;
};

struct worker {
	struct social_part part;
	struct buf texts, label, key, plain;
	struct arena scratch, ids;
	uint64_t customer, post;	/* numbers of those at hand */
	bool has_posts;
};

struct social {
	struct social_asked asked;
	struct post_names names;
	const char **texts;		/* of the names and accounts */
	struct lexicon *lexicon;	/* of a file; NULL: the built-in one */
	struct day_range days;
	unsigned workers;
	struct worker *list;
};

/* ---- options ---- */

/* The texts of GIVEN, which live as long as the report. */
static const char *const *keep_texts(const struct count_value *given, const char **room)
{
	for (size_t i = 0; i < given->count; i++)
		room[i] = given->texts[i];
	return room;
}

static int read_lists(struct social *s, const struct count_value *given, struct error *err)
{
	s->texts = mem_zero(given[EVENT].count + given[OWN].count + 1, sizeof *s->texts);
	s->names = (struct post_names){keep_texts(&given[EVENT], s->texts), given[EVENT].count};
	s->asked.own = (struct count_value){keep_texts(&given[OWN], s->texts + given[EVENT].count), given[OWN].count};
	for (size_t i = 0; i < given[EVENT].count + given[OWN].count; i++)
		if (!s->texts[i][0])
			return error_usage(err, "social: --%s is empty", i < given[EVENT].count ? "event" : "own");
	return tracks_read(&s->asked.tracks, "social", &given[TRACK], err);
}

/* Some names are words of feeling: whoever writes to @united does not say so. */
static void unrate_names(struct social *s)
{
	const struct tracks *t = &s->asked.tracks;

	for (size_t i = 0; i < t->count; i++) {
		for (size_t k = 0; k < t->list[i].count; k++) {
			const struct lexicon_word *known = lexicon_find(s->asked.lexicon, t->list[i].terms[k]);

			if (!known || !known->rated)
				continue;
			if (!s->lexicon)
				s->lexicon = lexicon_load(NULL, NULL);
			s->asked.lexicon = s->lexicon;
			lexicon_unrate(s->lexicon, t->list[i].terms[k]);
		}
	}
}

static int read_options(struct social *s, const struct count_value *given, struct error *err)
{
	while (strcmp(periods[s->asked.by], given[BY].texts[0]))
		s->asked.by++;
	s->asked.limit = LIMIT_DEFAULT;
	if (given[LIMIT].count &&
	    (!span_number(span_of(given[LIMIT].texts[0]), &s->asked.limit) || !s->asked.limit || s->asked.limit > 100000))
		return error_usage(err, "social: --limit %s: a number from 1 to 100000", given[LIMIT].texts[0]);
	if (day_range_read(&s->days, "social", &given[FROM], &given[UNTIL], err) || read_lists(s, given, err))
		return -1;
	s->asked.days = s->days.has_from || s->days.has_until;
	s->asked.lexicon = lexicon_builtin();
	if (given[LEXICON].count) {
		s->lexicon = lexicon_load(given[LEXICON].texts[0], err);
		s->asked.lexicon = s->lexicon;
	}
	if (!s->asked.lexicon)
		return -1;
	unrate_names(s);
	return 0;
}

static void release_worker(struct worker *k)
{
	for (int i = 0; i < SOCIAL_PANELS; i++)
		tally_panel_release(&k->part.panels[i]);
	best_release(&k->part.top);
	best_release(&k->part.complaints);
	best_release(&k->part.voices);
	map_release(&k->part.answered);
	burst_hours_release(&k->part.hours);
	buf_release(&k->texts);
	buf_release(&k->label);
	buf_release(&k->key);
	buf_release(&k->plain);
	arena_release(&k->scratch);
	arena_release(&k->ids);
}

static void free_social(void *state)
{
	struct social *s = state;

	for (unsigned i = 0; s->list && i < s->workers; i++)
		release_worker(&s->list[i]);
	mem_free(s->list);
	mem_free(s->texts);
	tracks_release(&s->asked.tracks);
	lexicon_free(s->lexicon);
	mem_free(s);
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct social *s = mem_zero(1, sizeof *s);

	s->workers = setup->workers;
	s->asked.zone = setup->zone;
	if (read_options(s, setup->values, err)) {
		free_social(s);
		return NULL;
	}
	s->list = mem_zero(s->workers, sizeof *s->list);
	for (unsigned i = 0; i < s->workers; i++) {
		struct social_part *part = &s->list[i].part;

		part->first = part->last = MOMENT_NONE;
		part->top.most = part->voices.most = s->asked.limit;
		part->complaints.most = s->asked.own.count && s->asked.limit < COMPLAINTS_KEPT ? COMPLAINTS_KEPT : s->asked.limit;
	}
	return s;
}

/* ---- periods ---- */

void social_period_key(const struct social_asked *asked, int64_t day, char key[SOCIAL_PERIOD_KEY])
{
	uint32_t sortable;
	int year, month, d;

	if (asked->by == SOCIAL_WEEK) {
		day -= moment_weekday(day) - 1;
	} else if (asked->by == SOCIAL_MONTH) {
		moment_civil_date(day, &year, &month, &d);
		day -= d - 1;
	}
	sortable = (uint32_t)(day + INT32_MAX);
	for (int i = 0; i < SOCIAL_PERIOD_KEY; i++)
		key[i] = (char)(sortable >> (24 - 8 * i));
}

int64_t social_period_day(struct span key)
{
	uint32_t sortable = 0;

	for (int i = 0; i < SOCIAL_PERIOD_KEY; i++)
		sortable = sortable << 8 | (unsigned char)key.ptr[i];
	return (int64_t)sortable - INT32_MAX;
}

int64_t social_period_next(const struct social_asked *asked, int64_t day)
{
	int year, month, d;

	if (asked->by != SOCIAL_MONTH)
		return day + (asked->by == SOCIAL_WEEK ? 7 : 1);
	moment_civil_date(day, &year, &month, &d);
	return moment_days(year, month + 1, 1);
}

/* ---- one post ---- */

/* What is counted of a post at each of its rows. */
struct feeling {
	bool scored;
	int class;			/* -1, 0, 1 */
	struct decimal compound;
	uint64_t engagement;
};

static int add_feeling(struct tally_row *row, const struct feeling *f, struct error *err)
{
	row->counts[FEEL_POSTS]++;
	row->counts[FEEL_ENGAGEMENT] += f->engagement;
	if (!f->scored)
		return 0;
	row->counts[FEEL_SCORED]++;
	row->counts[FEEL_POSITIVE] += f->class > 0;
	row->counts[FEEL_NEGATIVE] += f->class < 0;
	return tally_add_money(row, f->compound, err);
}

static int add_at(struct worker *k, enum social_panel which, struct span key, const struct feeling *f, struct error *err)
{
	bool first;
	struct tally_row *row = tally_panel_row(&k->part.panels[which], key, k->customer, &first);

	row->counts[FEEL_AUTHORS] += first;
	return add_feeling(row, f, err);
}

/* "A\0B" in the worker's buffer. */
static struct span join_key(struct worker *k, struct span a, struct span b)
{
	buf_clear(&k->key);
	buf_span(&k->key, a);
	buf_char(&k->key, '\0');
	buf_span(&k->key, b);
	return buf_view(&k->key);
}

bool social_is_topical(const struct lexicon *l, struct span word)
{
	const struct lexicon_word *known;
	bool letter = false;
	uint32_t first;

	if (word.len < WORD_MIN || !span_utf8_char(word, &first) || !unicode_is_letter_or_digit(first) || span_starts(word, SPAN("http")) || span_equal(word, SPAN("amp")))
		return false;
	known = lexicon_find(l, word);
	if (known && known->languages)
		return false;
	for (size_t i = 0; i < word.len; i++)
		letter = letter || (word.ptr[i] >= 'a' && word.ptr[i] <= 'z') || (unsigned char)word.ptr[i] >= 0x80;
	return letter;
}

static void add_moved(struct tally_row *row, double value)
{
	uint64_t by = (uint64_t)llround(fabs(value) * 1000);

	row->counts[WORD_MOVED]++;
	row->counts[value > 0 ? WORD_UP : WORD_DOWN] += by;
}

static void count_words(struct social *s, struct worker *k, const struct sentiment *feels)
{
	for (size_t i = 0; i < feels->word_count; i++) {
		const struct sentiment_word *w = &feels->words[i];
		bool moves = w->value != 0 && !feels->foreign;
		struct tally_row *row;
		bool first;

		if (!moves && !social_is_topical(s->asked.lexicon, w->text))
			continue;
		row = tally_panel_row(&k->part.panels[SOCIAL_WORDS], w->text, k->post, &first);
		row->counts[WORD_POSTS] += first;
		if (moves)
			add_moved(row, w->value);
	}
}

static void count_topic(struct worker *k, struct span topic, const struct sentiment *feels)
{
	for (size_t i = 0; !feels->foreign && i < feels->word_count; i++)
		if (feels->words[i].value != 0)
			add_moved(tally_row(&k->part.panels[SOCIAL_TOPIC_WORDS].tally, join_key(k, topic, feels->words[i].text)),
				  feels->words[i].value);
}

static int count_tags(struct worker *k, struct span text, enum tag_kind kind, const struct feeling *f,
		      const struct sentiment *feels, struct error *err)
{
	static const enum social_panel panels[] = {SOCIAL_HASHTAGS, SOCIAL_MENTIONS, SOCIAL_EMOJI};
	struct tag_list found = tags_find(text, kind, &k->scratch);

	for (size_t i = 0; i < found.count; i++) {
		struct span folded = kind == TAG_EMOJI ? found.items[i] : unicode_fold_case(found.items[i], &k->scratch);

		if (add_at(k, panels[kind], folded, f, err))
			return -1;
		if (kind == TAG_EMOJI)
			continue;
		tally_row(&k->part.panels[SOCIAL_SPELLINGS].tally, join_key(k, folded, found.items[i]))->counts[0]++;
		if (kind == TAG_HASHTAG && feels)
			count_topic(k, folded, feels);
	}
	return 0;
}

static int count_tracks(struct worker *k, uint32_t named, const struct feeling *f, const struct sentiment *feels,
			struct error *err)
{
	for (uint32_t left = named; left; left &= left - 1) {
		char key[3] = {1, (char)('0' + __builtin_ctz(left)), 0};

		if (add_at(k, SOCIAL_TRACKS, (struct span){key, 2}, f, err))
			return -1;
		if (feels)
			count_topic(k, (struct span){key, 2}, feels);
	}
	return 0;
}

static int count_time(struct social *s, struct worker *k, const struct post *p, const struct feeling *f, struct error *err)
{
	char key[SOCIAL_PERIOD_KEY];
	int64_t day;

	if (p->time == MOMENT_NONE) {
		k->part.undated++;
		return 0;
	}
	if (k->part.first == MOMENT_NONE || p->time < k->part.first)
		k->part.first = p->time;
	if (k->part.last == MOMENT_NONE || p->time > k->part.last)
		k->part.last = p->time;
	day = zone_day(s->asked.zone, p->time);
	social_period_key(&s->asked, day, key);
	if (add_at(k, SOCIAL_PERIODS, (struct span){key, sizeof key}, f, err))
		return -1;
	buf_clear(&k->key);
	buf_span(&k->key, (struct span){key, sizeof key});
	buf_span(&k->key, p->platform);
	tally_row(&k->part.panels[SOCIAL_PERIOD_PLATFORMS].tally, buf_view(&k->key))->counts[0]++;
	return 0;
}

static void count_hour(struct social *s, struct worker *k, const struct post *p)
{
	struct civil c;

	if (p->time == MOMENT_NONE)
		return;
	zone_civil(s->asked.zone, p->time, &c);
	burst_hours_add(&k->part.hours, zone_day(s->asked.zone, p->time) * 24 + c.hour,
			hash_128(join_key(k, p->platform, span_absent(p->id) ? p->text : p->id)), p->text);
}

static void count_reactions(struct social *s, struct worker *k, const struct post *p, const struct author *a)
{
	uint64_t engagement = post_engagement(p);

	if (p->kind == POST_SHARED || (s->asked.own.count && !a->own))
		return;
	k->part.reacted |= p->reacted;
	k->part.reactions_known += p->reacted != 0;
	for (int i = 0; i < REACTIONS; i++)
		k->part.reactions[i] += p->reactions[i];
	for (int i = 0; p->reacted && i < AUDIENCES; i++) {
		struct audience_sum *sum = &k->part.audiences[i];

		if (!(p->reached & 1u << i) || !p->audience[i])
			continue;
		sum->posts++;
		sum->engagement += engagement;
		sum->size += p->audience[i];
		sum->rates += (uint64_t)((unsigned __int128)engagement * 1000000 / p->audience[i]);
	}
}

/* ---- rows of lists ---- */

/* The text on one line, cut; in the worker's buffer. */
static struct cell text_cell(struct worker *k, struct span text)
{
	size_t end = unicode_offset(text, SHOWN_TEXT);

	buf_clear(&k->plain);
	for (size_t i = 0; i < end; i++) {
		bool blank = text.ptr[i] == ' ' || text.ptr[i] == '\n' || text.ptr[i] == '\r' || text.ptr[i] == '\t';

		if (!blank)
			buf_char(&k->plain, text.ptr[i]);
		else if (k->plain.len && k->plain.ptr[k->plain.len - 1] != ' ')
			buf_char(&k->plain, ' ');
	}
	if (end < text.len)
		buf_lit(&k->plain, "\xe2\x80\xa6");
	return cell_text(span_absent(text) ? SPAN_NONE : buf_view(&k->plain));
}

static struct cell reaction_cell(const struct post *p, enum reaction which)
{
	return p->reacted & 1u << which ? cell_count(p->reactions[which]) : CELL_EMPTY;
}

static struct cell sentiment_cell(const struct feeling *f)
{
	return f->scored ? cell_number(f->compound) : CELL_EMPTY;
}

static void put_row(struct best *list, uint64_t first, uint64_t second, const struct cell *cells, size_t count)
{
	struct buf packed = BUF_INIT;
	struct best_row row = {{first, second}, SPAN_NONE};

	pack_cells(&packed, cells, count);
	row.bytes = buf_view(&packed);
	best_put(list, &row);
	buf_release(&packed);
}

static void put_top(struct worker *k, const struct post *p, const struct author *a, const struct feeling *f)
{
	struct cell cells[TOP_CELLS] = {
		[TOP_TIME] = cell_time(p->time), [TOP_PLATFORM] = cell_text(p->platform), [TOP_AUTHOR] = cell_text(a->label),
		[TOP_ID] = cell_text(a->id), [TOP_ENGAGEMENT] = cell_count(f->engagement), [TOP_LIKES] = reaction_cell(p, LIKES),
		[TOP_REPLIES] = reaction_cell(p, REPLIES), [TOP_SHARES] = reaction_cell(p, SHARES),
		[TOP_SENTIMENT] = sentiment_cell(f), [TOP_POST] = cell_text(span_absent(p->url) ? p->id : p->url),
	};

	if (!f->engagement || !best_wants(&k->part.top, f->engagement))
		return;
	cells[TOP_TEXT] = text_cell(k, p->text);
	put_row(&k->part.top, f->engagement, 0, cells, TOP_CELLS);
}

/* The first that is known of how many people may have seen it. */
static int reach_of(const struct post *p)
{
	for (int i = 0; i < AUDIENCES; i++)
		if (p->reached & 1u << i)
			return i;
	return -1;
}

/* Somebody is unhappy, with us as far as can be told, and nobody is known to have replied. */
static bool is_complaint(const struct social *s, const struct post *p, const struct author *a, const struct feeling *f,
			 uint32_t named)
{
	if (a->own || !f->scored || f->class >= 0 || p->kind == POST_SHARED)
		return false;
	if (s->asked.tracks.count && !(named & 1) && p->kind != POST_COMMENT && p->kind != POST_REVIEW)
		return false;
	return s->asked.own.count || !(p->reacted & 1u << REPLIES) || !p->reactions[REPLIES];
}

static void put_complaint(struct worker *k, const struct post *p, const struct author *a, const struct feeling *f)
{
	int by = reach_of(p);
	uint64_t reach = by < 0 ? 0 : p->audience[by];
	struct cell cells[ASK_CELLS] = {
		[ASK_TIME] = cell_time(p->time), [ASK_PLATFORM] = cell_text(p->platform), [ASK_AUTHOR] = cell_text(a->label),
		[ASK_ID] = cell_text(a->id), [ASK_ORDERS] = cell_count(a->orders), [ASK_SENTIMENT] = sentiment_cell(f),
		[ASK_REACH] = by < 0 ? CELL_EMPTY : cell_count(reach),
		[ASK_REACH_IS] = by < 0 ? CELL_EMPTY : cell_text(span_of(audience_names[by])),
		[ASK_ENGAGEMENT] = p->reacted ? cell_count(f->engagement) : CELL_EMPTY, [ASK_REPLIES] = reaction_cell(p, REPLIES),
		[ASK_POST] = cell_text(span_absent(p->url) ? p->id : p->url), [ASK_KEY] = cell_text(p->id),
	};

	if (!best_wants(&k->part.complaints, reach))
		return;
	cells[ASK_TEXT] = text_cell(k, p->text);
	put_row(&k->part.complaints, reach, f->engagement << 16 | (uint64_t)(10000 - decimal_double(f->compound) * 10000), cells,
		ASK_CELLS);
}

/* ---- counting ---- */

/* How the post feels; *FEELS is only set where that counts. */
static const struct sentiment *read_feeling(struct social *s, struct worker *k, const struct post *p, const struct author *a,
					    struct feeling *f, struct sentiment *feels)
{
	*f = (struct feeling){.engagement = post_engagement(p), .compound = DECIMAL_ZERO};
	if (a->own || p->kind == POST_SHARED)
		return NULL;
	if (span_absent(p->text)) {
		k->part.no_text++;
		return NULL;
	}
	sentiment_score(s->asked.lexicon, p->text, &k->scratch, feels);
	f->scored = !feels->foreign;
	k->part.scored += f->scored;
	k->part.foreign += feels->foreign;
	tally_row(&k->part.panels[SOCIAL_LANGUAGES].tally, feels->language ? span_of(feels->language) : SPAN(""))->counts[FEEL_POSTS]++;
	if (!f->scored)
		return feels;
	f->class = sentiment_class(feels);
	f->compound = sentiment_number(feels);
	return feels;
}

static int count_text(struct social *s, struct worker *k, const struct post *p, const struct author *a, const struct feeling *f,
		      const struct sentiment *feels, struct error *err)
{
	uint32_t named = span_absent(p->text) ? 0 : tracks_find(&s->asked.tracks, p->text, &k->scratch);

	if (!a->own && count_tracks(k, named, f, feels, err))
		return -1;
	if (is_complaint(s, p, a, f, named))
		put_complaint(k, p, a, f);
	if (span_absent(p->text) || p->kind == POST_SHARED)
		return 0;
	if (feels)
		count_words(s, k, feels);
	for (int kind = TAG_HASHTAG; kind <= TAG_EMOJI; kind++)
		if (count_tags(k, p->text, (enum tag_kind)kind, f, feels, err))
			return -1;
	return 0;
}

static int count_post(struct social *s, struct worker *k, const struct post *p, struct author *a, struct error *err)
{
	struct sentiment sentiment;
	struct feeling f;
	const struct sentiment *feels;

	arena_clear(&k->scratch);
	k->post++;
	k->part.kinds[p->kind]++;
	k->part.own += a->own;
	feels = read_feeling(s, k, p, a, &f, &sentiment);
	count_reactions(s, k, p, a);
	count_hour(s, k, p);
	if (count_time(s, k, p, &f, err) || add_at(k, SOCIAL_PLATFORMS, p->platform, &f, err) ||
	    count_text(s, k, p, a, &f, feels, err))
		return -1;
	put_top(k, p, a, &f);
	a->posts++;
	a->engagement += f.engagement;
	a->positive += f.scored && f.class > 0;
	a->negative += f.scored && f.class < 0;
	if (p->reached & 1u << BY_FOLLOWERS) {
		a->followers = p->audience[BY_FOLLOWERS];
		a->follows_known = true;
	}
	return 0;
}

static bool is_account(struct span name, struct span account)
{
	if (account.len && account.ptr[0] == '@')
		account = span_sub(account, 1, account.len);
	return name.len && span_equal_nocase(name, account);
}

static bool is_own(const struct social *s, struct worker *k, const struct profile *p, struct span username)
{
	for (size_t i = 0; i < s->asked.own.count; i++) {
		struct span account = span_of(s->asked.own.texts[i]);

		if (is_account(username, account) || customer_matches(p, account, &k->key) ||
		    (account.ptr[0] == '@' && customer_matches(p, span_sub(account, 1, account.len), &k->key)))
			return true;
	}
	return false;
}

static uint64_t orders_of(const struct profile *p)
{
	struct decimal count;

	if (p->orders.kind != VALUE_OBJECT || !value_decimal(value_member(p->orders, SPAN("count")), &count) || count.scale)
		return 0;
	return (uint64_t)count.digits;
}

/* "@tove_b", a name, or what else there is. */
static void read_author(struct social *s, struct worker *k, const struct profile *p, struct author *a)
{
	struct buf scratch = BUF_INIT;
	struct span username = value_text(value_member(p->traits, SPAN("username")), &scratch);

	*a = (struct author){.own = is_own(s, k, p, username), .orders = orders_of(p)};
	buf_clear(&k->label);
	if (username.len) {
		buf_char(&k->label, '@');
		buf_span(&k->label, username);
	} else if (value_member(p->traits, SPAN("name")).kind == VALUE_TEXT) {
		value_decode(value_member(p->traits, SPAN("name")), &k->label);
	} else {
		customer_label(p, &k->label);
	}
	a->label = buf_view(&k->label);
	buf_clear(&scratch);
	a->id = arena_copy(&k->ids, value_text(p->id, &scratch));
	buf_release(&scratch);
}

static void put_voice(struct worker *k, const struct author *a)
{
	const struct cell cells[VOICE_CELLS] = {
		[VOICE_AUTHOR] = cell_text(a->label), [VOICE_ID] = cell_text(a->id), [VOICE_POSTS] = cell_count(a->posts),
		[VOICE_ENGAGEMENT] = cell_count(a->engagement),
		[VOICE_FOLLOWERS] = a->follows_known ? cell_count(a->followers) : CELL_EMPTY,
		[VOICE_POSITIVE] = cell_count(a->positive), [VOICE_NEGATIVE] = cell_count(a->negative),
		[VOICE_ORDERS] = cell_count(a->orders),
	};

	if (best_wants(&k->part.voices, a->engagement))
		put_row(&k->part.voices, a->engagement, a->posts, cells, VOICE_CELLS);
}

static int begin(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct worker *k = &((struct social *)state)->list[worker];

	(void)p;
	(void)err;
	k->has_posts = false;
	return 0;
}

/* Only whether there are posts: most customers have none. */
static int event(void *state, unsigned worker, const struct profile *p, const struct event *e, struct error *err)
{
	struct social *s = state;

	(void)p;
	(void)err;
	s->list[worker].has_posts = s->list[worker].has_posts || post_is(e, &s->names);
	return 0;
}

static bool is_to_come(const struct profile *p, int64_t time)
{
	return time != MOMENT_NONE && p->as_of != MOMENT_NONE && time > p->as_of;
}

/* Is TIME one of --from and --until? */
static bool is_in_period(const struct social *s, int64_t time)
{
	int64_t day;

	if (time == MOMENT_NONE || !s->asked.days)
		return !s->asked.days;
	day = zone_day(s->asked.zone, time);
	return (!s->days.has_from || day >= s->days.from) && (!s->days.has_until || day <= s->days.until);
}

/* Whenever we replied: a post of the period may have its answer behind it. */
static void note_answer(struct worker *k, const struct post *p, const struct author *a)
{
	if (a->own && p->kind != POST_SHARED && !span_absent(p->reply_to))
		map_put(&k->part.answered, join_key(k, p->platform, p->reply_to), NULL);
}

static int count_posts(struct social *s, struct worker *k, const struct profile *p, struct author *a, struct error *err)
{
	struct profile_events walk;
	struct event e;
	int got;

	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		bool counts = is_in_period(s, e.time);
		struct post post;

		if (!post_is(&e, &s->names) || (!counts && !a->own) || is_to_come(p, e.time))
			continue;
		/* Its texts stay where they are. */
		buf_clear(&k->texts);
		buf_reserve(&k->texts, 2 * e.props.raw.len + e.source.raw.len + 8);
		post_read(&e, p, &s->names, &k->texts, &post);
		note_answer(k, &post, a);
		if (counts && count_post(s, k, &post, a, err))
			return -1;
	}
	return got;
}

static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct social *s = state;
	struct worker *k = &s->list[worker];
	struct author a;

	k->part.without_events += p->events.kind != VALUE_ARRAY || p->events_omitted.kind == VALUE_NUMBER;
	if (!k->has_posts)
		return 0;
	k->customer++;
	arena_clear(&k->ids);
	read_author(s, k, p, &a);
	if (count_posts(s, k, p, &a, err))
		return -1;
	if (!a.posts)
		return 0;
	k->part.authors++;
	k->part.own_authors += a.own;
	k->part.buyers += !a.own && a.orders > 0;
	if (!a.own)
		put_voice(k, &a);
	return 0;
}

/* ---- the whole ---- */

static void add_sums(struct social_part *all, const struct social_part *part)
{
	for (int i = 0; i < POST_KINDS; i++)
		all->kinds[i] += part->kinds[i];
	for (int i = 0; i < REACTIONS; i++)
		all->reactions[i] += part->reactions[i];
	for (int i = 0; i < AUDIENCES; i++) {
		all->audiences[i].posts += part->audiences[i].posts;
		all->audiences[i].engagement += part->audiences[i].engagement;
		all->audiences[i].size += part->audiences[i].size;
		all->audiences[i].rates += part->audiences[i].rates;
	}
	all->authors += part->authors;
	all->buyers += part->buyers;
	all->own += part->own;
	all->own_authors += part->own_authors;
	all->undated += part->undated;
	all->no_text += part->no_text;
	all->foreign += part->foreign;
	all->scored += part->scored;
	all->reactions_known += part->reactions_known;
	all->reacted |= part->reacted;
	all->without_events += part->without_events;
	if (part->first != MOMENT_NONE && (all->first == MOMENT_NONE || part->first < all->first))
		all->first = part->first;
	if (part->last != MOMENT_NONE && (all->last == MOMENT_NONE || part->last > all->last))
		all->last = part->last;
}

static int add_part(struct social_part *all, const struct social_part *part, struct error *err)
{
	add_sums(all, part);
	for (int i = 0; i < SOCIAL_PANELS; i++)
		if (tally_merge(&all->panels[i].tally, &part->panels[i].tally, err))
			return -1;
	best_merge(&all->top, &part->top);
	best_merge(&all->complaints, &part->complaints);
	best_merge(&all->voices, &part->voices);
	for (size_t i = 0; i < part->answered.count; i++)
		map_put(&all->answered, part->answered.entries[i].key, NULL);
	burst_hours_merge(&all->hours, &part->hours);
	return 0;
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct social *s = state;

	for (unsigned i = 1; i < s->workers; i++)
		if (add_part(&s->list[0].part, &s->list[i].part, err))
			return -1;
	return social_fill(&s->list[0].part, &s->asked, sheet, err);
}

const struct counting count_social = {
	"social", true, start, begin, event, commit, fill, free_social, options, NULL,
};
