#include "unify/golden/survival.h"

#include <string.h>

#include "base/mem.h"
#include "record/scan.h"

#define PLACE_BITS 8

/* So many names of rules can be suggested. */
#define RULES_MAX 64

void survival_release(struct survival *s)
{
	mem_free(s->rules);
	map_release(&s->of_trait);
	arena_release(&s->arena);
	*s = SURVIVAL_INIT;
}

static size_t add_rule(struct survival *s, const struct survival_rule *rule)
{
	const struct survival_rule plain = {.how = survivorship_rules[0]};

	if (!s->count) {
		s->rules = mem_room(s->rules, s->count, &s->cap, sizeof *s->rules);
		s->rules[s->count++] = plain;
	}
	s->rules = mem_room(s->rules, s->count, &s->cap, sizeof *s->rules);
	s->rules[s->count] = *rule;
	return s->count++;
}

/* NAME as the keys of traits stand in JSON. */
static struct span key_of(struct survival *s, struct span name)
{
	struct buf key = BUF_INIT;
	struct span kept;

	text_encode_inner(&key, name);
	kept = arena_copy(&s->arena, buf_view(&key));
	buf_release(&key);
	return kept;
}

/* "most_recent, source_priority(...), ..." */
static void put_names(struct buf *out)
{
	for (size_t i = 0; survivorship_rules[i]; i++) {
		const struct survivorship_rule *r = survivorship_rules[i];

		buf_printf(out, "%s%s%s", i ? ", " : "", r->name, r->sources == RULE_SOURCES_NEEDED ? "(...)" : "");
	}
}

static int refuse_name(struct span name, struct error *err)
{
	const char *names[RULES_MAX + 1] = {NULL}, *near;
	struct buf list = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];

	for (size_t i = 0; i < RULES_MAX && survivorship_rules[i]; i++)
		names[i] = survivorship_rules[i]->name;
	near = error_suggest(name, names);
	if (near)
		return error_usage(err, "%s is no rule of survivorship; did you mean '%s'?",
				   error_quote(name, quoted), near);
	put_names(&list);
	error_usage(err, "%s is no rule of survivorship: %s", error_quote(name, quoted), buf_text(&list));
	buf_release(&list);
	return -1;
}

static int read_name(struct span name, const struct survivorship_rule **out, struct error *err)
{
	for (size_t i = 0; survivorship_rules[i]; i++) {
		if (!span_equal_nocase(name, span_of(survivorship_rules[i]->name)))
			continue;
		*out = survivorship_rules[i];
		return 0;
	}
	return refuse_name(name, err);
}

static struct span unquoted(struct span text)
{
	text = span_trim(text);
	if (text.len >= 2 && (text.ptr[0] == '\'' || text.ptr[0] == '"') &&
	    text.ptr[text.len - 1] == text.ptr[0])
		return span_sub(text, 1, text.len - 2);
	return text;
}

/* The sources in the parentheses of RULE; *RULE is left with its name. */
static int read_sources(struct survival *s, struct span *rule,
			struct survival_rule *out, struct error *err)
{
	size_t open = span_find_byte(*rule, '(');
	struct span rest = span_sub(*rule, open + 1, rule->len);
	char quoted[ERROR_QUOTE_MAX];
	size_t count = 1;

	if (open == rule->len)
		return 0;
	if (rule->ptr[rule->len - 1] != ')')
		return error_usage(err, "%s lacks its ')'", error_quote(*rule, quoted));
	rest.len--;
	*rule = span_trim(span_sub(*rule, 0, open));
	for (size_t i = 0; i < rest.len; i++)
		count += rest.ptr[i] == ',';
	out->sources = arena_alloc(&s->arena, count * sizeof *out->sources);
	while (!span_absent(rest)) {
		struct span name = unquoted(span_cut(&rest, ','));

		if (!name.len)
			return error_usage(err, "a source without a name in the list of %s",
					   error_quote(*rule, quoted));
		out->sources[out->source_count++] = arena_copy(&s->arena, name);
	}
	return 0;
}

static int read_rule(struct survival *s, struct span text,
		     struct survival_rule *out, struct error *err)
{
	text = span_trim(text);
	if (!text.len)
		return error_usage(err, "the rule is missing");
	if (read_sources(s, &text, out, err) || read_name(text, &out->how, err))
		return -1;
	if (out->how->sources == RULE_SOURCES_NEEDED && !out->source_count)
		return error_usage(err, "%s needs its sources, the best first: %s(crm,shop)", out->how->name,
				   out->how->name);
	if (out->how->sources == RULE_SOURCES_NONE && out->source_count)
		return error_usage(err, "%s takes no list of sources", out->how->name);
	return 0;
}

static int read_members(struct survival *s, struct span names,
			struct survival_rule *out, struct error *err)
{
	out->members = arena_alloc(&s->arena, SURVIVAL_UNIT_MAX * sizeof *out->members);
	while (!span_absent(names)) {
		struct span name = unquoted(span_cut(&names, '+'));

		if (!name.len)
			return error_usage(err, "a trait without a name");
		if (out->member_count == SURVIVAL_UNIT_MAX)
			return error_usage(err, "more than %d traits in one unit", SURVIVAL_UNIT_MAX);
		out->members[out->member_count] = key_of(s, name);
		for (size_t i = 0; i < out->member_count; i++) {
			char quoted[ERROR_QUOTE_MAX];

			if (span_equal(out->members[i], out->members[out->member_count]))
				return error_usage(err, "%s stands twice in one unit",
						   error_quote(name, quoted));
		}
		out->member_count++;
	}
	return 0;
}

int survival_set(struct survival *s, struct span traits, struct span rule,
		 struct error *err)
{
	struct survival_rule new = {0};
	bool all = span_equal(span_trim(traits), SPAN("*"));
	char quoted[ERROR_QUOTE_MAX];
	size_t number;

	if (read_rule(s, rule, &new, err) || read_members(s, traits, &new, err))
		return -1;
	if (new.how->unit && new.member_count < 2)
		return error_usage(err, "%s is for several traits that move as a unit: "
				   "address+postcode+city=%s", new.how->name, new.how->name);
	if (!new.how->unit && new.member_count > 1)
		return error_usage(err, "%s: several traits move as a unit by best_record only",
				   error_quote(traits, quoted));
	number = add_rule(s, &new);
	s->given = true;
	if (all)
		s->otherwise = number;
	for (size_t i = 0; i < new.member_count && !all; i++) {
		size_t at = map_put(&s->of_trait, new.members[i], NULL);

		s->of_trait.entries[at].number = number << PLACE_BITS | i;
	}
	return 0;
}

void survival_settle(struct survival *s)
{
	/* From the narrow to the wide: a street line says more than a country. */
	static const char *const address[] = {
		"address", "street", "street_number", "house_number",
		"address_2", "postcode", "postal_code", "zip", "city", "state",
		"country", "country_code", NULL,
	};
	struct survival_rule unit = {.how = &rule_best_record};
	size_t number = s->count ? s->count : 1;

	if (s->settled)
		return;
	s->settled = true;
	unit.members = arena_alloc(&s->arena, SURVIVAL_UNIT_MAX * sizeof *unit.members);
	for (int i = 0; address[i]; i++) {
		bool added;
		size_t at = map_put(&s->of_trait, span_of(address[i]), &added);

		if (!added)
			continue;
		s->of_trait.entries[at].number = number << PLACE_BITS | unit.member_count;
		unit.members[unit.member_count++] = span_of(address[i]);
	}
	add_rule(s, &unit);
}

static void put_name(struct span name, struct buf *out)
{
	bool plain = span_find_byte(name, ' ') == name.len;

	buf_put(out, "'", !plain);
	buf_span(out, name);
	buf_put(out, "'", !plain);
}

static void put_list(const struct span *list, size_t count, char between, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(out, between);
		put_name(list[i], out);
	}
}

void survival_put(const struct survival *s, struct buf *out)
{
	for (size_t i = 1; i < s->count; i++) {
		const struct survival_rule *r = &s->rules[i];

		if (!r->member_count)
			continue;
		buf_lit(out, "survive ");
		put_list(r->members, r->member_count, '+', out);
		buf_printf(out, " = %s", r->how->name);
		if (r->source_count) {
			buf_char(out, '(');
			put_list(r->sources, r->source_count, ',', out);
			buf_char(out, ')');
		}
		buf_char(out, '\n');
	}
}

size_t survival_of(const struct survival *s, struct span key, size_t *place)
{
	size_t at = map_find(&s->of_trait, key);

	*place = 0;
	if (at == MAP_NONE)
		return s->otherwise;
	*place = s->of_trait.entries[at].number & ((1 << PLACE_BITS) - 1);
	return s->of_trait.entries[at].number >> PLACE_BITS;
}
