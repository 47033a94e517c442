/* Functions of the texts that people post: hashtags, mentions, how they feel and in which language. */
#include "expr/builtin.h"
#include "text/sentiment.h"
#include "text/tags.h"

/* What was found as a list; unknown where nothing was. */
static int call_tags(enum tag_kind kind, struct expr_run *run, const struct datum *args, struct datum *out)
{
	struct tag_list found = tags_find(args[0].text, kind, run->scratch);

	if (found.count)
		*out = (struct datum){.type = TYPE_LIST, .list = {found.items, found.count}};
	return 0;
}

static int call_hashtags(const struct node *n, struct expr_run *run,
			 const struct datum *args, struct datum *out,
			 struct error *err)
{
	(void)n;
	(void)err;
	return call_tags(TAG_HASHTAG, run, args, out);
}

static int call_mentions(const struct node *n, struct expr_run *run,
			 const struct datum *args, struct datum *out,
			 struct error *err)
{
	(void)n;
	(void)err;
	return call_tags(TAG_MENTION, run, args, out);
}

/* Of "<p>It&#39;s</p>" It's. */
static int call_plain(const struct node *n, struct expr_run *run,
		      const struct datum *args, struct datum *out,
		      struct error *err)
{
	struct buf text = BUF_INIT;

	(void)n;
	(void)err;
	tags_put_plain(args[0].text, &text);
	*out = (struct datum){.type = TYPE_TEXT, .text = arena_copy(run->scratch, buf_view(&text))};
	buf_release(&text);
	return 0;
}

/* As VADER does, of whatever language the text is. */
static int call_sentiment(const struct node *n, struct expr_run *run,
			  const struct datum *args, struct datum *out,
			  struct error *err)
{
	struct sentiment s;

	(void)n;
	(void)err;
	sentiment_score(lexicon_builtin(), args[0].text, run->scratch, &s);
	*out = (struct datum){.type = TYPE_NUMBER, .number = sentiment_number(&s)};
	return 0;
}

static int call_language(const struct node *n, struct expr_run *run,
			 const struct datum *args, struct datum *out,
			 struct error *err)
{
	const char *language = sentiment_language(args[0].text, run->scratch);

	(void)n;
	(void)err;
	if (language)
		*out = (struct datum){.type = TYPE_TEXT, .text = span_of(language)};
	return 0;
}

const struct builtin social_functions[] = {
	{"hashtags", "t", TYPE_LIST, 0, call_hashtags, NULL, NULL},
	{"mentions", "t", TYPE_LIST, 0, call_mentions, NULL, NULL},
	{"plain_text", "t", TYPE_TEXT, 0, call_plain, NULL, NULL},
	{"sentiment", "t", TYPE_NUMBER, 0, call_sentiment, NULL, NULL},
	{"language", "t", TYPE_TEXT, 0, call_language, NULL, NULL},
	{NULL, NULL, 0, 0, NULL, NULL, NULL},
};
