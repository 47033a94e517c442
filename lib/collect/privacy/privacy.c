#include "collect/privacy/privacy.h"

#include <string.h>

#include "base/digest.h"
#include "base/hash.h"
#include "collect/privacy/privacy_leaks.h"
#include "expr/expr.h"

static const struct span sections[] = {
	SPAN("ids"), SPAN("traits"), SPAN("props"), SPAN("context"),
};
#define SECTION_COUNT (sizeof sections / sizeof *sections)

const char *privacy_option(enum privacy_action action)
{
	static const char *const names[] = {
		[PRIVACY_DROP] = "--drop",
		[PRIVACY_MASK] = "--mask",
		[PRIVACY_PSEUDONYMIZE] = "--pseudonymize",
	};

	return names[action];
}

static bool is_section(struct span name)
{
	for (size_t i = 0; i < SECTION_COUNT; i++)
		if (span_equal(name, sections[i]))
			return true;
	return false;
}

static int refuse(enum privacy_action action, struct span field,
		  const char *why, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	return error_usage(err, "%s: %s %s", privacy_option(action),
			   error_quote(field, quoted), why);
}

static int split_path(struct privacy_rule *r, struct error *err)
{
	static const char *const kept[] = {"type", "id", "time", "source", "event", "consent"};
	size_t dot = span_find_byte(r->path, '.');
	const char *last;

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (span_equal(span_sub(r->path, 0, dot), span_of(kept[i])))
			return refuse(r->action, r->path, "is what a record is known by: "
				      "map another column to it, or none", err);
	r->section = SPAN("");
	r->key = r->name = r->path;
	if (dot < r->path.len) {
		r->section = span_sub(r->path, 0, dot);
		r->key = span_sub(r->path, dot + 1, r->path.len);
		if (!is_section(r->section))
			return refuse(r->action, r->path, "is no field: write a name, "
				      "or ids.X, traits.X, props.X, context.X", err);
		last = memrchr(r->key.ptr, '.', r->key.len);
		r->name = last ? span_between(last + 1, r->key.ptr + r->key.len) : r->key;
	}
	if (!r->name.len || r->key.ptr[0] == '.')
		return refuse(r->action, r->path, "is no field: a name is missing", err);
	return 0;
}

/* What fields of addresses and numbers are called; case and what stands between words do not count. */
static const struct span email_names[] = {SPAN("email"), SPAN("mail"), SPAN("e_mail"), SPAN("emailaddress")};
static const struct span phone_names[] = {SPAN("phone"), SPAN("mobile"), SPAN("tel"), SPAN("telephone")};

#define NAMES 4

static bool is_named(struct span name, const struct span names[NAMES])
{
	for (size_t i = 0; i < NAMES; i++)
		if (span_equal_nocase(name, names[i]))
			return true;
	return false;
}

int privacy_add(struct privacy *p, enum privacy_action action,
		const char *field, struct error *err)
{
	struct privacy_rule r = {.action = action, .path = span_of(field)};

	if (split_path(&r, err))
		return -1;
	for (size_t i = 0; i < p->count; i++)
		if (span_equal(p->rules[i].path, r.path))
			return refuse(action, r.path, "is named twice: which one?", err);
	if (p->count == PRIVACY_RULES_MAX)
		return error_usage(err, "more than %d fields are dropped, masked or pseudonymized",
				   PRIVACY_RULES_MAX);
	p->rules[p->count++] = r;
	p->hides_email = p->hides_email || (!r.section.len && is_named(r.name, email_names));
	p->hides_phone = p->hides_phone || (!r.section.len && is_named(r.name, phone_names));
	return 0;
}

void privacy_counts_add(struct privacy_counts *sum, const struct privacy_counts *part)
{
	sum->addresses += part->addresses;
	for (size_t i = 0; i < PRIVACY_RULES_MAX; i++)
		sum->values[i] += part->values[i];
	for (size_t i = 0; i < part->leaks.count; i++) {
		struct span key = part->leaks.entries[i].key;
		size_t at;

		if (sum->leaks.count >= PRIVACY_LEAKS_MAX && map_find(&sum->leaks, key) == MAP_NONE)
			continue;
		at = map_put(&sum->leaks, key, NULL);
		sum->leaks.entries[at].number += part->leaks.entries[i].number;
	}
}

void privacy_counts_clear(struct privacy_counts *c)
{
	c->addresses = 0;
	memset(c->values, 0, sizeof c->values);
	if (c->leaks.count)
		map_clear(&c->leaks);
}

void privacy_counts_release(struct privacy_counts *c)
{
	map_release(&c->leaks);
	*c = (struct privacy_counts){0};
}

/* The key's name is made with it, so that nobody can try keys by their names faster. */
void privacy_set_key(struct privacy *p, struct span secret)
{
	unsigned char digest[32];

	p->secret = secret;
	hash_hmac_sha256(secret, SPAN("key id"), digest);
	hash_hex(digest, PRIVACY_KEY_ID / 2, p->key_id);
}

static bool is_gap(char c)
{
	return c == '_' || c == '-' || c == ' ' || c == '.';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static char lower(char c)
{
	return is_upper(c) ? (char)(c + 32) : c;
}

/* Does a word of NAME begin at AT?  `contactEmail` and `HTMLEmail` have `Email`. */
static bool begins_word(struct span name, size_t at)
{
	char before;

	if (!at || is_gap(name.ptr[at - 1]))
		return true;
	before = name.ptr[at - 1];
	if (!is_upper(name.ptr[at]))
		return false;
	return !is_upper(before) || (at + 1 < name.len && is_lower(name.ptr[at + 1]));
}

/*
 * Are the last words of NAME those of WANTED, whatever their case and what stands between
 * them?  `email` is meant in `Email`, `e_mail`, `E-Mail`, `contact_email` and
 * `contactEmail`, and not in `emails_sent`.  WHOLE: nothing may stand before them.
 */
static bool ends_with_words(struct span name, struct span wanted, bool whole)
{
	size_t left = name.len;

	for (size_t i = wanted.len; i > 0; i--) {
		if (is_gap(wanted.ptr[i - 1]))
			continue;
		while (left && is_gap(name.ptr[left - 1]))
			left--;
		if (!left || lower(name.ptr[--left]) != lower(wanted.ptr[i - 1]))
			return false;
	}
	return whole ? !left : begins_word(name, left);
}

const struct privacy_rule *privacy_find(const struct privacy *p,
					struct span section, struct span path,
					struct span name)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct privacy_rule *r = &p->rules[i];

		if (r->section.len ? span_equal(r->section, section) &&
				     ends_with_words(path, r->key, true) :
				     ends_with_words(name, r->name, false))
			return r;
	}
	return NULL;
}

const struct privacy_rule *privacy_find_bare(const struct privacy *p,
					     struct span name)
{
	for (size_t i = 0; i < p->count; i++)
		if (!p->rules[i].section.len && ends_with_words(name, p->rules[i].name, false))
			return &p->rules[i];
	return NULL;
}

void privacy_scratch_release(struct privacy_scratch *s)
{
	buf_release(&s->text);
	buf_release(&s->value);
	buf_release(&s->moved);
	buf_release(&s->ids);
	buf_release(&s->traits);
	arena_release(&s->arena);
	hmac_free(s->hmac);
	s->hmac = NULL;
}
