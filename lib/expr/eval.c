/*
 * Evaluation: one function a kind of node.  The checker has put conversions where
 * they are needed, so an argument has the type that the node wants, or is
 * unknown.
 */
#include "expr/builtin.h"
#include "expr/tree.h"
#include "expr/value_list.h"

int eval_constant(const struct node *n, struct expr_run *run,
		  struct datum *out, struct error *err)
{
	(void)run;
	(void)err;
	*out = n->value;
	return 0;
}

int eval_name(const struct node *n, struct expr_run *run, struct datum *out,
	      struct error *err)
{
	*out = DATUM_UNKNOWN;
	return n->fetch(run, n->slot, out, err);
}

/*
 * Kleene: DECIDES alone decides the result; else one unknown makes it unknown.
 * What follows a decision is not evaluated.
 */
static int eval_chain(const struct node *n, bool decides, struct expr_run *run,
		      struct datum *out, struct error *err)
{
	struct datum one;
	bool known = true;
	size_t i;

	for (i = 0; i < n->count; i++) {
		if (node_eval(n->args[i], run, &one, err))
			return -1;
		if (one.type == TYPE_TRUTH && one.truth == decides) {
			*out = one;
			return 0;
		}
		known = known && one.type == TYPE_TRUTH;
	}
	*out = known ? datum_truth(!decides) : DATUM_UNKNOWN;
	return 0;
}

int eval_and(const struct node *n, struct expr_run *run, struct datum *out,
	     struct error *err)
{
	return eval_chain(n, false, run, out, err);
}

int eval_or(const struct node *n, struct expr_run *run, struct datum *out,
	    struct error *err)
{
	return eval_chain(n, true, run, out, err);
}

int eval_not(const struct node *n, struct expr_run *run, struct datum *out,
	     struct error *err)
{
	if (node_eval(n->args[0], run, out, err))
		return -1;
	out->truth = !out->truth;
	if (out->type != TYPE_TRUTH)
		*out = DATUM_UNKNOWN;
	return 0;
}

int eval_negate(const struct node *n, struct expr_run *run,
		struct datum *out, struct error *err)
{
	if (node_eval(n->args[0], run, out, err))
		return -1;
	out->written = SPAN_NONE;
	if (out->type == TYPE_NUMBER) {
		out->number = decimal_negate(out->number);
	} else if (out->type == TYPE_DURATION) {
		out->duration.months = -out->duration.months;
		out->duration.ms = -out->duration.ms;
	}
	return 0;
}

static int too_large(const struct datum *a, const struct datum *b,
		     enum token_kind sign, struct error *err)
{
	struct buf shown = BUF_INIT;
	int failed;

	datum_put_text(a, &shown);
	buf_printf(&shown, " %c ", token_name(sign)[1]);
	datum_put_text(b, &shown);
	failed = error_data(err, "%s is more than %s can hold", buf_text(&shown),
			    a->type == TYPE_NUMBER ? "a number" : "a time");
	buf_release(&shown);
	return failed;
}

/* Overflow is checked unsigned: signed, 128 bits need a function that only
 * clang's runtime has. */
typedef unsigned __int128 magnitude;

static magnitude power_of_ten(int exponent)
{
	magnitude power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

static magnitude magnitude_of(struct decimal d)
{
	return d.digits < 0 ? -(magnitude)d.digits : (magnitude)d.digits;
}

/* MAGNITUDE (below 10^38) with a sign; an addition normalizes it. */
static bool signed_decimal(magnitude digits, int scale, bool negative,
			   struct decimal *out)
{
	__int128 number = negative ? -(__int128)digits : (__int128)digits;

	return decimal_add((struct decimal){number, scale}, DECIMAL_ZERO, out);
}

/*
 * A product of more than 18 decimals, rounded to 18 as a quotient is: else
 * 1/3 * 0.5 were an error.  Of the four products of whole parts and fractions
 * only the one of both fractions has so many; it is below 10^36 units.  Half a
 * unit goes up, for evenness would have to look at the sum.
 */
static bool multiply_rounded(struct decimal a, struct decimal b,
			     struct decimal *out)
{
	magnitude one_a = power_of_ten(a.scale), one_b = power_of_ten(b.scale);
	magnitude x = magnitude_of(a), y = magnitude_of(b);
	magnitude unit = power_of_ten(a.scale + b.scale - DECIMAL_SCALE_MAX);
	magnitude product = (x % one_a) * (y % one_b);
	magnitude rest = product % unit;
	bool negative = (a.digits < 0) != (b.digits < 0);
	struct decimal whole_a, whole_b, part_a, term, sum;

	product /= unit;
	product += rest >= unit - rest;
	return signed_decimal(product, DECIMAL_SCALE_MAX, negative, &sum) &&
	       signed_decimal(x / one_a, 0, a.digits < 0, &whole_a) &&
	       signed_decimal(x % one_a, a.scale, a.digits < 0, &part_a) &&
	       signed_decimal(y / one_b, 0, b.digits < 0, &whole_b) &&
	       decimal_mul(whole_a, b, &term) && decimal_add(sum, term, &sum) &&
	       decimal_mul(part_a, whole_b, &term) && decimal_add(sum, term, out);
}

static bool multiply_numbers(struct decimal a, struct decimal b, struct decimal *out)
{
	return decimal_mul(a, b, out) ||
	       (a.scale + b.scale > DECIMAL_SCALE_MAX &&
		multiply_rounded(a, b, out));
}

/* The rest of A / B, with the sign of A. */
static bool modulo_numbers(struct decimal a, struct decimal b, struct decimal *out)
{
	int scale = a.scale > b.scale ? a.scale : b.scale;
	magnitude x, y;

	if (__builtin_mul_overflow(magnitude_of(a), power_of_ten(scale - a.scale), &x) ||
	    __builtin_mul_overflow(magnitude_of(b), power_of_ten(scale - b.scale), &y))
		return false;
	x %= y;
	/* 10^38 and more has no signed form. */
	return x < power_of_ten(38) && signed_decimal(x, scale, a.digits < 0, out);
}

static int number_arithmetic(const struct datum *a, const struct datum *b,
			     enum token_kind sign, struct datum *out,
			     struct error *err)
{
	struct decimal result;
	bool fits;

	if ((sign == TOKEN_DIVIDE || sign == TOKEN_MODULO) && !b->number.digits)
		return 0;
	switch (sign) {
	case TOKEN_PLUS:
		fits = decimal_add(a->number, b->number, &result);
		break;
	case TOKEN_MINUS:
		fits = decimal_sub(a->number, b->number, &result);
		break;
	case TOKEN_TIMES:
		fits = multiply_numbers(a->number, b->number, &result);
		break;
	case TOKEN_DIVIDE:
		fits = decimal_div(a->number, b->number, &result);
		break;
	default:
		fits = modulo_numbers(a->number, b->number, &result);
	}
	if (!fits)
		return too_large(a, b, sign, err);
	*out = datum_number(result);
	return 0;
}

static int time_arithmetic(const struct datum *a, const struct datum *b,
			   enum token_kind sign, const struct zone *zone,
			   struct datum *out, struct error *err)
{
	const struct datum *moment = a->type == TYPE_TIME ? a : b;
	const struct datum *length = a->type == TYPE_TIME ? b : a;
	int64_t result;

	if (!duration_add(moment->time, length->duration,
			  sign == TOKEN_PLUS ? 1 : -1, zone, &result))
		return too_large(a, b, sign, err);
	*out = datum_time(result);
	return 0;
}

/* NUMBER times D; a part of a month has no fixed length. */
static bool scale_duration(struct duration d, struct decimal number,
			   struct duration *out)
{
	struct decimal ms;

	if (d.months && number.scale)
		return false;
	if (!decimal_mul(decimal_of(d.ms), number, &ms))
		return false;
	ms = decimal_round(ms, 0);
	if (ms.digits > INT64_MAX || ms.digits < -INT64_MAX)
		return false;
	out->ms = (int64_t)ms.digits;
	out->months = 0;
	if (!d.months)
		return true;
	if (number.digits > INT32_MAX || number.digits < -INT32_MAX)
		return false;
	return !__builtin_mul_overflow(d.months, (int32_t)number.digits,
				       &out->months) && out->months != INT32_MIN;
}

static bool add_durations(struct duration a, struct duration b, int sign,
			  struct duration *out)
{
	return !__builtin_add_overflow(a.months, sign * b.months, &out->months) &&
	       !__builtin_add_overflow(a.ms, sign * b.ms, &out->ms) &&
	       out->months != INT32_MIN && out->ms != INT64_MIN;
}

static int duration_arithmetic(const struct datum *a, const struct datum *b,
			       enum token_kind sign, struct datum *out,
			       struct error *err)
{
	struct duration result = {0};
	bool fits = true;

	if (a->type == TYPE_TIME)
		result.ms = a->time - b->time;
	else if (a->type == TYPE_NUMBER)
		fits = scale_duration(b->duration, a->number, &result);
	else if (b->type == TYPE_NUMBER)
		fits = scale_duration(a->duration, b->number, &result);
	else
		fits = add_durations(a->duration, b->duration,
				     sign == TOKEN_PLUS ? 1 : -1, &result);
	if (!fits)
		return too_large(a, b, sign, err);
	out->type = TYPE_DURATION;
	out->duration = result;
	return 0;
}

/* How often B goes into A. */
static int duration_ratio(const struct datum *a, const struct datum *b,
			  struct datum *out, struct error *err)
{
	struct datum x = datum_number(decimal_of(duration_ms(a->duration)));
	struct datum y = datum_number(decimal_of(duration_ms(b->duration)));

	return number_arithmetic(&x, &y, TOKEN_DIVIDE, out, err);
}

int eval_arithmetic(const struct node *n, struct expr_run *run,
		    struct datum *out, struct error *err)
{
	struct datum a, b;

	if (node_eval(n->args[0], run, &a, err) ||
	    node_eval(n->args[1], run, &b, err))
		return -1;
	*out = DATUM_UNKNOWN;
	if (a.type == TYPE_UNKNOWN || b.type == TYPE_UNKNOWN)
		return 0;
	if (n->type == TYPE_TIME)
		return time_arithmetic(&a, &b, n->sign, run->zone, out, err);
	if (n->type == TYPE_DURATION)
		return duration_arithmetic(&a, &b, n->sign, out, err);
	if (a.type == TYPE_DURATION)
		return duration_ratio(&a, &b, out, err);
	return number_arithmetic(&a, &b, n->sign, out, err);
}

int eval_compare(const struct node *n, struct expr_run *run,
		 struct datum *out, struct error *err)
{
	struct datum a, b;

	if (node_eval(n->args[0], run, &a, err) ||
	    node_eval(n->args[1], run, &b, err))
		return -1;
	*out = compare_datums(&a, &b, n->sign, n, run->zone);
	return 0;
}

static bool list_holds(const struct datum *list, struct span text)
{
	size_t i;

	for (i = 0; i < list->list.count; i++) {
		if (span_equal(list->list.items[i], text))
			return true;
	}
	return false;
}

/* One alternative: 1 equal, 0 not, -1 unknown. */
static int is_alternative(const struct datum *x, const struct datum *one,
			  const struct node *n, const struct zone *zone)
{
	struct datum equal;

	if (one->type == TYPE_LIST && x->type == TYPE_TEXT)
		return list_holds(one, x->text);
	equal = compare_datums(x, one, TOKEN_EQUAL, n, zone);
	return equal.type == TYPE_TRUTH ? equal.truth : -1;
}

int eval_in(const struct node *n, struct expr_run *run, struct datum *out,
	    struct error *err)
{
	struct datum x, one;
	bool known = true;
	size_t i;
	int is;

	if (node_eval(n->args[0], run, &x, err))
		return -1;
	*out = DATUM_UNKNOWN;
	for (i = 1; i < n->count && x.type != TYPE_UNKNOWN; i++) {
		if (node_eval(n->args[i], run, &one, err))
			return -1;
		is = is_alternative(&x, &one, n, run->zone);
		if (is == 1) {
			*out = datum_truth(!n->negated);
			return 0;
		}
		known = known && is == 0;
	}
	if (known && x.type != TYPE_UNKNOWN)
		*out = datum_truth(n->negated);
	return 0;
}

/* Of a list one is enough. */
static bool is_in_values(const struct value_list *values, const struct datum *x, struct expr_run *run)
{
	struct buf spelling = BUF_INIT;
	size_t found = MAP_NONE;

	if (x->type != TYPE_LIST)
		found = value_list_find(values, datum_text_of(x, run->scratch), &spelling);
	for (size_t i = 0; x->type == TYPE_LIST && i < x->list.count && found == MAP_NONE; i++)
		found = value_list_find(values, x->list.items[i], &spelling);
	buf_release(&spelling);
	return found != MAP_NONE;
}

int eval_in_file(const struct node *n, struct expr_run *run, struct datum *out, struct error *err)
{
	struct datum x;

	if (node_eval(n->args[0], run, &x, err))
		return -1;
	*out = x.type == TYPE_UNKNOWN ? DATUM_UNKNOWN
		: datum_truth(is_in_values(n->values, &x, run) != n->negated);
	return 0;
}

/* x >= low and x <= high, in Kleene's logic: 1, 0, -1 unknown. */
static int is_between(const struct datum *x, const struct datum bounds[2], const struct node *n,
		      const struct zone *zone)
{
	struct datum above = compare_datums(x, &bounds[0], TOKEN_AT_LEAST, n, zone);
	struct datum below = compare_datums(x, &bounds[1], TOKEN_AT_MOST, n, zone);

	if ((above.type == TYPE_TRUTH && !above.truth) ||
	    (below.type == TYPE_TRUTH && !below.truth))
		return 0;
	return above.type == TYPE_TRUTH && below.type == TYPE_TRUTH ? 1 : -1;
}

/* Of a list one element has to lie there, not one above and another below. */
static int any_between(const struct datum *list, const struct datum bounds[2], const struct node *n,
		       const struct zone *zone)
{
	int is = -1;

	for (size_t i = 0; i < list->list.count && is < 1; i++) {
		struct datum one = datum_text(list->list.items[i]);
		int found = is_between(&one, bounds, n, zone);

		is = found < 0 ? is : found;
	}
	return is;
}

int eval_between(const struct node *n, struct expr_run *run,
		 struct datum *out, struct error *err)
{
	struct datum x, bounds[2];
	int is;

	if (node_eval(n->args[0], run, &x, err) ||
	    node_eval(n->args[1], run, &bounds[0], err) ||
	    node_eval(n->args[2], run, &bounds[1], err))
		return -1;
	is = x.type == TYPE_LIST ? any_between(&x, bounds, n, run->zone)
				 : is_between(&x, bounds, n, run->zone);
	*out = is < 0 ? DATUM_UNKNOWN : datum_truth((is == 1) != n->negated);
	return 0;
}

int eval_is_null(const struct node *n, struct expr_run *run,
		 struct datum *out, struct error *err)
{
	if (node_eval(n->args[0], run, out, err))
		return -1;
	*out = datum_truth((out->type == TYPE_UNKNOWN) != n->negated);
	return 0;
}

/* 1: all arguments are there and known (or may be unknown); 0: one is unknown. */
static int eval_args(const struct node *n, bool nulls, struct expr_run *run,
		     struct datum *args, struct error *err)
{
	size_t i;

	for (i = 0; i < n->count; i++) {
		args[i] = DATUM_UNKNOWN;
		if (node_eval(n->args[i], run, &args[i], err))
			return -1;
		if (args[i].type == TYPE_UNKNOWN && !nulls)
			return 0;
	}
	return 1;
}

int eval_builtin(const struct node *n, struct expr_run *run,
		 struct datum *out, struct error *err)
{
	struct datum args[CALL_ARGS_MAX];
	int got = eval_args(n, n->builtin->flags & BUILTIN_NULLS, run, args, err);

	*out = DATUM_UNKNOWN;
	if (got <= 0)
		return got;
	return n->builtin->call(n, run, args, out, err);
}

int expr_run_passes(struct expr_run *run, struct error *err)
{
	struct datum truth;

	if (!run->filter)
		return 1;
	if (node_eval(run->filter, run, &truth, err))
		return -1;
	return truth.type == TYPE_TRUTH && truth.truth;
}

int eval_function_call(const struct node *n, struct expr_run *run,
		       struct datum *out, struct error *err)
{
	struct datum args[EXPR_ARGS_MAX];
	int got = eval_args(n, false, run, args, err);

	*out = DATUM_UNKNOWN;
	if (got <= 0)
		return got;
	run->filter = n->filter;
	return n->function->call(run, args, n->count, out, err);
}
