/*
 * What people mark in their posts: hashtags, mentions, emoji; and the text of a post that comes as HTML.
 *
 * A hashtag is what Unicode calls a hashtag identifier (UAX #31, section 6): one of three signs and
 * what may continue an identifier.  As on the networks it has a letter, so #1 is none; no letter,
 * digit, low line or & stands before it, so a&#39; is none; no second sign follows; and addresses
 * of pages have none.  A mention is @ and up to 15 of A-Z a-z 0-9 _; on Mastodon and Bluesky more may
 * follow, "@ann@example.social" and "@ann.example.org": then the whole is one.
 *
 * An emoji is an extended grapheme cluster: a family, a flag or a hand with its skin tone is one.
 */
#ifndef TEXT_TAGS_H
#define TEXT_TAGS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

enum tag_kind { TAG_HASHTAG, TAG_MENTION, TAG_EMOJI };

struct tag_list {
	struct span *items;	/* in the arena or the text */
	size_t count;
};

/*
 * What TEXT has of KIND, without its sign, in its order, each once: hashtags and mentions whatever
 * their case, in NFC; emoji without the character that only asks for colour (U+FE0F).
 */
struct tag_list tags_find(struct span text, enum tag_kind kind, struct arena *scratch);

/* Appends the text of HTML: without tags, with a blank or line end where one separates, entities read. */
void tags_put_plain(struct span html, struct buf *out);

#endif
