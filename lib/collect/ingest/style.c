#include "collect/ingest/style.h"
#include "time/date_format.h"
#include "time/date_text.h"

#include <string.h>

static bool is_utc(const struct zone *z)
{
	return !strcmp(zone_name(z), "UTC");
}

/* --tz is UTC where it is not given: then the mapping's zone counts. */
static int read_zone(const struct map_settings *set, struct plan_style *style,
		     struct zone **loaded, struct error *err)
{
	if (set->timezone && is_utc(style->zone)) {
		*loaded = zone_load(set->timezone, err);
		if (!*loaded)
			return -1;
		style->zone = *loaded;
	}
	style->utc = is_utc(style->zone);
	return 0;
}

static int read_region(const struct map_settings *set,
		       struct plan_style *style, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	if (set->region) {
		style->region = phone_region_find(span_of(set->region));
		if (!style->region)
			return error_usage(err, "--region: %s is not the code of a country, such as DE or US",
					   error_quote(span_of(set->region), quoted));
	}
	return 0;
}

static int read_decimal(const struct map_settings *set,
			struct plan_style *style, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	if (set->decimal && strcmp(set->decimal, ".") && strcmp(set->decimal, ","))
		return error_usage(err, "--decimal: %s is neither . nor ,",
				   error_quote(span_of(set->decimal), quoted));
	if (set->decimal)
		style->point = *set->decimal;
	return 0;
}

static int read_gmail(const char *text, struct plan_style *style, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	style->gmail = text && !strcmp(text, "yes");
	if (!text || style->gmail || !strcmp(text, "no"))
		return 0;
	return error_usage(err, "set gmail: %s is neither yes nor no", error_quote(span_of(text), quoted));
}

static int read_dates(const char *text, struct plan_style *style,
		      struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	if (!text || date_order_of(span_of(text), &style->dates))
		return 0;
	if (!strchr(text, '%'))
		return error_usage(err, "--dates: %s is neither dmy, mdy, ymd, excel nor a format such as %%d.%%m.%%Y",
				   error_quote(span_of(text), quoted));
	style->date_format = span_of(text);
	return date_check_format(style->date_format, err);
}

int style_read(const struct map_settings *set, const struct zone *zone,
		struct plan_style *m, struct zone **loaded, struct error *err)
{
	*loaded = NULL;
	*m = (struct plan_style){.point = '.', .dates = DATES_ISO, .zone = zone};
	if (read_zone(set, m, loaded, err) || read_region(set, m, err) ||
	    read_decimal(set, m, err) || read_gmail(set->gmail, m, err) || read_dates(set->dates, m, err))
		return -1;
	return 0;
}
