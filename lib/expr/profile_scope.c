#include "expr/profile_scope.h"

#include <stddef.h>

#include "base/map.h"
#include "base/mem.h"
#include "expr/profile_asked.h"
#include "expr/profile_lists.h"
#include "expr/profile_row.h"
#include "expr/tree.h"
#include "time/date_text.h"

struct profile_scope {
	struct map slots;	/* name as written -> number of its slot */
	struct slot *list;
	size_t count;
	size_t cap;
	struct arena arena;
	bool events;		/* a function of events was compiled */
	bool segments;		/* in_segment() was */
	bool converts;		/* revenue_in() was */
	struct asked_list asked;
	struct profile_lists lists;
	const struct rates *rates;	/* NULL: none */
	struct span *properties;	/* of filters, by their slots */
	size_t property_count;
	size_t property_cap;
};

/* Where a filter stands: in a call over events of one name, or of several (absent). */
struct filter_place {
	struct profile_scope *scope;
	struct span event;
};

/* Members of a profile that we know where to find. */
static const struct {
	const char *name;
	size_t member;
} tops[] = {
	{"id", offsetof(struct profile, id)},
	{"as_of", offsetof(struct profile, as_of_text)},
	{"ids", offsetof(struct profile, ids)},
	{"traits", offsetof(struct profile, traits)},
	{"consent", offsetof(struct profile, consent)},
	{"sources", offsetof(struct profile, sources)},
	{"first_seen", offsetof(struct profile, first_seen)},
	{"last_seen", offsetof(struct profile, last_seen)},
	{"orders", offsetof(struct profile, orders)},
	{"segments", offsetof(struct profile, segments)},
	{"scores", offsetof(struct profile, scores)},
	{"offers", offsetof(struct profile, offers)},
	{"events_omitted", offsetof(struct profile, events_omitted)},
};

/* Names that stand for a path, with their types. */
static const struct {
	const char *name;
	const char *path;
	enum slot_kind kind;
	enum datum_type type;
} known[] = {
	{"id", "id", SLOT_PATH, TYPE_TEXT},
	{"as_of", "as_of", SLOT_AS_OF, TYPE_TIME},
	{"first_seen", "first_seen", SLOT_PATH, TYPE_TIME},
	{"last_seen", "last_seen", SLOT_PATH, TYPE_TIME},
	{"sources", "sources", SLOT_ALL, TYPE_LIST},
	{"segments", "segments", SLOT_ALL, TYPE_LIST},
	{"orders", "orders.count", SLOT_PATH, TYPE_NUMBER},
	{"revenue", "orders.revenue", SLOT_PATH, TYPE_NUMBER},
	{"currency", "orders.currency", SLOT_PATH, TYPE_TEXT},
	{"first_order", "orders.first", SLOT_PATH, TYPE_TIME},
	{"last_order", "orders.last", SLOT_PATH, TYPE_TIME},
	{"refunds", "orders.refunds", SLOT_PATH, TYPE_NUMBER},
	{"recency", "orders.last", SLOT_RECENCY, TYPE_NUMBER},
	{"frequency", "orders.count", SLOT_PATH, TYPE_NUMBER},
	{"monetary", "orders.revenue", SLOT_PATH, TYPE_NUMBER},
	{"events_omitted", "events_omitted", SLOT_PATH, TYPE_NUMBER},
	{"email", "ids.email", SLOT_NEWEST, TYPE_TEXT},
	{"phone", "ids.phone", SLOT_NEWEST, TYPE_TEXT},
	{"user_id", "ids.user_id", SLOT_NEWEST, TYPE_TEXT},
	{"anonymous_id", "ids.anonymous_id", SLOT_NEWEST, TYPE_TEXT},
	{"device_id", "ids.device_id", SLOT_NEWEST, TYPE_TEXT},
	{"orders.count", "orders.count", SLOT_PATH, TYPE_NUMBER},
	{"orders.revenue", "orders.revenue", SLOT_PATH, TYPE_NUMBER},
	{"orders.first", "orders.first", SLOT_PATH, TYPE_TIME},
	{"orders.last", "orders.last", SLOT_PATH, TYPE_TIME},
};

/* Traits with a name of their own: those that Segment reserves, and their kin. */
static const char *const common_traits[] = {
	"first_name", "last_name", "middle_name", "name", "full_name",
	"salutation", "title", "gender", "age", "birthday", "birth_date",
	"language", "locale", "timezone", "company", "job_title", "industry",
	"department", "username", "website", "avatar", "description",
	"address", "street", "house_number", "city", "state", "region",
	"postcode", "postal_code", "zip", "country", "country_code",
	"latitude", "longitude", "plan", "tags", "note", "vip", "newsletter",
	"created_at", "updated_at",
};

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

struct profile_scope *profile_scope_new(void)
{
	return mem_zero(1, sizeof(struct profile_scope));
}

void profile_scope_free(struct profile_scope *s)
{
	if (!s)
		return;
	map_release(&s->slots);
	mem_free(s->list);
	mem_free(s->properties);
	asked_release(&s->asked);
	profile_lists_release(&s->lists);
	arena_release(&s->arena);
	mem_free(s);
}

/* Cuts PATH into its top member and the rest. */
static void set_path(struct slot *slot, struct span path)
{
	size_t dot = span_find_byte(path, '.');
	size_t i;

	slot->top = span_sub(path, 0, dot);
	slot->path = dot < path.len ? span_sub(path, dot + 1, path.len) : SPAN_NONE;
	slot->member = 0;
	for (i = 0; i < LENGTH(tops); i++) {
		if (span_equal(slot->top, span_of(tops[i].name)))
			slot->member = tops[i].member;
	}
	slot->trait = slot->member == offsetof(struct profile, traits) && !span_absent(slot->path) &&
		      span_find_byte(slot->path, '.') == slot->path.len;
}

static bool is_top(struct span name)
{
	size_t i;

	for (i = 0; i < LENGTH(tops); i++) {
		if (span_equal(name, span_of(tops[i].name)))
			return true;
	}
	return false;
}

/*
 * May the path begin with TOP?  A member that we do not know is fine, unless it
 * looks like one that we do.
 */
static bool plausible_top(struct span top)
{
	const char *names[LENGTH(tops) + 1] = {NULL};
	size_t i;

	for (i = 0; i < LENGTH(tops); i++)
		names[i] = tops[i].name;
	return is_top(top) ||
		(!span_equal(top, SPAN("events")) && !error_suggest(top, names));
}

static bool is_common_trait(struct span name)
{
	size_t i;

	for (i = 0; i < LENGTH(common_traits); i++) {
		if (span_equal(name, span_of(common_traits[i])))
			return true;
	}
	return false;
}

static struct span prefixed(struct profile_scope *s, struct span prefix,
			    struct span name)
{
	char *at = arena_bytes(&s->arena, prefix.len + name.len);

	memcpy(at, prefix.ptr, prefix.len);
	memcpy(at + prefix.len, name.ptr, name.len);
	return (struct span){at, prefix.len + name.len};
}

/* A name from the table. */
static bool find_known(struct span name, struct slot *slot)
{
	size_t i;

	for (i = 0; i < LENGTH(known); i++) {
		if (!span_equal(name, span_of(known[i].name)))
			continue;
		slot->kind = known[i].kind;
		slot->type = known[i].type;
		slot->listed = true;
		set_path(slot, span_of(known[i].path));
		return true;
	}
	return false;
}

/* A dotted path: what we know of its type. */
static bool find_path(struct profile_scope *s, struct span name, struct slot *slot)
{
	set_path(slot, arena_copy(&s->arena, name));
	slot->kind = SLOT_PATH;
	slot->type = TYPE_ANY;
	if (span_equal(slot->top, SPAN("ids"))) {
		slot->kind = SLOT_NEWEST;
		slot->type = TYPE_TEXT;
	} else if (span_equal(slot->top, SPAN("consent"))) {
		slot->type = TYPE_TEXT;
	}
	return plausible_top(slot->top);
}

/* NAME without "[]". */
static bool find_plain(struct profile_scope *s, struct span name, struct slot *slot)
{
	bool dotted = span_find_byte(name, '.') < name.len;

	*slot = (struct slot){0};
	if (find_known(name, slot))
		return true;
	if (dotted)
		return find_path(s, name, slot);
	slot->kind = SLOT_NEWEST;
	slot->type = TYPE_TEXT;
	if (name.len > 3 && span_ends(name, SPAN("_id"))) {
		set_path(slot, prefixed(s, SPAN("ids."), name));
		return true;
	}
	slot->kind = SLOT_PATH;
	slot->type = TYPE_ANY;
	if (is_common_trait(name)) {
		set_path(slot, prefixed(s, SPAN("traits."), name));
		slot->listed = true;
		return true;
	}
	/* A whole member, as JSON: orders is the exception, a number above. */
	set_path(slot, arena_copy(&s->arena, name));
	return is_top(name);
}

static bool find_slot(struct profile_scope *s, struct span name, struct slot *slot)
{
	if (!span_ends(name, SPAN("[]")))
		return find_plain(s, name, slot);
	if (!find_plain(s, span_sub(name, 0, name.len - 2), slot) ||
	    slot->kind == SLOT_RECENCY || slot->kind == SLOT_AS_OF)
		return false;
	slot->kind = SLOT_ALL;
	slot->type = TYPE_LIST;
	return true;
}

static int scope_find(void *context, struct span name, bool quoted,
		      enum datum_type *type)
{
	struct profile_scope *s = context;
	struct slot slot;
	size_t entry = map_find(&s->slots, name);

	(void)quoted;
	if (entry == MAP_NONE) {
		if (!find_slot(s, name, &slot))
			return -1;
		s->list = mem_room(s->list, s->count, &s->cap, sizeof(*s->list));
		s->list[s->count] = slot;
		asked_add_slot(&s->asked, &slot);
		entry = map_put(&s->slots, name, NULL);
		s->slots.entries[entry].number = s->count++;
	}
	entry = (size_t)s->slots.entries[entry].number;
	*type = s->list[entry].type;
	return (int)entry;
}

static const char *const *scope_names(void *context)
{
	static const char *const paths[] = {"scores", "traits", "ids", "consent"};
	struct profile_scope *s = context;
	const char **list = arena_zero(&s->arena, sizeof(*list) *
		(LENGTH(known) + LENGTH(common_traits) + LENGTH(paths) + 1));
	size_t i, count = 0;

	for (i = 0; i < LENGTH(known); i++)
		list[count++] = known[i].name;
	for (i = 0; i < LENGTH(common_traits); i++)
		list[count++] = common_traits[i];
	for (i = 0; i < LENGTH(paths); i++)
		list[count++] = paths[i];
	return list;
}

static int scope_fetch(struct expr_run *run, int number, struct datum *out,
		       struct error *err);

/* days_since('2024-03-01') looks at no event; with a window the text can only be an event's name. */
static bool is_of_time(struct span name, const struct datum *constants,
		       size_t count)
{
	struct civil civil;

	return span_equal(name, SPAN("days_since")) && count == 1 &&
	       constants[0].type == TYPE_TEXT &&
	       date_parse(constants[0].text, DATES_ISO, &civil);
}

static void scope_used(void *context, const struct expr_function *f,
		       const struct datum *constants, size_t count)
{
	struct profile_scope *s = context;
	struct span name = span_of(f->name);

	bool converts = span_equal(name, SPAN("revenue_in"));

	s->converts = s->converts || converts;
	/* With rates nobody has to have paid in the currency that is asked for. */
	if (!is_of_time(name, constants, count) && !(s->rates && converts))
		asked_add_call(&s->asked, name, constants, count);
	if (span_equal(name, SPAN("in_segment")))
		s->segments = true;
	else if (!span_equal(name, SPAN("has_consent")) &&
		 !(converts && count == 1) &&
		 !is_of_time(name, constants, count))
		/* revenue() and orders() alone are the summary's. */
		s->events = s->events || count > 0 || span_equal(name, SPAN("sessions"));
}

/* ---- Rates ---- */

void profile_scope_set_rates(struct profile_scope *s, const struct rates *r)
{
	s->rates = r;
}

bool profile_scope_converts(const struct profile_scope *s)
{
	return s->converts;
}

const struct rates *profile_scope_rates(const struct profile_scope *s)
{
	return s->rates;
}

void profile_scope_put_rates(const struct profile_scope *s, const struct profile_row *const *rows,
			     size_t count, bool missing, struct buf *out)
{
	const struct rate_uses **uses = mem_zero(count + 1, sizeof *uses);

	for (size_t i = 0; i < count; i++)
		uses[i] = &rows[i]->rates;
	if (s->rates)
		rates_put(s->rates, uses, count, missing, out);
	mem_free(uses);
}

/* ---- Files of values ---- */

const struct profile_lists *profile_scope_lists(const struct profile_scope *s)
{
	return &s->lists;
}

/* Of an identifier spellings are one. */
static const struct value_list *scope_file(void *context, int slot, struct span path, struct error *err)
{
	struct profile_scope *s = context;
	bool identifier = slot >= 0 && (size_t)slot < s->count && span_equal(s->list[slot].top, SPAN("ids"));

	return profile_lists_open(&s->lists, path, identifier ? s->list[slot].path : SPAN(""),
				  identifier && s->list[slot].kind == SLOT_NEWEST, &s->arena, err);
}

/* Values of properties. */
static const struct value_list *filter_file(void *context, int slot, struct span path, struct error *err)
{
	const struct filter_place *place = context;

	(void)slot;
	return scope_file(place->scope, -1, path, err);
}

void profile_scope_put_lists(const struct profile_scope *s, const struct profile_row *const *rows,
			     size_t count, struct buf *out)
{
	profile_lists_put(&s->lists, rows, count, out);
}

/* ---- Filters: their names are properties ---- */

struct span profile_scope_property(const struct profile_scope *scope, int slot)
{
	return scope->properties[slot];
}

static int find_property(void *context, struct span name, bool quoted, enum datum_type *type)
{
	const struct filter_place *place = context;
	struct profile_scope *s = place->scope;

	(void)quoted;
	if (span_ends(name, SPAN("[]")))
		name = span_sub(name, 0, name.len - 2);
	*type = TYPE_ANY;
	s->properties = mem_room(s->properties, s->property_count, &s->property_cap, sizeof *s->properties);
	s->properties[s->property_count] = arena_copy(&s->arena, name);
	asked_add_property(&s->asked, place->event, name);
	return (int)s->property_count++;
}

static struct expr_scope scope_of_events(struct profile_scope *s, struct span event)
{
	struct filter_place *place = arena_zero(&s->arena, sizeof *place);

	place->scope = s;
	place->event = event;
	return (struct expr_scope){
		.find = find_property,
		.fetch = profile_fetch_property,
		.file = filter_file,
		.context = place,
		.lenient = true,
	};
}

struct expr *profile_condition(struct profile_scope *s, struct span event, struct span condition,
			       const char *file, struct error *err)
{
	struct expr_scope scope = scope_of_events(s, span_absent(event) ? event : arena_copy(&s->arena, event));

	return expr_compile(condition, file, 1, 1, &scope, TYPE_TRUTH, err);
}

int profile_condition_test(const struct expr *condition, struct expr_run *run, const struct event *e,
			   struct error *err)
{
	struct profile_row *row = (struct profile_row *)(uintptr_t)run->row;
	struct past_event past = {
		.time = e->time, .props = e->props, .context = e->context, .source = e->source.raw, .type = e->type,
	};
	int truth;

	row->event = &past;
	truth = expr_test(condition, run, err);
	row->event = NULL;
	return truth == -2 ? -1 : truth == 1;
}

/* revenue() and orders() ask for orders, whichever events those are of. */
static struct expr_scope scope_filter(void *context, const struct expr_function *f,
				      const struct datum *constants, size_t count)
{
	struct profile_scope *s = context;
	struct span event = SPAN_NONE;

	s->events = true;
	/* Of a condition, too, the text is an event's name. */
	if (is_of_time(span_of(f->name), constants, count))
		asked_add_call(&s->asked, span_of(f->name), constants, count);
	if (span_equal(span_of(f->name), SPAN("revenue")) || span_equal(span_of(f->name), SPAN("orders")) ||
	    span_equal(span_of(f->name), SPAN("revenue_in")))
		event = SPAN("Order Completed");
	else if (count && !(f->flags & FUNCTION_NAMES))
		event = arena_copy(&s->arena, constants[0].text);
	return scope_of_events(s, event);
}

struct expr_scope profile_scope_names(struct profile_scope *s)
{
	return (struct expr_scope){
		.find = scope_find,
		.names = scope_names,
		.fetch = scope_fetch,
		.functions = profile_functions,
		.context = s,
		.used = scope_used,
		.filter = scope_filter,
		.file = scope_file,
		.lenient = true,
		.hint = "a trait is traits.NAME, a text stands in quotes",
	};
}

struct asked_list *profile_scope_asked(struct profile_scope *s)
{
	return &s->asked;
}

bool profile_scope_reads_events(const struct profile_scope *s)
{
	return s->events;
}

bool profile_scope_reads(const struct profile_scope *s, const char *top)
{
	size_t i;

	if (s->segments && span_equal(span_of(top), SPAN("segments")))
		return true;
	for (i = 0; i < s->count; i++) {
		if (span_equal(s->list[i].top, span_of(top)))
			return true;
	}
	return false;
}

/* A member that this version does not know. */
static struct value other_member(const struct profile *p, struct span name)
{
	size_t i;

	for (i = 0; i < p->others.count; i++) {
		if (span_equal(p->others.list[i].key, name))
			return p->others.list[i].value;
	}
	return VALUE_ABSENT;
}

struct value profile_value(const struct profile *p, const struct slot *slot)
{
	struct value v = slot->member
		? *(const struct value *)((const char *)p + slot->member)
		: other_member(p, slot->top);

	return span_absent(slot->path) ? v : value_path(v, slot->path);
}

/* The first element of an array; what is no array is itself. */
static struct value first_of(struct value v)
{
	struct scan scan;
	struct value one;

	if (v.kind != VALUE_ARRAY)
		return v;
	scan_start(&scan, v.raw);
	if (scan_enter(&scan, '[', NULL) || scan_element(&scan, &one, NULL) <= 0)
		return VALUE_ABSENT;
	return one;
}

static int fetch_recency(struct expr_run *run, struct value last,
			 struct datum *out, struct error *err)
{
	struct datum then;

	if (profile_datum(run, last, TYPE_TIME, &then, err))
		return -1;
	if (then.type == TYPE_TIME)
		*out = profile_days_since(run, then.time);
	return 0;
}

/* The values behind an array on the way, as a list. */
struct path_walk {
	struct expr_run *run;
	struct span *items;
	size_t count;
	size_t cap;
};

static int take_item(void *context, struct value v)
{
	struct path_walk *w = context;

	if (v.kind == VALUE_NULL)
		return 0;
	w->items = mem_room(w->items, w->count, &w->cap, sizeof *w->items);
	w->items[w->count++] = v.kind == VALUE_ARRAY || v.kind == VALUE_OBJECT ? v.raw : profile_text(w->run, v);
	return 0;
}

static int fetch_through_array(struct expr_run *run, const struct slot *slot, struct datum *out,
			       struct error *err)
{
	const struct profile_row *row = run->row;
	struct path_walk w = {.run = run};
	struct slot top = *slot;
	struct span *items;
	int failed;

	top.path = SPAN_NONE;
	failed = profile_walk(profile_value(row->profile, &top), slot->path, take_item, &w, err);
	if (!failed && w.count) {
		items = arena_alloc(run->scratch, w.count * sizeof *items);
		memcpy(items, w.items, w.count * sizeof *items);
		*out = (struct datum){.type = TYPE_LIST, .list = {items, w.count}};
	}
	mem_free(w.items);
	return failed ? -1 : 0;
}

static int scope_fetch(struct expr_run *run, int number, struct datum *out,
		       struct error *err)
{
	const struct profile_row *row = run->row;
	const struct slot *slot = &row->scope->list[number];
	struct value v = profile_row_value(row, slot);
	int64_t now = profile_now(run);

	switch (slot->kind) {
	case SLOT_AS_OF:
		if (now != MOMENT_NONE)
			*out = datum_time(now);
		return 0;
	case SLOT_RECENCY:
		return fetch_recency(run, v, out, err);
	case SLOT_NEWEST:
		v = first_of(v);
		break;
	default:
		break;
	}
	/* traits.addresses.city: a path of two names may lead through an array. */
	if (v.kind == VALUE_NONE && slot->type == TYPE_ANY && span_find_byte(slot->path, '.') < slot->path.len)
		return fetch_through_array(run, slot, out, err);
	return profile_datum(run, v, slot->type, out, err);
}
