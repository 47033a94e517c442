#include "unify/identity/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disjoint.h"
#include "base/mem.h"
#include "io/temporary.h"
#include "record/text.h"
#include "time/moment.h"
#include "unify/identity/words.h"

#define ID_DIGITS 32

struct reader {
	struct ledger *ledger;
	struct words words;
	uint32_t line;
	struct error *err;
};

static int refuse_token(struct reader *r, size_t column, struct span text, const char *want)
{
	char quoted[ERROR_QUOTE_MAX];

	if (text.len)
		error_usage(r->err, "%s instead of %s", want, error_quote(text, quoted));
	else
		error_usage(r->err, "%s is missing", want);
	if (r->err)
		r->err->column = column;
	return -1;
}

/* Is the byte at hand C?  Then it is passed. */
static bool take_byte(struct reader *r, char c)
{
	struct words *w = &r->words;

	if (w->at >= w->line.len || w->line.ptr[w->at] != c)
		return false;
	w->at++;
	return true;
}

static bool at_blank(const struct words *w)
{
	return w->at >= w->line.len || w->line.ptr[w->at] == ' ' || w->line.ptr[w->at] == '\t';
}

/* The unquoted text before the first '=' or '/'. */
static struct span take_plain(struct words *w)
{
	size_t from = w->at;

	while (!at_blank(w) && w->line.ptr[w->at] != '=' && w->line.ptr[w->at] != '/')
		w->at++;
	return span_sub(w->line, from, w->at - from);
}

#define END_WANTED "type=value or source/id"

/* The next end: 1, or 0 where the line ends. */
static int take_end(struct reader *r, struct ledger_end *out)
{
	struct words before = r->words;
	struct token first, second;
	int got = words_next(&r->words, &first, r->err);

	if (got <= 0)
		return got;
	if (!first.quoted) {
		r->words = before;
		r->words.at = first.column - 1;
		first.text = take_plain(&r->words);
	}
	*out = (struct ledger_end){.line = r->line};
	if (take_byte(r, '='))
		out->type = first.text;
	else if (take_byte(r, '/'))
		out->source = first.text;
	else
		return refuse_token(r, first.column, first.text, END_WANTED);
	if (!first.text.len)
		return refuse_token(r, first.column, SPAN_NONE, "a name");
	if (at_blank(&r->words))
		return refuse_token(r, r->words.at + 1, SPAN_NONE, "a value");
	if (words_value(&r->words, &second, r->err) < 0)
		return -1;
	if (span_absent(out->type))
		out->id = second.text;
	else
		out->value = second.text;
	return 1;
}

/* A '/' would be taken for the one behind a source. */
static void put_name(struct span text, struct buf *out)
{
	if (span_find_byte(text, '/') < text.len)
		words_put_quoted(text, out);
	else
		words_put_name(text, out);
}

void ledger_put_end(const struct ledger_end *end, struct buf *out)
{
	bool record = span_absent(end->type);

	put_name(record ? end->source : end->type, out);
	buf_char(out, record ? '/' : '=');
	words_put_value(record ? end->id : end->value, out);
}

static uint32_t end_number(struct ledger *l, const struct ledger_end *end)
{
	struct buf name = BUF_INIT;
	size_t number;
	bool added;

	ledger_put_end(end, &name);
	number = map_put(&l->names, buf_view(&name), &added);
	buf_release(&name);
	l->ends = mem_room(l->ends, number, &l->end_cap, sizeof *l->ends);
	if (added)
		l->ends[number] = (struct ledger_end){
			arena_copy(&l->texts, end->type), arena_copy(&l->texts, end->value),
			arena_copy(&l->texts, end->source), arena_copy(&l->texts, end->id),
			end->line,
		};
	return (uint32_t)number;
}

/* Two ends, or of a must-link more. */
static int read_link(struct reader *r, struct ledger_link **list, size_t *count, size_t *cap,
		     size_t most)
{
	struct ledger_end end;
	uint32_t first = 0;
	size_t ends = 0, from = *count;
	struct span reason;
	int got;

	while ((got = take_end(r, &end)) > 0) {
		uint32_t number = end_number(r->ledger, &end);

		if (ends == most)
			return refuse_token(r, r->words.at + 1, SPAN_NONE, "a line of its own for the third");
		if (!ends++) {
			first = number;
			continue;
		}
		*list = mem_room(*list, *count, cap, sizeof **list);
		(*list)[(*count)++] = (struct ledger_link){first, number, r->line, SPAN_NONE};
	}
	reason = arena_copy(&r->ledger->texts, words_comment(&r->words));
	for (size_t i = from; i < *count; i++)
		(*list)[i].reason = reason;
	if (got < 0)
		return -1;
	return ends > 1 ? 0 : refuse_token(r, r->words.at + 1, SPAN_NONE, END_WANTED);
}

static int read_must(struct reader *r)
{
	struct ledger *l = r->ledger;

	return read_link(r, &l->must, &l->must_count, &l->must_cap, SIZE_MAX);
}

static int read_cannot(struct reader *r)
{
	struct ledger *l = r->ledger;

	return read_link(r, &l->cannot, &l->cannot_count, &l->cannot_cap, 2);
}

/* One identifier, as "type NUL value" in OUT. */
static int take_identifier(struct reader *r, struct ledger_end *end, struct buf *out)
{
	size_t at = r->words.at;
	int got = take_end(r, end);

	if (got < 0)
		return -1;
	if (!got || span_absent(end->type))
		return refuse_token(r, at + 2, end->source, "type=value");
	buf_clear(out);
	buf_span(out, end->type);
	buf_char(out, '\0');
	buf_span(out, end->value);
	return 0;
}

static int take_nothing(struct reader *r)
{
	struct token t;
	int got = words_next(&r->words, &t, r->err);

	return got <= 0 ? got : refuse_token(r, t.column, t.text, "the end of the line");
}

static int read_exclude(struct reader *r)
{
	struct ledger_end end = {0};
	struct buf key = BUF_INIT;
	int bad = take_identifier(r, &end, &key);

	if (!bad)
		map_put(&r->ledger->excludes, buf_view(&key), NULL);
	buf_release(&key);
	return bad ? -1 : take_nothing(r);
}

/* Of two pins of one identifier the later counts. */
static int read_pin(struct reader *r)
{
	struct ledger *l = r->ledger;
	struct ledger_end end = {0};
	struct buf key = BUF_INIT;
	struct token id;
	struct hash128 number;
	int bad = take_identifier(r, &end, &key);

	if (!bad && words_next(&r->words, &id, r->err) < 0)
		bad = -1;
	if (!bad && !hash_128_parse(id.text, &number))
		bad = refuse_token(r, id.column, id.text, "an id of 32 digits 0-9a-f");
	if (!bad) {
		bool added;
		size_t at = map_put(&l->pin_names, buf_view(&key), &added);
		struct span text = l->pin_names.entries[at].key;
		bool again = !added && (l->pins[at].again || hash_128_compare(l->pins[at].id, number));

		l->pins = mem_room(l->pins, at, &l->pin_cap, sizeof *l->pins);
		l->pins[at] = (struct pin){
			span_sub(text, 0, end.type.len),
			span_sub(text, end.type.len + 1, SIZE_MAX), number, again,
		};
		l->pin_lines = mem_room(l->pin_lines, l->pin_line_count, &l->pin_line_cap, sizeof *l->pin_lines);
		l->pin_lines[l->pin_line_count++] = (struct pin_line){(uint32_t)at, r->line, number};
	}
	buf_release(&key);
	return bad ? -1 : take_nothing(r);
}

static const char *const verbs[] = {"must-link", "cannot-link", "exclude", "pin", NULL};

static int (*const readers[])(struct reader *r) = {
	read_must, read_cannot, read_exclude, read_pin,
};

static int read_line(struct reader *r)
{
	char quoted[ERROR_QUOTE_MAX];
	const char *near;
	struct token verb;
	int got = words_next(&r->words, &verb, r->err);

	if (got <= 0)
		return got;
	for (size_t i = 0; verbs[i]; i++) {
		if (span_equal(verb.text, span_of(verbs[i])))
			return readers[i](r);
	}
	near = error_suggest(verb.text, verbs);
	error_usage(r->err, near ? "unknown entry %s; did you mean '%s'?"
				 : "unknown entry %s: must-link, cannot-link, exclude and pin are entries",
		    error_quote(verb.text, quoted), near);
	if (r->err)
		r->err->column = verb.column;
	return -1;
}

/* The must-links at each end: items[starts[end]] to starts[end + 1]. */
struct must_index {
	uint32_t *items;
	uint32_t *starts;
};

static struct must_index index_musts(const struct ledger *l)
{
	size_t ends = l->names.count;
	struct must_index x = {
		mem_alloc((2 * l->must_count + 1) * sizeof *x.items),
		mem_zero(ends + 2, sizeof *x.starts),
	};

	for (size_t i = 0; i < l->must_count; i++) {
		x.starts[l->must[i].a + 2]++;
		x.starts[l->must[i].b + 2]++;
	}
	for (size_t i = 2; i < ends + 2; i++)
		x.starts[i] += x.starts[i - 1];
	for (uint32_t i = 0; i < l->must_count; i++) {
		x.items[x.starts[l->must[i].a + 1]++] = i;
		x.items[x.starts[l->must[i].b + 1]++] = i;
	}
	return x;
}

/* Walks breadth first from end TO: CAME, by end, gets the must-link that leads one step
 * nearer to it, or UINT32_MAX. */
static void walk_musts(const struct ledger *l, uint32_t to, uint32_t *came)
{
	struct must_index x = index_musts(l);
	uint32_t *queue = mem_alloc((l->names.count + 1) * sizeof *queue);
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < l->names.count; i++)
		came[i] = UINT32_MAX;
	came[to] = 0;
	queue[tail++] = to;
	while (head < tail) {
		uint32_t at = queue[head++];

		for (uint32_t i = x.starts[at]; i < x.starts[at + 1]; i++) {
			const struct ledger_link *m = &l->must[x.items[i]];
			uint32_t next = m->a == at ? m->b : m->a;

			if (came[next] != UINT32_MAX)
				continue;
			came[next] = x.items[i];
			queue[tail++] = next;
		}
	}
	mem_free(queue);
	mem_free(x.items);
	mem_free(x.starts);
}

/* The must-links from end FROM to end TO, as line numbers: "lines 2 and 5". */
static void put_path(const struct ledger *l, uint32_t from, uint32_t to, struct buf *out)
{
	uint32_t *came = mem_alloc((l->names.count + 1) * sizeof *came);
	size_t count = 0;

	walk_musts(l, to, came);
	for (uint32_t at = from; at != to && came[at] != UINT32_MAX; count++) {
		const struct ledger_link *m = &l->must[came[at]];

		buf_printf(out, "%s%u", count ? " and " : m->a != to && m->b != to ? "lines " : "line ",
			   m->line);
		at = m->a == at ? m->b : m->a;
	}
	mem_free(came);
}

/* No cannot-link may be within what must be one. */
static int check_cannots(const struct ledger *l, const char *name, struct error *err)
{
	size_t ends = l->names.count;
	uint32_t *parents = mem_alloc((ends + 1) * sizeof *parents);
	struct buf path = BUF_INIT;
	int bad = 0;

	disjoint_init(parents, ends);
	for (size_t i = 0; i < l->must_count; i++)
		disjoint_unite(parents, l->must[i].a, l->must[i].b);
	for (size_t i = 0; i < l->cannot_count && !bad; i++) {
		const struct ledger_link *c = &l->cannot[i];

		if (disjoint_find(parents, c->a) != disjoint_find(parents, c->b))
			continue;
		if (c->a == c->b) {
			bad = error_usage(err, "cannot-link of one with itself");
		} else {
			put_path(l, c->a, c->b, &path);
			bad = error_usage(err, "cannot-link contradicts the must-link of %s",
					  buf_text(&path));
		}
		error_place(err, name, c->line, 0);
	}
	buf_release(&path);
	mem_free(parents);
	return bad;
}

int ledger_parse(struct ledger *l, struct span text, const char *name, struct error *err)
{
	struct reader r = {.ledger = l, .err = err};
	struct arena scratch = ARENA_INIT;
	int bad = 0;

	while (!bad && !span_absent(text) && text.len) {
		arena_clear(&scratch);
		words_start(&r.words, span_cut(&text, '\n'), &scratch);
		r.line++;
		bad = read_line(&r);
		if (bad)
			error_place(err, name, r.line, err ? err->column : 0);
	}
	arena_release(&scratch);
	return bad ? -1 : check_cannots(l, name, err);
}

static int read_all(struct ledger *l, struct buf *text, struct error *err)
{
	struct stat st;
	ssize_t got = 1;

	if (fstat(l->fd, &st) || !S_ISREG(st.st_mode))
		return error_usage(err, "is not a regular file");
	while (got > 0) {
		buf_reserve(text, 65536);
		got = read(l->fd, text->ptr + text->len, 65536);
		if (got < 0 && errno != EINTR)
			return error_errno(err, "cannot read");
		text->len += got > 0 ? (size_t)got : 0;
		got = got < 0 ? 1 : got;
	}
	l->size = text->len;
	l->open_line = text->len && text->ptr[text->len - 1] != '\n';
	return 0;
}

/* Above the first line that is written. */
#define LEDGER_HEAD "# Who is who, decided: see LEDGER in cdp-identity(7).\n"

/* Decisions that may be new, by their text without comment; number 1: the ledger has it. */
struct candidates {
	struct map map;
	size_t longest;		/* bytes */
};

/* What of the decision LINE counts: all before its comment. */
static struct span decision_of(struct span line)
{
	return span_sub(line, 0, span_find(line, SPAN(LEDGER_DECIDED)));
}

static void list_candidates(struct candidates *c, struct span lines)
{
	while (lines.len) {
		struct span decision = decision_of(span_cut(&lines, '\n'));

		map_put(&c->map, decision, NULL);
		if (decision.len > c->longest)
			c->longest = decision.len;
		if (span_absent(lines))
			break;
	}
}

/* LINE is in the ledger, and so is each decision that it begins with, up to a blank. */
static void mark_line(struct candidates *c, struct span line)
{
	for (size_t i = 0; i <= line.len && i <= c->longest; i++) {
		size_t at;

		if (i < line.len && line.ptr[i] != ' ' && line.ptr[i] != '\t')
			continue;
		at = map_find(&c->map, span_sub(line, 0, i));
		if (at != MAP_NONE)
			c->map.entries[at].number = 1;
	}
}

static void mark_lines(struct candidates *c, struct span text)
{
	while (text.len) {
		mark_line(c, span_cut(&text, '\n'));
		if (span_absent(text))
			break;
	}
}

/* Those of LINES that TEXT has not, which are then behind it. */
static void add_lines(struct ledger *l, struct span lines, struct buf *text, struct buf *added)
{
	struct candidates c = {0};

	list_candidates(&c, lines);
	mark_lines(&c, lines.len ? buf_view(text) : SPAN_NONE);
	if (!l->size && lines.len)
		buf_lit(text, LEDGER_HEAD);
	if (l->open_line && lines.len)
		buf_char(text, '\n');
	while (lines.len) {
		struct span line = span_cut(&lines, '\n');

		if (line.len && !c.map.entries[map_find(&c.map, decision_of(line))].number) {
			buf_printf(text, "%.*s\n", SPAN_ARG(line));
			buf_printf(added, "%.*s\n", SPAN_ARG(line));
			mark_line(&c, line);
			l->decided++;
		}
		if (span_absent(lines))
			break;
	}
	map_release(&c.map);
}

/* Is L's descriptor still the file of its name? */
static bool has_name(const struct ledger *l)
{
	struct stat by_name, mine;

	return !stat(l->path, &by_name) && !fstat(l->fd, &mine) && by_name.st_dev == mine.st_dev &&
	       by_name.st_ino == mine.st_ino;
}

/* A file that was missing goes again unless lines are written; symbolic links stay. */
static void adopt_made(struct ledger *l)
{
	char *path = realpath(l->path, NULL);

	if (path)
		l->made = temporary_adopt(path);
	free(path);
}

static int lock_file(int fd)
{
	int bad;

	do
		bad = flock(fd, LOCK_EX);
	while (bad && errno == EINTR);
	return bad;
}

/*
 * Whoever held the lock before may have given the name to another file, or have taken away
 * one that it had made: then the lock is of a file that nobody will read again.
 */
static int open_locked(struct ledger *l)
{
	for (;;) {
		bool missing = access(l->path, F_OK) && errno == ENOENT;

		l->fd = open(l->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		if (l->fd < 0 && errno == EINTR)
			continue;
		if (l->fd < 0 || lock_file(l->fd))
			return -1;
		if (has_name(l)) {
			if (missing)
				adopt_made(l);
			return 0;
		}
		close(l->fd);
		l->fd = -1;
	}
}

int ledger_open(struct ledger *l, const char *path, struct span decisions, struct error *err)
{
	struct buf text = BUF_INIT;
	int bad = 0;

	*l = LEDGER_INIT;
	l->path = path;
	if (open_locked(l))
		bad = error_errno(err, "cannot open");
	if (!bad)
		bad = read_all(l, &text, err);
	if (!bad) {
		add_lines(l, decisions, &text, &l->added);
		bad = ledger_parse(l, buf_view(&text), path, err);
	}
	if (bad && l->added.len) {
		uint64_t line = err->line;

		error_usage(err, "%s; nothing of --decide was taken", err->message);
		error_place(err, path, line, 0);
	}
	if (bad)
		error_place(err, path, 0, 0);
	buf_release(&text);
	return bad;
}

void ledger_close(struct ledger *l)
{
	temporary_discard(l->made);
	if (l->fd >= 0)
		close(l->fd);
	buf_release(&l->added);
	buf_release(&l->ready);
	arena_release(&l->texts);
	map_release(&l->names);
	map_release(&l->pin_names);
	map_release(&l->excludes);
	mem_free(l->ends);
	mem_free(l->must);
	mem_free(l->cannot);
	mem_free(l->pins);
	mem_free(l->pin_lines);
	*l = LEDGER_INIT;
}

void ledger_exclude(const struct ledger *l, struct blocked *b)
{
	for (size_t i = 0; i < l->excludes.count; i++) {
		struct span key = l->excludes.entries[i].key;
		size_t at = span_find_byte(key, '\0');

		blocked_exclude(b, span_sub(key, 0, at), span_sub(key, at + 1, SIZE_MAX));
	}
}

static int write_all(int fd, struct span bytes)
{
	while (bytes.len) {
		ssize_t done = write(fd, bytes.ptr, bytes.len);

		if (done < 0 && errno != EINTR)
			return -1;
		if (done > 0)
			bytes = span_sub(bytes, (size_t)done, bytes.len);
	}
	return fsync(fd);
}

void ledger_add(struct ledger *l, struct span lines)
{
	buf_span(&l->added, lines);
}

/* Where the file ends, which somebody may have edited in its place since it was looked at. */
static int find_end(struct ledger *l)
{
	struct stat st;
	char last = '\n';

	if (fstat(l->fd, &st))
		return -1;
	if (l->ready.len && l->size == (uint64_t)st.st_size)
		return 0;
	if (st.st_size && pread(l->fd, &last, 1, st.st_size - 1) < 0)
		return -1;
	l->size = (uint64_t)st.st_size;
	l->open_line = last != '\n';
	return 0;
}

/* The bytes to write, below the head of a new file; the first is for a line without its end. */
static void put_ready(struct ledger *l)
{
	buf_clear(&l->ready);
	buf_char(&l->ready, '\n');
	if (!l->size)
		buf_lit(&l->ready, LEDGER_HEAD);
	buf_span(&l->ready, buf_view(&l->added));
}

/* Takes room for what will be written.  Not every file system can: then writing tells. */
static int reserve_room(struct ledger *l)
{
	return fallocate(l->fd, FALLOC_FL_KEEP_SIZE, (off_t)l->size, (off_t)l->ready.len) &&
	       (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO) ? -1 : 0;
}

int ledger_prepare(struct ledger *l, struct error *err)
{
	int bad = 0;

	if (!l->added.len)
		return 0;
	if (!has_name(l))
		bad = error_failed(err, "is another file than the one that this run read: nothing was written; run it again");
	else if (find_end(l))
		bad = error_errno(err, "cannot read");
	else
		put_ready(l);
	if (!bad && reserve_room(l))
		bad = error_errno(err, "cannot write");
	if (bad)
		error_place(err, l->path, 0, 0);
	return bad;
}

int ledger_commit(struct ledger *l, struct error *err)
{
	int bad;

	if (!l->added.len)
		return 0;
	bad = find_end(l);
	if (!bad)
		bad = write_all(l->fd, span_sub(buf_view(&l->ready), l->open_line ? 0 : 1, SIZE_MAX));
	if (!bad) {
		temporary_release(l->made);
		l->made = -1;
		buf_clear(&l->added);
		buf_clear(&l->ready);
	} else {
		bad = error_errno(err, "cannot write");
		error_place(err, l->path, 0, 0);
		if (ftruncate(l->fd, (off_t)l->size))
			error_failed(err, "%s, and cannot be cut back to %llu bytes",
				     err->message, (unsigned long long)l->size);
	}
	return bad;
}

/* As fact.c makes it: the texts in quotes, one behind the other. */
struct hash128 ledger_record_key(const struct ledger_end *end)
{
	struct buf text = BUF_INIT;
	struct hash128 key;

	text_encode(&text, end->source);
	text_encode(&text, end->id);
	key = hash_128(buf_view(&text));
	buf_release(&text);
	return key;
}

void ledger_put_pin(struct span type, struct span value, struct hash128 id, int64_t as_of,
		    struct buf *out)
{
	char digits[ID_DIGITS];

	buf_lit(out, "pin ");
	put_name(type, out);
	buf_char(out, '=');
	words_put_value(value, out);
	buf_char(out, ' ');
	hash_128_hex(id, digits);
	buf_put(out, digits, sizeof digits);
	if (as_of != MOMENT_NONE) {
		buf_lit(out, " # ");
		moment_put_date(out, as_of);
	}
	buf_char(out, '\n');
}
