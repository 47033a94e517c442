/* The sections of the social report, from what was counted (social.c). */
#include "understand/report/social.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/sentiment.h"
#include "understand/report/pack.h"

#define PLATFORMS_SHOWN 6	/* as columns of days; the rest is one */
#define GAPS_MAX 400		/* so many periods without a post are shown as rows */
#define MOVERS 3
#define BURST_WORDS 5
#define BURST_WORD_MIN 3
#define NAME_POSTS_MIN 10

struct filling {
	struct social_part *all;
	const struct social_asked *asked;
	struct sheet *sheet;
	uint64_t posts;
};

static uint64_t posts_of(const struct social_part *all)
{
	uint64_t posts = 0;

	for (int i = 0; i < POST_KINDS; i++)
		posts += all->kinds[i];
	return posts;
}

static struct cell text_cell(struct sheet *sheet, struct span text)
{
	return cell_text(arena_copy(&sheet->texts, text));
}

/* (positive - negative) / scored. */
static struct cell net_cell(const struct tally_row *row)
{
	double of = (double)row->counts[FEEL_SCORED];

	return row->counts[FEEL_SCORED] ? cell_real(((double)row->counts[FEEL_POSITIVE] - (double)row->counts[FEEL_NEGATIVE]) / of) :
					  CELL_EMPTY;
}

static struct cell mean_cell(const struct tally_row *row)
{
	return row->counts[FEEL_SCORED] ? cell_real(decimal_double(row->money) / (double)row->counts[FEEL_SCORED]) : CELL_EMPTY;
}

#define FEEL_COLUMNS \
	{"positive", "Positive", NULL, -1}, {"negative", "Negative", NULL, -1}, {"net", "Net sentiment", NULL, -1}, \
	{"mean", "Mean score", NULL, -1}
#define FEEL_CELLS 4

static void put_feeling(struct cell *to, const struct tally_row *row)
{
	to[0] = cell_share((double)row->counts[FEEL_POSITIVE], (double)row->counts[FEEL_SCORED]);
	to[1] = cell_share((double)row->counts[FEEL_NEGATIVE], (double)row->counts[FEEL_SCORED]);
	to[2] = net_cell(row);
	to[3] = mean_cell(row);
}

/* ---- figures ---- */

static void put_figure(struct section *s, const char *name, struct cell value)
{
	struct cell *row = section_row(s);

	row[0] = cell_text(span_of(name));
	row[1] = value;
}

/* All platforms together. */
static int sum_platforms(const struct filling *f, struct tally_row *sum, struct error *err)
{
	const struct tally *t = &f->all->panels[SOCIAL_PLATFORMS].tally;

	*sum = (struct tally_row){.money = DECIMAL_ZERO};
	for (size_t i = 0; i < tally_size(t); i++) {
		for (int k = 0; k < TALLY_COUNTS; k++)
			sum->counts[k] += t->rows[i].counts[k];
		if (tally_add_money(sum, t->rows[i].money, err))
			return -1;
	}
	return 0;
}

static void put_feelings(const struct filling *f, struct section *s, const struct tally_row *sum)
{
	uint64_t scored = sum->counts[FEEL_SCORED];

	put_figure(s, "scored", cell_count(scored));
	put_figure(s, "in_other_languages", cell_count(f->all->foreign));
	put_figure(s, "without_text", cell_count(f->all->no_text));
	put_figure(s, "positive", cell_share((double)sum->counts[FEEL_POSITIVE], (double)scored));
	put_figure(s, "neutral", cell_share((double)(scored - sum->counts[FEEL_POSITIVE] - sum->counts[FEEL_NEGATIVE]), (double)scored));
	put_figure(s, "negative", cell_share((double)sum->counts[FEEL_NEGATIVE], (double)scored));
	put_figure(s, "net_sentiment", net_cell(sum));
	put_figure(s, "mean_score", mean_cell(sum));
}

static int fill_figures(const struct filling *f, struct error *err)
{
	static const struct column columns[] = {{"figure", "Figure", NULL, -1}, {"value", "Value", NULL, -1}};
	struct section *s = sheet_add(f->sheet, "figures", "Figures", columns, 2);
	struct tally_row sum;

	if (sum_platforms(f, &sum, err))
		return -1;
	s->pairs = true;
	s->note = "Sentiment is VADER's: from 0.05 on a post is positive, from -0.05 down negative; net is (positive - negative) / scored. Shares and posts of --own are not scored";
	put_figure(s, "from", cell_time(f->all->first));
	put_figure(s, "until", cell_time(f->all->last));
	put_figure(s, "all_posts", cell_count(f->posts));
	for (int i = 0; i < POST_KINDS; i++)
		if (f->all->kinds[i])
			put_figure(s, sheet_text(f->sheet, "of_them_%s", i ? post_kind_names[i] : "first_posts"), cell_count(f->all->kinds[i]));
	if (f->all->undated)
		put_figure(s, "undated", cell_count(f->all->undated));
	put_figure(s, "authors", cell_count(f->all->authors));
	put_figure(s, "authors_with_orders", cell_count(f->all->buyers));
	if (f->asked->own.count) {
		put_figure(s, "own_posts", cell_count(f->all->own));
		put_figure(s, "own_accounts", cell_count(f->all->own_authors));
	}
	put_feelings(f, s, &sum);
	return 0;
}

/* ---- the course of time ---- */

static const char *period_name(const struct filling *f)
{
	static const char *const names[] = {"day", "week", "month"};

	return names[f->asked->by];
}

static const char *period_label(const struct filling *f)
{
	static const char *const labels[] = {"Day", "Week from", "Month"};

	return labels[f->asked->by];
}

static struct cell day_cell(const struct filling *f, int64_t day)
{
	int year, month, d;

	moment_civil_date(day, &year, &month, &d);
	return cell_text(span_of(f->asked->by == SOCIAL_MONTH ? sheet_text(f->sheet, "%04d-%02d", year, month) :
								 sheet_text(f->sheet, "%04d-%02d-%02d", year, month, d)));
}

static uint64_t posts_at(const struct filling *f, const char *key, struct span platform)
{
	const struct tally *t = &f->all->panels[SOCIAL_PERIOD_PLATFORMS].tally;
	struct buf both = BUF_INIT;
	size_t i;

	buf_span(&both, (struct span){key, SOCIAL_PERIOD_KEY});
	buf_span(&both, platform);
	i = map_find(&t->keys, buf_view(&both));
	buf_release(&both);
	return i == MAP_NONE ? 0 : t->rows[i].counts[0];
}

/* Sections over time: posts by platform, and how they felt. */
struct over_time {
	struct section *posts, *feeling;
	size_t platforms;
};

static void put_period(const struct filling *f, const struct over_time *o, int64_t day, const struct tally_row *row)
{
	const struct tally *platforms = &f->all->panels[SOCIAL_PLATFORMS].tally;
	struct cell *cells = section_row(o->posts);
	uint64_t others = row->counts[FEEL_POSTS];
	char key[SOCIAL_PERIOD_KEY];

	social_period_key(f->asked, day, key);
	cells[0] = day_cell(f, day);
	cells[1] = cell_count(row->counts[FEEL_POSTS]);
	cells[2] = cell_count(row->counts[FEEL_ENGAGEMENT]);
	for (size_t i = 0; i < o->platforms; i++) {
		uint64_t posts = posts_at(f, key, platforms->rows[i].key);

		cells[3 + i] = cell_count(posts);
		others -= posts;
	}
	if (o->platforms < tally_size(platforms))
		cells[3 + o->platforms] = cell_count(others);
	cells = section_row(o->feeling);
	cells[0] = day_cell(f, day);
	cells[1] = cell_count(row->counts[FEEL_SCORED]);
	put_feeling(cells + 2, row);
}

static void put_periods(const struct filling *f, const struct over_time *o, struct tally *t)
{
	static const struct tally_row none;
	int64_t first, last, day;
	size_t i = 0;
	bool gaps;

	tally_sort_by_key(t);
	first = social_period_day(t->rows[0].key);
	last = social_period_day(t->rows[tally_size(t) - 1].key);
	gaps = (last - first) / (f->asked->by == SOCIAL_MONTH ? 28 : f->asked->by == SOCIAL_WEEK ? 7 : 1) < GAPS_MAX;
	for (day = first; day <= last;) {
		bool there = social_period_day(t->rows[i].key) == day;

		put_period(f, o, day, there ? &t->rows[i] : &none);
		i += there;
		if (i == tally_size(t))
			break;
		day = gaps ? social_period_next(f->asked, day) : social_period_day(t->rows[i].key);
	}
}

/* The platforms have been sorted. */
static void fill_periods(const struct filling *f)
{
	const struct tally *platforms = &f->all->panels[SOCIAL_PLATFORMS].tally;
	struct column columns[4 + PLATFORMS_SHOWN] = {
		{period_name(f), period_label(f), NULL, -1}, {"posts", "Posts", NULL, -1}, {"engagement", "Engagement", NULL, -1},
	};
	const struct column feel_columns[] = {
		{period_name(f), period_label(f), NULL, -1}, {"scored", "Posts scored", NULL, -1}, FEEL_COLUMNS,
	};
	struct tally *t = &f->all->panels[SOCIAL_PERIODS].tally;
	struct over_time o = {.platforms = tally_size(platforms) < PLATFORMS_SHOWN ? tally_size(platforms) : PLATFORMS_SHOWN};
	size_t count = 3 + o.platforms, at;

	if (!tally_size(t))
		return;
	for (size_t i = 0; i < o.platforms; i++) {
		const char *name = sheet_text(f->sheet, "%.*s", SPAN_ARG(platforms->rows[i].key));

		columns[3 + i] = (struct column){sheet_text(f->sheet, "on_%s", name), name, NULL, -1};
	}
	if (o.platforms < tally_size(platforms))
		columns[count++] = (struct column){"elsewhere", "Elsewhere", NULL, -1};
	at = f->sheet->count;
	sheet_add(f->sheet, sheet_text(f->sheet, "posts_by_%s", period_name(f)), "Posts over time", columns, count);
	sheet_add(f->sheet, sheet_text(f->sheet, "sentiment_by_%s", period_name(f)), "Sentiment over time", feel_columns, 2 + FEEL_CELLS);
	o.posts = &f->sheet->sections[at];
	o.feeling = &f->sheet->sections[at + 1];
	o.posts->chart = o.feeling->chart = CHART_LINE;
	o.posts->chart_value = 1;
	o.feeling->chart_value = 4;
	put_periods(f, &o, t);
}

/* ---- platforms and engagement ---- */

static void fill_platforms(const struct filling *f)
{
	static const struct column columns[] = {
		{"platform", "Platform", NULL, -1}, {"posts", "Posts", NULL, -1}, {"share", "Share", NULL, -1},
		{"authors", "Authors", NULL, -1}, {"engagement", "Engagement", NULL, -1}, {"per_post", "Engagement a post", NULL, 2},
		FEEL_COLUMNS,
	};
	struct tally *t = &f->all->panels[SOCIAL_PLATFORMS].tally;
	struct section *s = sheet_add(f->sheet, "platforms", "Platforms", columns, 6 + FEEL_CELLS);

	tally_sort_by_count(t);
	s->chart = CHART_BARS;
	s->chart_value = 1;
	for (size_t i = 0; i < tally_size(t); i++) {
		const struct tally_row *of = &t->rows[i];
		struct cell *row = section_row(s);

		row[0] = text_cell(f->sheet, of->key);
		row[1] = cell_count(of->counts[FEEL_POSTS]);
		row[2] = cell_share((double)of->counts[FEEL_POSTS], (double)f->posts);
		row[3] = cell_count(of->counts[FEEL_AUTHORS]);
		row[4] = cell_count(of->counts[FEEL_ENGAGEMENT]);
		row[5] = cell_mean(of->counts[FEEL_ENGAGEMENT], of->counts[FEEL_POSTS], 1);
		put_feeling(row + 6, of);
	}
}

/* "likes, replies and shares", of those that the posts say. */
static const char *counted_reactions(const struct filling *f)
{
	unsigned left = f->all->reacted;
	const char *text = NULL;

	for (int i = 0; left; i++) {
		if (!(left & 1u << i))
			continue;
		left &= ~(1u << i);
		text = text ? sheet_text(f->sheet, "%s%s%s", text, left ? ", " : " and ", reaction_names[i]) : reaction_names[i];
	}
	return text;
}

static uint64_t engagement_of(const struct filling *f)
{
	uint64_t sum = 0;

	for (int i = 0; i < REACTIONS; i++)
		sum += f->all->reactions[i];
	return sum;
}

static void fill_engagement(const struct filling *f)
{
	static const struct column columns[] = {
		{"divided_by", "Divided by", NULL, -1}, {"posts", "Posts that say it", NULL, -1}, {"engagement", "Engagement", NULL, -1},
		{"size", "Sum of it", NULL, -1}, {"rate", "Rate of the sums", NULL, -1}, {"mean_rate", "Mean of the posts' rates", NULL, -1},
	};
	static const char *const labels[] = {"reach", "impressions", "views", "followers"};
	struct section *s;
	struct cell *row;

	if (!f->all->reactions_known)
		return;
	s = sheet_add(f->sheet, "engagement", "Engagement", columns, 6);
	s->note = sheet_text(f->sheet, "Engagement of %s: %s, as far as they are known. Followers are those on the day of the post where the source says them",
			     f->asked->own.count ? "our own posts" : "all posts", counted_reactions(f));
	row = section_row(s);
	row[0] = cell_text(SPAN("posts"));
	row[1] = row[3] = cell_count(f->all->reactions_known);
	row[2] = cell_count(engagement_of(f));
	row[4] = cell_mean(engagement_of(f), f->all->reactions_known, 1);
	for (int i = 0; i < AUDIENCES; i++) {
		const struct audience_sum *a = &f->all->audiences[i];

		if (!a->posts)
			continue;
		row = section_row(s);
		row[0] = cell_text(span_of(labels[i]));
		row[1] = cell_count(a->posts);
		row[2] = cell_count(a->engagement);
		row[3] = cell_count(a->size);
		row[4] = cell_share((double)a->engagement, (double)a->size);
		row[5] = cell_share((double)a->rates, (double)a->posts * 1000000);
	}
}

/* ---- topics ---- */

/* A word and by how much it moved something. */
struct mover {
	struct span word;
	uint64_t uses;
	int64_t by;
};

struct movers {
	struct mover *list;
	size_t count, cap;
};

static int compare_up(const void *a, const void *b)
{
	const struct mover *x = a, *y = b;

	if (x->by != y->by)
		return x->by < y->by ? 1 : -1;
	return span_compare(x->word, y->word);
}

static void add_mover(struct movers *m, struct span word, const struct tally_row *row)
{
	m->list = mem_room(m->list, m->count, &m->cap, sizeof *m->list);
	m->list[m->count++] = (struct mover){word, row->counts[WORD_MOVED], (int64_t)row->counts[WORD_UP] - (int64_t)row->counts[WORD_DOWN]};
}

/* Up to MOVERS words from one end: "great 12". */
static struct cell movers_cell(const struct filling *f, const struct movers *m, bool up)
{
	struct span *items = arena_alloc(&f->sheet->texts, MOVERS * sizeof *items);
	struct cell c = {.kind = CELL_LIST};
	size_t count = 0;

	for (size_t i = 0; i < m->count && count < MOVERS; i++) {
		const struct mover *w = &m->list[up ? i : m->count - 1 - i];

		if (up ? w->by <= 0 : w->by >= 0)
			break;
		items[count++] = span_of(sheet_text(f->sheet, "%.*s %llu", SPAN_ARG(w->word), (unsigned long long)w->uses));
	}
	c.list.items = items;
	c.list.count = count;
	return count ? c : CELL_EMPTY;
}

/* The first row of T, which is sorted by key, that begins with NAME and '\0', which *BEGIN becomes; or where it would be. */
static size_t find_rows(const struct tally *t, struct span name, struct buf *begin)
{
	size_t low = 0, high = tally_size(t);

	buf_span(begin, name);
	buf_char(begin, '\0');
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (span_compare(t->rows[middle].key, buf_view(begin)) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The movers of TOPIC, by what they moved. */
static struct movers movers_of(const struct filling *f, struct span topic)
{
	const struct tally *t = &f->all->panels[SOCIAL_TOPIC_WORDS].tally;
	struct movers m = {NULL, 0, 0};
	struct buf begin = BUF_INIT;
	size_t low = find_rows(t, topic, &begin);

	for (; low < tally_size(t) && span_starts(t->rows[low].key, buf_view(&begin)); low++)
		add_mover(&m, span_sub(t->rows[low].key, begin.len, t->rows[low].key.len), &t->rows[low]);
	if (m.count)
		qsort(m.list, m.count, sizeof *m.list, compare_up);
	buf_release(&begin);
	return m;
}

/* The cells of a topic behind its name: posts, share of WHOLE, engagement, feeling, movers. */
#define TOPIC_COLUMNS \
	{"posts", "Posts", NULL, -1}, {"share", "Share", NULL, -1}, {"engagement", "Engagement", NULL, -1}, FEEL_COLUMNS, \
	{"raised_by", "Raised by", NULL, -1}, {"lowered_by", "Lowered by", NULL, -1}
#define TOPIC_CELLS (3 + FEEL_CELLS + 2)

static void put_topic(const struct filling *f, struct cell *to, const struct tally_row *of, struct span topic, uint64_t whole)
{
	struct movers m = movers_of(f, topic);

	to[0] = cell_count(of->counts[FEEL_POSTS]);
	to[1] = cell_share((double)of->counts[FEEL_POSTS], (double)whole);
	to[2] = cell_count(of->counts[FEEL_ENGAGEMENT]);
	put_feeling(to + 3, of);
	to[3 + FEEL_CELLS] = movers_cell(f, &m, true);
	to[4 + FEEL_CELLS] = movers_cell(f, &m, false);
	mem_free(m.list);
}

static const struct tally_row *track_row(const struct filling *f, size_t number)
{
	static const struct tally_row none;
	const struct tally *t = &f->all->panels[SOCIAL_TRACKS].tally;
	char key[3] = {1, (char)('0' + number), 0};
	size_t i = map_find(&t->keys, (struct span){key, 2});

	return i == MAP_NONE ? &none : &t->rows[i];
}

static void fill_tracks(const struct filling *f)
{
	static const struct column columns[] = {{"name", "Name", NULL, -1}, TOPIC_COLUMNS, {"authors", "Authors", NULL, -1}};
	const struct tracks *tracks = &f->asked->tracks;
	struct section *s;
	uint64_t whole = 0;

	if (!tracks->count)
		return;
	s = sheet_add(f->sheet, "share_of_voice", "Share of voice", columns, 2 + TOPIC_CELLS);
	s->note = "The share is of all mentions of these names: a post that has two of them counts once for each. A name is no word of feeling, whatever the lexicon says";
	s->chart = CHART_BARS;
	s->chart_value = 1;
	for (size_t i = 0; i < tracks->count; i++)
		whole += track_row(f, i)->counts[FEEL_POSTS];
	for (size_t i = 0; i < tracks->count; i++) {
		const struct tally_row *of = track_row(f, i);
		struct cell *row = section_row(s);
		char key[3] = {1, (char)('0' + i), 0};

		row[0] = text_cell(f->sheet, tracks->list[i].name);
		put_topic(f, row + 1, of, (struct span){key, 2}, whole);
		row[1 + TOPIC_CELLS] = cell_count(of->counts[FEEL_AUTHORS]);
		if (!of->counts[FEEL_POSTS])
			sheet_warn(f->sheet, "social: --track: no post names '%.*s'", SPAN_ARG(tracks->list[i].name));
	}
}

/* The commonest spelling of what FOLDED is; of equal ones the first by bytes. */
static struct span spelling_of(const struct filling *f, struct span folded)
{
	const struct tally *t = &f->all->panels[SOCIAL_SPELLINGS].tally;
	struct span best = folded;
	struct buf begin = BUF_INIT;
	size_t low = find_rows(t, folded, &begin);
	uint64_t most = 0;

	for (; low < tally_size(t) && span_starts(t->rows[low].key, buf_view(&begin)); low++) {
		if (t->rows[low].counts[0] <= most)
			continue;
		most = t->rows[low].counts[0];
		best = span_sub(t->rows[low].key, begin.len, t->rows[low].key.len);
	}
	buf_release(&begin);
	return best;
}

static void fill_hashtags(const struct filling *f)
{
	static const struct column columns[] = {{"hashtag", "Hashtag", NULL, -1}, TOPIC_COLUMNS};
	struct tally *t = &f->all->panels[SOCIAL_HASHTAGS].tally;
	struct section *s;

	if (!tally_size(t))
		return;
	tally_sort_by_count(t);
	s = sheet_add(f->sheet, "hashtags", "Hashtags", columns, 1 + TOPIC_CELLS);
	s->note = "Shares are of all posts; behind a word stands how often it moved the sentiment";
	s->chart = CHART_BARS;
	s->chart_value = 1;
	for (size_t i = 0; i < tally_size(t) && i < f->asked->limit; i++) {
		struct cell *row = section_row(s);

		row[0] = cell_text(span_of(sheet_text(f->sheet, "#%.*s", SPAN_ARG(spelling_of(f, t->rows[i].key)))));
		put_topic(f, row + 1, &t->rows[i], t->rows[i].key, f->posts);
	}
	s->left_out = tally_size(t) > f->asked->limit ? tally_size(t) - f->asked->limit : 0;
}

/* Mentions and emoji. */
static void fill_named(const struct filling *f, enum social_panel panel, const char *key, const char *title, const char *name,
		       const char *label)
{
	const struct column columns[] = {
		{name, label, NULL, -1}, {"means", "Shows", NULL, -1}, {"posts", "Posts", NULL, -1}, {"share", "Share", NULL, -1},
		{"engagement", "Engagement", NULL, -1}, FEEL_COLUMNS,
	};
	const struct column *shown = panel == SOCIAL_EMOJI ? columns : columns + 1;
	struct column without[4 + FEEL_CELLS];
	struct tally *t = &f->all->panels[panel].tally;
	size_t skip = panel != SOCIAL_EMOJI, count = 5 + FEEL_CELLS - skip;
	struct section *s;

	if (!tally_size(t))
		return;
	memcpy(without, columns + 1, sizeof without);
	without[0] = columns[0];
	tally_sort_by_count(t);
	s = sheet_add(f->sheet, key, title, skip ? without : shown, count);
	s->chart = CHART_BARS;
	s->chart_value = 2 - skip;
	for (size_t i = 0; i < tally_size(t) && i < f->asked->limit; i++) {
		const struct tally_row *of = &t->rows[i];
		struct cell *row = section_row(s);

		row[0] = skip ? cell_text(span_of(sheet_text(f->sheet, "@%.*s", SPAN_ARG(spelling_of(f, of->key))))) :
				text_cell(f->sheet, of->key);
		if (!skip)
			row[1] = cell_text(lexicon_emoji_name(f->asked->lexicon, of->key));
		row[2 - skip] = cell_count(of->counts[FEEL_POSTS]);
		row[3 - skip] = cell_share((double)of->counts[FEEL_POSTS], (double)f->posts);
		row[4 - skip] = cell_count(of->counts[FEEL_ENGAGEMENT]);
		put_feeling(row + 5 - skip, of);
	}
	s->left_out = tally_size(t) > f->asked->limit ? tally_size(t) - f->asked->limit : 0;
}

/* The words that moved all posts most, up and down. */
static void fill_words(const struct filling *f)
{
	static const struct column columns[] = {
		{"word", "Word", NULL, -1}, {"uses", "Times", NULL, -1}, {"moved", "Moved the sentiment by", NULL, 1},
	};
	const struct tally *t = &f->all->panels[SOCIAL_WORDS].tally;
	struct movers m = {NULL, 0, 0};
	struct section *s;
	uint64_t half = f->asked->limit;

	for (size_t i = 0; i < tally_size(t); i++)
		if (t->rows[i].counts[WORD_MOVED])
			add_mover(&m, t->rows[i].key, &t->rows[i]);
	if (!m.count)
		return;
	qsort(m.list, m.count, sizeof *m.list, compare_up);
	s = sheet_add(f->sheet, "words", "Words that moved the sentiment", columns, 3);
	s->note = "The sum of the values that a word had in its sentences, on VADER's scale of -4 to 4 a word";
	for (size_t i = 0; i < m.count; i++) {
		struct cell *row;

		if (i >= half && i + half < m.count)
			continue;
		row = section_row(s);
		row[0] = text_cell(f->sheet, m.list[i].word);
		row[1] = cell_count(m.list[i].uses);
		row[2] = cell_number(decimal_round((struct decimal){m.list[i].by, 3}, 2));
	}
	s->left_out = m.count > 2 * half ? m.count - 2 * half : 0;
	mem_free(m.list);
}

static void fill_languages(const struct filling *f)
{
	static const struct column columns[] = {
		{"language", "Language", NULL, -1}, {"posts", "Posts", NULL, -1}, {"share", "Share", NULL, -1}, {"scored", "Scored", NULL, -1},
	};
	struct tally *t = &f->all->panels[SOCIAL_LANGUAGES].tally;
	unsigned rates = lexicon_rates(f->asked->lexicon);
	struct section *s;
	uint64_t whole = f->all->scored + f->all->foreign;

	if (!f->all->foreign)
		return;
	tally_sort_by_count(t);
	s = sheet_add(f->sheet, "languages", "Languages", columns, 4);
	s->note = "By words of grammar, and letters; the lexicon is of one language, and posts of others are not scored";
	s->chart = CHART_BARS;
	s->chart_value = 1;
	for (size_t i = 0; i < tally_size(t); i++) {
		struct span name = t->rows[i].key;
		struct cell *row = section_row(s);
		bool scored = !name.len || span_equal(name, span_of(lexicon_language(f->asked->lexicon, rates)));

		row[0] = name.len ? text_cell(f->sheet, name) : cell_text(SPAN("(does not show)"));
		row[1] = cell_count(t->rows[i].counts[0]);
		row[2] = cell_share((double)t->rows[i].counts[0], (double)whole);
		row[3] = cell_text(scored ? SPAN("yes") : SPAN("no"));
	}
}

/* ---- bursts ---- */

/* Words of the posts of a burst: in how many of the sample each is. */
struct burst_words {
	const struct lexicon *lexicon;
	struct tally_panel words;
	struct arena scratch;
	uint64_t posts;
};

static void take_burst_text(void *context, struct span text)
{
	struct burst_words *b = context;
	struct sentiment s;

	arena_clear(&b->scratch);
	sentiment_score(b->lexicon, text, &b->scratch, &s);
	b->posts++;
	for (size_t i = 0; i < s.word_count; i++) {
		bool first;
		struct tally_row *row;

		if (!social_is_topical(b->lexicon, s.words[i].text))
			continue;
		row = tally_panel_row(&b->words, s.words[i].text, b->posts, &first);
		row->counts[0] += first;
	}
}

/* How much commoner WORD is in the sample than in all posts; 0: not twice as common, or too rare to say. */
static double excess(const struct filling *f, const struct burst_words *b, const struct tally_row *word)
{
	const struct tally *all = &f->all->panels[SOCIAL_WORDS].tally;
	size_t i = map_find(&all->keys, word->key);
	double here = (double)word->counts[0] / (double)b->posts;
	double there = i == MAP_NONE ? 0 : (double)all->rows[i].counts[WORD_POSTS] / (double)(f->all->scored + f->all->foreign);

	if (word->counts[0] < BURST_WORD_MIN || here < 2 * there)
		return 0;
	return (double)word->counts[0] * (here - there);
}

/* The words of FROM to TO that are commoner than usual, the most striking first. */
static struct cell burst_words_cell(const struct filling *f, const struct burst *burst)
{
	struct burst_words b = {.lexicon = f->asked->lexicon};
	struct span *items = arena_alloc(&f->sheet->texts, BURST_WORDS * sizeof *items);
	double values[BURST_WORDS];
	struct cell c = {.kind = CELL_LIST};
	size_t count = 0;

	bursts_sample(&f->all->hours, burst->from, burst->to, take_burst_text, &b);
	tally_sort_by_key(&b.words.tally);
	for (size_t i = 0; i < tally_size(&b.words.tally); i++) {
		double value = excess(f, &b, &b.words.tally.rows[i]);
		size_t at = count;

		while (at && values[at - 1] < value)
			at--;
		if (value <= 0 || at == BURST_WORDS)
			continue;
		count += count < BURST_WORDS;
		for (size_t k = count - 1; k > at; k--) {
			values[k] = values[k - 1];
			items[k] = items[k - 1];
		}
		values[at] = value;
		items[at] = arena_copy(&f->sheet->texts, b.words.tally.rows[i].key);
	}
	c.list.items = items;
	c.list.count = count;
	tally_panel_release(&b.words);
	arena_release(&b.scratch);
	return count ? c : CELL_EMPTY;
}

/* "2024-03-01 09:00" of an hour of the calendar. */
static struct cell hour_cell(const struct filling *f, int64_t hour)
{
	int64_t day = hour >= 0 ? hour / 24 : -((23 - hour) / 24);
	int year, month, d;

	moment_civil_date(day, &year, &month, &d);
	return cell_text(span_of(sheet_text(f->sheet, "%04d-%02d-%02d %02d:00", year, month, d, (int)(hour - day * 24))));
}

static void fill_bursts(const struct filling *f)
{
	static const struct column columns[] = {
		{"from", "From", NULL, -1}, {"until", "Until", NULL, -1}, {"posts", "Posts", NULL, -1}, {"usual", "Usual", NULL, -1},
		{"z", "z", NULL, -1}, {"words", "Words", NULL, -1},
	};
	struct section *s;
	size_t count;
	struct burst *bursts = bursts_find(&f->all->hours, &count);

	if (!count) {
		mem_free(bursts);
		return;
	}
	s = sheet_add(f->sheet, "bursts", "Bursts", columns, 6);
	s->note = sheet_text(f->sheet, "Hours, or days, of at least %d posts, twice as many as usual, and z of %g or more, against the same hour of the same weekday, or of other days; words of a sample of 40 posts an hour",
			     BURST_POSTS_MIN, BURST_Z_MIN);
	for (size_t i = 0; i < count && i < f->asked->limit; i++) {
		struct cell *row = section_row(s);

		row[0] = hour_cell(f, bursts[i].from);
		row[1] = hour_cell(f, bursts[i].to);
		row[2] = cell_count(bursts[i].posts);
		row[3] = cell_real(bursts[i].usual);
		row[4] = cell_real(bursts[i].z);
		row[5] = burst_words_cell(f, &bursts[i]);
	}
	s->left_out = count > f->asked->limit ? count - f->asked->limit : 0;
	mem_free(bursts);
}

/* ---- lists ---- */

/* The cells of a row that was packed, which are the sheet's then. */
static void unpack(const struct filling *f, const struct best_row *row, struct cell *cells, size_t count)
{
	struct span bytes = arena_copy(&f->sheet->texts, row->bytes);

	unpack_cells(&bytes, cells, count, &f->sheet->texts);
}

static void fill_top(const struct filling *f)
{
	static const struct column columns[TOP_CELLS] = {
		{"time", "Time", NULL, -1}, {"platform", "Platform", NULL, -1}, {"author", "Author", NULL, -1}, {"customer", "Customer", NULL, -1},
		{"text", "Post", NULL, -1}, {"engagement", "Engagement", NULL, -1}, {"likes", "Likes", NULL, -1},
		{"replies", "Replies", NULL, -1}, {"shares", "Shares", NULL, -1}, {"sentiment", "Score", NULL, -1}, {"post", "Id", NULL, -1},
	};
	struct best *top = &f->all->top;
	struct section *s;

	best_settle(top);
	if (!top->count)
		return;
	s = sheet_add(f->sheet, "top_posts", "Top posts", columns, TOP_CELLS);
	s->note = "By engagement";
	for (size_t i = 0; i < top->count; i++)
		unpack(f, &top->rows[i], section_row(s), TOP_CELLS);
}

static bool is_answered(const struct filling *f, const struct cell *cells)
{
	struct buf key = BUF_INIT;
	bool answered;

	if (cells[ASK_KEY].kind != CELL_TEXT)
		return false;
	buf_span(&key, cells[ASK_PLATFORM].text);
	buf_char(&key, '\0');
	buf_span(&key, cells[ASK_KEY].text);
	answered = map_find(&f->all->answered, buf_view(&key)) != MAP_NONE;
	buf_release(&key);
	return answered;
}

static void fill_complaints(const struct filling *f)
{
	static const struct column columns[ASK_KEY] = {
		{"time", "Time", NULL, -1}, {"platform", "Platform", NULL, -1}, {"author", "Author", NULL, -1}, {"customer", "Customer", NULL, -1},
		{"orders", "Orders", NULL, -1}, {"text", "Post", NULL, -1}, {"sentiment", "Score", NULL, -1}, {"reach", "Reach", NULL, -1},
		{"reach_is", "Reach is", NULL, -1}, {"engagement", "Engagement", NULL, -1}, {"replies", "Replies", NULL, -1}, {"post", "Id", NULL, -1},
	};
	struct best *list = &f->all->complaints;
	struct section *s;
	uint64_t answered = 0;

	best_settle(list);
	if (!list->count)
		return;
	s = sheet_add(f->sheet, "answer_first", "Who to answer first", columns, ASK_KEY);
	s->note = f->asked->own.count ? "Negative posts that no account of --own replied to, by reach" :
		  "Negative posts without a known reply, by reach (--own names our accounts: then their replies count)";
	for (size_t i = 0; i < list->count; i++) {
		struct cell cells[ASK_CELLS];

		unpack(f, &list->rows[i], cells, ASK_CELLS);
		if (is_answered(f, cells))
			answered++;
		else if (s->row_count < f->asked->limit)
			memcpy(section_row(s), cells, ASK_KEY * sizeof *cells);
	}
	s->left_out = list->offered - answered - s->row_count;
}

static void fill_voices(const struct filling *f)
{
	static const struct column columns[VOICE_CELLS] = {
		{"author", "Author", NULL, -1}, {"customer", "Customer", NULL, -1}, {"posts", "Posts", NULL, -1},
		{"engagement", "Engagement", NULL, -1}, {"followers", "Followers", NULL, -1}, {"positive", "Positive", NULL, -1},
		{"negative", "Negative", NULL, -1}, {"orders", "Orders", NULL, -1},
	};
	struct best *voices = &f->all->voices;
	struct section *s;

	best_settle(voices);
	if (!voices->count)
		return;
	s = sheet_add(f->sheet, "voices", "Voices", columns, VOICE_CELLS);
	s->note = "Authors by the engagement that their posts found";
	for (size_t i = 0; i < voices->count; i++)
		unpack(f, &voices->rows[i], section_row(s), VOICE_CELLS);
	s->left_out = voices->offered - voices->count;
}

/* A name that many call and that the lexicon takes for a feeling; the mentions have been sorted. */
static void warn_of_names(const struct filling *f)
{
	const struct tally *t = &f->all->panels[SOCIAL_MENTIONS].tally;

	for (size_t i = 0; i < tally_size(t) && t->rows[i].counts[FEEL_POSTS] * 100 >= f->posts; i++) {
		const struct lexicon_word *known = lexicon_find(f->asked->lexicon, t->rows[i].key);

		if (known && known->rated && t->rows[i].counts[FEEL_POSTS] >= NAME_POSTS_MIN)
			sheet_warn(f->sheet, "social: '%.*s' is called in %llu posts and counts there as a word of feeling (%g); --track %.*s takes it for a name",
				   SPAN_ARG(t->rows[i].key), (unsigned long long)t->rows[i].counts[FEEL_POSTS], known->rating,
				   SPAN_ARG(t->rows[i].key));
	}
}

static void warn(const struct filling *f)
{
	uint64_t texts = f->all->scored + f->all->foreign;

	if (!f->posts)
		sheet_warn(f->sheet, "social: no event here is a post%s: cdp-ingest reads exports of social networks (cdp-formats(5)); --event names other events",
			   f->asked->days ? " in this time" : "");
	if (f->all->foreign * 2 > texts)
		sheet_warn(f->sheet, "social: %llu of %llu texts are in other languages than the lexicon and have no sentiment: --lexicon FILE",
			   (unsigned long long)f->all->foreign, (unsigned long long)texts);
	if (f->asked->own.count && f->posts && !f->all->own)
		sheet_warn(f->sheet, "social: --own: nobody here has that name or identifier and posts%s", f->asked->days ? " in this time" : "");
	if (f->all->without_events)
		sheet_warn(f->sheet, "social: %llu customers have not all their events here (cdp-merge --max-events, --no-events)",
			   (unsigned long long)f->all->without_events);
}

int social_fill(struct social_part *all, const struct social_asked *asked, struct sheet *sheet, struct error *err)
{
	struct filling f = {all, asked, sheet, posts_of(all)};

	warn(&f);
	if (fill_figures(&f, err))
		return -1;
	if (!f.posts)
		return 0;
	tally_sort_by_key(&all->panels[SOCIAL_TOPIC_WORDS].tally);
	tally_sort_by_key(&all->panels[SOCIAL_SPELLINGS].tally);
	fill_platforms(&f);
	fill_periods(&f);
	fill_engagement(&f);
	fill_tracks(&f);
	fill_complaints(&f);
	fill_bursts(&f);
	fill_top(&f);
	fill_voices(&f);
	fill_hashtags(&f);
	fill_named(&f, SOCIAL_MENTIONS, "mentions", "Mentions", "mention", "Mention");
	fill_named(&f, SOCIAL_EMOJI, "emoji", "Emoji", "emoji", "Emoji");
	fill_words(&f);
	fill_languages(&f);
	warn_of_names(&f);
	return 0;
}
