/*
 * The page: one file that opens from disk, without script and without a request, and a policy that
 * makes any injected script or beacon dead.  Its header says of when it is, what it is compared
 * with, how fresh the data is and what was asked; then come findings, figures, and a card for each
 * section.
 */
#include <string.h>

#include "text/html.h"
#include "time/moment.h"
#include "understand/report/figures.h"
#include "understand/report/page.h"
#include "understand/report/show_parts.h"
#include "understand/report/words.h"

#define NAV_LEAST 5	/* sections; fewer are seen at a glance */

static void put_as_of(struct buf *out, const struct sheet *s)
{
	struct buf text = BUF_INIT;

	if (s->as_of == MOMENT_NONE)
		return;
	buf_lit(out, "<p>As of ");
	words_put_time(&text, s->as_of, s->zone);
	if (s->zone)
		buf_printf(&text, " %s", zone_name(s->zone));
	else
		buf_lit(&text, " UTC");
	html_put(out, buf_view(&text));
	buf_lit(out, "</p>\n");
	buf_release(&text);
}

static void put_period(struct buf *out, const struct sheet *s)
{
	struct buf text = BUF_INIT;

	if (!s->from || s->from == MOMENT_NONE)
		return;
	words_put_range(&text, s->from, s->as_of, s->zone);
	buf_printf(&text, " (%d days), compared with the %d days before", FIGURES_PERIOD_DAYS, FIGURES_PERIOD_DAYS);
	buf_lit(out, "<p>");
	html_put(out, buf_view(&text));
	buf_lit(out, "</p>\n");
	buf_release(&text);
}

/* What was asked, in the words of the command line. */
static void put_asked(struct buf *out, const struct sheet *s)
{
	buf_lit(out, "<p>Filter: ");
	if (!s->asked_count)
		buf_lit(out, "none");
	for (size_t i = 0; i < s->asked_count; i++) {
		buf_printf(out, "%s<code>--%s", i ? " " : "", s->asked[i].option);
		if (*s->asked[i].text)
			buf_char(out, ' ');
		html_put(out, span_of(s->asked[i].text));
		buf_lit(out, "</code>");
	}
	buf_lit(out, "</p>\n");
}

static void put_freshness(struct buf *out, const struct sheet *s)
{
	struct buf day = BUF_INIT;

	if (!s->fresh_count)
		return;
	buf_lit(out, "<ul class=\"chips\" aria-label=\"Newest record of each source\">\n");
	for (size_t i = 0; i < s->fresh_count; i++) {
		const struct freshness *f = &s->fresh[i];

		buf_text_put(out, f->late ? "<li class=\"late\">" : "<li>");
		html_put(out, f->source);
		buf_lit(out, ": ");
		buf_clear(&day);
		words_put_day(&day, f->newest, s->zone);
		html_put(out, buf_view(&day));
		if (f->late)
			buf_printf(out, " (%lld days old)", (long long)((s->as_of - f->newest) / DAY_MS));
		buf_lit(out, "</li>\n");
	}
	buf_lit(out, "</ul>\n");
	buf_release(&day);
}

static void put_nav(struct buf *out, const struct sheet *s)
{
	if (s->count < NAV_LEAST)
		return;
	buf_lit(out, "<nav aria-label=\"Sections\">");
	for (size_t i = 0; i < s->count; i++) {
		if (s->sections[i].look != LOOK_TABLE)
			continue;
		buf_lit(out, "<a href=\"#");
		html_put(out, span_of(s->sections[i].key));
		buf_lit(out, "\">");
		html_put(out, span_of(s->sections[i].title));
		buf_lit(out, "</a>");
	}
	buf_lit(out, "</nav>\n");
}

static void put_head(struct buf *out, const struct sheet *s)
{
	buf_lit(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src 'unsafe-inline'\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
	html_put(out, span_of(s->title));
	buf_lit(out, "</title>\n<style>");
	buf_text_put(out, page_style);
	buf_lit(out, "</style></head>\n<body><header><h1>");
	html_put(out, span_of(s->title));
	buf_lit(out, "</h1>\n");
	put_period(out, s);
	put_as_of(out, s);
	put_asked(out, s);
	put_freshness(out, s);
	put_nav(out, s);
	buf_lit(out, "</header>\n");
}

/* The heading of a report's cards, where there are several reports. */
static bool put_part(struct buf *out, const struct sheet *s, size_t i)
{
	const char *part = s->sections[i].part;
	size_t before = i;

	if (!part)
		return false;
	while (before && s->sections[before - 1].look != LOOK_TABLE)
		before--;
	if (before && s->sections[before - 1].part && !strcmp(s->sections[before - 1].part, part))
		return true;
	buf_lit(out, "<h2>");
	html_put(out, span_of(part));
	buf_lit(out, "</h2>\n");
	return true;
}

static void put_looks(struct buf *out, const struct sheet *s, enum section_look look)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->sections[i].look != look)
			continue;
		if (look == LOOK_FIGURES)
			page_put_figures(out, &s->sections[i], 2);
		else
			page_put_findings(out, &s->sections[i], 2);
	}
}

void show_html(const struct sheet *s, struct buf *out)
{
	put_head(out, s);
	buf_lit(out, "<main>\n");
	put_looks(out, s, LOOK_FIGURES);
	put_looks(out, s, LOOK_FINDINGS);
	for (size_t i = 0; i < s->count; i++)
		if (s->sections[i].look == LOOK_TABLE)
			page_put_card(out, &s->sections[i], put_part(out, s, i) ? 3 : 2, s->count == 1);
	buf_lit(out, "</main>\n<footer>Made by cdp-report. How each figure is counted: cdp-metrics(7).</footer></body></html>\n");
}
