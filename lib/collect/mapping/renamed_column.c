#include "collect/mapping/renamed_column.h"

#include <string.h>

#include "base/mem.h"
#include "collect/mapping/plan.h"
#include "text/unicode.h"

/* What an order's money is made of, with the words for it in headers: without marks, in lower case. */
static const struct {
	const char *key;
	const char *words;
} kinds[] = {
	{"shipping", "shipping freight postage delivery versand versandkosten versandgebuhr porto lieferkosten fracht frachtkosten "
		     "livraison expedition port envio entrega spedizione trasporto verzending verzendkosten frete wysylka "
		     "wysylki dostawa dostawy frakt fragt levering kargo porte portes"},
	{"tax", "tax taxes vat gst hst mwst ust umsatzsteuer mehrwertsteuer steuer steuern steuerbetrag tva taxe impuesto "
		"impuestos iva imposta imposte tasse btw belasting imposto impostos podatek moms kdv skatt"},
	{"discount", "discount discounts rebate rabatt rabatte rabattbetrag nachlass ermassigung skonto remise reduction descuento "
		     "descuentos sconto sconti korting desconto descontos rabat indirim"},
	{"refunded", "refunded refund refunds erstattet erstattung erstattungsbetrag ruckerstattung rembourse remboursement "
		     "reembolsado reembolso rimborsato rimborso terugbetaald zwrot aterbetalt refunderet"},
};
#define KINDS (sizeof kinds / sizeof *kinds)

/* Beside a word of a kind these change nothing. */
static const char fillers[] =
	"amount amounts total cost costs fee fees charge charges order price value sum handling and collected paid "
	"betrag summe kosten gebuhr gesamt bestellung und montant frais couts cout de du des la le commande importe coste costo "
	"gastos verpackung emballage embalaje imballaggio totale importo costi spese di del della ordine pedido valor valore bedrag kosten kwota koszt koszty belopp "
	"belob eur usd gbp chf pln sek dkk nok";

/* With one of these a column is no amount, or one that nobody paid. */
static const char others[] =
	"address adresse method methode art type typ company firma name vorname nachname city ort zip plz postcode state country "
	"land phone telefon code codes id nr no number nummer date datum day days zeit time rate satz percent pct prozent "
	"service carrier tracking weight gewicht points punkte item items line lineitem status reason grund count quantity "
	"exempt class label provider zone region estimated compare";

static bool has_word(const char *list, struct span word)
{
	struct span rest = span_of(list);

	while (!span_absent(rest))
		if (span_equal(span_cut(&rest, ' '), word))
			return true;
	return false;
}

/* How well a header's words say a kind. */
enum likeness {
	LIKENESS_NONE,
	LIKENESS_SOME,	/* with words that nobody knows */
	LIKENESS_WHOLE,
};

static enum likeness compare_words(struct span words, size_t kind)
{
	bool said = false, unknown = false;

	while (!span_absent(words)) {
		struct span word = span_cut(&words, '_');

		for (size_t k = 0; k < KINDS; k++)
			if (k != kind && has_word(kinds[k].words, word))
				return LIKENESS_NONE;
		if (has_word(others, word))
			return LIKENESS_NONE;
		if (has_word(kinds[kind].words, word))
			said = true;
		else
			unknown |= !has_word(fillers, word);
	}
	if (!said)
		return LIKENESS_NONE;
	return unknown ? LIKENESS_SOME : LIKENESS_WHOLE;
}

/* The names that a format knows for one kind. */
struct family {
	struct map names;
	bool present;		/* the table has one of them */
	const struct map_rule *own;	/* the user's rule */
};

struct search {
	struct plan *plan;
	const enum amounts *amounts;
	struct family families[KINDS];
	struct map named;	/* by any rule: folded */
	struct map choosing;	/* by the rules of which event a row is: no amounts */
	struct map *current;	/* of the rule at hand */
};

static int note_name(void *context, struct span name, bool quoted, enum datum_type *type)
{
	struct search *s = context;
	struct buf folded = BUF_INIT;

	(void)quoted;
	expr_fold_name(name, &folded);
	map_put(&s->named, buf_view(&folded), NULL);
	if (s->current == &s->choosing || map_find(&s->choosing, buf_view(&folded)) == MAP_NONE)
		map_put(s->current, buf_view(&folded), NULL);
	buf_release(&folded);
	*type = TYPE_TEXT;
	return 0;
}

/* The names in the rule R go to INTO, which may be NULL. */
static void read_names(struct search *s, const struct map_rule *r, struct map *into)
{
	struct expr_scope scope = {.find = note_name, .context = s};
	struct map ignored = MAP_INIT;

	s->current = into ? into : &ignored;
	/* What is wrong with it is said when it is compiled in earnest. */
	expr_free(expr_compile(r->text, r->file, r->line, r->column, &scope, TYPE_ANY, NULL));
	map_release(&ignored);
}

static size_t kind_of_rule(const struct map_rule *r)
{
	struct span name = r->name;

	if (span_starts(name, SPAN("props.")))
		name = span_sub(name, 6, name.len);
	for (size_t k = 0; k < KINDS; k++)
		if (span_equal(name, span_of(kinds[k].key)))
			return k;
	return KINDS;
}

static void read_rules(struct search *s)
{
	const struct mapping *m = s->plan->mapping;

	for (size_t i = 0; i < m->count; i++)
		if (span_equal(m->rules[i].name, SPAN("event")))
			read_names(s, &m->rules[i], &s->choosing);
	for (size_t i = 0; i < MAPPING_PARTS_MAX; i++)
		if (m->parts[i].when.text.len)
			read_names(s, &m->parts[i].when, &s->choosing);
	for (size_t i = 0; i < m->count; i++) {
		const struct map_rule *r = &m->rules[i];
		size_t k = kind_of_rule(r);

		if (k < KINDS && !r->optional)
			s->families[k].own = r;
		read_names(s, r, k < KINDS && r->optional ? &s->families[k].names : NULL);
	}
	for (size_t k = 0; k < KINDS; k++)
		for (size_t n = 0; n < s->families[k].names.count; n++)
			s->families[k].present |= map_find(&s->plan->index, s->families[k].names.entries[n].key) != MAP_NONE;
}

/* COLUMN takes the place of all names that the format knows. */
static void bind(struct search *s, size_t kind, size_t column)
{
	const struct map *names = &s->families[kind].names;

	for (size_t n = 0; n < names->count; n++) {
		size_t at = map_put(&s->plan->aliases, names->entries[n].key, NULL);

		s->plan->aliases.entries[at].number = column;
	}
}

static void note_renamed(struct search *s, size_t kind, size_t column, bool sure)
{
	struct plan *p = s->plan;

	p->renamed[p->renamed_count++] = (struct renamed_column){
		.key = span_of(kinds[kind].key),
		.known = arena_copy(&p->arena, s->families[kind].names.entries[0].key),
		.column = column,
		.sure = sure,
	};
	if (sure)
		bind(s, kind, column);
}

/* The user's own `shipping = COLUMN` means the column in the format's rules, too. */
static void follow_rule(struct search *s, size_t kind)
{
	const struct map_rule *r = s->families[kind].own;
	struct map names = MAP_INIT;
	size_t at;

	read_names(s, r, &names);
	at = names.count == 1 ? map_find(&s->plan->index, names.entries[0].key) : MAP_NONE;
	if (at != MAP_NONE && (span_find_byte(r->text, '(') == r->text.len || span_starts(r->text, SPAN("number("))))
		bind(s, kind, (size_t)s->plan->index.entries[at].number);
	map_release(&names);
}

static enum likeness likeness_of(const struct search *s, size_t kind, size_t column)
{
	const struct column *c = &s->plan->columns[column];
	struct arena a = ARENA_INIT;
	enum likeness like;

	if (!s->amounts[column] || map_find(&s->named, c->folded) != MAP_NONE || plan_ignores(s->plan, c->name))
		return LIKENESS_NONE;
	like = compare_words(unicode_strip_marks(c->folded, &a), kind);
	arena_release(&a);
	return like == LIKENESS_WHOLE && s->amounts[column] == AMOUNTS_ONE && !strcmp(kinds[kind].key, "tax") ?
		LIKENESS_SOME : like;
}

static void find_renamed(struct search *s, size_t kind)
{
	size_t found = MAP_NONE, count = 0, whole = 0;

	for (size_t i = s->plan->fixed; i < s->plan->column_count; i++) {
		enum likeness like = likeness_of(s, kind, i);

		if (like == LIKENESS_NONE)
			continue;
		if (!count++ || (like == LIKENESS_WHOLE && !whole))
			found = i;
		whole += like == LIKENESS_WHOLE;
	}
	if (count)
		note_renamed(s, kind, found, count == 1 && whole == 1);
}

void renamed_columns_find(struct plan *p, const enum amounts *amounts)
{
	struct search s = {.plan = p, .amounts = amounts};

	p->renamed = arena_zero(&p->arena, KINDS * sizeof *p->renamed);
	read_rules(&s);
	for (size_t k = 0; k < KINDS; k++) {
		if (s.families[k].present || !s.families[k].names.count)
			continue;
		if (s.families[k].own)
			follow_rule(&s, k);
		else
			find_renamed(&s, k);
	}
	for (size_t k = 0; k < KINDS; k++)
		map_release(&s.families[k].names);
	map_release(&s.named);
	map_release(&s.choosing);
}
