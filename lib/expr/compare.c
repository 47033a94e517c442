/*
 * Comparison.  Values of one type compare as that type; a text beside a number
 * or a time is read as one, and where that fails, or the types have nothing in
 * common, the result is unknown.  A list is compared by its elements.
 */
#include "expr/tree.h"
#include "time/date_text.h"

static bool holds(int order, enum token_kind sign)
{
	switch (sign) {
	case TOKEN_EQUAL:
		return order == 0;
	case TOKEN_UNEQUAL:
		return order != 0;
	case TOKEN_LESS:
		return order < 0;
	case TOKEN_AT_MOST:
		return order <= 0;
	case TOKEN_MORE:
		return order > 0;
	default:
		return order >= 0;
	}
}

static int order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Only equal or not: lists have no order. */
static bool order_lists(const struct datum *a, const struct datum *b,
			enum token_kind sign, int *order)
{
	size_t i;

	*order = a->list.count != b->list.count;
	for (i = 0; !*order && i < a->list.count; i++)
		*order = !span_equal(a->list.items[i], b->list.items[i]);
	return sign == TOKEN_EQUAL || sign == TOKEN_UNEQUAL;
}

static bool order_same(const struct datum *a, const struct datum *b,
		       enum token_kind sign, int *order)
{
	switch (a->type) {
	case TYPE_TEXT:
	case TYPE_JSON:
		*order = span_compare(a->text, b->text);
		return true;
	case TYPE_NUMBER:
		*order = decimal_compare(a->number, b->number);
		return true;
	case TYPE_TIME:
		*order = order_of(a->time, b->time);
		return true;
	case TYPE_DURATION:
		*order = order_of(duration_ms(a->duration), duration_ms(b->duration));
		return true;
	case TYPE_TRUTH:
		*order = order_of(a->truth, b->truth);
		return true;
	case TYPE_LIST:
		return order_lists(a, b, sign, order);
	default:
		return false;
	}
}

/* TEXT read as the type of the other side, or unknown. */
static struct datum read_as(const struct datum *text, enum datum_type type,
			    const struct node *n, const struct zone *zone)
{
	struct node lenient = {.lenient = true, .point = n->point};
	struct datum read = DATUM_UNKNOWN;

	if (text->type != TYPE_TEXT)
		return read;
	if (type == TYPE_NUMBER)
		convert_text_number(&lenient, text->text, &read, NULL);
	else if (type == TYPE_JSON)
		read = (struct datum){.type = TYPE_JSON, .text = text->text};
	else if (type == TYPE_TIME)
		convert_text_time(&lenient, text->text, DATES_ISO, zone, &read, NULL);
	return read;
}

/*
 * A list beside a single value: is it so of one of its elements?  != is the contrary of =:
 * none equals.  Elements that are nothing such take no part, and without any it is unknown.
 */
static struct datum compare_elements(const struct datum *list, const struct datum *single, bool left,
				     enum token_kind sign, const struct node *n,
				     const struct zone *zone)
{
	enum token_kind each = sign == TOKEN_UNEQUAL ? TOKEN_EQUAL : sign;
	struct datum any = DATUM_UNKNOWN;

	for (size_t i = 0; i < list->list.count; i++) {
		struct datum one = {.type = TYPE_TEXT, .text = list->list.items[i]}, is;

		is = left ? compare_datums(&one, single, each, n, zone)
			  : compare_datums(single, &one, each, n, zone);
		if (is.type == TYPE_TRUTH)
			any = is;
		if (any.type == TYPE_TRUTH && any.truth)
			break;
	}
	if (any.type == TYPE_TRUTH && sign == TOKEN_UNEQUAL)
		any.truth = !any.truth;
	return any;
}

struct datum compare_datums(const struct datum *a, const struct datum *b,
			    enum token_kind sign, const struct node *n,
			    const struct zone *zone)
{
	struct datum other;
	int order;

	if (a->type == TYPE_UNKNOWN || b->type == TYPE_UNKNOWN)
		return DATUM_UNKNOWN;
	if ((a->type == TYPE_LIST) != (b->type == TYPE_LIST))
		return a->type == TYPE_LIST ? compare_elements(a, b, true, sign, n, zone)
					    : compare_elements(b, a, false, sign, n, zone);
	if (a->type != b->type && a->type == TYPE_TEXT) {
		other = read_as(a, b->type, n, zone);
		a = &other;
	} else if (a->type != b->type) {
		other = read_as(b, a->type, n, zone);
		b = &other;
	}
	if (a->type != b->type || !order_same(a, b, sign, &order))
		return DATUM_UNKNOWN;
	return datum_truth(holds(order, sign));
}
