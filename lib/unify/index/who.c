#include "unify/index/who.h"

#include "base/hash.h"
#include "base/mem.h"
#include "record/scan.h"
#include "text/latin.h"
#include "text/unicode.h"
#include "unify/identity/known_identifiers.h"
#include "unify/identity/person_name.h"

/* Dates with fewer different digits may be slips of one. */
#define DIGITS_APART 3

/* Longer texts are no names: folding may cost much. */
#define NAME_MAX 200

void who_reader_release(struct who_reader *r)
{
	buf_release(&r->text);
	buf_release(&r->key);
	buf_release(&r->name);
	buf_release(&r->first);
	buf_release(&r->last);
	buf_release(&r->whole);
	buf_release(&r->street);
	buf_release(&r->postcode);
	arena_release(&r->texts);
}

/* TEXT folded and trimmed, in Latin letters, instead of what is in OUT. */
static void take(struct who_reader *r, struct span text, struct buf *out)
{
	text = span_trim(span_sub(text, 0, NAME_MAX));
	text = unicode_fold_case(text, &r->texts);
	buf_clear(out);
	buf_span(out, latin_letters(unicode_strip_marks(text, &r->texts), &r->texts));
}

static uint32_t read_date(struct span text)
{
	static const uint32_t filled_in[] = {
		18991230, 18991231, 19000100, 19000101, 19010101, 19691231, 19700101, 99991231,
	};
	uint32_t date = 0;
	int digits = 0;

	for (size_t i = 0; i < text.len && digits < 8; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			continue;
		date = date * 10 + (uint32_t)(text.ptr[i] - '0');
		digits++;
	}
	/* What forms fill in is nobody's birthday, nor day 0 of a spreadsheet or of a clock, which is
	 * still the year before in America. */
	for (size_t i = 0; i < sizeof filled_in / sizeof *filled_in; i++) {
		if (date == filled_in[i])
			return 0;
	}
	return digits == 8 ? date : 0;
}

static void take_trait(struct who_reader *r, struct span name, struct span value,
		       struct who *w)
{
	if (span_equal(name, SPAN("first_name")))
		take(r, value, &r->first);
	else if (span_equal(name, SPAN("last_name")))
		take(r, value, &r->last);
	else if (span_equal(name, SPAN("name")))
		take(r, value, &r->whole);
	else if (span_equal(name, SPAN("address")) || span_equal(name, SPAN("street")))
		take(r, value, &r->street);
	else if (span_equal(name, SPAN("postcode")))
		take(r, value, &r->postcode);
	else if (span_equal(name, SPAN("birth_date")))
		w->born = read_date(value);
}

static void read_traits(struct who_reader *r, struct span traits, struct who *w)
{
	struct scan s;
	struct member m;

	scan_start(&s, traits);
	if (span_absent(traits) || scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		struct span name, value;

		if (m.value.kind != VALUE_TEXT && m.value.kind != VALUE_NUMBER)
			continue;
		buf_clear(&r->key);
		buf_clear(&r->text);
		name = member_key(&m, &r->key);
		value = value_text(m.value, &r->text);
		take_trait(r, name, value, w);
	}
}

static void note_name(struct who *w, const struct person_name *n)
{
	w->generation = n->generation;
	if (n->last.len)
		w->family = (uint32_t)hash_128(n->last).low;
	if (n->first.len) {
		w->given = (uint32_t)hash_128(n->first).low;
		memcpy(w->first, n->first.ptr, n->first.len < WHO_FIRST ? n->first.len : WHO_FIRST);
	}
}

static void settle_name(struct who_reader *r, struct who *w)
{
	struct person_name n = {0};

	buf_clear(&r->name);
	if (!r->first.len && !r->last.len && r->whole.len)
		n = person_name_cut(buf_view(&r->whole));
	if (r->first.len)
		n.first = person_name_strip(buf_view(&r->first), false, &n.generation);
	if (r->last.len)
		n.last = person_name_strip(buf_view(&r->last), true, &n.generation);
	note_name(w, &n);
	if (!n.first.len || !n.last.len)
		return;
	buf_span(&r->name, n.first);
	buf_char(&r->name, ' ');
	buf_span(&r->name, n.last);
	w->name = hash_128(buf_view(&r->name)).low;
}

static void settle_place(struct who_reader *r, struct who *w)
{
	if (!r->street.len || !r->postcode.len)
		return;
	buf_char(&r->street, ' ');
	buf_span(&r->street, buf_view(&r->postcode));
	w->place = (uint32_t)hash_128(buf_view(&r->street)).low;
}

/* Does a value of TYPE tell people apart, as customer numbers do? */
static bool is_own(const struct identity_rules *rules, struct span type)
{
	const struct known_identifier *known = known_identifier_find(type);

	return !(known && known->several) && identity_rules_limit_of(rules, type).limit != LIMIT_NONE;
}

unsigned char *who_roles(const struct identity_rules *rules, const struct identifiers *t)
{
	unsigned char *roles = mem_zero(t->type_names.count + 1, sizeof *roles);

	for (size_t i = 0; i < t->type_names.count; i++) {
		struct span name = identifier_type_name(t, (uint16_t)i);

		if (span_equal(name, SPAN("user_id")))
			roles[i] = ROLE_USER;
		else if (span_equal(name, SPAN("email")))
			roles[i] = ROLE_EMAIL;
		else if (span_find_byte(name, ':') == name.len &&
			 is_own(rules, identifier_type_base(t, (uint16_t)i)))
			roles[i] = ROLE_OWN;
	}
	return roles;
}

/* Numbers of identifiers are spread, for names are hashes. */
static uint64_t spread(uint32_t number)
{
	return (number + UINT64_C(1)) * UINT64_C(0x9E3779B97F4A7C15);
}

void who_add_identifiers(struct who *w, const struct identifiers *t, const unsigned char *roles,
			 const uint32_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned role = roles[t->types[ids[i]]];

		if (role == ROLE_USER && !w->user)
			w->user = spread(ids[i]);
		else if (role == ROLE_EMAIL && !w->email)
			w->email = spread(ids[i]);
		if (role != ROLE_OWN || w->own)
			continue;
		w->own = spread(ids[i]);
		w->own_type = t->types[ids[i]];
	}
}

struct who who_read(struct who_reader *r, struct span fragment)
{
	struct who w = {0};

	arena_clear(&r->texts);
	buf_clear(&r->first);
	buf_clear(&r->last);
	buf_clear(&r->whole);
	buf_clear(&r->street);
	buf_clear(&r->postcode);
	read_traits(r, fragment_traits(fragment), &w);
	settle_name(r, &w);
	settle_place(r, &w);
	return w;
}

static int different_digits(uint32_t a, uint32_t b)
{
	int count = 0;

	for (; a || b; a /= 10, b /= 10)
		count += a % 10 != b % 10;
	return count;
}

static bool is_new_year(uint32_t date)
{
	return date % 10000 == 101;
}

bool who_are_born_apart(const struct who *a, const struct who *b)
{
	if (!a->born || !b->born || different_digits(a->born, b->born) < DIGITS_APART)
		return false;
	return a->born / 10000 != b->born / 10000 || (!is_new_year(a->born) && !is_new_year(b->born));
}

/* So many years at least between a parent and a child. */
#define GENERATION_LEAST 13

bool who_are_generations_apart(const struct who *a, const struct who *b)
{
	uint32_t x = a->born / 10000, y = b->born / 10000;

	if (a->generation && b->generation && a->generation != b->generation)
		return true;
	return who_are_born_apart(a, b) && (x > y ? x - y : y - x) >= GENERATION_LEAST &&
	       !is_new_year(a->born) && !is_new_year(b->born);
}
