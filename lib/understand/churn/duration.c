#include "understand/churn/duration.h"

#include <math.h>

#include "base/span.h"

static const struct {
	struct span name;
	double days;
} units[] = {
	{SPAN("mo"), 365.25 / 12}, {SPAN("d"), 1}, {SPAN("w"), 7},
	{SPAN("y"), 365.25},
};

int horizon_days(const char *text, uint32_t *days, struct error *err)
{
	struct span s = span_of(text);
	char quoted[ERROR_QUOTE_MAX];
	uint64_t number;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct span name = units[i].name;

		if (!span_ends(s, name) ||
		    !span_number(span_sub(s, 0, s.len - name.len), &number))
			continue;
		if (!number || (double)number * units[i].days > HORIZON_DAYS_MAX)
			return error_usage(err, "horizon %s must be from 1 day to 100 years",
					   error_quote(s, quoted));
		*days = (uint32_t)lround((double)number * units[i].days);
		return 0;
	}
	return error_usage(err, "bad horizon %s: write 90d, 13w, 6mo or 1y",
			   error_quote(s, quoted));
}
