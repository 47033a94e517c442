/* Dates, numbers and words of consent: whatever bytes are read exist, and read back. */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "base/decimal.h"
#include "base/decimal_local.h"
#include "reference/consent_word.h"
#include "reference/tcf.h"
#include "time/date_format.h"
#include "time/moment.h"
#include "time/date_text.h"

static void check_civil(const struct civil *c)
{
	int64_t moment = moment_from_civil(c), back;
	char text[MOMENT_TEXT];

	assert(c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= moment_month_length(c->year, c->month));
	moment_format(moment, text);
	assert(moment_parse_record((struct span){text, MOMENT_TEXT}, &back));
	assert(back == moment);
}

/* The first line is a text; the second, when there is one, its format. */
static void check_dates(struct span text, struct span format)
{
	struct civil c;
	int64_t moment;

	for (int order = DATES_ISO; order <= DATES_EXCEL; order++)
		if (date_parse(text, (enum date_order)order, &c))
			check_civil(&c);
	if (moment_parse_record(text, &moment)) {
		assert(date_parse(text, DATES_ISO, &c));
		assert(moment_from_civil(&c) == moment);
	}
	date_fits(text);
	if (span_absent(format))
		return;
	if (date_parse_format(text, format, &c) &&
	    !date_check_format(format, NULL))
		check_civil(&c);
}

/* What is no purpose is never set; a word means the same in capitals. */
static void check_consent(struct span text)
{
	uint32_t purposes = 0;

	if (tcf_purposes(text, &purposes))
		assert(text.len >= 39 && !(purposes >> TCF_PURPOSES));
	assert(consent_word_of(text) <= CONSENT_WORD_OPEN);
}

static void check_number(struct decimal d)
{
	struct buf text = BUF_INIT;
	struct decimal back;

	decimal_put(&text, d);
	assert(text.len <= 42);
	assert(decimal_parse(buf_view(&text), &back));
	assert(back.digits == d.digits && back.scale == d.scale);
	buf_release(&text);
}

/* Quotient times divisor meets the number, where all three are exact. */
static void check_arithmetic(struct decimal a, struct decimal b)
{
	struct decimal sum, product, back;

	if (decimal_add(a, b, &sum)) {
		check_number(sum);
		assert(decimal_sub(sum, b, &back) &&
		       !decimal_compare(back, a));
	}
	if (decimal_mul(a, b, &product)) {
		check_number(product);
		assert(!b.digits || (decimal_div(product, b, &back) &&
				     !decimal_compare(back, a)));
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span rest = {size ? (const char *)data : "", size};
	struct span first = span_cut(&rest, '\n');
	struct decimal a, b;

	check_dates(first, rest);
	check_consent(first);
	if (decimal_parse(first, &a)) {
		check_number(a);
		if (!span_absent(rest) && decimal_parse(rest, &b))
			check_arithmetic(a, b);
	}
	if (decimal_parse_local(first, '.', &a))
		check_number(a);
	if (decimal_parse_local(first, ',', &a))
		check_number(a);
	return 0;
}
