/*
 * Decimals against a second method: numbers as arrays of 120 decimal digits,
 * added, multiplied and divided as at school.
 */
#include "tests/unit/support.h"

#include "base/decimal.h"
#include "base/decimal_local.h"

#define ROUNDS 60000
#define PLACES 120	/* digits; the unit is 10^-36, the scale of products */
#define UNIT 36

/* Digits from the lowest; a magnitude. */
struct school {
	unsigned char digit[PLACES];
};

static void school_of(struct decimal d, struct school *out)
{
	unsigned __int128 rest = d.digits < 0 ? -(unsigned __int128)d.digits
					      : (unsigned __int128)d.digits;

	memset(out, 0, sizeof *out);
	for (int i = UNIT - d.scale; rest; i++) {
		out->digit[i] = (unsigned char)(rest % 10);
		rest /= 10;
	}
}

static int school_compare(const struct school *a, const struct school *b)
{
	for (int i = PLACES - 1; i >= 0; i--)
		if (a->digit[i] != b->digit[i])
			return a->digit[i] - b->digit[i];
	return 0;
}

static void school_add(struct school *a, const struct school *b)
{
	int carry = 0;

	for (int i = 0; i < PLACES; i++) {
		carry += a->digit[i] + b->digit[i];
		a->digit[i] = (unsigned char)(carry % 10);
		carry /= 10;
	}
}

/* a - b, a >= b. */
static void school_subtract(struct school *a, const struct school *b)
{
	int borrow = 0;

	for (int i = 0; i < PLACES; i++) {
		int d = a->digit[i] - b->digit[i] - borrow;

		borrow = d < 0;
		a->digit[i] = (unsigned char)(d + 10 * borrow);
	}
}

/* 10^-36 units times 10^-36 units, back to 10^-36: low digits must be 0. */
static void school_multiply(const struct school *a, const struct school *b,
			    struct school *out)
{
	unsigned long product[2 * PLACES] = {0};

	for (int i = 0; i < PLACES; i++)
		for (int k = 0; a->digit[i] && k < PLACES; k++)
			product[i + k] += (unsigned long)a->digit[i] *
					  b->digit[k];
	for (int i = 0; i + 1 < 2 * PLACES; i++) {
		product[i + 1] += product[i] / 10;
		product[i] %= 10;
	}
	for (int i = 0; i < UNIT; i++)
		assert_int_equal(product[i], 0);
	for (int i = 0; i < PLACES; i++)
		out->digit[i] = (unsigned char)product[i + UNIT];
}

static void school_shift_up(struct school *a)
{
	memmove(a->digit + 1, a->digit, PLACES - 1);
	a->digit[0] = 0;
}

/* a / b rounded half to even at 18 decimals. */
static void school_divide(const struct school *a, const struct school *b,
			  struct school *out)
{
	struct school rest = {{0}}, one = {{0}};

	memset(out, 0, sizeof *out);
	/* Long division: a's digits, then 18 zeros behind the point. */
	for (int i = PLACES - 1; i >= -18; i--) {
		int place = i + UNIT, digit = 0;

		school_shift_up(&rest);
		rest.digit[0] = i >= 0 ? a->digit[i] : 0;
		while (school_compare(&rest, b) >= 0) {
			school_subtract(&rest, b);
			digit++;
		}
		if (digit)
			assert_true(place < PLACES);
		if (place < PLACES)
			out->digit[place] = (unsigned char)digit;
	}
	one.digit[18] = 1;
	struct school twice = rest;
	school_add(&twice, &rest);
	int half = school_compare(&twice, b);
	if (half > 0 || (half == 0 && out->digit[18] % 2))
		school_add(out, &one);
}

/* "-12.5": the shortest text; false when it is no decimal of ours. */
static bool school_text(const struct school *a, bool negative, char *out)
{
	int high = PLACES - 1, low = 0;

	while (high > UNIT && !a->digit[high])
		high--;
	while (low < UNIT && !a->digit[low])
		low++;
	int significant = high - low + 1;
	/* "0.05" has one digit, not three. */
	for (int i = high; i > low && !a->digit[i]; i--)
		significant--;
	if (UNIT - low > 18 || significant > 38)
		return false;
	if (high == UNIT && low == UNIT && !a->digit[UNIT])
		negative = false;
	if (negative)
		*out++ = '-';
	for (int i = high; i >= low; i--) {
		if (i == UNIT - 1)
			*out++ = '.';
		*out++ = (char)('0' + a->digit[i]);
	}
	*out = '\0';
	return true;
}

static void text_of(struct decimal d, char *out)
{
	struct buf b = BUF_INIT;

	decimal_put(&b, d);
	assert_true(b.len <= 42);
	memcpy(out, buf_text(&b), b.len + 1);
	buf_release(&b);
}

/* Any length from 1 to 38 digits, any scale, often with zeros and nines. */
static struct decimal random_decimal(uint64_t *seed)
{
	size_t len = 1 + support_below(seed, 38);
	size_t scale = support_below(seed, 19), i;
	char text[64], *p = text;
	unsigned kind = (unsigned)support_below(seed, 4);
	struct decimal d;

	if (support_below(seed, 2))
		*p++ = '-';
	for (i = 0; i < len; i++) {
		unsigned digit = (unsigned)support_below(seed, 10);

		if (kind == 1 && i)
			digit = 0;
		if (kind == 2)
			digit = 9;
		*p++ = (char)('0' + digit);
	}
	p += snprintf(p, 8, "e-%zu", scale);
	assert_true(decimal_parse(span_between(text, p), &d));
	return d;
}

static void describe(struct decimal a, struct decimal b, const char *op,
		     const char *got, const char *want)
{
	char x[64], y[64];

	text_of(a, x);
	text_of(b, y);
	fail_msg("%s %s %s is %s, not %s", x, op, y, got, want);
}

/* Does the result of OP agree with the school's? */
static void check(struct decimal a, struct decimal b, const char *op,
		  bool good, struct decimal got, const struct school *want,
		  bool negative)
{
	char text[PLACES + 3] = "refused", result[64] = "refused";
	bool fits = school_text(want, negative, text);

	if (!fits)
		snprintf(text, sizeof text, "refused");
	if (good)
		text_of(got, result);
	if (strcmp(text, result))
		describe(a, b, op, result, text);
}

static void sums(void **state)
{
	uint64_t seed = support_seed(11);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct decimal a = random_decimal(&seed);
		struct decimal b = random_decimal(&seed), got;
		struct school x, y;
		bool minus_a = a.digits < 0, minus_b = b.digits < 0;
		bool good = decimal_add(a, b, &got), negative = minus_a;
		int order;

		school_of(a, &x);
		school_of(b, &y);
		order = school_compare(&x, &y);
		if (minus_a == minus_b) {
			school_add(&x, &y);
		} else if (order >= 0) {
			school_subtract(&x, &y);
		} else {
			school_subtract(&y, &x);
			x = y;
			negative = minus_b;
		}
		check(a, b, "+", good, got, &x, negative);
		if (good) {
			struct decimal back;

			assert_true(decimal_sub(got, b, &back));
			assert_int_equal(decimal_compare(back, a), 0);
		}
		if (minus_a == minus_b) {
			int sign = minus_a ? -order : order;
			int ours = decimal_compare(a, b);

			assert_true((sign > 0) - (sign < 0) ==
				    (ours > 0) - (ours < 0));
		}
	}
}

static void products(void **state)
{
	uint64_t seed = support_seed(12);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct decimal a = random_decimal(&seed);
		struct decimal b = random_decimal(&seed), got;
		struct school x, y, product;
		bool good = decimal_mul(a, b, &got);

		school_of(a, &x);
		school_of(b, &y);
		school_multiply(&x, &y, &product);
		check(a, b, "*", good, got, &product,
		      (a.digits < 0) != (b.digits < 0));
	}
}

static void quotients(void **state)
{
	uint64_t seed = support_seed(13);

	(void)state;
	for (int i = 0; i < ROUNDS / 4; i++) {
		struct decimal a = random_decimal(&seed);
		struct decimal b = random_decimal(&seed), got;
		struct school x, y, quotient;
		bool good = decimal_div(a, b, &got);

		if (!b.digits) {
			assert_false(good);
			continue;
		}
		school_of(a, &x);
		school_of(b, &y);
		school_divide(&x, &y, &quotient);
		check(a, b, "/", good, got, &quotient,
		      (a.digits < 0) != (b.digits < 0));
	}
}

static void texts(void **state)
{
	uint64_t seed = support_seed(14);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct decimal a = random_decimal(&seed), back;
		char text[64];

		text_of(a, text);
		assert_true(decimal_parse(span_of(text), &back));
		if (back.digits != a.digits || back.scale != a.scale)
			fail_msg("'%s' reads back as another", text);
		assert_true(decimal_parse_local(span_of(text), '.', &back));
		assert_int_equal(decimal_compare(back, a), 0);
		/* The double nearest to the text is strtod's. */
		assert_true(decimal_double(a) == strtod(text, NULL));
	}
}

/* Every double whose shortest text has a place comes back. */
static void doubles(void **state)
{
	uint64_t seed = support_seed(15);
	size_t kept = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		double x = (double)(int64_t)support_random(&seed);
		struct decimal d;

		for (size_t k = support_below(&seed, 16); k > 0; k--)
			x /= 10;
		if (!decimal_from_double(x, &d))
			continue;
		kept++;
		if (decimal_double(d) != x)
			fail_msg("%.17g comes back as %.17g", x,
				 decimal_double(d));
	}
	assert_true(kept > ROUNDS / 2);
}

/* Thousands groups: the written number reads back with either point. */
static void grouped(void **state)
{
	uint64_t seed = support_seed(16);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		unsigned long whole = support_random(&seed) >>
				      support_below(&seed, 64);
		unsigned cents = (unsigned)support_below(&seed, 100);
		bool comma = support_below(&seed, 2);
		char plain[32], text[64];
		struct decimal want, got;
		size_t out = 0, len;

		len = (size_t)snprintf(plain, sizeof plain, "%lu", whole);
		for (size_t k = 0; k < len; k++) {
			if (k && (len - k) % 3 == 0)
				text[out++] = comma ? '.' : ',';
			text[out++] = plain[k];
		}
		snprintf(text + out, sizeof text - out, "%c%02u",
			 comma ? ',' : '.', cents);
		snprintf(plain + len, sizeof plain - len, ".%02u", cents);
		assert_true(decimal_parse(span_of(plain), &want));
		if (!decimal_parse_local(span_of(text), comma ? ',' : '.',
					 &got) ||
		    decimal_compare(got, want))
			fail_msg("'%s' is not %s", text, plain);
	}
}

/* Any bytes: no crash, and what is read can be written and read again. */
static void hostile(void **state)
{
	static const char alphabet[] =
		"00123456789.,,.''  --+()$%eEURkr\xE2\x82\xAC\xC2\xA0";
	uint64_t seed = support_seed(17);
	size_t read = 0;

	(void)state;
	for (int i = 0; i < 4 * ROUNDS; i++) {
		size_t len = support_below(&seed, 12);
		char *text = malloc(len + 1), out[64];

		for (size_t k = 0; k < len; k++)
			text[k] = alphabet[support_below(&seed,
							 sizeof alphabet - 1)];
		for (int k = 0; k < 2; k++) {
			struct span s = {text, len};
			struct decimal d, back;

			if (!decimal_parse_local(s, k ? ',' : '.', &d))
				continue;
			read++;
			text_of(d, out);
			assert_true(decimal_parse(span_of(out), &back));
			assert_int_equal(decimal_compare(d, back), 0);
		}
		free(text);
	}
	assert_true(read > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums),
		cmocka_unit_test(products),
		cmocka_unit_test(quotients),
		cmocka_unit_test(texts),
		cmocka_unit_test(doubles),
		cmocka_unit_test(grouped),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
