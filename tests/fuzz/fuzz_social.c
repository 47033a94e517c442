/* Posts: how any bytes feel, their language, hashtags, mentions, emoji, and as HTML. */
#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdlib.h>

#include "text/sentiment.h"
#include "text/tags.h"

static void check_sentiment(struct span text, struct arena *scratch)
{
	struct sentiment s, again;
	int sum;

	sentiment_score(lexicon_builtin(), text, scratch, &s);
	assert(s.compound >= -10000 && s.compound <= 10000);
	assert(s.word_count <= SENTIMENT_WORDS_MAX && s.word_count <= text.len * 100);
	sum = s.positive + s.neutral + s.negative;
	assert(s.word_count ? abs(sum - 1000) <= 2 : sum == 0);
	sentiment_score(lexicon_builtin(), text, scratch, &again);
	assert(again.compound == s.compound && again.language == s.language);
	assert(sentiment_language(text, scratch) == s.language);
}

/* Of any text with valid bytes tags are valid and not empty. */
static void check_tags(struct span text, enum tag_kind kind, struct arena *scratch)
{
	struct tag_list found = tags_find(text, kind, scratch);

	assert(found.count <= text.len);
	for (size_t i = 0; i < found.count; i++) {
		assert(found.items[i].len);
		assert(!span_is_utf8(text) || span_is_utf8(found.items[i]));
	}
}

/* Plain text is no longer than HTML, and again plain but for what entities hid. */
static void check_plain(struct span text)
{
	struct buf plain = BUF_INIT;

	tags_put_plain(text, &plain);
	assert(plain.len <= text.len);
	assert(!span_is_utf8(text) || span_is_utf8(buf_view(&plain)));
	buf_release(&plain);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {size ? (const char *)data : "", size};
	struct arena scratch = ARENA_INIT;

	check_sentiment(text, &scratch);
	for (int kind = TAG_HASHTAG; kind <= TAG_EMOJI; kind++)
		check_tags(text, (enum tag_kind)kind, &scratch);
	check_plain(text);
	arena_release(&scratch);
	return 0;
}
