#include "collect/mapping/money.h"

#include <string.h>

#include "base/decimal_local.h"
#include "record/scan.h"

static bool note_currency(struct maker *m, struct span sign)
{
	char code[CURRENCY_SIZE];

	if (span_absent(sign))
		return true;
	currency_read(sign, code);
	if (m->plan->style.region)
		currency_of_region(code, m->plan->style.region->code);
	return currency_join(m->currency, code);
}

/* A number with too many decimals, or with more than 18. */
static bool round_money(struct maker *m, const struct target *t, struct span s, struct decimal *d)
{
	bool rounded = true;

	if (d->scale > MONEY_SCALE)
		*d = decimal_round(*d, MONEY_SCALE);
	else if (!decimal_parse_money(s, d, &rounded))
		return false;
	if (rounded)
		maker_note(m, t, TALLY_CUT, s);
	return true;
}

enum money_fit money_read(struct maker *m, const struct target *t, const struct cell *c,
			  struct span s, struct decimal *out)
{
	char point = c->kind == CELL_NUMBER ? '.' : m->plan->style.point;
	struct decimal_marks marks = {{SPAN_NONE, SPAN_NONE}, false};
	bool read = c->kind == CELL_NUMBER ? decimal_parse(s, out) : decimal_parse_marked(s, point, out, &marks);

	if (marks.percent)
		return MONEY_PERCENT;
	if (!read) {
		*out = DECIMAL_ZERO;
		return point == '.' && round_money(m, t, s, out) ? MONEY_READ : MONEY_NONE;
	}
	if (out->scale > MONEY_SCALE && !round_money(m, t, s, out))
		return MONEY_NONE;
	return note_currency(m, marks.currency[0]) && note_currency(m, marks.currency[1]) &&
	       note_currency(m, t->field.currency) ?
		MONEY_READ : MONEY_MIXED;
}

/* The currency that MEMBERS say, or absent. */
static struct span stated_currency(struct maker *m, struct span members)
{
	struct value object, v;
	struct span text;

	buf_clear(&m->text);
	buf_char(&m->text, '{');
	buf_span(&m->text, span_sub(members, 1, members.len));
	buf_char(&m->text, '}');
	object = (struct value){arena_copy(&m->scratch, buf_view(&m->text)), VALUE_OBJECT, false};
	v = value_member(object, SPAN("currency"));
	buf_clear(&m->text);
	text = v.kind == VALUE_TEXT ? span_trim(value_text(v, &m->text)) : SPAN_NONE;
	return text.len ? text : SPAN_NONE;
}

int money_currency(struct maker *m, struct span props, struct buf *member)
{
	struct span stated = stated_currency(m, props);
	char quoted[ERROR_QUOTE_MAX], code[CURRENCY_SIZE];

	buf_clear(member);
	if (span_absent(stated) || span_equal(stated, SPAN("unknown"))) {
		if (span_absent(stated))
			buf_printf(member, ",\"currency\":\"%s\"", m->currency);
		return 0;
	}
	currency_read(stated, code);
	if (!*code || currency_join(code, m->currency))
		return 0;
	return error_data(m->err, "an amount is in %s, the currency is %s", m->currency,
			  error_quote(stated, quoted));
}
