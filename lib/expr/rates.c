#include "expr/rates.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/assignments.h"
#include "io/text_file.h"

struct rate_use {
	struct rate_pair pair;
	uint64_t last;		/* the customer met last */
};

struct reading {
	struct rates *rates;
	const char *path;
};

void rates_release(struct rates *r)
{
	mem_free(r->list);
	*r = (struct rates){0};
}

/* Three letters, in capitals then. */
static bool read_code(struct span text, char code[CURRENCY_SIZE])
{
	memset(code, 0, CURRENCY_SIZE);
	for (size_t i = 0; i < text.len && i < 3; i++) {
		char c = span_lower(text.ptr[i]);

		if (c < 'a' || c > 'z')
			return false;
		code[i] = (char)(c - 'a' + 'A');
	}
	return text.len == 3;
}

static int refuse_rate(const struct reading *g, const struct assignment *a, struct error *err,
		       const char *why, struct span text)
{
	char quoted[ERROR_QUOTE_MAX];

	error_usage(err, "%s %s: write a rate as USD = 0.92 EUR", error_quote(text, quoted), why);
	error_place(err, g->path, a->line, a->column);
	return -1;
}

/* A blank or a tab, whatever follows. */
static size_t first_blank(struct span text)
{
	size_t blank = span_find_byte(text, ' '), tab = span_find_byte(text, '\t');

	return blank < tab ? blank : tab;
}

static int take_rate(void *context, const struct assignment *a, struct error *err)
{
	struct reading *g = context;
	struct span amount = span_sub(a->text, 0, first_blank(a->text));
	struct span to = span_sub(a->text, amount.len, a->text.len);
	struct rate new;

	if (a->set || !read_code(a->name, new.from))
		return refuse_rate(g, a, err, "is no code of a currency", a->name);
	if (!read_code(span_trim(to), new.to) || !strcmp(new.from, new.to))
		return refuse_rate(g, a, err, "does not say of which other currency", a->text);
	if (!decimal_parse(amount, &new.rate) || new.rate.digits <= 0 || new.rate.scale > RATE_DECIMALS_MAX)
		return refuse_rate(g, a, err, "is no number above 0 of at most 12 decimals", amount);
	if (rates_find(g->rates, new.from, new.to))
		return refuse_rate(g, a, err, "has two rates of the same currency", a->name);
	g->rates->list = mem_room(g->rates->list, g->rates->count, &g->rates->cap, sizeof new);
	g->rates->list[g->rates->count++] = new;
	return 0;
}

int rates_load(struct rates *r, const char *path, struct error *err)
{
	struct reading g = {r, path};
	struct buf text = BUF_INIT;
	int failed = text_file_load(path, &text, err) ||
		     assignments_parse(buf_view(&text), path, take_rate, &g, err);

	buf_release(&text);
	if (failed)
		return -1;
	return r->count ? 0 : error_usage(err, "--rates: %s has no rate: write USD = 0.92 EUR", path);
}

const struct rate *rates_find(const struct rates *r, const char *from, const char *to)
{
	for (size_t i = 0; i < r->count; i++)
		if (!strcmp(r->list[i].from, from) && !strcmp(r->list[i].to, to))
			return &r->list[i];
	return NULL;
}

/* Money has 6 decimals (law 8), so that a product has at most 18. */
bool rate_convert(const struct rate *r, struct decimal amount, struct decimal *out)
{
	return decimal_mul(decimal_round(amount, 6), r->rate, out);
}

/* ---- What was converted ---- */

void rate_uses_release(struct rate_uses *u)
{
	mem_free(u->list);
	*u = (struct rate_uses){0};
}

static struct rate_use *find_use(struct rate_uses *u, const char *from, const char *to)
{
	for (size_t i = 0; i < u->count; i++)
		if (!strcmp(u->list[i].pair.from, from) && !strcmp(u->list[i].pair.to, to))
			return &u->list[i];
	u->list = mem_room(u->list, u->count, &u->cap, sizeof *u->list);
	u->list[u->count] = (struct rate_use){0};
	memcpy(u->list[u->count].pair.from, from, CURRENCY_SIZE);
	memcpy(u->list[u->count].pair.to, to, CURRENCY_SIZE);
	return &u->list[u->count++];
}

void rate_use(struct rate_uses *u, const char *from, const char *to, uint64_t number)
{
	struct rate_use *use = find_use(u, from, to);

	use->pair.customers += use->last != number;
	use->last = number;
}

bool rate_uses_at(const struct rate_uses *u, size_t i, struct rate_pair *out)
{
	if (i < u->count)
		*out = u->list[i].pair;
	return i < u->count;
}

void rate_uses_put(struct rate_uses *u, const struct rate_pair *pair)
{
	find_use(u, pair->from, pair->to)->pair.customers += pair->customers;
}

void rate_uses_add(struct rate_uses *u, const struct rate_uses *other)
{
	for (size_t i = 0; i < other->count; i++)
		rate_uses_put(u, &other->list[i].pair);
}

static int by_codes(const void *a, const void *b)
{
	const struct rate_use *x = a, *y = b;
	int order = strcmp(x->pair.to, y->pair.to);

	return order ? order : strcmp(x->pair.from, y->pair.from);
}

static void put_use(const struct rates *r, const struct rate_use *use, bool missing, struct buf *out)
{
	const struct rate *rate = rates_find(r, use->pair.from, use->pair.to);

	if (missing != !rate)
		return;
	if (rate) {
		buf_printf(out, "--rates: %s is ", use->pair.from);
		decimal_put(out, rate->rate);
		buf_printf(out, " %s for %llu customer%s\n", use->pair.to, (unsigned long long)use->pair.customers,
			   use->pair.customers == 1 ? "" : "s");
		return;
	}
	buf_printf(out, "--rates: no rate of %s in %s: revenue_in(\"%s\") is unknown for %llu customer%s; add %s = ... %s\n",
		   use->pair.from, use->pair.to, use->pair.to, (unsigned long long)use->pair.customers,
		   use->pair.customers == 1 ? "" : "s", use->pair.from, use->pair.to);
}

void rates_put(const struct rates *r, const struct rate_uses *const *uses, size_t count, bool missing,
	       struct buf *out)
{
	struct rate_uses all = {0};

	for (size_t k = 0; k < count; k++)
		rate_uses_add(&all, uses[k]);
	if (!all.count && !missing)
		buf_lit(out, "--rates: nothing was converted; revenue_in(\"EUR\") is what converts, to EUR\n");
	if (all.count)
		qsort(all.list, all.count, sizeof *all.list, by_codes);
	for (size_t i = 0; i < all.count; i++)
		put_use(r, &all.list[i], missing, out);
	rate_uses_release(&all);
}
