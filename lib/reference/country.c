#include "reference/country.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "reference/phone.h"
#include "expr/expr.h"
#include "record/document.h"

struct country_table {
	struct map codes;	/* folded name or code -> the code in `arena` */
	char known[26 * 26];	/* codes of two letters, by letters */
	struct arena arena;
};

/* What people write and ISO does not. */
static const struct {
	const char *name;
	char code[3];
} usual[] = {
	{"uk", "GB"}, {"great_britain", "GB"}, {"britain", "GB"},
	{"england", "GB"}, {"scotland", "GB"}, {"wales", "GB"},
	{"northern_ireland", "GB"}, {"united_kingdom", "GB"},
	{"usa", "US"}, {"united_states", "US"}, {"america", "US"},
	{"united_states_of_america", "US"}, {"u_s_a", "US"}, {"u_s", "US"},
	{"eire", "IE"}, {"republic_of_ireland", "IE"},
	{"holland", "NL"}, {"the_netherlands", "NL"}, {"niederlande", "NL"},
	{"germany", "DE"}, {"deutschland", "DE"}, {"brd", "DE"},
	{"österreich", "AT"}, {"austria", "AT"}, {"oesterreich", "AT"},
	{"schweiz", "CH"}, {"suisse", "CH"}, {"svizzera", "CH"},
	{"switzerland", "CH"}, {"frankreich", "FR"}, {"france", "FR"},
	{"spanien", "ES"}, {"españa", "ES"}, {"espana", "ES"}, {"spain", "ES"},
	{"italien", "IT"}, {"italia", "IT"}, {"italy", "IT"},
	{"dänemark", "DK"}, {"denmark", "DK"}, {"danmark", "DK"},
	{"belgien", "BE"}, {"belgique", "BE"}, {"belgium", "BE"},
	{"polen", "PL"}, {"polska", "PL"}, {"poland", "PL"},
	{"russia", "RU"}, {"south_korea", "KR"}, {"korea", "KR"},
	{"north_korea", "KP"}, {"vietnam", "VN"}, {"taiwan", "TW"},
	{"czech_republic", "CZ"}, {"czechia", "CZ"}, {"turkey", "TR"},
	{"iran", "IR"}, {"syria", "SY"}, {"bolivia", "BO"},
	{"venezuela", "VE"}, {"tanzania", "TZ"}, {"moldova", "MD"},
	{"macedonia", "MK"}, {"hong_kong", "HK"}, {"macau", "MO"},
	{"brunei", "BN"}, {"laos", "LA"}, {"ivory_coast", "CI"},
	{"cape_verde", "CV"}, {"swaziland", "SZ"}, {"burma", "MM"},
	{"palestine", "PS"}, {"vatican", "VA"}, {"vatican_city", "VA"},
	{"uae", "AE"}, {"kosovo", "XK"},
};

static void put_name(struct country_table *t, struct span name, struct span code)
{
	struct buf folded = BUF_INIT;
	bool added;
	size_t at;

	expr_fold_name(name, &folded);
	if (folded.len) {
		at = map_put(&t->codes, buf_view(&folded), &added);
		if (added)
			t->codes.entries[at].ptr = (void *)code.ptr;
	}
	buf_release(&folded);
}

static void put_country(struct country_table *t, const struct node *n)
{
	static const char *const keys[] = {
		"alpha_2", "alpha_3", "numeric", "name", "official_name",
		"common_name",
	};
	struct span code, name;

	if (!node_text(node_get(n, "alpha_2"), &code) || code.len != 2)
		return;
	code = arena_copy(&t->arena, code);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (node_text(node_get(n, keys[i]), &name))
			put_name(t, name, code);
}

struct country_table *country_table_load(const char *path)
{
	struct country_table *t = mem_zero(1, sizeof *t);
	struct document *d = document_load(path, NULL);

	for (const struct phone_region *r = phone_regions(); r->code[0]; r++)
		t->known[(r->code[0] - 'A') * 26 + r->code[1] - 'A'] = 1;
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		put_name(t, span_of(usual[i].name), (struct span){usual[i].code, 2});
	if (d) {
		const struct node *list = node_get(document_root(d), "3166-1");

		for (size_t i = 0; i < node_count(list); i++)
			put_country(t, node_at(list, i));
		document_free(d);
	}
	return t;
}

void country_table_free(struct country_table *t)
{
	if (!t)
		return;
	map_release(&t->codes);
	arena_release(&t->arena);
	mem_free(t);
}

/* Two letters that are a region of the phone table, which holds all codes. */
static struct span two_letters(const struct country_table *t, struct span text)
{
	const struct phone_region *r;
	unsigned a, b;

	if (text.len != 2)
		return SPAN_NONE;
	a = (unsigned char)(text.ptr[0] - 'A');
	b = (unsigned char)(text.ptr[1] - 'A');
	if (t && a < 26 && b < 26)
		return t->known[a * 26 + b] ? text : SPAN_NONE;
	r = phone_region_find(text);
	return r ? (struct span){r->code, 2} : SPAN_NONE;
}

struct span country_code(const struct country_table *t, struct span text)
{
	struct span code = two_letters(t, text);
	struct buf folded = BUF_INIT;
	size_t at;

	if (!span_absent(code) || !t)
		return code;
	expr_fold_name(text, &folded);
	at = map_find(&t->codes, buf_view(&folded));
	buf_release(&folded);
	if (at == MAP_NONE)
		return SPAN_NONE;
	return (struct span){t->codes.entries[at].ptr, 2};
}
