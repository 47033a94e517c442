#include "expr/duration.h"

#include <string.h>

#include "expr/expr.h"
#include "time/moment.h"

/* 365.2425 / 12 days. */
#define MONTH_MS INT64_C(2629746000)

static int find_nothing(void *context, struct span name, bool quoted,
			enum datum_type *type)
{
	(void)context;
	(void)name;
	(void)quoted;
	(void)type;
	return -1;
}

/* The unit may be misspelt: then the language's own words help. */
static int refuse_duration(const char *text, const char *option,
			   const struct error *why, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	if (why->kind == ERROR_USAGE && strstr(why->message, "unit"))
		return error_usage(err, "%s: %s", option, why->message);
	return error_usage(err, "%s: %s is no duration: write 30min, 24h, 7d or 6mo",
			   option, error_quote(span_of(text), quoted));
}

int duration_read(const char *text, const char *option, int64_t *ms,
		  struct error *err)
{
	struct expr_scope scope = {.find = find_nothing};
	struct error why = ERROR_INIT;
	struct expr *e = expr_compile(span_of(text), NULL, 0, 0, &scope,
				      TYPE_DURATION, &why);
	struct datum d;
	bool good = e && expr_constant(e, &d) && d.type == TYPE_DURATION;

	if (good)
		*ms = d.duration.months * MONTH_MS + d.duration.ms;
	expr_free(e);
	if (!good)
		return refuse_duration(text, option, &why, err);
	if (*ms < 0 || *ms > MOMENT_MAX)
		return error_usage(err, "%s: a duration is from 0 to 8000 years", option);
	return 0;
}
