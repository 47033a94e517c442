#include "collect/mapping/maker.h"

#include <string.h>

#include "base/mem.h"
#include "collect/enrich/enrich.h"
#include "collect/mapping/consent_columns.h"
#include "collect/mapping/contest.h"
#include "collect/mapping/deletion.h"
#include "collect/mapping/extras.h"
#include "collect/mapping/late_member.h"
#include "collect/mapping/money.h"
#include "collect/mapping/quick.h"
#include "collect/mapping/row_id.h"
#include "collect/mapping/value.h"
#include "collect/mapping/when.h"
#include "collect/mapping/version_column.h"
#include "collect/rows/plain.h"
#include "io/input.h"
#include "record/scan.h"

void maker_init(struct maker *m, const struct plan *plan, int64_t as_of)
{
	memset(m, 0, sizeof *m);
	m->plan = plan;
	m->run.scratch = &m->scratch;
	m->run.as_of = as_of;
	m->run.zone = plan->style.zone;
	m->tallies = tallies_new(plan->tallies_of_all + 1);
	if (plan->sparse)
		m->present = mem_zero(plan->sparse->words, sizeof *m->present);
	buf_span(&m->cells, plan->seed);
}

void maker_release(struct maker *m)
{
	arena_release(&m->scratch);
	buf_release(&m->text);
	buf_release(&m->member);
	buf_release(&m->cells);
	tallies_free(m->tallies, m->plan->tallies_of_all + 1);
	zone_free(m->zone);
	map_release(&m->late);
	map_release(&m->spread);
	map_release(&m->late_names);
	map_release(&m->keys);
	arena_release(&m->late_arena);
	mem_free(m->extras);
	mem_free(m->demoted);
	mem_free(m->present);
	mem_free(m->inputs);
	mem_free(m->new_late);
	late_members_release(m);
}

void maker_note(struct maker *m, const struct target *t, enum tally_kind kind, struct span text)
{
	if (!m->uncounted)
		tally_note(&m->tallies[t->number], kind, text);
}

/* Members by name and value. */
static struct hash128 hash_members(struct maker *m, const struct row *row)
{
	struct buf *b = &m->cells;

	for (size_t i = 0; i < row->touched_count; i++) {
		const struct cell *c = &row->cells[row->touched[i]];

		if (c->kind == CELL_NONE)
			continue;
		buf_span(b, row->names[row->touched[i]]);
		buf_char(b, '\0');
		buf_span(b, c->text);
		buf_char(b, '\0');
	}
	return hash_128(buf_view(b));
}

/* The row's values, told apart by NUL, which no value holds. */
static struct hash128 hash_row(struct maker *m, const struct row *row)
{
	struct buf *b = &m->cells;
	char *to;

	b->len = m->plan->seed.len;
	if (m->plan->json)
		return hash_members(m, row);
	if (!span_absent(row->whole)) {
		buf_span(b, row->whole);
		return hash_128(buf_view(b));
	}
	buf_reserve(b, row->raw.len + row->count + BUF_SLACK);
	to = b->ptr + b->len;
	if (row->between && row->plain) {
		struct span last = row->cells[row->count - 1].text;

		b->len += plain_copy_cells(to, span_between(row->raw.ptr, last.ptr + last.len),
					   row->between);
		return hash_128(buf_view(b));
	}
	for (size_t i = 0; i < row->count; i++) {
		memcpy(to, row->cells[i].text.ptr, row->cells[i].text.len);
		to += row->cells[i].text.len;
		*to++ = '\0';
	}
	b->len = (size_t)(to - b->ptr);
	return hash_128(buf_view(b));
}

static void demote_value(struct maker *m, const struct target *t, struct span text)
{
	m->demoted = mem_room(m->demoted, m->demoted_count, &m->demoted_cap, sizeof *m->demoted);
	m->demoted[m->demoted_count++] = (struct demoted){t, text};
}

/* A member that the quick way does not make. */
static enum fit put_slowly(struct maker *m, const struct target *t,
			   struct span prefix, const struct row *row,
			   struct buf *out)
{
	size_t at = out->len;
	struct cell cell;
	bool plain;
	enum fit fit = value_of(m, t, row, &cell, &plain);

	if (fit != FIT_PUT)
		return fit;
	buf_span(out, prefix);
	fit = value_put(m, t, &cell, plain, out);
	if (fit == FIT_DEMOTE || fit == FIT_BOTH)
		demote_value(m, t, cell.text);
	if (fit == FIT_PUT || fit == FIT_BOTH)
		return FIT_PUT;
	out->len = at;
	return fit;
}

/* The member of T: PREFIX and its value. */
static inline enum fit put_member(struct maker *m, const struct target *t,
				  struct span prefix, const struct row *row,
				  struct buf *out)
{
	if (t->quick) {
		const struct null_words *nulls = m->plan->style.nulls;
		const struct cell *c = &row->cells[t->column];

		if (c->kind == CELL_NONE)
			return FIT_ABSENT;
		if ((!nulls || !null_words_suspect(nulls, c->text)) && (row->plains ? row->plains[t->column] : row->plain) &&
		    quick_put(t, prefix, c, out))
			return FIT_PUT;
	}
	return put_slowly(m, t, prefix, row, out);
}

/* Columns that mean one field, or want one name: see contest.h. */

/* Does the column of some target that goes by KEY have a value in ROW? */
static bool uses_key(const struct maker *m, enum section section, struct span key,
		     const struct row *row)
{
	const struct target *t = plan_find(m->plan, section, key);

	for (; t; t = t->same)
		if (t->column < 0 || contest_fills(&row->cells[t->column]))
			return true;
	return false;
}

struct span maker_numbered_key(struct maker *m, const struct target *t, size_t *number)
{
	struct buf key = BUF_INIT;
	struct span kept;

	do {
		buf_clear(&key);
		buf_span(&key, t->field.key);
		buf_printf(&key, "_%zu", ++*number);
	} while (uses_key(m, t->field.section, buf_view(&key), m->row));
	kept = arena_copy(&m->scratch, buf_view(&key));
	buf_release(&key);
	return kept;
}

/* The name of T where PLACE others have it already. */
static struct span numbered_prefix(struct maker *m, const struct target *t, size_t place)
{
	size_t number = 1;
	struct span key = t->field.key;

	while (place--)
		key = maker_numbered_key(m, t, &number);
	return extras_prefix(key, &m->scratch);
}

/* T, a column that means a field which another one has in this row, goes by its name. */
static void note_differing(struct maker *m, const struct target *t, const struct row *row)
{
	int winner = contest_winner(t->contest, row, m->plan->style.nulls);

	if (m->uncounted || winner < 0 || span_equal(span_trim(row->cells[winner].text),
				     span_trim(row->cells[t->column].text)))
		return;
	tally_note_differing(&m->tallies[t->number], winner);
}

/* A column of the time that the time is not made of: a time of the day alone, or a duration. */
static void note_no_time(struct maker *m, const struct target *t, const struct row *row)
{
	if (t->clock)
		maker_note(m, t, TALLY_CLOCKS, row->cells[t->column].text);
}

static enum fit put_contested(struct maker *m, const struct target *t, struct span prefix,
			      const struct row *row, struct buf *out)
{
	const struct contest *c = t->contest;
	const struct null_words *nulls = m->plan->style.nulls;
	size_t place;

	/* Nearly all times are times. */
	if (c->time && when_used(m, t->column))
		return FIT_ABSENT;
	/* A word for no value is counted as one on its way. */
	if (!contest_fills(&row->cells[t->column]) ||
	    !(c->time || contest_counts(c, row, nulls)))
		return FIT_ABSENT;
	if (c->time)
		note_no_time(m, t, row);
	place = contest_place(c, row, nulls);
	if (place)
		prefix = numbered_prefix(m, t, place);
	if (c->fallback && !c->time)
		note_differing(m, t, row);
	return put_member(m, t, prefix, row, out);
}

static inline enum fit put_if_counts(struct maker *m, const struct target *t, struct span prefix,
				     const struct row *row, struct buf *out)
{
	return t->contest ? put_contested(m, t, prefix, row, out) :
			    put_member(m, t, prefix, row, out);
}

static enum fit put_target(struct maker *m, const struct target *t,
			  const struct row *row, struct buf *out)
{
	return put_if_counts(m, t, t->prefix, row, out);
}

/*
 * Members come with a comma before each; the first one's is where the
 * object's brace belongs.  An object that stays empty goes.
 */
static void close_object(struct buf *out, size_t begin, size_t inner)
{
	if (out->len == inner) {
		out->len = begin;
		return;
	}
	out->ptr[inner] = '{';
	buf_char(out, '}');
}

static void note_present(struct maker *m, const struct row *row)
{
	const struct plan_sparse *s = m->plan->sparse;

	memcpy(m->present, s->always, s->words * sizeof *m->present);
	for (size_t i = 0; i < row->touched_count; i++) {
		size_t column = (size_t)row->touched[i];

		if (column >= m->plan->column_count)
			continue;
		for (int t = s->first[column]; t >= 0; t = s->next[t])
			m->present[t / 64] |= (uint64_t)1 << t % 64;
	}
}

/* The first target from FROM on that may have a value in the row, or TO. */
static size_t next_present(const struct maker *m, size_t from, size_t to)
{
	while (from < to) {
		uint64_t word = m->present[from / 64] >> from % 64;

		if (word)
			return from + (size_t)__builtin_ctzll(word) < to ?
				from + (size_t)__builtin_ctzll(word) : to;
		from = (from / 64 + 1) * 64;
	}
	return to;
}

static inline size_t next_target(const struct maker *m, size_t from, size_t to)
{
	return m->present ? next_present(m, from, to) : from;
}

/* Extras of this section, and in the context of this group. */
static int put_extras(struct maker *m, enum section section, struct span group, struct buf *out)
{
	for (size_t i = 0; i < m->extra_count; i++) {
		const struct extra *e = &m->extras[i];
		size_t at = out->len;

		if (e->target->field.section != section || !span_equal(e->target->group, group))
			continue;
		buf_span(out, e->target->prefix);
		switch (value_put(m, e->target, &e->cell, false, out)) {
		case FIT_REJECT:
			return -1;
		case FIT_DEMOTE:
			out->len = at;
			demote_value(m, e->target, e->cell.text);
			break;
		case FIT_BOTH:
			demote_value(m, e->target, e->cell.text);
			break;
		case FIT_ABSENT:
			out->len = at;
			break;
		case FIT_PUT:
			break;
		}
	}
	return 0;
}

static int put_members(struct maker *m, const struct row *row, size_t from,
		       size_t to, struct buf *out)
{
	const struct plan *p = m->plan;

	for (size_t i = next_target(m, from, to); i < to; i = next_target(m, i, to)) {
		size_t stop = m->present ? i + 1 : to;

		i += quick_run(p->steps + i, stop - i, row, p->style.nulls, out);
		if (i == stop)
			continue;
		if (put_if_counts(m, &p->targets[i], p->targets[i].prefix, row, out) == FIT_REJECT)
			return -1;
		i++;
	}
	return 0;
}

/* Context members stand in groups: page, campaign. */
static int put_groups(struct maker *m, const struct row *row, size_t from,
		      size_t to, struct buf *out)
{
	const struct target *list = m->plan->targets;

	while (from < to) {
		struct span group = list[from].group;
		size_t begin = out->len;
		size_t end = from;
		size_t inner;

		while (end < to && span_equal(list[end].group, group))
			end++;
		buf_span(out, group);
		inner = out->len;
		if (put_members(m, row, from, end, out) || (group.len && put_extras(m, SECTION_CONTEXT, group, out)))
			return -1;
		if (group.len)
			close_object(out, begin, inner);
		from = end;
	}
	return 0;
}

static bool has_group(const struct maker *m, size_t extras, struct span group)
{
	const struct plan *p = m->plan;

	for (size_t i = p->section_at[SECTION_CONTEXT]; i < p->section_at[SECTION_CONTEXT + 1]; i++)
		if (span_equal(p->targets[i].group, group))
			return true;
	for (size_t i = 0; i < extras; i++)
		if (m->extras[i].target->field.section == SECTION_CONTEXT &&
		    span_equal(m->extras[i].target->group, group))
			return true;
	return false;
}

/* Those of extras alone. */
static int put_extra_groups(struct maker *m, struct buf *out)
{
	for (size_t i = 0; i < m->extra_count; i++) {
		const struct target *t = m->extras[i].target;
		size_t begin = out->len, inner;

		if (t->field.section != SECTION_CONTEXT || !t->group.len || has_group(m, i, t->group))
			continue;
		buf_span(out, t->group);
		inner = out->len;
		if (put_extras(m, SECTION_CONTEXT, t->group, out))
			return -1;
		close_object(out, begin, inner);
	}
	return 0;
}

/* The values of a row as enrichment asks for them, by the plan's targets. */

struct enrich_inputs {
	const struct target *targets[ENRICH_INPUTS];	/* NULL: the plan has none */
	bool clashes;
	const struct row *row;				/* at hand */
};

static const struct target *find_input(const struct plan *p, enum enrich_input input)
{
	struct enrich_place place = enrich_place_of(input);
	struct span name = span_of(place.section);

	return plan_find(p, span_equal(name, SPAN("context")) ? SECTION_CONTEXT :
			    span_equal(name, SPAN("ids")) ? SECTION_IDS : SECTION_PROPS,
			 span_of(place.key));
}

/* May the source have a group of its own of a name that enrichment uses? */
static bool may_clash(const struct plan *p)
{
	for (size_t i = p->section_at[SECTION_CONTEXT]; i < p->section_at[SECTION_CONTEXT + 1]; i++) {
		struct span key = p->targets[i].field.key;

		if (enrich_makes(span_sub(key, 0, span_find_byte(key, '.'))))
			return true;
	}
	return false;
}

void maker_enrich(struct maker *m, struct enricher *e)
{
	m->enricher = e;
	m->inputs = mem_zero(1, sizeof *m->inputs);
	m->inputs->clashes = may_clash(m->plan);
	for (size_t i = 0; i < ENRICH_INPUTS; i++)
		m->inputs->targets[i] = find_input(m->plan, (enum enrich_input)i);
}

static struct span input_value(void *context, enum enrich_input input)
{
	struct maker *m = context;
	const struct target *t = m->inputs->targets[input];
	struct span text;
	struct cell cell;
	bool plain;

	while (t && t->contest && !contest_counts(t->contest, m->inputs->row, m->plan->style.nulls))
		t = t->same;
	if (!t || value_of(m, t, m->inputs->row, &cell, &plain) != FIT_PUT ||
	    cell.kind == CELL_RAW)
		return SPAN_NONE;
	text = span_trim(cell.text);
	return text.len ? text : SPAN_NONE;
}

static void put_enriched(struct maker *m, const struct row *row, size_t inner, struct buf *out)
{
	struct enrich_record r = {
		.value = input_value,
		.context = m,
		.has_agents = m->inputs->targets[INPUT_USER_AGENT],
		.clashes = m->inputs->clashes,
	};

	m->inputs->row = row;
	enricher_put(m->enricher, &r, inner, out);
}

static void put_demoted(struct maker *m, struct buf *out)
{
	for (size_t i = 0; i < m->demoted_count; i++) {
		buf_span(out, m->demoted[i].target->demoted);
		text_encode(out, span_trim(m->demoted[i].text));
	}
}

/* What is no consent is kept as a trait, which comes before consents. */
static void demote_consents(struct maker *m, const struct row *row)
{
	const struct plan *p = m->plan;

	for (size_t i = p->section_at[SECTION_CONSENT];
	     i < p->section_at[SECTION_CONSENT + 1]; i++) {
		const struct target *t = &p->targets[i];

		if (t->contest && !contest_counts(t->contest, row, m->plan->style.nulls))
			continue;
		if (t->demoted.len && value_note_consent(m, t, &row->cells[t->column]))
			demote_value(m, t, row->cells[t->column].text);
	}
}

/* Is more to be known of the row's consents than what their targets give? */
static bool has_consent_columns(const struct maker *m, enum section section)
{
	return section == SECTION_CONSENT &&
	       (m->plan->consents_beside || m->plan->consents_contested || m->late_count);
}

/* What a section has beside its targets; INNER: where it begins. */
static int put_rest(struct maker *m, const struct row *row, enum section section, size_t inner,
		    struct buf *out)
{
	if (m->extra_count && (put_extras(m, section, SPAN(""), out) ||
			       (section == SECTION_CONTEXT && put_extra_groups(m, out))))
		return -1;
	if (m->currency[0] && section == SECTION_PROPS) {
		if (money_currency(m, buf_since(out, inner), &m->member))
			return -1;
		buf_span(out, buf_view(&m->member));
	}
	if (m->enricher && section == SECTION_CONTEXT)
		put_enriched(m, row, inner, out);
	if (has_consent_columns(m, section))
		consent_columns_put(m, row, inner, out);
	return 0;
}

static int put_section(struct maker *m, const struct row *row,
		      enum section section, struct buf *out)
{
	const struct plan *p = m->plan;
	size_t from = p->section_at[section];
	size_t to = p->section_at[section + 1];
	size_t begin = out->len;
	size_t inner;
	bool consents = has_consent_columns(m, section);

	if (section == SECTION_TRAITS)
		demote_consents(m, row);
	if (from == to && !m->extra_count && !consents &&
	    !(section == SECTION_TRAITS && m->demoted_count) && !(section == SECTION_CONTEXT && m->enricher))
		return 0;
	buf_span(out, plan_section_member(section));
	inner = out->len;
	if (section == SECTION_TRAITS && m->demoted_count)
		put_demoted(m, out);
	if (section == SECTION_CONTEXT ? put_groups(m, row, from, to, out) :
					 put_members(m, row, from, to, out))
		return -1;
	if ((m->extra_count || m->currency[0] || m->enricher || consents) && put_rest(m, row, section, inner, out))
		return -1;
	close_object(out, begin, inner);
	return 0;
}

/* The one target of SECTION that counts as ,"KEY":value; absent: nothing. */
static int put_top(struct maker *m, const struct row *row,
		   enum section section, struct span member, struct buf *out)
{
	const struct plan *p = m->plan;
	size_t end = p->section_at[section + 1];

	for (size_t i = p->section_at[section]; i < end; i++) {
		enum fit fit = put_if_counts(m, &p->targets[i], member, row, out);

		if (fit != FIT_ABSENT)
			return fit == FIT_REJECT ? -1 : 0;
	}
	return 0;
}

/* The first extra of SECTION, which no column means, as put_top puts a target. */
static int put_extra_top(struct maker *m, enum section section, struct span member, struct buf *out)
{
	for (size_t i = 0; i < m->extra_count; i++) {
		const struct extra *e = &m->extras[i];
		size_t at = out->len;
		enum fit fit;

		if (e->target->field.section != section)
			continue;
		buf_span(out, member);
		fit = value_put(m, e->target, &e->cell, false, out);
		if (fit != FIT_PUT)
			out->len = at;
		return fit == FIT_REJECT ? -1 : 0;
	}
	return 0;
}

static int put_type(struct maker *m, const struct row *row, struct buf *out)
{
	size_t begin = out->len;

	buf_span(out, m->plan->type_member);
	if (m->plan->type != EVENT_TYPES)
		return 0;
	/* Up to the type's text: replaced by the member as a whole. */
	out->len = begin;
	if (put_top(m, row, SECTION_TYPE, QUICK_SPAN("{\"type\":"), out))
		return -1;
	if (out->len == begin)
		buf_lit(out, "{\"type\":\"track\"");
	buf_lit(out, ",\"id\":\"");
	return 0;
}

/* quick_put reads 16 bytes of a prefix, however short it is. */
static const char no_prefix[16];

/* The id that the mapping gives, or the hash of the row. */
static int put_id(struct maker *m, const struct row *row, struct buf *out)
{
	size_t at = out->len - 1;

	if (!m->plan->hashed_ids || m->extra_count) {
		out->len = at;
		if (put_extra_top(m, SECTION_ID, SPAN(""), out) ||
		    (out->len == at && put_top(m, row, SECTION_ID, (struct span){no_prefix, 0}, out)))
			return -1;
		if (out->len != at)
			return 0;
		buf_char(out, '"');
	}
	m->hash = hash_row(m, m->given);
	m->id_at = out->len;
	buf_reserve(out, 33);
	row_id(m->id_key, m->hash, 0, out->ptr + out->len);
	out->len += 32;
	buf_char(out, '"');
	return 0;
}

static enum order_status status_of_cell(struct span key, const struct cell *c)
{
	static const enum value_kind kinds[] = {
		[CELL_NONE] = VALUE_NONE, [CELL_TEXT] = VALUE_TEXT, [CELL_NUMBER] = VALUE_NUMBER,
		[CELL_WORD] = VALUE_TRUE, [CELL_RAW] = VALUE_OBJECT,
	};
	enum value_kind kind = kinds[c->kind];

	if (kind == VALUE_TRUE && c->text.ptr[0] != 't')
		kind = VALUE_FALSE;
	return order_status_of_cell(key, kind, c->text);
}

/* What the row says has become of its order. */
static enum order_status read_status(struct maker *m, const struct row *row)
{
	const struct plan *p = m->plan;
	enum order_status worst = ORDER_STATUS_ABSENT, status;
	struct cell cell;
	bool plain;

	for (size_t i = 0; i < p->status_count; i++) {
		const struct target *t = &p->targets[p->statuses[i]];

		if (value_of(m, t, row, &cell, &plain) != FIT_PUT)
			continue;
		status = status_of_cell(t->field.key, &cell);
		worst = status > worst ? status : worst;
	}
	for (size_t i = 0; i < m->extra_count; i++) {
		const struct extra *e = &m->extras[i];

		if (e->target->field.section != SECTION_PROPS)
			continue;
		status = status_of_cell(e->target->field.key, &e->cell);
		worst = status > worst ? status : worst;
	}
	return worst;
}

/* The name of an event that nobody has given one: an order's by what has become of it. */
static struct span default_member(struct maker *m, const struct row *row)
{
	const struct plan *p = m->plan;
	bool order = p->order_kind != ORDER_NONE;

	/* What the others are says nothing about this one. */
	if (m->by_row)
		order = m->says_order;
	else if (p->json && order)
		order = uses_key(m, SECTION_PROPS, SPAN("order_id"), row);
	m->order = order ? ORDER_COMPLETED : ORDER_NONE;
	if (!order)
		return SPAN(",\"event\":\"Row Imported\"");
	switch (read_status(m, row)) {
	case ORDER_STATUS_FAILED:
		return SPAN(",\"event\":\"Payment Failed\"");
	case ORDER_STATUS_OPEN:
		return SPAN(",\"event\":\"Payment Pending\"");
	case ORDER_STATUS_OTHER:
		return SPAN(",\"event\":\"Row Imported\"");
	case ORDER_STATUS_REFUND:
		return SPAN(",\"event\":\"Order Refunded\"");
	default:
		return SPAN(",\"event\":\"Order Completed\"");
	}
}

static int put_event(struct maker *m, const struct row *row, struct buf *out)
{
	const struct plan *p = m->plan;
	size_t begin = out->len, at = begin + sizeof ",\"event\":\"" - 1;
	struct span member = QUICK_SPAN(",\"event\":");

	m->order = p->order_kind;
	if (m->extra_count && put_extra_top(m, SECTION_EVENT, member, out))
		return -1;
	if (out->len == begin && p->event_member.len) {
		buf_span(out, p->event_default ? default_member(m, row) : p->event_member);
		return 0;
	}
	if (out->len == begin && put_top(m, row, SECTION_EVENT, member, out))
		return -1;
	if (out->len == begin && m->by_row && p->type == EVENT_TRACK) {
		buf_span(out, default_member(m, row));
		return 0;
	}
	if (out->len > at)
		m->order = order_kind_of_name(span_sub(buf_since(out, at), 0, out->len - at - 1));
	return 0;
}

/* Is the revenue of the row all that there is to its order? */
static void note_order(struct maker *m, const struct row *row, struct span props)
{
	const struct plan *p = m->plan;

	m->odd_order = false;
	if (m->order == ORDER_NONE)
		return;
	if (p->odd_orders || m->extra_count || m->currency[0])
		m->odd_order = true;
	else if (p->revenue >= 0)
		m->odd_order = row->cells[p->revenue].kind == CELL_NONE || !row->cells[p->revenue].text.len;
	else
		m->odd_order = span_find(props, SPAN("\"revenue\":")) == props.len;
}

static int put_time(struct maker *m, const struct row *row, struct buf *out)
{
	struct span member = QUICK_SPAN(",\"time\":");
	struct when when;

	if (m->plan->section_at[SECTION_TIME] == m->plan->section_at[SECTION_TIME + 1])
		return m->extra_count ? put_extra_top(m, SECTION_TIME, member, out) : 0;
	if (!m->plan->clocks)
		return put_top(m, row, SECTION_TIME, member, out);
	if (when_choose(m, row, &when))
		return -1;
	if (when.whole)
		return put_member(m, when.whole, member, row, out) == FIT_REJECT ? -1 : 0;
	if (!when.joined)
		return 0;
	buf_span(out, member);
	buf_char(out, '"');
	buf_put(out, when.moment, MOMENT_TEXT);
	buf_char(out, '"');
	return 0;
}

/* Up to the event's name. */
static int put_head(struct maker *m, const struct row *row, struct buf *out)
{
	if (put_type(m, row, out) || put_id(m, row, out) ||
	    put_top(m, row, SECTION_VERSION, QUICK_SPAN(",\"version\":"), out))
		return -1;
	if (m->plan->versioned)
		version_column_put(m, row, out);
	m->time_at = out->len;
	if (put_time(m, row, out))
		return -1;
	m->time_at = out->len > m->time_at ? m->time_at + sizeof ",\"time\":" : 0;
	buf_span(out, m->plan->source_member);
	return put_event(m, row, out);
}

/* Somebody whom the source has deleted becomes a record like all others: counted by the column that says it best. */
static void note_deletion(struct maker *m, const struct row *row)
{
	const struct plan *p = m->plan;
	enum deletion said = DELETION_UNSAID;
	const struct target *by = NULL;
	struct span text = SPAN("");

	for (size_t i = 0; i < p->deletion_count; i++) {
		const struct target *t = &p->targets[p->deletions[i]];
		struct cell cell;
		bool plain;
		enum deletion d = value_of(m, t, row, &cell, &plain) == FIT_PUT ? deletion_of(&cell) : DELETION_UNSAID;

		if (d <= said)
			continue;
		said = d;
		by = t;
		text = cell.text;
	}
	if (said == DELETION_YES || said == DELETION_DAY)
		maker_note(m, by, TALLY_DELETED, text);
}

static int put_record(struct maker *m, const struct row *row, struct buf *out)
{
	size_t begin = out->len;

	if (put_head(m, row, out))
		return -1;
	m->owned = false;
	for (int s = SECTION_IDS; s < SECTIONS; s++) {
		size_t from = out->len;

		/* Traits may come of consents, these of traits, a context of enrichment; an order is looked at behind
		 * its properties. */
		if (s != SECTION_TRAITS && s != SECTION_PROPS && s != SECTION_CONSENT &&
		    !(s == SECTION_CONTEXT && m->enricher) && !m->extra_count &&
		    m->plan->section_at[s] == m->plan->section_at[s + 1])
			continue;
		if (put_section(m, row, (enum section)s, out))
			return -1;
		m->owned |= s == SECTION_IDS && out->len > from;
		if (s == SECTION_PROPS)
			note_order(m, row, buf_since(out, from));
	}
	if (m->plan->deletion_count)
		note_deletion(m, row);
	buf_lit(out, "}\n");
	/* Its readers would refuse it. */
	if (out->len - begin > INPUT_LINE_MAX)
		return error_data(m->err, "the record would be longer than 64 MiB");
	return 0;
}

static int start_row(struct maker *m, const struct row *row, struct error *err)
{
	arena_clear(&m->scratch);
	m->demoted_count = 0;
	m->extra_count = 0;
	m->late_count = 0;
	m->id_at = 0;
	m->currency[0] = '\0';
	m->err = err;
	m->given = m->row = row;
	if (m->enricher)
		enricher_begin(m->enricher);
	if ((row->touched_count || m->plan->typed) && !m->plan->bare)
		late_members_find(m, row);
	m->run.row = m->row;
	if (m->present)
		note_present(m, m->row);
	return m->plan->spread_count ? extras_spread(m, m->row) : 0;
}

int maker_put(struct maker *m, const struct row *row, struct buf *out,
	      struct error *err)
{
	size_t begin = out->len;

	if (!start_row(m, row, err) && !put_record(m, m->row, out))
		return 0;
	out->len = begin;
	return -1;
}

/* The pieces that a row of an order is folded from. */

/* Properties of ROLE, with a comma before each. */
static int put_role(struct maker *m, const struct row *row, enum fold_role role,
		    struct buf *out)
{
	const struct plan *p = m->plan;

	for (size_t i = p->section_at[SECTION_PROPS];
	     i < p->section_at[SECTION_PROPS + 1]; i++)
		if (p->targets[i].role == role &&
		    put_target(m, &p->targets[i], row, out) == FIT_REJECT)
			return -1;
	return 0;
}

static int read_sum(struct maker *m, const struct target *t,
		    const struct row *row, struct folded_row *fold)
{
	struct buf text = BUF_INIT;
	enum fit fit = put_target(m, t, row, &text);
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

/* The member of T for a key: the record has it as well, and counts what is odd about it. */
static enum fit put_uncounted(struct maker *m, const struct target *t, const struct row *row,
			      struct buf *out)
{
	size_t demoted = m->demoted_count;
	enum fit fit;

	m->uncounted = true;
	fit = put_target(m, t, row, out);
	m->uncounted = false;
	m->demoted_count = demoted;
	return fit;
}

/* The same of the event's name. */
static void put_uncounted_event(struct maker *m, const struct row *row, struct buf *out)
{
	const struct plan *p = m->plan;
	size_t at = p->section_at[SECTION_EVENT];

	if (p->event_member.len)
		put_event(m, row, out);
	else
		for (; at < p->section_at[SECTION_EVENT + 1]; at++)
			put_uncounted(m, &p->targets[at], row, out);
}

/* Whose row it is, even where the rest of it cannot be read. */
static void find_key(struct maker *m, const struct row *row,
		     struct folded_row *fold)
{
	const struct plan *p = m->plan;
	const struct target *t = &p->targets[p->fold_key];
	struct buf text = BUF_INIT;
	size_t at;

	buf_span(&text, p->source_member);
	put_uncounted_event(m, row, &text);
	at = text.len;
	for (; t && !fold->keyed; t = fold->keyed ? t : t->same)
		fold->keyed = put_uncounted(m, t, row, &text) == FIT_PUT;
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

/* The currency that amounts were written with is the whole order's; its members begin AT. */
static int keep_currency(struct maker *m, size_t at, struct buf *out, struct folded_row *fold)
{
	size_t end = at + fold->kept, len;

	if (money_currency(m, span_sub(buf_view(out), at, fold->kept), &m->member))
		return -1;
	len = m->member.len;
	buf_span(out, buf_view(&m->member));
	memmove(out->ptr + end + len, out->ptr + end, out->len - len - end);
	memcpy(out->ptr + end, m->member.ptr, len);
	fold->kept += len;
	return 0;
}

static int put_pieces(struct maker *m, const struct row *row, struct buf *out,
		      struct folded_row *fold)
{
	size_t at = out->len;

	if (put_head(m, row, out))
		return -1;
	set_id(m, fold, out);
	fold->ids_at = out->len - at;
	if (put_section(m, row, SECTION_IDS, out))
		return -1;
	fold->ids = out->len - at - fold->ids_at;
	if (put_section(m, row, SECTION_TRAITS, out))
		return -1;
	fold->head = out->len - at;
	if (put_role(m, row, ROLE_KEEP, out))
		return -1;
	fold->kept = out->len - at - fold->head;
	if (read_sums(m, row, fold) || put_role(m, row, ROLE_PRODUCT, out) ||
	    put_extras(m, SECTION_PROPS, SPAN(""), out))
		return -1;
	if (m->currency[0] && keep_currency(m, at + fold->head, out, fold))
		return -1;
	fold->product = out->len - at - fold->head - fold->kept;
	if (put_section(m, row, SECTION_CONTEXT, out) ||
	    put_section(m, row, SECTION_CONSENT, out))
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
	if (start_row(m, row, err))
		return -1;
	row = m->row;
	m->err = &ignored;
	find_key(m, row, fold);
	m->err = err;
	m->demoted_count = 0;
	if (!put_pieces(m, row, out, fold))
		return 0;
	out->len = fold->at;
	return -1;
}
