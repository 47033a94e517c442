#include "understand/recommend/amounts.h"

#include <string.h>

#include "base/decimal_local.h"

static void find(struct amounts_found *f, struct span cell)
{
	if (!f->count++)
		error_quote(cell, f->first);
}

static void note_currency(struct amounts *a, struct span cell, char point)
{
	struct decimal_marks marks = {0};
	struct decimal number;
	char code[CURRENCY_SIZE];

	if (!decimal_parse_marked(cell, point, &number, &marks))
		return;
	for (size_t i = 0; i < 2; i++) {
		if (!marks.currency[i].len)
			continue;
		currency_read(marks.currency[i], code);
		if (!*a->currency)
			memcpy(a->currency, code, sizeof code);
		else if (*code && !currency_join(a->currency, code))
			find(&a->foreign, cell);
	}
}

void amounts_note(struct amounts *a, struct span cell)
{
	unsigned fits = decimal_fits(cell);
	struct decimal number;

	if (!span_trim(cell).len)
		return;
	a->count++;
	if (!fits && !decimal_parse(cell, &number))
		find(&a->bad, cell);
	else if (fits & DECIMAL_DIFFERS)
		find(&a->open, cell);
	else if (fits == DECIMAL_FITS_POINT)
		find(&a->point, cell);
	else if (fits == DECIMAL_FITS_COMMA)
		find(&a->comma, cell);
	if (fits)
		note_currency(a, cell, fits & DECIMAL_FITS_POINT ? '.' : ',');
}

void amounts_follow(struct amounts *a, const struct amounts *b)
{
	if (a->point.count || a->comma.count)
		return;
	a->point = b->point;
	a->comma = b->comma;
}

bool amounts_read(const struct amounts *a, struct span cell, struct decimal *out)
{
	unsigned fits = decimal_fits(cell);
	bool comma = fits == DECIMAL_FITS_COMMA || (fits & DECIMAL_DIFFERS && a->comma.count);

	if (!fits)
		return decimal_parse(cell, out);
	if (fits & DECIMAL_DIFFERS && a->comma.count && a->point.count)
		return false;
	return decimal_parse_local(cell, comma ? ',' : '.', out);
}

void amounts_put_bad(const struct amounts *a, const char *name, const char *file, struct buf *out)
{
	if (a->bad.count)
		buf_printf(out, "%s: %llu of %llu values of '%s' are no numbers, as %s, and count as unknown: write a number such as 12.50\n", file,
			   (unsigned long long)a->bad.count, (unsigned long long)a->count, name, a->bad.first);
}

void amounts_put_warnings(const struct amounts *a, const char *name, const char *file, struct buf *out)
{
	amounts_put_bad(a, name, file, out);
	if (a->point.count && a->comma.count)
		buf_printf(out, "%s: in '%s' some values have a decimal point, as %s, and some a decimal comma, as %s: each was read by its own%s%s%s\n",
			   file, name, a->point.first, a->comma.first, a->open.count ? "; values that fit both, as " : "",
			   a->open.count ? a->open.first : "", a->open.count ? ", are unknown" : "");
	else if (a->open.count && !a->point.count && !a->comma.count)
		buf_printf(out, "%s: whether %s in '%s' has a decimal or a thousands separator nothing says: it was read with a decimal point; write 1234.00 or 1.234\n",
			   file, a->open.first, name);
	if (a->foreign.count)
		buf_printf(out, "%s: '%s' has amounts in %s and in another currency, as %s: they were compared as if they were one\n",
			   file, name, a->currency, a->foreign.first);
}
