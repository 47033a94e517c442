#include "understand/recommend/basket_file.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "io/input.h"
#include "text/unicode.h"

#define NO_COLUMN SIZE_MAX

struct fault {
	struct span line;	/* in the job's block */
	uint64_t number;
	struct error why;
};

struct job {
	struct block block;
	struct fault *faults;
	size_t count, cap;
	uint64_t rows, blank, incomplete;
	uint64_t least, most;	/* cells of a row of lists */
	uint64_t other[256];
};

struct run {
	struct basket_reading *reading;
	struct basket_part *parts;
	struct buf *texts;	/* by worker: cells in quotes */
	const char *file;
	size_t basket_at, item_at;	/* columns of lines */
};

/* The names that columns have as a rule, the usual ones first. */
static const char *const basket_names[] = {
	"basket", "basketid", "orderid", "ordernumber", "orderno", "order", "invoiceno", "invoicenumber", "invoiceid",
	"invoice", "transactionid", "transactionno", "transaction", "tid", "receiptno", "receipt", "billno", NULL,
};

static const char *const item_names[] = {
	"item", "itemid", "sku", "stockcode", "productid", "product", "productname", "itemname", "itemdescription",
	"description", NULL,
};

/* Letters and digits of a header, in lower case. */
static struct span fold(struct span name, char *out, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < name.len && len < size; i++) {
		char c = span_lower(name.ptr[i]);

		if (c != '_' && c != ' ' && c != '-' && c != '.')
			out[len++] = c;
	}
	return (struct span){out, len};
}

/*
 * Cells.
 */

/* The value in quotes that REST begins with, into TEXT; its length with the quotes, or 0. */
static size_t unquote(struct span rest, struct buf *text)
{
	for (size_t i = 1; i < rest.len; i++) {
		if (rest.ptr[i] == '"' && (i + 1 == rest.len || rest.ptr[i + 1] != '"'))
			return i + 1;
		i += rest.ptr[i] == '"';
		buf_char(text, rest.ptr[i]);
	}
	return 0;
}

/* The next cell of *REST; valid until TEXT changes.  1, 0: none is left, -1 with *ERR. */
static int next_cell(struct span *rest, char separator, struct buf *text, struct span *cell,
		     struct error *err)
{
	const char *end;

	if (span_absent(*rest))
		return 0;
	if (rest->len && *rest->ptr == '"') {
		size_t from = text->len, len = unquote(*rest, text);
		struct span behind = span_sub(*rest, len, SIZE_MAX);

		if (!len)
			return error_data(err, "a value in quotes does not end on its line");
		if (span_trim(span_sub(behind, 0, span_find_byte(behind, separator))).len)
			return error_data(err, "something stands between a value in quotes and the separator");
		*cell = span_trim(buf_since(text, from));
		span_cut(&behind, separator);
		*rest = behind;
		return 1;
	}
	end = memchr(rest->ptr, separator, rest->len);
	if (!end) {
		*cell = span_trim(*rest);
		*rest = SPAN_NONE;
		return 1;
	}
	*cell = span_trim(span_between(rest->ptr, end));
	*rest = span_sub(*rest, (size_t)(end - rest->ptr) + 1, SIZE_MAX);
	return 1;
}

/*
 * Rows.  A bad line leaves the part as it was.
 */

/* All cells have room in TEXT before the first is looked at, so that it does not move. */
static int read_list(const struct run *run, struct job *job, struct basket_part *part, struct buf *text,
		     struct span line, struct error *err)
{
	struct basket_part before = *part;
	uint64_t cells = 0;
	struct span cell, rest = line;
	int got;

	buf_clear(text);
	buf_reserve(text, line.len);
	basket_part_open(part);
	while ((got = next_cell(&rest, run->reading->separator, text, &cell, err)) > 0) {
		if (cell.len)
			basket_part_put(part, cell, SPAN_NONE);
		cells++;
	}
	if (got < 0) {
		part->count = before.count;
		part->baskets = before.baskets;
		return -1;
	}
	job->least = !job->most || cells < job->least ? cells : job->least;
	job->most = cells > job->most ? cells : job->most;
	for (const char *c = ";|\t"; *c; c++)
		job->other[(unsigned char)*c] += span_find_byte(line, *c) < line.len;
	return 0;
}

static int read_row(const struct run *run, struct job *job, struct basket_part *part, struct buf *text,
		    struct span line, struct error *err)
{
	struct span cell, basket = SPAN_NONE, item = SPAN_NONE;
	size_t last = run->basket_at > run->item_at ? run->basket_at : run->item_at;
	int got = 1;

	buf_clear(text);
	buf_reserve(text, line.len);
	for (size_t i = 0; i <= last; i++) {
		got = next_cell(&line, run->reading->separator, text, &cell, err);
		if (got <= 0)
			break;
		basket = i == run->basket_at ? cell : basket;
		item = i == run->item_at ? cell : item;
	}
	if (got < 0)
		return -1;
	if (!basket.len || !item.len) {
		job->incomplete++;
		return 0;
	}
	basket_part_resume(part, basket);
	basket_part_put(part, item, SPAN_NONE);
	return 0;
}

static int check_bytes(struct span line, struct error *err)
{
	if (span_find_byte(line, '\0') < line.len)
		return error_data(err, "the line has a byte of zero: this is no text file");
	if (!span_is_utf8(line))
		return error_data(err, "the line is not UTF-8: convert the file, as with iconv -f WINDOWS-1252 -t UTF-8");
	return 0;
}

static void take_line(const struct run *run, struct job *job, unsigned worker, struct span line,
		      uint64_t number, bool checked)
{
	struct basket_part *part = &run->parts[worker];
	struct buf *text = &run->texts[worker];
	struct error why = ERROR_INIT;
	int bad = 0;

	if (!span_trim(line).len) {
		job->blank++;
		return;
	}
	job->rows++;
	if (!checked)
		bad = check_bytes(line, &why);
	if (!bad && run->reading->found == BASKET_FORM_LISTS)
		bad = read_list(run, job, part, text, line, &why);
	else if (!bad)
		bad = read_row(run, job, part, text, line, &why);
	if (!bad)
		return;
	error_place(&why, run->file, number, 0);
	job->faults = mem_room(job->faults, job->count, &job->cap, sizeof *job->faults);
	job->faults[job->count++] = (struct fault){line, number, why};
}

static void read_block(void *context, void *item, unsigned worker)
{
	const struct run *run = context;
	struct job *job = item;
	struct span rest = {job->block.ptr, job->block.len};
	bool checked = span_is_utf8(rest) && span_find_byte(rest, '\0') == rest.len;
	uint64_t number = job->block.line;

	for (; rest.len; number++) {
		size_t end = span_find_byte(rest, '\n');
		struct span line = span_sub(rest, 0, end);

		rest = span_sub(rest, end + 1, SIZE_MAX);
		if (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		take_line(run, job, worker, line, number, checked);
	}
}

static void add_up(struct basket_reading *r, const struct job *job)
{
	if (job->most && !r->cells)
		r->cells = job->least;
	r->cells_differ |= job->most && (job->least != r->cells || job->most != r->cells);
	r->unseparated &= job->most <= 1;
	r->rows += job->rows;
	r->blank += job->blank;
	r->incomplete += job->incomplete;
	for (size_t i = 0; i < 256; i++)
		r->other[i] += job->other[i];
}

static int collect_block(void *context, void *item)
{
	const struct run *run = context;
	struct basket_reading *r = run->reading;
	struct job *job = item;

	add_up(r, job);
	for (size_t i = 0; i < job->count; i++) {
		struct span line = job->faults[i].line;

		line.len += line.ptr + line.len < job->block.ptr + job->block.len;
		r->fault(r->context, line, &job->faults[i].why);
	}
	return 0;
}

/*
 * The first line.
 */

/* Which of CELLS has the name that is earliest in NAMES (folded)?  NO_COLUMN: none, or two have it. */
static size_t find_usual(struct span *cells, size_t count, const char *const *names)
{
	char folded[64];

	for (; *names; names++) {
		size_t found = NO_COLUMN, times = 0;

		for (size_t i = 0; i < count; i++)
			if (span_equal(fold(cells[i], folded, sizeof folded), span_of(*names))) {
				found = i;
				times++;
			}
		if (times)
			return times == 1 ? found : NO_COLUMN;
	}
	return NO_COLUMN;
}

static int find_named(const struct span *cells, size_t count, const char *name, size_t *at, struct error *err)
{
	struct buf names = BUF_INIT;

	for (*at = 0; *at < count; (*at)++)
		if (span_equal_nocase(cells[*at], span_of(name)))
			return 0;
	for (size_t i = 0; i < count; i++) {
		buf_text_put(&names, i ? ", " : "");
		buf_span(&names, cells[i]);
	}
	error_usage(err, "there is no column '%s' among: %s", name, buf_text(&names));
	buf_release(&names);
	return -1;
}

static void copy_name(char *out, size_t size, struct span name)
{
	snprintf(out, size, "%.*s", SPAN_ARG(name));
}

/* What form the file has, by its header's CELLS where nobody said it. */
static int choose_form(struct run *run, struct span *cells, size_t count, struct error *err)
{
	struct basket_reading *r = run->reading;
	enum basket_form form = r->form;

	run->basket_at = run->item_at = NO_COLUMN;
	if (r->basket_column) {
		if (find_named(cells, count, r->basket_column, &run->basket_at, err) ||
		    find_named(cells, count, r->item_column, &run->item_at, err))
			return -1;
	} else if (form != BASKET_FORM_LISTS) {
		run->basket_at = find_usual(cells, count, basket_names);
		run->item_at = find_usual(cells, count, item_names);
	}
	if (run->basket_at != NO_COLUMN && run->item_at != NO_COLUMN)
		form = BASKET_FORM_LINES;
	else if (form == BASKET_FORM_LINES)
		return error_usage(err, "no usual names among the columns: say --columns BASKET,ITEM");
	else
		form = BASKET_FORM_LISTS;
	if (r->found != BASKET_FORM_UNSAID && r->found != form)
		return error_usage(err, "is of another form than the files before it: lists and tables in two runs");
	r->found = form;
	if (form == BASKET_FORM_LISTS && !r->first) {
		r->first = mem_alloc((count + 1) * sizeof *r->first);
		for (r->first_count = 0; r->first_count < count; r->first_count++)
			r->first[r->first_count] = arena_copy(&r->texts, cells[r->first_count]);
	}
	if (form == BASKET_FORM_LINES) {
		copy_name(r->basket_name, sizeof r->basket_name, cells[run->basket_at]);
		copy_name(r->item_name, sizeof r->item_name, cells[run->item_at]);
	}
	return 0;
}

static void drop_front(struct block *b, size_t len)
{
	memmove(b->ptr, b->ptr + len, b->len - len);
	b->len -= len;
}

/* Takes the header off the first block, where the form has one. */
static int read_header(struct run *run, struct block *b, struct error *err)
{
	const char *encoding = unicode_utf16((struct span){b->ptr, b->len});
	struct buf text = BUF_INIT;
	struct span *cells = NULL, cell, line, rest;
	size_t count = 0, cap = 0, len;
	int got;

	if (encoding)
		return error_data(err, "is text in UTF-16: convert it, as with iconv -f %s -t UTF-8", encoding);
	if (b->len >= 3 && !memcmp(b->ptr, "\xef\xbb\xbf", 3))
		drop_front(b, 3);
	line = (struct span){b->ptr, b->len};
	len = span_find_byte(line, '\n');
	rest = span_trim(span_sub(line, 0, len));
	if (len == b->len && span_find_byte(rest, '\r') < rest.len)
		return error_data(err, "lines end with a carriage return alone: convert the file, as with tr '\\r' '\\n'");
	buf_reserve(&text, rest.len);
	while ((got = next_cell(&rest, run->reading->separator, &text, &cell, NULL)) > 0) {
		cells = mem_room(cells, count, &cap, sizeof *cells);
		cells[count++] = cell;
	}
	got = choose_form(run, cells, count, err);
	mem_free(cells);
	buf_release(&text);
	if (got)
		return -1;
	if (run->reading->found == BASKET_FORM_LINES) {
		drop_front(b, len + (len < b->len));
		b->line++;
	}
	return 0;
}

/*
 * Files.
 */

static int read_blocks(struct run *run, struct input *in, struct job *jobs, size_t job_count,
		       struct pool *pool, struct error *err)
{
	struct basket_reading *r = run->reading;
	int got;

	for (size_t i = 0;; i++) {
		struct job *job = &jobs[i % job_count];
		struct block block = job->block;
		struct fault *faults = job->faults;
		size_t cap = job->cap;

		*job = (struct job){.block = block, .faults = faults, .cap = cap};
		got = input_block(in, &job->block, err);
		if (got <= 0)
			return got;
		if (!i && read_header(run, &job->block, err))
			return -1;
		pool_submit(pool, job);
		r->progress(r->context, input_position(in), input_size(in), r->rows);
	}
}

int basket_file_read(struct basket_reading *r, const char *path, struct basket_part *parts,
		     struct error *err)
{
	struct run run = {.reading = r, .parts = parts};
	struct pool_calls calls = {read_block, collect_block, &run};
	struct input *in = input_open(path, err);
	struct pool *pool;
	size_t job_count;
	struct job *jobs;
	int bad;

	if (!in)
		return -1;
	if (r->found == BASKET_FORM_UNSAID)
		r->unseparated = true;
	run.file = input_name(in);
	run.texts = mem_zero(r->workers, sizeof *run.texts);
	pool = pool_new(r->workers, &calls);
	job_count = pool_capacity(pool) + 1;
	jobs = mem_zero(job_count, sizeof *jobs);
	bad = read_blocks(&run, in, jobs, job_count, pool, err);
	pool_finish(pool);
	pool_free(pool);
	if (bad)
		error_place(err, run.file, 0, 0);
	for (size_t i = 0; i < job_count; i++) {
		block_release(&jobs[i].block);
		mem_free(jobs[i].faults);
	}
	mem_free(jobs);
	for (unsigned i = 0; i < r->workers; i++)
		buf_release(&run.texts[i]);
	mem_free(run.texts);
	input_close(in);
	return bad;
}

void basket_reading_release(struct basket_reading *r)
{
	mem_free(r->first);
	arena_release(&r->texts);
}

static bool comes_again(const struct baskets *b, struct span text)
{
	for (uint32_t i = 0; i < b->items.count && b->items.list[i].count > 1; i++)
		if (span_equal(b->items.list[i].text, text))
			return true;
	return false;
}

bool basket_reading_is_table(const struct basket_reading *r, const struct baskets *b)
{
	if (r->found != BASKET_FORM_LISTS || r->cells_differ || r->cells < 2 || r->rows < 3)
		return false;
	for (size_t i = 0; i < r->first_count; i++)
		if (comes_again(b, r->first[i]))
			return false;
	return true;
}
