#include "activate/erase/pass.h"

#include <string.h>

#include "activate/erase/nested.h"
#include "activate/erase/escapes.h"
#include "activate/erase/utf16.h"
#include "base/mem.h"

/* So many bytes tell what a file is. */
#define HEAD ((size_t)64 << 10)

/* A row of a table is no longer: else its lines are rows. */
#define ROW_MAX ((size_t)16 << 20)

struct walk {
	struct pass *pass;
	const struct needles *needles;
	bool each;
	enum matter_width width;
	char line_end;

	/* The block at hand. */
	struct span text;
	size_t at;		/* up to here all is passed on or taken */
	size_t counted;		/* up to here lines are counted */
	uint64_t line;
	size_t *rows;		/* where they begin, where a cell has a line end; else none */
	size_t row_count, row_cap;

	struct buf out, plain[2];
	struct buf names;	/* of columns */
	bool headed;
};

static void walk_release(struct walk *w)
{
	mem_free(w->rows);
	buf_release(&w->out);
	buf_release(&w->plain[0]);
	buf_release(&w->plain[1]);
	buf_release(&w->names);
}

/* ---- where records begin and end ---- */

struct record_place {
	size_t begin, end;	/* with its line end */
};

static struct record_place find_line(const struct walk *w, size_t at)
{
	const char *text = w->text.ptr;
	const char *before = at > w->at ? memrchr(text + w->at, w->line_end, at - w->at) : NULL;
	const char *behind = memchr(text + at, w->line_end, w->text.len - at);

	return (struct record_place){before ? (size_t)(before + 1 - text) : w->at,
				     behind ? (size_t)(behind + 1 - text) : w->text.len};
}

static struct record_place find_record(const struct walk *w, size_t at)
{
	size_t low = 0, high = w->row_count;

	if (!w->row_count)
		return find_line(w, at);
	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (w->rows[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return (struct record_place){w->rows[low], low + 1 < w->row_count ? w->rows[low + 1] : w->text.len};
}

static void add_row(struct walk *w, size_t begin)
{
	w->rows = mem_room(w->rows, w->row_count, &w->row_cap, sizeof *w->rows);
	w->rows[w->row_count++] = begin;
}

/* What would be a row from BEGIN to END has other quotes than a table: its lines are rows. */
static void add_lines(struct walk *w, struct span text, size_t begin, size_t end)
{
	while (begin < end) {
		add_row(w, begin);
		begin += span_find_byte(span_sub(text, begin, end - begin), w->line_end) + 1;
	}
}

/*
 * The rows of a table whose cells may have line ends in quotes: their begins, and where the last whole one
 * ends; LAST: the file ends with TEXT.  Nothing is listed where there is no quote.  A quote opens a cell only
 * at its front; a row over many lines has as many cells as the table has columns, or it is none: a quote that
 * does not end would make one row of all that follows.
 */
static size_t find_rows(struct walk *w, struct span text, bool last)
{
	const size_t columns = w->pass->check->column_count;
	const char delimiter = w->pass->check->delimiter;
	bool quoted = false, front = true, lines = false;
	size_t begin = 0, cells = 1;

	w->row_count = 0;
	if (span_find_byte(text, '"') == text.len)
		return text.len;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (quoted) {
			quoted = c != '"';
			lines |= c == w->line_end;
		} else if (c == '"' && (front || text.ptr[i - 1] == '"')) {
			quoted = true;
			front = false;
		} else if (c == w->line_end) {
			if (lines && cells != columns)
				add_lines(w, text, begin, i + 1);
			else
				add_row(w, begin);
			begin = i + 1;
			cells = front = 1;
			lines = false;
		} else {
			front = c == delimiter;
			cells += front;
		}
	}
	/* The last row of a file may lack its line end. */
	if (!last || quoted || begin == text.len || (lines && cells != columns))
		return begin;
	add_row(w, begin);
	return text.len;
}

/* ---- what is found ---- */

static uint64_t line_at(struct walk *w, size_t at)
{
	w->line += input_count_lines(span_sub(w->text, w->counted, at - w->counted));
	w->counted = at;
	return w->line;
}

static int keep(struct walk *w, struct span bytes, struct error *err)
{
	struct pass *p = w->pass;

	if (!p->keep || !bytes.len)
		return 0;
	if (w->width == WIDTH_BYTES)
		return p->keep(p->context, bytes, err);
	buf_clear(&w->out);
	utf16_put(bytes, w->width == WIDTH_UTF16_BE, &w->out);
	return p->keep(p->context, buf_view(&w->out), err);
}

static struct span without_line_end(const struct walk *w, struct span record)
{
	if (record.len && record.ptr[record.len - 1] == w->line_end)
		record.len--;
	if (record.len && record.ptr[record.len - 1] == '\r')
		record.len--;
	return record;
}

static void check_record(struct walk *w, struct span record)
{
	struct record_check *j = w->pass->check;

	if (w->pass->kind == KIND_TABLE)
		record_check_row(j, record);
	else if (w->pass->kind == KIND_LINES || w->pass->kind == KIND_CLOSED)
		record_check_line(j, record);
	else
		record_check_json(j, record);
	/* What cannot be changed is left. */
	if (w->pass->kind == KIND_CLOSED && j->relation > RELATION_LEFT)
		j->relation = RELATION_LEFT;
}

static void count(struct walk *w, size_t at)
{
	struct pass_counts *c = &w->pass->counts;
	const struct record_check *j = w->pass->check;
	bool gone = j->relation == RELATION_THEIRS;

	c->theirs += gone;
	c->mentioned += j->relation == RELATION_MENTIONED;
	if (j->relation == RELATION_LEFT && !c->left++)
		c->first_left = line_at(w, at);
	if (j->near && !gone && !c->near++)
		c->first_near = line_at(w, at);
	c->inside += j->inside && !gone;
}

/* ---- lists in JSON ---- */

static int keep_narrow(void *context, struct span bytes, struct error *err)
{
	return keep(context, bytes, err);
}

static struct nested start_nested(struct walk *w, struct span text, uint64_t line)
{
	return (struct nested){
		.check = w->pass->check, .keep = keep_narrow, .context = w, .taken = w->pass->taken,
		.taken_context = w->pass->context, .text = text, .line = line,
	};
}

static void count_nested(struct walk *w, const struct nested *n)
{
	struct pass_counts *c = &w->pass->counts;

	if (n->left && !c->left)
		c->first_left = n->first_left;
	if (n->near && !c->near)
		c->first_near = n->first_near;
	c->theirs += n->theirs;
	c->mentioned += n->mentioned;
	c->left += n->left;
	c->inside += n->inside;
	c->near += n->near;
}

/* A record in which only elements of lists are theirs. */
static int settle_nested(struct walk *w, struct record_place place, struct span record, struct error *err)
{
	struct nested n = start_nested(w, record, line_at(w, place.begin));
	bool goes;

	if (keep(w, span_sub(w->text, w->at, place.begin - w->at), err) || nested_record(&n, &goes, err))
		return -1;
	count_nested(w, &n);
	w->at = place.begin + record.len;
	if (!goes)
		return 0;
	w->pass->counts.theirs++;
	w->at = place.end;
	return w->pass->taken ? w->pass->taken(w->pass->context, n.line, record, err) : 0;
}

/* ---- records ---- */

/* What becomes of the record at PLACE, which was checked. */
static int settle_record(struct walk *w, struct record_place place, struct error *err)
{
	struct pass *p = w->pass;
	const struct record_check *j = p->check;
	struct span whole = span_sub(w->text, place.begin, place.end - place.begin);
	struct span record = without_line_end(w, whole);
	bool theirs = j->relation == RELATION_THEIRS;
	bool goes = theirs && !(j->redact && !j->profile && j->edit_count);
	struct buf blanked = BUF_INIT;
	int bad = 0;

	if (j->relation == RELATION_NESTED)
		return settle_nested(w, place, record, err);
	count(w, place.begin);
	if (j->relation < RELATION_MENTIONED)
		return 0;
	if (p->taken && p->taken(p->context, line_at(w, place.begin), record, err))
		return -1;
	bad = keep(w, span_sub(w->text, w->at, place.begin - w->at), err);
	if (!bad && !goes) {
		record_check_put_blanked(j, record, p->kind == KIND_RECORDS, &blanked);
		buf_span(&blanked, span_sub(whole, record.len, whole.len));
		bad = keep(w, buf_view(&blanked), err);
	}
	buf_release(&blanked);
	w->at = place.end;
	return bad;
}

/* Has TEXT a needle behind its escapes? */
static bool hides_needle(struct walk *w, struct span text)
{
	struct needle_hit hit;

	for (int deep = 0; deep < ESCAPES_DEEP; deep++) {
		struct buf *to = &w->plain[deep & 1];

		buf_clear(to);
		if (!escapes_undo(text, to))
			return false;
		text = buf_view(to);
		if (needles_find(w->needles, text, 0, &hit))
			return true;
	}
	return false;
}

/* The next record at AT or behind it that has a needle behind escapes: where it begins, or the end. */
static size_t find_hidden(struct walk *w, struct escapes *e, size_t at)
{
	for (;;) {
		size_t next = escapes_next(e, at);
		struct record_place place;

		if (next == w->text.len)
			return next;
		place = find_record(w, next);
		if (hides_needle(w, span_sub(w->text, place.begin, place.end - place.begin)))
			return next;
		at = place.end;
		if (at == w->text.len)
			return at;
	}
}

static size_t find_plain(const struct walk *w, size_t at)
{
	struct needle_hit hit;

	if (w->each)
		return at;
	return needles_find(w->needles, w->text, at, &hit) ? hit.at : w->text.len;
}

/* Text in UTF-16 amid bytes: only looked for. */
static void search_narrowed(struct walk *w)
{
	struct buf *narrow = &w->plain[0];

	if (!memchr(w->text.ptr, 0, w->text.len))
		return;
	buf_clear(narrow);
	for (size_t i = 0; i < w->text.len; i++)
		if (w->text.ptr[i])
			buf_char(narrow, w->text.ptr[i]);
	if (subject_search(w->pass->check->subject, MATTER_LINES, buf_view(narrow), NULL) == FOUND &&
	    !w->pass->counts.left++)
		w->pass->counts.first_left = w->line;
}

static int walk_text(struct walk *w, struct error *err)
{
	struct escapes escapes;
	size_t searched = 0, plain, hidden;

	w->at = w->counted = 0;
	if (w->width == WIDTH_BYTES)
		search_narrowed(w);
	escapes_start(&escapes, w->text);
	plain = find_plain(w, 0);
	hidden = w->each ? w->text.len : find_hidden(w, &escapes, 0);
	while (searched < w->text.len) {
		size_t next = plain < hidden ? plain : hidden;
		struct record_place place;

		if (next >= w->text.len)
			break;
		place = find_record(w, next);
		check_record(w, without_line_end(w, span_sub(w->text, place.begin, place.end - place.begin)));
		if (settle_record(w, place, err))
			return -1;
		searched = place.end;
		if (plain < searched)
			plain = searched < w->text.len ? find_plain(w, searched) : searched;
		if (hidden < searched)
			hidden = searched < w->text.len ? find_hidden(w, &escapes, searched) : searched;
	}
	return keep(w, span_sub(w->text, w->at, w->text.len), err);
}

/* ---- what a file is ---- */

/* The mark at the front of TEXT stays, whatever leaves. */
static int keep_mark(struct walk *w, struct span *text, struct error *err)
{
	const struct span mark = SPAN("\xef\xbb\xbf");

	if (!span_starts(*text, mark))
		return 0;
	*text = span_sub(*text, mark.len, text->len);
	return keep(w, mark, err);
}

static bool names_short(const struct walk *w)
{
	const struct record_check *j = w->pass->check;

	for (size_t i = 0; i < j->column_count; i++)
		if (subject_has_weak(j->subject, j->columns[i]))
			return true;
	return false;
}

static void name_columns(struct walk *w)
{
	struct record_check *j = w->pass->check;
	struct span row = w->text, raw, text;
	size_t cap = 0;

	w->headed = true;
	row.len = find_line(w, 0).end;
	buf_clear(&w->names);
	buf_span(&w->names, without_line_end(w, row));
	row = buf_view(&w->names);
	mem_free(j->columns);
	j->columns = NULL;
	j->column_count = 0;
	while (record_check_cell(&row, j->delimiter, &raw, &text, &j->text)) {
		j->columns = mem_room(j->columns, j->column_count, &cap, sizeof *j->columns);
		/* In a copy of the line: what stood in two quotes is no name that anybody asks for. */
		j->columns[j->column_count++] = text.ptr == buf_view(&j->text).ptr ? raw : text;
	}
	/* Without a column of its own a short value says nothing here. */
	w->each = w->each && names_short(w);
}

static void choose_matter(struct walk *w)
{
	static const enum subject_matter matters[KINDS] = {MATTER_JSON, MATTER_JSON, MATTER_TABLE, MATTER_LINES, MATTER_LINES};
	const struct subject *s = w->pass->check->subject;

	if (w->pass->found)
		*w->pass->found = w->pass->kind;
	w->needles = &s->needles[matters[w->pass->kind]];
	w->each = s->each[matters[w->pass->kind]];
}

static void find_kind(struct walk *w, struct span head)
{
	struct pass *p = w->pass;
	enum matter_kind kind = matter_kind(head, &p->check->delimiter);

	if (!p->known)
		p->kind = kind;
	p->known = true;
	w->line_end = span_find_byte(head, '\n') == head.len && span_find_byte(head, '\r') < head.len ? '\r' : '\n';
	choose_matter(w);
}

/* ---- the whole at once ---- */

static int read_whole(const struct pass *p, struct input *in, struct buf *out, struct error *err)
{
	for (;;) {
		ptrdiff_t got;

		buf_reserve(out, INPUT_BLOCK);
		got = input_read(in, out->ptr + out->len, INPUT_BLOCK, err);
		if (got <= 0)
			return (int)got;
		out->len += (size_t)got;
		if (out->len > p->memory) {
			error_failed(err, "has to be seen whole and is larger than --memory");
			error_place(err, input_name(in), 0, 0);
			return -1;
		}
	}
}

static int walk_document(struct walk *w, struct error *err)
{
	struct nested n = start_nested(w, w->text, 1);

	if (nested_run(&n, err))
		return -1;
	count_nested(w, &n);
	return 0;
}

static int walk_whole(struct walk *w, struct span text, struct error *err)
{
	size_t end = 0;

	if (keep_mark(w, &text, err))
		return -1;
	w->text = text;
	w->row_count = 0;
	if (w->pass->kind == KIND_DOCUMENT && nested_is(text))
		return walk_document(w, err);
	if (w->pass->kind == KIND_DOCUMENT) {
		w->pass->kind = KIND_CLOSED;	/* not JSON after all: cutting lines out would not mend it */
		choose_matter(w);
	}
	if (w->pass->kind == KIND_TABLE) {
		name_columns(w);
		end = find_rows(w, text, true);
		if (w->row_count || end < text.len)
			add_lines(w, text, end, text.len);
	}
	return walk_text(w, err);
}

static int run_whole(struct walk *w, struct input *in, struct error *err)
{
	struct buf bytes = BUF_INIT, narrow = BUF_INIT;
	struct span text;
	int bad = read_whole(w->pass, in, &bytes, err);

	text = buf_view(&bytes);
	w->pass->counts.bytes = text.len;
	w->pass->content = hash_128(text);
	if (!bad && w->width != WIDTH_BYTES) {
		if (utf16_get(text, w->width == WIDTH_UTF16_BE, &narrow))
			text = buf_view(&narrow);
		else
			w->width = WIDTH_BYTES;	/* no UTF-16 after all */
		find_kind(w, span_sub(text, 0, HEAD));
	}
	w->line = 1;
	if (!bad)
		bad = walk_whole(w, text, err);
	buf_release(&bytes);
	buf_release(&narrow);
	return bad;
}

/* ---- block by block ---- */

/* Whole rows of what is in PENDING with B behind it. */
static int walk_rows(struct walk *w, struct buf *pending, struct span more, bool last, struct error *err)
{
	size_t end;

	w->counted = 0;
	if (!w->headed) {
		w->text = more;
		name_columns(w);
	}
	if (pending->len)
		buf_span(pending, more);
	w->text = pending->len ? buf_view(pending) : more;
	end = find_rows(w, w->text, last);
	if (last || w->text.len - end > ROW_MAX) {
		add_lines(w, w->text, end, w->text.len);
		end = w->text.len;
	}
	if (end < w->text.len && !pending->len) {
		buf_span(pending, w->text);
		w->text = buf_view(pending);
	}
	w->text.len = end;
	if (end && walk_text(w, err))
		return -1;
	line_at(w, end);
	if (pending->len) {
		memmove(pending->ptr, pending->ptr + end, pending->len - end);
		pending->len -= end;
	}
	return 0;
}

static int run_blocks(struct walk *w, struct input *in, struct error *err)
{
	struct hash_stream *content = hash_stream_new();
	struct block block = BLOCK_INIT;
	struct buf pending = BUF_INIT;
	int got;

	w->line = 1;
	while ((got = input_block(in, &block, err)) > 0) {
		struct span text = {block.ptr, block.len};
		int bad = 0;

		hash_stream_add(content, text);
		w->pass->counts.bytes += text.len;
		if (!block.offset)
			bad = keep_mark(w, &text, err);
		w->text = text;
		if (w->pass->kind != KIND_TABLE)
			w->line = block.line;
		bad = bad ? bad : w->pass->kind == KIND_TABLE ? walk_rows(w, &pending, text, block.last, err) : walk_text(w, err);
		if (bad) {
			got = -1;
			break;
		}
	}
	w->pass->content = hash_stream_digest(content);
	hash_stream_free(content);
	block_release(&block);
	buf_release(&pending);
	return got;
}

int pass_run(struct pass *p, struct input *in, struct error *err)
{
	struct walk w = {.pass = p};
	struct span head;
	int bad;

	p->counts = (struct pass_counts){0};
	if (input_peek(in, HEAD, &head, err))
		return -1;
	if (matter_packed(head)) {
		error_failed(err, "is %s, which cannot be searched: unpack it, or make it again without the person",
			     matter_packed(head));
		error_place(err, input_name(in), 0, 0);
		return -1;
	}
	w.width = matter_width(head);
	if (w.width == WIDTH_BYTES)
		find_kind(&w, head);
	bad = w.width != WIDTH_BYTES || p->kind == KIND_DOCUMENT ? run_whole(&w, in, err) : run_blocks(&w, in, err);
	walk_release(&w);
	mem_free(p->check->columns);
	p->check->columns = NULL;
	p->check->column_count = 0;
	return bad;
}
