#include "collect/mapping/extras.h"

#include "base/mem.h"
#include "collect/mapping/value.h"
#include "collect/mapping/version_column.h"
#include "record/scan.h"

/* As many paths are remembered; a source that makes them up starts anew. */
#define LATE_MAX 10000

struct span extras_prefix(struct span key, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct span kept;

	buf_char(&b, ',');
	text_encode(&b, key);
	buf_char(&b, ':');
	kept = arena_copy(a, buf_view(&b));
	buf_release(&b);
	return kept;
}

struct span extras_free_key(struct maker *m, enum section section, struct span key)
{
	/* Where the search for a name stopped that was asked for before. */
	size_t at = map_put(&m->late_names, key, NULL);
	uint64_t *n = &m->late_names.entries[at].number;
	struct buf b = BUF_INIT;
	struct span kept;

	*n += !*n;
	for (;; ++*n) {
		buf_clear(&b);
		buf_span(&b, key);
		if (*n > 1)
			buf_printf(&b, "_%llu", (unsigned long long)*n);
		if (!plan_find(m->plan, section, buf_view(&b)))
			break;
	}
	kept = arena_copy(&m->late_arena, buf_view(&b));
	buf_release(&b);
	return kept;
}

static bool may_be_spread(const struct plan *p, const struct field *f)
{
	return (f->section == SECTION_IDS || f->section == SECTION_CONSENT || f->section == SECTION_TRAITS ||
		f->section == SECTION_PROPS) &&
	       !plan_find(p, f->section, f->key);
}

/* The field of PATH, or what is left of its name. */
static struct target *make_target(struct maker *m, struct span path)
{
	const struct plan *p = m->plan;
	bool identify = p->type == EVENT_IDENTIFY;
	struct target *t = arena_zero(&m->late_arena, sizeof *t);
	struct buf folded = BUF_INIT;
	unsigned rank;

	if (!field_of_member(path, p->source, identify, &m->late_arena, &t->field, &rank) ||
	    !may_be_spread(p, &t->field)) {
		expr_fold_name(path, &folded);
		t->field = field_of_rest(SPAN("column"), identify);
		t->field.key = extras_free_key(m, t->field.section,
					folded.len ? buf_view(&folded) : SPAN("column"));
		buf_release(&folded);
	}
	t->origin = ORIGIN_REST;
	t->column = -1;
	t->prefix = extras_prefix(t->field.key, &m->late_arena);
	t->demoted = t->prefix;
	t->names_section = field_is_section(path);
	t->label = arena_copy(&m->late_arena, path);
	t->version_rank = p->versioned ? version_rank(path) : 0;
	t->number = p->tallies;		/* the one for all that came late */
	return t;
}

/* Two paths of one row may fold to one key: the later gets a number. */
static const struct target *number_target(struct maker *m,
					   const struct target *t)
{
	struct buf key = BUF_INIT;
	struct target *other;
	size_t at;
	bool added;

	buf_char(&key, (char)('a' + t->field.section));
	buf_span(&key, t->field.key);
	at = map_put(&m->keys, buf_view(&key), &added);
	/* The number that the last one got: the next one goes on from there. */
	while (!added) {
		uint64_t n = m->keys.entries[at].number;

		n += n ? 1 : 2;
		m->keys.entries[at].number = n;
		key.len = 1 + t->field.key.len;
		buf_printf(&key, "_%llu", (unsigned long long)n);
		map_put(&m->keys, buf_view(&key), &added);
	}
	if (key.len > 1 + t->field.key.len) {
		other = arena_alloc(&m->scratch, sizeof *other);
		*other = *t;
		other->prefix = extras_prefix(span_sub(buf_view(&key), 1, key.len),
					      &m->scratch);
		t = other;
	}
	buf_release(&key);
	return t;
}

/* What a path in a spread object means. */
struct meant {
	struct target direct;		/* the field by its name */
	struct target *trait;		/* for what is no consent; NULL: not needed yet */
	const struct target *other;	/* where it goes when a column has that field */
	const struct target *taken;	/* the plan's target of that field; NULL: none */
};

static struct meant *meaning_of_path(struct maker *m, struct span path)
{
	const struct plan *p = m->plan;
	bool added;
	size_t at = map_put(&m->spread, path, &added);
	struct meant *meant;
	unsigned rank;

	if (!added)
		return m->spread.entries[at].ptr;
	meant = arena_zero(&m->late_arena, sizeof *meant);
	m->spread.entries[at].ptr = meant;
	meant->other = make_target(m, path);
	meant->direct = *meant->other;
	if (!field_of_member(path, p->source, false, &m->late_arena,
			     &meant->direct.field, &rank))
		return meant;
	meant->taken = plan_find(p, meant->direct.field.section, meant->direct.field.key);
	meant->direct.prefix = extras_prefix(meant->direct.field.key, &m->late_arena);
	meant->direct.demoted = meant->direct.prefix;
	return meant;
}

/* Does T give a value in this row? */
static bool gives_value(struct maker *m, const struct target *t)
{
	struct cell cell;
	bool plain;

	return value_of(m, t, m->run.row, &cell, &plain) != FIT_ABSENT;
}

/*
 * Two paths of one consent, as "Ads" and "ads": a no outweighs the other, and no number is given, since no gate
 * would ask for "ads_2".  False: it is the first of this row.
 */
static bool join_consent(struct maker *m, const struct target *t, const struct cell *cell)
{
	struct buf key = BUF_INIT;
	bool added;
	size_t at;

	buf_char(&key, (char)('a' + SECTION_CONSENT));
	buf_span(&key, t->field.key);
	at = map_put(&m->keys, buf_view(&key), &added);
	buf_release(&key);
	if (added)
		m->keys.entries[at].number = m->extra_count;
	else if (value_said(m, t, span_trim(cell->text)) == SAID_NO)
		m->extras[m->keys.entries[at].number] = (struct extra){t, *cell};
	return !added;
}

void extras_add(struct maker *m, const struct target *t, const struct cell *cell)
{
	struct extra *e;

	if (!m->extra_count)
		map_clear(&m->keys);
	if (t->field.section == SECTION_CONSENT && join_consent(m, t, cell))
		return;
	m->extras = mem_room(m->extras, m->extra_count, &m->extra_cap,
			     sizeof *m->extras);
	e = &m->extras[m->extra_count++];
	e->target = t->field.section == SECTION_CONSENT ? t : number_target(m, t);
	e->cell = *cell;
}

/* What is no consent is kept as a trait, as that of a column is. */
static bool keep_as_trait(struct maker *m, struct meant *meant, const struct cell *cell)
{
	const struct target *t = &meant->direct;

	if (t->field.section != SECTION_CONSENT || !value_note_consent(m, t, cell))
		return false;
	if (!meant->trait) {
		meant->trait = arena_alloc(&m->late_arena, sizeof *meant->trait);
		*meant->trait = *t;
		meant->trait->field = field_of_rest(extras_free_key(m, SECTION_TRAITS, t->field.key), true);
		meant->trait->prefix = extras_prefix(meant->trait->field.key, &m->late_arena);
	}
	extras_add(m, meant->trait, cell);
	return true;
}

static void add_by_path(struct maker *m, struct span path, const struct cell *cell)
{
	struct meant *meant = meaning_of_path(m, path);
	bool taken = meant->taken && gives_value(m, meant->taken);

	if (!taken) {
		if (!keep_as_trait(m, meant, cell))
			extras_add(m, &meant->direct, cell);
	} else if (!meant->taken->rule) {
		extras_add(m, meant->other, cell);
	}
}

void extras_forget(struct maker *m)
{
	m->new_count = 0;
	if (m->late.count + m->spread.count <= LATE_MAX)
		return;
	map_release(&m->late);
	map_release(&m->spread);
	map_release(&m->late_names);
	arena_clear(&m->late_arena);
}

/*
 * `props.* = OBJECT`: the members of an object as if they were members of the
 * section.  They take the way of members that came late; a member
 * whose field has a rule of its own, which gives it a value, is left to that rule.
 */

/* Objects inside objects; deeper ones stay as they are. */
#define DEPTH_MAX 8

static const char *const section_names[SECTIONS] = {
	[SECTION_IDS] = "ids", [SECTION_TRAITS] = "traits", [SECTION_PROPS] = "props",
	[SECTION_CONSENT] = "consent",
};

static struct cell cell_of_value(struct maker *m, struct value v)
{
	struct cell c = {v.raw, CELL_RAW};

	switch (v.kind) {
	case VALUE_NONE:
	case VALUE_NULL:
		return (struct cell){SPAN(""), CELL_NONE};
	case VALUE_FALSE:
	case VALUE_TRUE:
		c.kind = CELL_WORD;
		break;
	case VALUE_NUMBER:
		c.kind = CELL_NUMBER;
		break;
	case VALUE_TEXT:
		c.kind = CELL_TEXT;
		buf_clear(&m->text);
		c.text = value_text(v, &m->text);
		if (v.escaped)
			c.text = arena_copy(&m->scratch, c.text);
		break;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		break;
	}
	return c;
}

static void spread_members(struct maker *m, struct value object, struct buf *path,
			   int depth)
{
	size_t len = path->len;
	struct buf key = BUF_INIT;
	struct member member;
	struct scan s;

	scan_start(&s, object.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &member, NULL) > 0) {
		struct cell c;

		path->len = len;
		buf_char(path, '.');
		buf_span(path, member_key(&member, &key));
		buf_clear(&key);
		if (member.value.kind == VALUE_OBJECT && depth < DEPTH_MAX &&
		    !value_is_empty(member.value.raw)) {
			spread_members(m, member.value, path, depth + 1);
			continue;
		}
		c = cell_of_value(m, member.value);
		if (c.kind != CELL_NONE)
			add_by_path(m, buf_view(path), &c);
	}
	path->len = len;
	buf_release(&key);
}

static int refuse_object(struct maker *m, const struct spread *s, struct span text)
{
	char quoted[ERROR_QUOTE_MAX];

	return error_data(m->err, "%s is not a JSON object (in field '%s.*')",
			  error_quote(text, quoted), section_names[s->section]);
}

/* The object that D is; absent where it is unknown. */
static int read_object(struct maker *m, const struct spread *s,
		       const struct datum *d, struct value *v)
{
	*v = VALUE_ABSENT;
	if (d->type == TYPE_UNKNOWN)
		return 0;
	if (d->type == TYPE_JSON && d->text.ptr[0] == '{') {
		*v = (struct value){d->text, VALUE_OBJECT, false};
		return 0;
	}
	if (d->type != TYPE_TEXT)
		return refuse_object(m, s, d->type == TYPE_JSON ? d->text : SPAN("a single value"));
	if (!span_trim(d->text).len)
		return 0;
	if (scan_whole(d->text, v, NULL) || v->kind != VALUE_OBJECT)
		return refuse_object(m, s, d->text);
	return 0;
}

int extras_spread(struct maker *m, const struct row *row)
{
	struct buf path = BUF_INIT;
	int bad = 0;

	m->run.row = row;
	for (size_t i = 0; !bad && i < m->plan->spread_count; i++) {
		const struct spread *s = &m->plan->spreads[i];
		struct datum d;
		struct value v;

		bad = expr_eval(s->expr, &m->run, &d, m->err) ||
		      read_object(m, s, &d, &v);
		if (bad || v.kind != VALUE_OBJECT)
			continue;
		buf_clear(&path);
		buf_text_put(&path, section_names[s->section]);
		spread_members(m, v, &path, 1);
	}
	buf_release(&path);
	return bad ? -1 : 0;
}
