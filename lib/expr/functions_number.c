/* Functions of numbers. */
#include <math.h>

#include "base/decimal_local.h"
#include "expr/builtin.h"

static int check_point(struct compiler *c, struct node *n)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span point;

	if (n->count < 2)
		return 0;
	if (builtin_constant_text(c, n, 1, &point))
		return -1;
	if (!span_equal(point, SPAN(".")) && !span_equal(point, SPAN(",")))
		return compile_error(c, n->args[1]->at,
				     "the decimal separator is '.' or ',', not %s",
				     error_quote(point, quoted));
	n->point = point.ptr[0];
	return 0;
}

static int call_number(const struct node *n, struct expr_run *run,
		       const struct datum *args, struct datum *out,
		       struct error *err)
{
	struct node how = {.lenient = n->lenient, .point = n->point ? n->point : '.'};

	if (args[0].type == TYPE_NUMBER) {
		*out = args[0];
		return 0;
	}
	return convert_text_number(&how, datum_text_of(&args[0], run->scratch), out, err);
}

/* "1.2K", "3,5 Mio" */
static int call_short_number(const struct node *n, struct expr_run *run,
			     const struct datum *args, struct datum *out,
			     struct error *err)
{
	struct span text = args[0].type == TYPE_NUMBER ? SPAN("") : span_trim(datum_text_of(&args[0], run->scratch));
	struct decimal number;

	if (!text.len || (text.ptr[text.len - 1] >= '0' && text.ptr[text.len - 1] <= '9') ||
	    !decimal_parse_short(text, n->point ? n->point : '.', &number))
		return call_number(n, run, args, out, err);
	*out = datum_number(number);
	return 0;
}

static int call_abs(const struct node *n, struct expr_run *run,
		    const struct datum *args, struct datum *out,
		    struct error *err)
{
	(void)n;
	(void)run;
	(void)err;
	*out = datum_number(decimal_abs(args[0].number));
	return 0;
}

/* D times 10^PLACES as a whole number, and what is left of it. */
static __int128 split_at(struct decimal d, int places, __int128 *rest,
			 __int128 *unit)
{
	*unit = 1;
	while (d.scale > places) {
		*unit *= 10;
		places++;
	}
	*rest = d.digits % *unit;
	return d.digits / *unit;
}

static struct datum whole(__int128 digits, int scale)
{
	struct decimal d;

	/* An addition normalizes; nothing here can overflow. */
	if (!decimal_add((struct decimal){digits, scale}, DECIMAL_ZERO, &d))
		return DATUM_UNKNOWN;
	return datum_number(d);
}

/* Half away from zero, as SQL and people do it. */
static int call_round(const struct node *n, struct expr_run *run,
		      const struct datum *args, struct datum *out,
		      struct error *err)
{
	__int128 digits, rest, unit;
	int places = 0;

	(void)run;
	if (n->count > 1) {
		if (args[1].number.scale || args[1].number.digits < 0 ||
		    args[1].number.digits > DECIMAL_SCALE_MAX)
			return error_data(err, "round() takes 0 to %d decimals", DECIMAL_SCALE_MAX);
		places = (int)args[1].number.digits;
	}
	*out = datum_number(args[0].number);
	if (args[0].number.scale <= places)
		return 0;
	digits = split_at(args[0].number, places, &rest, &unit);
	if (rest >= unit / 2)
		digits++;
	else if (rest <= -(unit / 2))
		digits--;
	*out = whole(digits, places);
	return 0;
}

static int call_floor(const struct node *n, struct expr_run *run,
		      const struct datum *args, struct datum *out,
		      struct error *err)
{
	__int128 rest, unit, digits = split_at(args[0].number, 0, &rest, &unit);

	(void)n;
	(void)run;
	(void)err;
	*out = whole(digits - (rest < 0), 0);
	return 0;
}

static int call_ceil(const struct node *n, struct expr_run *run,
		     const struct datum *args, struct datum *out,
		     struct error *err)
{
	__int128 rest, unit, digits = split_at(args[0].number, 0, &rest, &unit);

	(void)n;
	(void)run;
	(void)err;
	*out = whole(digits + (rest > 0), 0);
	return 0;
}

/* Rounded, for the last digits of a logarithm are the machine's. */
#define LOG_DECIMALS 12

/* The natural one; unknown where there is none. */
static int call_log(const struct node *n, struct expr_run *run,
		    const struct datum *args, struct datum *out,
		    struct error *err)
{
	struct decimal d;

	(void)n;
	(void)run;
	(void)err;
	*out = DATUM_UNKNOWN;
	if (args[0].number.digits > 0 &&
	    decimal_from_double(log(decimal_double(args[0].number)), &d))
		*out = datum_number(decimal_round(d, LOG_DECIMALS));
	return 0;
}

const struct builtin number_functions[] = {
	{"number", "*?t", TYPE_NUMBER, 0, call_number, NULL, check_point},
	{"short_number", "*?t", TYPE_NUMBER, 0, call_short_number, NULL, check_point},
	{"abs", "n", TYPE_NUMBER, 0, call_abs, NULL, NULL},
	{"round", "n?n", TYPE_NUMBER, 0, call_round, NULL, NULL},
	{"floor", "n", TYPE_NUMBER, 0, call_floor, NULL, NULL},
	{"ceil", "n", TYPE_NUMBER, 0, call_ceil, NULL, NULL},
	{"log", "n", TYPE_NUMBER, 0, call_log, NULL, NULL},
	{NULL, NULL, 0, 0, NULL, NULL, NULL},
};
