/* The pieces that a row of an order is folded from. */
#include <string.h>

#include "collect/mapping/maker.h"
#include "collect/mapping/row_id.h"
#include "record/scan.h"

/* Properties of ROLE, with a comma before each. */
static int put_role(struct maker *m, const struct row *row, enum fold_role role,
		    struct buf *out)
{
	const struct plan *p = m->plan;

	for (size_t i = p->section_at[SECTION_PROPS];
	     i < p->section_at[SECTION_PROPS + 1]; i++)
		if (p->targets[i].role == role &&
		    maker_put_target(m, &p->targets[i], row, out) == FIT_REJECT)
			return -1;
	return 0;
}

static int read_sum(struct maker *m, const struct target *t,
		    const struct row *row, struct folded_row *fold)
{
	struct buf text = BUF_INIT;
	enum fit fit = maker_put_target(m, t, row, &text);
	bool number = true;

	if (fit == FIT_PUT) {
		struct span value = buf_since(&text, t->prefix.len);

		number = decimal_parse(value, &fold->sums[t->sum]);
		if (number)
			fold->summed |= 1u << t->sum;
	}
	buf_release(&text);
	if (!number)
		return error_data(m->err, "%.*s is to add up but holds no number",
				  SPAN_ARG(t->label));
	return fit == FIT_REJECT ? -1 : 0;
}

static int read_sums(struct maker *m, const struct row *row,
		     struct folded_row *fold)
{
	const struct plan *p = m->plan;

	for (size_t i = p->section_at[SECTION_PROPS];
	     i < p->section_at[SECTION_PROPS + 1]; i++)
		if (p->targets[i].role == ROLE_SUM &&
		    read_sum(m, &p->targets[i], row, fold))
			return -1;
	return 0;
}

/* Whose row it is, even where the rest of it cannot be read. */
static void find_key(struct maker *m, const struct row *row,
		     struct folded_row *fold)
{
	const struct plan *p = m->plan;
	const struct target *t = &p->targets[p->fold_key];
	struct buf text = BUF_INIT;
	size_t at = p->section_at[SECTION_EVENT];

	buf_span(&text, p->source_member);
	if (p->event_member.len)
		buf_span(&text, p->event_member);
	else if (at < p->section_at[SECTION_EVENT + 1])
		maker_put_target(m, &p->targets[at], row, &text);
	at = text.len;
	fold->keyed = maker_put_target(m, t, row, &text) == FIT_PUT;
	if (fold->keyed) {
		struct value v = {buf_since(&text, at + t->prefix.len), VALUE_TEXT, true};
		char quoted[ERROR_QUOTE_MAX];

		fold->key = hash_128(buf_view(&text));
		if (*v.raw.ptr != '"')
			v.kind = VALUE_NUMBER;
		buf_clear(&m->text);
		value_decode(v, &m->text);
		error_quote(buf_view(&m->text), quoted);
		fold->name = arena_copy(&m->scratch, span_of(quoted));
	}
	buf_release(&text);
}

/* An order that is exported again replaces itself: its id is its own. */
static void set_id(struct maker *m, const struct folded_row *fold,
		   struct buf *out)
{
	if (!m->id_at || !fold->keyed)
		return;
	row_id(m->id_key, fold->key, 0, out->ptr + m->id_at);
	m->id_at = 0;
}

static int put_pieces(struct maker *m, const struct row *row, struct buf *out,
		      struct folded_row *fold)
{
	size_t at = out->len;

	if (maker_put_head(m, row, out))
		return -1;
	set_id(m, fold, out);
	fold->ids_at = out->len - at;
	if (maker_put_section(m, row, SECTION_IDS, out))
		return -1;
	fold->ids = out->len - at - fold->ids_at;
	if (maker_put_section(m, row, SECTION_TRAITS, out))
		return -1;
	fold->head = out->len - at;
	if (put_role(m, row, ROLE_KEEP, out))
		return -1;
	fold->kept = out->len - at - fold->head;
	if (read_sums(m, row, fold) || put_role(m, row, ROLE_PRODUCT, out) ||
	    maker_put_extras(m, SECTION_PROPS, out))
		return -1;
	fold->product = out->len - at - fold->head - fold->kept;
	if (maker_put_section(m, row, SECTION_CONTEXT, out) ||
	    maker_put_section(m, row, SECTION_CONSENT, out))
		return -1;
	fold->tail = out->len - at - fold->head - fold->kept - fold->product;
	return 0;
}

int maker_fold(struct maker *m, const struct row *row, struct buf *out,
	       struct folded_row *fold, struct error *err)
{
	struct error ignored;

	memset(fold, 0, sizeof *fold);
	fold->at = out->len;
	if (maker_start(m, row, err))
		return -1;
	m->err = &ignored;
	find_key(m, row, fold);
	m->err = err;
	m->demoted_count = 0;
	if (!put_pieces(m, row, out, fold))
		return 0;
	out->len = fold->at;
	return -1;
}
