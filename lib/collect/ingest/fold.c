#include "collect/ingest/fold.h"

#include <string.h>

#include "base/mem.h"
#include "io/input.h"
#include "record/scan.h"

/* A row of the order at hand: kept until the order is known to be whole. */
struct held {
	size_t at;		/* in raws */
	size_t len;
	uint64_t line;
	uint64_t offset;	/* in the file's text */
	uint64_t column;
	struct span why;	/* absent: the row itself is good */
	bool unkeyed;		/* whose row it is is not known */
	bool rejected;		/* it has been rejected */
};

struct folding {
	bool open;
	bool keyed;
	struct hash128 key;
	struct buf name;	/* for messages: quoted */
	struct buf head, kept, tail, products;
	size_t ids_at, ids;
	struct decimal sums[FOLD_SUMS_MAX];
	unsigned summed;
	uint64_t first_line;
	uint64_t good;		/* rows that are in it */
	bool bad;
	struct held *rows;
	size_t count;
	size_t cap;
	struct buf raws;
	struct arena notes;
	struct span why;	/* of the first bad row */
	uint64_t why_line;
};

/* Orders that are complete: open addressing, line 0 is a free slot. */
struct done {
	struct hash128 key;
	uint64_t line;
};

struct folder {
	const struct plan *plan;
	struct folder_calls calls;
	struct folding order;
	struct done *done;
	size_t done_count;
	size_t done_cap;
};

struct folder *folder_new(const struct plan *plan,
			  const struct folder_calls *calls)
{
	struct folder *f = mem_zero(1, sizeof *f);

	f->plan = plan;
	f->calls = *calls;
	return f;
}

void folder_free(struct folder *f)
{
	struct folding *o;

	if (!f)
		return;
	o = &f->order;
	buf_release(&o->name);
	buf_release(&o->head);
	buf_release(&o->kept);
	buf_release(&o->tail);
	buf_release(&o->products);
	buf_release(&o->raws);
	arena_release(&o->notes);
	mem_free(o->rows);
	mem_free(f->done);
	mem_free(f);
}

static struct done *find_done(struct done *table, size_t cap, struct hash128 key)
{
	size_t at = (size_t)((unsigned __int128)key.low * cap >> 64);

	while (table[at].line && (table[at].key.high != key.high ||
				  table[at].key.low != key.low))
		at = at + 1 == cap ? 0 : at + 1;
	return &table[at];
}

static void grow_done(struct folder *f)
{
	size_t cap = f->done_cap ? f->done_cap * 2 : 1024;
	struct done *bigger;

	bigger = mem_zero(cap, sizeof *bigger);
	for (size_t i = 0; i < f->done_cap; i++)
		if (f->done[i].line)
			*find_done(bigger, cap, f->done[i].key) = f->done[i];
	mem_free(f->done);
	f->done = bigger;
	f->done_cap = cap;
}

/* The order KEY begins at LINE: it must not have been there before. */
static int note_order(struct folder *f, struct hash128 key, struct span name,
		      uint64_t line, struct error *err)
{
	struct done *d;

	if (f->done_count * 4 >= f->done_cap * 3)
		grow_done(f);
	d = find_done(f->done, f->done_cap, key);
	if (d->line) {
		error_failed(err, "order %.*s, which began on line %llu, goes on here after other orders: "
			     "sort the file by order, or do not fold",
			     SPAN_ARG(name), (unsigned long long)d->line);
		error_place(err, f->plan->file, line, 0);
		return -1;
	}
	d->key = key;
	d->line = line;
	f->done_count++;
	return 0;
}

static void close_object(struct buf *out, size_t at)
{
	if (out->len == at)
		buf_char(out, '{');
	else
		out->ptr[at] = '{';
	buf_char(out, '}');
}

static void put_sums(const struct folder *f, struct buf *out)
{
	const struct plan *p = f->plan;
	const struct folding *o = &f->order;

	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *t = &p->targets[i];

		if (t->role != ROLE_SUM || t->field.section != SECTION_PROPS ||
		    !(o->summed & 1u << t->sum) || plan_find(p, SECTION_PROPS, t->field.key) != t)
			continue;
		buf_span(out, t->prefix);
		decimal_put(out, o->sums[t->sum]);
	}
}

static void put_record(const struct folder *f, struct buf *out)
{
	const struct folding *o = &f->order;
	size_t at;

	buf_span(out, buf_view(&o->head));
	buf_lit(out, ",\"props\":");
	at = out->len;
	buf_span(out, buf_view(&o->kept));
	put_sums(f, out);
	buf_lit(out, ",\"products\":[");
	buf_span(out, buf_view(&o->products));
	buf_char(out, ']');
	close_object(out, at);
	buf_span(out, buf_view(&o->tail));
	buf_lit(out, "}\n");
}

static void reject_row(struct folder *f, const struct held *h)
{
	const struct folding *o = &f->order;
	struct span raw = span_sub(buf_view(&o->raws), h->at, h->len);
	struct buf why = BUF_INIT;

	if (span_absent(h->why) && !o->why_line) {
		buf_lit(&why, "its order is rejected: ");
		buf_span(&why, o->why);
	} else if (span_absent(h->why)) {
		buf_printf(&why, "its order is rejected because of line %llu: ",
			   (unsigned long long)o->why_line);
		buf_span(&why, o->why);
	} else {
		buf_span(&why, h->why);
	}
	f->calls.reject(f->calls.context, raw, h->line, h->column, buf_view(&why));
	buf_release(&why);
}

static void reject_order(struct folder *f, struct span why, uint64_t line)
{
	struct folding *o = &f->order;

	if (o->bad)
		return;
	o->bad = true;
	o->why = arena_copy(&o->notes, why);
	o->why_line = line;
}

/* The order as a record; one that does not pass is bad as a whole. */
static void finish_order(struct folder *f, struct ingest_counts *counts,
			 struct buf *out)
{
	struct folding *o = &f->order;
	size_t begin = out->len;
	struct error err = ERROR_INIT;

	put_record(f, out);
	if (f->calls.pass && f->calls.pass(f->calls.context, out, begin, &err)) {
		reject_order(f, span_of(err.message), 0);
		return;
	}
	counts->mapped++;
	counts->folded += o->good - 1;
	counts->records++;
}

/* The order at hand has no more rows. */
static void close_order(struct folder *f, struct ingest_counts *counts,
			struct buf *out)
{
	struct folding *o = &f->order;

	if (o->open && !o->bad && o->good)
		finish_order(f, counts, out);
	for (size_t i = 0; i < o->count; i++) {
		if (o->rows[i].rejected || (!o->bad && !o->rows[i].unkeyed))
			continue;
		reject_row(f, &o->rows[i]);
		counts->rejected++;
	}
	o->open = o->keyed = o->bad = false;
	o->good = 0;
	o->count = 0;
	o->summed = 0;
	buf_clear(&o->name);
	buf_clear(&o->head);
	buf_clear(&o->kept);
	buf_clear(&o->tail);
	buf_clear(&o->products);
	buf_clear(&o->raws);
	arena_clear(&o->notes);
}

static struct held *hold_row(struct folder *f, const struct batch *b,
			     struct span raw, uint64_t line)
{
	struct folding *o = &f->order;
	struct held *h;

	o->rows = mem_room(o->rows, o->count, &o->cap, sizeof *o->rows);
	h = &o->rows[o->count++];
	*h = (struct held){.at = o->raws.len, .len = raw.len, .line = line};
	h->offset = b->offset + (uint64_t)(raw.ptr - b->text);
	buf_span(&o->raws, raw);
	return h;
}

static void put_product(struct folding *o, struct span members)
{
	size_t at;

	if (o->good > 1)
		buf_char(&o->products, ',');
	at = o->products.len;
	buf_span(&o->products, members);
	close_object(&o->products, at);
}

static void add_sums(struct folder *f, const struct fold_item *item)
{
	struct folding *o = &f->order;
	const struct folded_row *r = &item->row;

	for (unsigned i = 0; i < f->plan->sums; i++) {
		if (!(r->summed & 1u << i))
			continue;
		if (!(o->summed & 1u << i))
			o->sums[i] = r->sums[i];
		else if (!decimal_add(o->sums[i], r->sums[i], &o->sums[i]))
			reject_order(f, SPAN("the sum of its rows is too large"), item->line);
		o->summed |= 1u << i;
	}
}

struct pieces {
	struct span head, kept, product, tail, ids;
};

static struct pieces cut_piece(const struct batch *b, const struct folded_row *r)
{
	struct span all = buf_view(&b->out);
	size_t at = r->at;
	struct pieces p;

	p.head = span_sub(all, at, r->head);
	p.ids = span_sub(all, at + r->ids_at, r->ids);
	p.kept = span_sub(all, at += r->head, r->kept);
	p.product = span_sub(all, at += r->kept, r->product);
	p.tail = span_sub(all, at + r->product, r->tail);
	return p;
}

static void begin_order(struct folder *f, const struct pieces *p,
			const struct fold_item *item)
{
	struct folding *o = &f->order;

	buf_span(&o->head, p->head);
	buf_span(&o->kept, p->kept);
	buf_span(&o->tail, p->tail);
	o->ids_at = item->row.ids_at;
	o->ids = item->row.ids;
}

/*
 * The target whose member is the first to differ in A and B, which hold members in the
 * order of the plan: the last one whose prefix begins before the difference in
 * either of them.
 */
static const struct target *find_differing(const struct plan *p, struct span a,
					   struct span b)
{
	const struct target *found = NULL;
	size_t same = 0;

	while (same < a.len && same < b.len && a.ptr[same] == b.ptr[same])
		same++;
	for (size_t i = 0; i < p->target_count; i++) {
		const struct target *t = &p->targets[i];
		size_t at;

		if (t->field.section != SECTION_PROPS || t->role != ROLE_KEEP)
			continue;
		at = span_find(a, t->prefix);
		if (at >= a.len)
			at = span_find(b, t->prefix);
		if (at <= same && at < (a.len > b.len ? a.len : b.len))
			found = t;
	}
	return found;
}

/*
 * Whether object ROW says nothing that object FIRST, of the order's first row, does
 * not say: both hold members in the order of the plan.  A field that is empty repeats
 * nothing: many exports fill in an order's own fields in its first row only.
 */
static bool adds_nothing(struct span row, struct span first)
{
	struct scan a, b;
	struct member m, n;

	scan_start(&a, row);
	scan_start(&b, first);
	if (scan_enter(&a, '{', NULL) || scan_enter(&b, '{', NULL))
		return false;
	while (scan_member(&a, &m, NULL) > 0) {
		do {
			if (scan_member(&b, &n, NULL) <= 0)
				return false;
		} while (!span_equal(m.key, n.key));
		if (!span_equal(m.value.raw, n.value.raw))
			return false;
	}
	return true;
}

/* The same for members, each with a comma before it. */
static bool repeats_key(struct span row, struct span first)
{
	struct buf texts[2] = {BUF_INIT, BUF_INIT};
	bool same = span_equal(row, first) || !row.len;

	if (!same && first.len) {
		buf_printf(&texts[0], "{%.*s}", (int)row.len - 1, row.ptr + 1);
		buf_printf(&texts[1], "{%.*s}", (int)first.len - 1, first.ptr + 1);
		same = adds_nothing(buf_view(&texts[0]), buf_view(&texts[1]));
	}
	buf_release(&texts[0]);
	buf_release(&texts[1]);
	return same;
}

/* IDS is a member, `,"ids":{...}`, or empty. */
static bool same_person(struct span ids, struct span first)
{
	size_t at = span_find_byte(ids, '{'), first_at = span_find_byte(first, '{');

	if (at == ids.len || span_equal(ids, first))
		return true;
	return first_at < first.len &&
	       adds_nothing(span_sub(ids, at, ids.len), span_sub(first, first_at, first.len));
}

/* Do members A and B have the same bytes up to the next one behind KEY?  Where one has none of it, too. */
static bool same_member(struct span a, struct span b, struct span key)
{
	struct span x = span_sub(a, span_find(a, key) + key.len, a.len), y = span_sub(b, span_find(b, key) + key.len, b.len);

	if (span_find(a, key) == a.len || span_find(b, key) == b.len)
		return true;
	return span_equal(span_sub(x, 0, span_find_byte(x, ',')), span_sub(y, 0, span_find_byte(y, ',')));
}

/* Everything that must repeat does; else the order is spoiled. */
static void check_repeats(struct folder *f, const struct pieces *p,
			  uint64_t line)
{
	struct folding *o = &f->order;
	struct buf why = BUF_INIT;

	if (!repeats_key(p->kept, buf_view(&o->kept))) {
		const struct target *t = find_differing(f->plan, p->kept,
							buf_view(&o->kept));

		buf_printf(&why, "the rows of order %.*s differ in ", SPAN_ARG(buf_view(&o->name)));
		if (!same_member(p->kept, buf_view(&o->kept), SPAN(",\"currency\":")))
			buf_lit(&why, "their currency");
		else if (t && order_status_is_key(t->field.key))
			buf_printf(&why, "%.*s: do not fold, then each line counts by its own status",
				   SPAN_ARG(t->label));
		else
			buf_printf(&why, "%.*s, which should repeat: name what adds up with --fold-sum",
				   t ? (int)t->label.len : 7, t ? t->label.ptr : "a field");
	} else if (!same_person(p->ids, span_sub(buf_view(&o->head), o->ids_at, o->ids))) {
		buf_printf(&why, "the rows of order %.*s name different people",
			   SPAN_ARG(buf_view(&o->name)));
	}
	if (why.len)
		reject_order(f, buf_view(&why), line);
	buf_release(&why);
}

static void own_unkeyed_rows(struct folder *f)
{
	struct folding *o = &f->order;

	for (size_t i = 0; i < o->count; i++) {
		if (!o->rows[i].unkeyed)
			continue;
		reject_order(f, o->rows[i].why, o->rows[i].line);
		o->rows[i].unkeyed = false;
	}
}

/* Is the row with KEY one of the order at hand? */
static bool continues_order(const struct folder *f, bool keyed, struct hash128 key)
{
	const struct folding *o = &f->order;

	return o->open && o->keyed && keyed && o->key.high == key.high &&
	       o->key.low == key.low;
}

static int open_order(struct folder *f, bool keyed, struct hash128 key,
		      struct span name, uint64_t line,
		      struct ingest_counts *counts, struct buf *out,
		      struct error *err)
{
	struct folding *o = &f->order;

	close_order(f, counts, out);
	if (keyed && note_order(f, key, name, line, err))
		return -1;
	o->open = true;
	o->keyed = keyed;
	o->key = key;
	o->first_line = line;
	buf_span(&o->name, name);
	return 0;
}

static int take_good(struct folder *f, const struct batch *b,
		     const struct fold_item *item, uint64_t line,
		     struct ingest_counts *counts, struct buf *out,
		     struct error *err)
{
	struct folding *o = &f->order;
	struct pieces p = cut_piece(b, &item->row);

	if (continues_order(f, item->row.keyed, item->row.key))
		own_unkeyed_rows(f);
	else if (open_order(f, item->row.keyed, item->row.key, item->row.name,
			    line, counts, out, err))
		return -1;
	if (o->good)
		check_repeats(f, &p, line);
	else
		begin_order(f, &p, item);
	o->good++;
	hold_row(f, b, item->raw, line);
	put_product(o, p.product);
	add_sums(f, item);
	if (o->products.len + o->head.len > INPUT_LINE_MAX)
		reject_order(f, SPAN("the record would be longer than 64 MiB"), line);
	return 0;
}

static int take_bad(struct folder *f, const struct batch *b,
		    const struct bad_row *bad, uint64_t line, struct ingest_counts *counts, struct buf *out,
		    struct error *err)
{
	struct held *h;

	if (bad->keyed && !continues_order(f, true, bad->key) &&
	    open_order(f, true, bad->key, bad->name, line, counts, out, err))
		return -1;
	h = hold_row(f, b, bad->raw, line);
	h->column = bad->column;
	h->why = arena_copy(&f->order.notes, bad->why);
	h->unkeyed = !bad->keyed;
	if (bad->keyed)
		reject_order(f, bad->why, line);
	return 0;
}

void folder_interrupt(struct folder *f, uint64_t line, uint64_t offset, struct span why)
{
	struct folding *o = &f->order;

	if (!o->open)
		return;
	o->rows = mem_room(o->rows, o->count, &o->cap, sizeof *o->rows);
	o->rows[o->count++] = (struct held){
		.line = line, .offset = offset, .why = arena_copy(&o->notes, why),
		.unkeyed = true, .rejected = true,
	};
}

int folder_take(struct folder *f, const struct batch *b, uint64_t line,
		struct ingest_counts *counts, struct buf *out,
		struct error *err)
{
	size_t good = 0, bad = 0;

	while (good < b->fold_count || bad < b->bad_count) {
		int failed;

		if (bad < b->bad_count && b->bad[bad].before <= good) {
			failed = take_bad(f, b, &b->bad[bad],
					  line + b->bad[bad].line,
					  counts, out, err);
			bad++;
		} else {
			failed = take_good(f, b, &b->folds[good],
					   line + b->folds[good].line, counts,
					   out, err);
			good++;
		}
		if (failed)
			return -1;
	}
	return 0;
}

size_t folder_held(const struct folder *f, uint64_t *offset, uint64_t *line)
{
	const struct folding *o = &f->order;

	size_t rejected = 0;

	if (o->count) {
		*offset = o->rows[0].offset;
		*line = o->rows[0].line;
	}
	for (size_t i = 0; i < o->count; i++)
		rejected += o->rows[i].rejected;
	return o->count - rejected;
}

void folder_end(struct folder *f, struct ingest_counts *counts, struct buf *out)
{
	close_order(f, counts, out);
}
