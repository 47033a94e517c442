#include "collect/rows/feed.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "collect/rows/census.h"
#include "collect/rows/encoding.h"
#include "collect/rows/magic.h"
#include "io/input.h"

#define RAW_SIZE ((size_t)256 << 10)
#define PEEK_SIZE ((size_t)64 << 10)
/* A block grows to so many times its size in search of an even cut. */
#define GROW_MAX 4

struct feed {
	struct input *in;
	struct encoding *encoding;
	struct buf raw;		/* bytes read that encoding has not used */
	struct buf decoded;	/* decoded bytes that nobody has taken */
	size_t decoded_at;
	struct buf carry;	/* text behind the last cut */
	struct buf again;	/* text that was given back, and comes before what is read... */
	size_t again_at;	/* ...from here on */
	struct span mark;
	size_t block;
	size_t line_max;
	struct feed_options options;
	uint64_t taken;		/* text that read_text gave */
	uint64_t limit;
	bool grows;
	struct buf head;	/* the first text, while it is kept */
	bool keeps_head;
	uint64_t lines;		/* before the carry, for messages */
	bool quotes;
	bool ignore_cr;
	bool begun;		/* something was decoded */
	bool in_long;		/* the carry goes on with a line that is too long */
	bool ended;
};

static int choose_encoding(struct feed *f, const struct feed_options *options,
			   struct error *err)
{
	const char *name = options->encoding;
	struct span head;
	char skipped[3];

	if (input_peek(f->in, PEEK_SIZE, &head, err) ||
	    magic_check(head, name != NULL, err))
		return -1;
	if (!name && span_starts(head, SPAN("\xff\xfe")))
		name = "UTF-16LE";
	else if (!name && span_starts(head, SPAN("\xfe\xff")))
		name = "UTF-16BE";
	else if (span_starts(head, SPAN("\xef\xbb\xbf")) &&
		 (!name || encoding_is_utf8(name)))
		f->mark = SPAN("\xef\xbb\xbf");
	if (f->mark.len && input_read(f->in, skipped, f->mark.len, err) < 0)
		return -1;
	if (!name || encoding_is_utf8(name))
		return 0;
	f->encoding = encoding_new(name, err);
	return f->encoding ? 0 : -1;
}

struct feed *feed_new(struct input *in, const struct feed_options *options,
		      struct error *err)
{
	struct feed *f = mem_zero(1, sizeof *f);

	f->block = options->block ? options->block : FEED_BLOCK;
	f->line_max = options->line_max ? options->line_max : INPUT_LINE_MAX;
	f->options = *options;
	f->limit = UINT64_MAX;
	f->in = in;
	if (choose_encoding(f, options, err)) {
		error_place(err, feed_name(f), 0, 0);
		feed_close(f);
		return NULL;
	}
	return f;
}

struct feed *feed_open(const char *path, const struct feed_options *options,
		       struct error *err)
{
	struct input *in = input_open(path, err);

	return in ? feed_new(in, options, err) : NULL;
}

void feed_close(struct feed *f)
{
	if (!f)
		return;
	if (f->in)
		input_close(f->in);
	encoding_free(f->encoding);
	buf_release(&f->raw);
	buf_release(&f->decoded);
	buf_release(&f->carry);
	buf_release(&f->again);
	buf_release(&f->head);
	mem_free(f);
}

void feed_block_release(struct feed_block *b)
{
	mem_free(b->ptr);
	*b = FEED_BLOCK_INIT;
}

void feed_ignore_cr(struct feed *f)
{
	f->ignore_cr = true;
}

void feed_watch_quotes(struct feed *f)
{
	f->quotes = true;
}

/* Decodes more of the input; 0 at its end. */
static int decode_more(struct feed *f, struct error *err)
{
	ptrdiff_t got;
	size_t used;

	buf_clear(&f->decoded);
	f->decoded_at = 0;
	while (!f->decoded.len) {
		buf_reserve(&f->raw, RAW_SIZE);
		got = input_read(f->in, f->raw.ptr + f->raw.len, RAW_SIZE, err);
		if (got < 0)
			return -1;
		if (!got && !f->raw.len)
			return 0;
		f->raw.len += (size_t)got;
		used = encoding_decode(f->encoding, buf_view(&f->raw), !got,
				       &f->decoded);
		f->raw.len -= used;
		memmove(f->raw.ptr, f->raw.ptr + used, f->raw.len);
	}
	/* The mark of UTF-16, which iconv takes for a character. */
	if (!f->begun && span_starts(buf_view(&f->decoded), SPAN("\xef\xbb\xbf")))
		f->decoded_at = 3;
	f->begun = true;
	return 1;
}

static ptrdiff_t read_decoded(struct feed *f, char *bytes, size_t size,
			      struct error *err)
{
	size_t len;

	while (f->decoded_at == f->decoded.len) {
		int got = decode_more(f, err);

		if (got <= 0)
			return got;
	}
	len = f->decoded.len - f->decoded_at;
	if (len > size)
		len = size;
	memcpy(bytes, f->decoded.ptr + f->decoded_at, len);
	f->decoded_at += len;
	return (ptrdiff_t)len;
}

static void note_taken(struct feed *f, const char *bytes, size_t len)
{
	/* Text that was given back comes again. */
	if (f->keeps_head && f->taken + len > f->head.len)
		buf_span(&f->head, span_sub((struct span){bytes, len}, f->head.len - f->taken, len));
	f->taken += len;
}

static ptrdiff_t read_again(struct feed *f, char *bytes, size_t size)
{
	size_t len = f->again.len - f->again_at;

	len = len < size ? len : size;
	memcpy(bytes, f->again.ptr + f->again_at, len);
	f->again_at += len;
	return (ptrdiff_t)len;
}

static ptrdiff_t read_text(struct feed *f, char *bytes, size_t size,
			   struct error *err)
{
	ptrdiff_t got;

	if (size > f->limit - f->taken)
		size = f->limit - f->taken;
	if (!size)
		return 0;
	if (f->again_at < f->again.len)
		got = read_again(f, bytes, size);
	else
		got = f->encoding ? read_decoded(f, bytes, size, err) :
				    input_read(f->in, bytes, size, err);
	if (got < 0)
		error_place(err, feed_name(f), 0, 0);
	else
		note_taken(f, bytes, (size_t)got);
	return got;
}

ptrdiff_t feed_read(struct feed *f, char *bytes, size_t size, struct error *err)
{
	if (f->carry.len) {
		size_t len = f->carry.len < size ? f->carry.len : size;

		memcpy(bytes, f->carry.ptr, len);
		f->carry.len -= len;
		memmove(f->carry.ptr, f->carry.ptr + len, f->carry.len);
		return (ptrdiff_t)len;
	}
	return read_text(f, bytes, size, err);
}

static void make_room(struct feed_block *b, size_t cap)
{
	if (b->cap >= cap)
		return;
	/* 64 bytes more: readers may look at whole vectors. */
	b->ptr = mem_grow(b->ptr, cap + 64, 1);
	b->cap = cap;
}

/* Fills B up to SIZE bytes, or to the end of the input. */
static int fill_block(struct feed *f, struct feed_block *b, size_t size,
		      struct error *err)
{
	make_room(b, size);
	while (b->len < size && !f->ended) {
		ptrdiff_t got = read_text(f, b->ptr + b->len, size - b->len,
					  err);

		if (got < 0)
			return -1;
		if (!got)
			f->ended = true;
		b->len += (size_t)got;
	}
	return 0;
}

/* Behind the last line end of TEXT before BEFORE, or 0. */
static size_t last_line_end(const struct feed *f, struct span text,
			    size_t before)
{
	const char *lf = memrchr(text.ptr, '\n', before);
	size_t at = before;

	if (lf)
		return (size_t)(lf - text.ptr) + 1;
	/* Lines that end with CR alone; what follows the last is not known yet. */
	while (at > 0 && !f->ignore_cr) {
		const char *cr = memrchr(text.ptr, '\r', at);

		if (!cr)
			return 0;
		at = (size_t)(cr - text.ptr);
		if (at + 1 < text.len && cr[1] != '\n')
			return at + 1;
	}
	return 0;
}

/* The last cut with an even number of quotes before it, or 0. */
static size_t even_cut(const struct feed *f, struct span text)
{
	size_t quotes = census_quotes(text);
	size_t cut = text.len;
	size_t next = last_line_end(f, text, text.len);

	while (next) {
		quotes -= census_quotes(span_sub(text, next, cut - next));
		if (quotes % 2 == 0)
			break;
		cut = next;
		next = last_line_end(f, text, cut - 1);
	}
	return next;
}

/*
 * Where to cut B, or 0 when it must grow.  A search for an even number of
 * quotes that takes too long ends at any line end.
 */
static size_t find_cut(const struct feed *f, const struct feed_block *b)
{
	struct span text = {b->ptr, b->len};
	size_t cut = 0;

	if (f->quotes)
		cut = even_cut(f, text);
	if (!cut && (!f->quotes || b->len >= GROW_MAX * f->block))
		cut = last_line_end(f, text, text.len);
	return cut;
}

/* Where the text that is there ends; what stands behind its last line is kept back. */
static size_t end_cut(const struct feed *f, const struct feed_block *b)
{
	struct span text = {b->ptr, b->len};

	if (!f->grows || f->taken == f->limit)
		return b->len;
	return last_line_end(f, text, text.len);
}

void feed_say_long(const struct feed *f, struct buf *out)
{
	if (f->line_max >> 20)
		buf_printf(out, "a line is longer than %zu MiB", f->line_max >> 20);
	else
		buf_printf(out, "a line is longer than %zu bytes", f->line_max);
}

/*
 * A piece of a line need not end behind a character, but must, or it could not be
 * encoded; nor between FEh and the byte that it stands for (see encoding.h).
 */
static size_t whole_characters(struct span text)
{
	size_t len = text.len;

	/* Four bytes are the longest character. */
	while (len > 1 && text.len - len < 3 && ((unsigned char)text.ptr[len - 1] & 0xc0) == 0x80)
		len--;
	len -= len > 1 && (unsigned char)text.ptr[len - 1] >= 0xc0;
	len -= len > 1 && text.ptr[len - 1] == '\xfe';
	return len;
}

/* Where the line that TEXT is a piece of ends, or the piece; *END: it is the line. */
static size_t piece_cut(const struct feed *f, struct span text, bool *end)
{
	const char *lf = memchr(text.ptr, '\n', text.len);
	const char *stop = text.ptr + text.len;

	if (f->ignore_cr)
		stop = lf ? lf + 1 : stop;
	else
		stop = census_line_end(text.ptr, stop);
	*end = stop > text.ptr && (stop[-1] == '\n' || (!f->ignore_cr && stop[-1] == '\r'));
	if (f->ended || stop < text.ptr + text.len)
		return (size_t)(stop - text.ptr);
	/* A LF may follow. */
	if (*end && stop[-1] == '\r') {
		*end = false;
		return text.len - 1;
	}
	return *end ? text.len : whole_characters(text);
}

static int refuse_open(const struct feed *f, struct error *err)
{
	struct buf text = BUF_INIT;

	feed_say_long(f, &text);
	error_failed(err, "%s, and has no end yet", buf_text(&text));
	error_place(err, feed_name(f), f->lines + 1, 0);
	buf_release(&text);
	return -1;
}

static void keep_rest(struct feed *f, struct feed_block *b, size_t cut)
{
	buf_clear(&f->carry);
	buf_put(&f->carry, b->ptr + cut, b->len - cut);
	b->len = cut;
}

/* The first piece of a line that is too long, or the next one. */
static int give_piece(struct feed *f, struct feed_block *b, struct error *err)
{
	bool end, final = f->ended && (!f->grows || f->taken == f->limit);
	size_t cut = piece_cut(f, (struct span){b->ptr, b->len}, &end);

	if (!end && f->ended && !final)
		return refuse_open(f, err);
	b->part = f->in_long ? FEED_LONG_REST : FEED_LONG;
	b->last = final && cut == b->len;
	f->in_long = !end && !b->last;
	keep_rest(f, b, cut);
	f->lines += end;
	return b->len > 0;
}

static bool is_too_long(const struct feed *f, const struct feed_block *b)
{
	return b->len > f->line_max &&
	       !last_line_end(f, (struct span){b->ptr, b->len}, f->line_max);
}

/* B grows until there is a place to cut it: 1 and *CUT; 0: its first line is too long. */
static int gather_line(struct feed *f, struct feed_block *b, size_t *cut, struct error *err)
{
	size_t most = f->line_max > GROW_MAX * f->block ? f->line_max : GROW_MAX * f->block;
	size_t size = f->block;

	for (;;) {
		if (fill_block(f, b, size, err))
			return -1;
		if (is_too_long(f, b))
			return 0;
		/* The end shows in the read behind the last byte. */
		*cut = f->ended ? end_cut(f, b) : find_cut(f, b);
		if (*cut || f->ended)
			return 1;
		size = b->len + (b->len > f->block ? b->len : f->block);
		if (size > most + f->block)
			size = most + f->block;
	}
}

int feed_next(struct feed *f, struct feed_block *b, struct error *err)
{
	size_t cut = 0;
	int got;

	b->len = 0;
	make_room(b, f->carry.len > f->block ? f->carry.len : f->block);
	if (f->carry.len)
		memcpy(b->ptr, f->carry.ptr, f->carry.len);
	b->len = f->carry.len;
	f->carry.len = 0;
	if (f->in_long)
		got = fill_block(f, b, f->block, err);
	else
		got = gather_line(f, b, &cut, err);
	if (got < 0)
		return -1;
	if (!got)
		return give_piece(f, b, err);
	keep_rest(f, b, cut);
	b->part = FEED_LINES;
	b->last = f->ended && (!f->grows || f->taken == f->limit);
	f->lines += census_lines((struct span){b->ptr, b->len});
	return b->len > 0;
}

void feed_unread(struct feed *f, struct feed_block *b)
{
	struct buf text = BUF_INIT;

	buf_put(&text, b->ptr, b->len);
	buf_span(&text, buf_view(&f->carry));
	f->taken -= text.len;
	buf_put(&text, f->again.ptr + f->again_at, f->again.len - f->again_at);
	buf_release(&f->again);
	f->again = text;
	f->again_at = 0;
	buf_clear(&f->carry);
	f->lines -= census_lines((struct span){b->ptr, b->len});
	f->in_long = f->ended = false;
	b->len = 0;
}

void feed_limit(struct feed *f, uint64_t at)
{
	f->limit = at;
	f->ended = false;
}

void feed_grow(struct feed *f)
{
	f->grows = true;
}

int feed_rewind(struct feed *f, struct error *err)
{
	if (input_rewind(f->in, err))
		return -1;
	encoding_free(f->encoding);
	f->encoding = NULL;
	buf_clear(&f->raw);
	buf_clear(&f->decoded);
	buf_clear(&f->carry);
	buf_clear(&f->again);
	f->again_at = 0;
	buf_clear(&f->head);
	f->keeps_head = false;
	f->decoded_at = 0;
	f->mark = SPAN_NONE;
	f->taken = f->lines = 0;
	f->begun = f->ended = f->quotes = f->ignore_cr = f->in_long = false;
	return choose_encoding(f, &f->options, err);
}

size_t feed_kept(const struct feed *f)
{
	return f->carry.len;
}

uint64_t feed_offset(const struct feed *f)
{
	return f->taken - f->carry.len;
}

void feed_keep_head(struct feed *f)
{
	f->keeps_head = true;
}

void feed_take_head(struct feed *f, size_t len, struct hash_stream *head)
{
	hash_stream_add(head, span_sub(buf_view(&f->head), 0, len));
	buf_release(&f->head);
	f->keeps_head = false;
}

const struct input *feed_input(const struct feed *f)
{
	return f->in;
}

struct span feed_mark(const struct feed *f)
{
	return f->mark;
}

struct encoding *feed_encoding(const struct feed *f)
{
	return f->encoding;
}

size_t feed_block_size(const struct feed *f)
{
	return f->block;
}

const char *feed_name(const struct feed *f)
{
	return input_name(f->in);
}

uint64_t feed_position(const struct feed *f)
{
	return input_position(f->in);
}

uint64_t feed_size(const struct feed *f)
{
	return input_size(f->in);
}
