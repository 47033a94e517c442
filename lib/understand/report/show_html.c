/*
 * One file that opens from disk, without script and without a request: inline
 * SVG, a table behind each chart, dark and print styles, and a policy that
 * makes any injected script or beacon dead.
 */
#include "base/mem.h"
#include "text/html.h"
#include "time/moment.h"
#include "understand/report/cell.h"
#include "understand/report/html.h"
#include "understand/report/show_parts.h"
#include "understand/report/view.h"

static const char style[] =
	":root{--fg:#1b1f24;--dim:#57606a;--bg:#fff;--card:#f6f8fa;--line:#d8dee4;--bar:#0969da;--heat:9,105,218;"
	"color-scheme:light dark}"
	"@media(prefers-color-scheme:dark){:root{--fg:#e6edf3;--dim:#9198a1;--bg:#0d1117;--card:#161b22;"
	"--line:#30363d;--bar:#4493f8;--heat:68,147,248}}"
	"*{box-sizing:border-box}"
	"body{font:16px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:62rem;"
	"margin:0 auto;padding:1.5rem}"
	"h1{font-size:1.7rem;line-height:1.2;margin:0;overflow-wrap:anywhere}"
	"h2{font-size:1.2rem;margin:0 0 .2rem;padding-top:2.4rem}"
	"p{margin:.2rem 0 .8rem;color:var(--dim);max-width:46rem}"
	"nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;border-block:1px solid var(--line);padding:.5rem 0;"
	"font-size:.9rem}"
	"nav a{color:var(--bar);text-decoration:none}nav a:hover{text-decoration:underline}"
	"figure{margin:0}svg{display:block;width:100%;min-width:30rem;max-width:48rem;height:auto;margin:.6rem 0 1rem}"
	"svg text{font-size:13px;fill:var(--fg)}svg .l{text-anchor:end;fill:var(--dim)}"
	"svg .m{text-anchor:middle;fill:var(--dim)}svg .b{fill:var(--bar)}"
	"svg .g{stroke:var(--line)}svg .z{stroke:var(--dim)}"
	"svg .c{fill:none;stroke:var(--bar);stroke-width:2;stroke-linejoin:round}"
	"svg .a{fill:var(--bar);opacity:.12}svg .o{fill:var(--bg);stroke:var(--bar);stroke-width:2}"
	".w{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}"
	"caption,figcaption{text-align:left;color:var(--dim);font-size:.85rem;padding-bottom:.3rem}"
	"th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}"
	"td{overflow-wrap:anywhere}thead th{color:var(--dim);font-weight:500;vertical-align:bottom}"
	"tbody th{font-weight:600;min-width:7rem;overflow-wrap:anywhere}.n{text-align:right;white-space:nowrap}"
	".h0{background:rgba(var(--heat),.03)}.h1{background:rgba(var(--heat),.09)}"
	".h2{background:rgba(var(--heat),.15)}.h3{background:rgba(var(--heat),.21)}"
	".h4{background:rgba(var(--heat),.28)}.h5{background:rgba(var(--heat),.34)}"
	".h6{background:rgba(var(--heat),.40)}.h7{background:rgba(var(--heat),.46)}"
	".h8{background:rgba(var(--heat),.52)}.h9{background:rgba(var(--heat),.58)}"
	"dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(10rem,1fr));gap:.7rem;margin:.6rem 0}"
	"dl div{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .8rem}"
	"dt{color:var(--dim);font-size:.85rem}dt::first-letter{text-transform:uppercase}"
	"dd{margin:0;font-size:1.1rem;font-weight:600;overflow-wrap:anywhere}"
	"@media print{:root{--fg:#000;--dim:#333;--bg:#fff;--card:#fff;--line:#999;--bar:#345;--heat:51,68,85}"
	"body{max-width:none;padding:0}.h0,.h1,.h2,.h3,.h4,.h5,.h6,.h7,.h8,.h9{print-color-adjust:exact}"
	"nav{display:none}.w{overflow:visible}h2{break-after:avoid}svg,tr,dl div{break-inside:avoid}}";

static void put_cell_text(const struct section *s, size_t i, struct buf *out)
{
	struct buf text = BUF_INIT;

	view_put_cell(&text, s, i / s->column_count, i % s->column_count);
	html_put(out, buf_view(&text));
	buf_release(&text);
}

static void put_class(const struct section *s, size_t i, bool number,
		      double most, struct buf *out)
{
	int depth = view_depth(s, i / s->column_count, i % s->column_count, most);

	if (!number && depth < 0)
		return;
	buf_lit(out, " class=\"n");
	if (depth >= 0)
		buf_printf(out, " h%d", depth);
	buf_char(out, '"');
	/* The count behind a percentage. */
	if (depth >= 0 && s->chart_base) {
		buf_lit(out, " title=\"");
		cell_put_plain(out, &s->cells[i]);
		buf_char(out, '"');
	}
}

static size_t rows_shown(const struct section *s)
{
	return s->row_count < SHOW_HTML_ROWS ? s->row_count : SHOW_HTML_ROWS;
}

static void put_table_head(const struct section *s, const bool *numbers,
			   struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_lit(out, "<div class=\"w\"><table aria-labelledby=\"");
	html_put(out, span_of(s->key));
	buf_lit(out, "-h\">");
	if (s->row_count + s->left_out > rows_shown(s))
		buf_printf(out, "<caption>The first %zu of %llu rows</caption>", rows_shown(s),
			   (unsigned long long)(s->row_count + s->left_out));
	buf_lit(out, "<thead><tr>");
	for (size_t c = 0; c < s->column_count; c++) {
		buf_clear(&text);
		column_put_label(&text, &s->columns[c]);
		buf_text_put(out, numbers[c] ? "<th scope=\"col\" class=\"n\">" :
					       "<th scope=\"col\">");
		html_put(out, buf_view(&text));
		buf_lit(out, "</th>");
	}
	buf_lit(out, "</tr></thead><tbody>\n");
	buf_release(&text);
}

static void put_table(const struct section *s, struct buf *out)
{
	size_t rows = rows_shown(s);
	bool *numbers = mem_zero(s->column_count, sizeof *numbers);
	double low, most;

	view_range(s, s->chart_value, s->column_count - 1, &low, &most);
	for (size_t c = 0; c < s->column_count; c++)
		numbers[c] = view_is_number(s, c);
	put_table_head(s, numbers, out);
	for (size_t i = 0; i < rows * s->column_count; i++) {
		size_t c = i % s->column_count;

		buf_text_put(out, c ? "<td" : "<tr><th scope=\"row\"");
		put_class(s, i, numbers[c], most, out);
		buf_char(out, '>');
		put_cell_text(s, i, out);
		buf_text_put(out, c ? "</td>" : "</th>");
		if (c == s->column_count - 1)
			buf_lit(out, "</tr>\n");
	}
	buf_lit(out, "</tbody></table></div>\n");
	mem_free(numbers);
}

static void put_pairs(const struct section *s, struct buf *out)
{
	buf_lit(out, "<dl>\n");
	for (size_t r = 0; r < s->row_count; r++) {
		buf_lit(out, "<div><dt>");
		put_cell_text(s, r * s->column_count, out);
		buf_lit(out, "</dt><dd>");
		put_cell_text(s, r * s->column_count + 1, out);
		buf_lit(out, "</dd></div>\n");
	}
	buf_lit(out, "</dl>\n");
}

static void put_section(const struct section *s, struct buf *out)
{
	buf_lit(out, "<section id=\"");
	html_put(out, span_of(s->key));
	buf_lit(out, "\"><h2 id=\"");
	html_put(out, span_of(s->key));
	buf_lit(out, "-h\">");
	html_put(out, span_of(s->title));
	buf_lit(out, "</h2>\n");
	if (s->note) {
		buf_lit(out, "<p>");
		html_put(out, span_of(s->note));
		buf_lit(out, "</p>\n");
	}
	if (s->pairs) {
		put_pairs(s, out);
	} else {
		buf_lit(out, "<figure>\n");
		if (s->chart == CHART_BARS || s->chart == CHART_LINE) {
			buf_lit(out, "<div class=\"w\">");
			svg_put_chart(out, s);
			buf_lit(out, "</div>\n");
		}
		put_table(s, out);
		buf_lit(out, "</figure>\n");
	}
	buf_lit(out, "</section>\n");
}

static void put_head(const struct sheet *s, struct buf *out)
{
	buf_lit(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src 'unsafe-inline'\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
	html_put(out, span_of(s->title));
	buf_lit(out, "</title>\n<style>");
	buf_text_put(out, style);
	buf_lit(out, "</style></head>\n<body><header><h1>");
	html_put(out, span_of(s->title));
	buf_lit(out, "</h1>\n");
	if (s->as_of != MOMENT_NONE) {
		buf_lit(out, "<p>As of ");
		sheet_put_as_of(s, out);
		buf_lit(out, "</p>\n");
	}
}

void show_html(const struct sheet *s, struct buf *out)
{
	put_head(s, out);
	if (s->count > 1)
		buf_lit(out, "<nav aria-label=\"Sections\">");
	for (size_t i = 0; s->count > 1 && i < s->count; i++) {
		buf_lit(out, "<a href=\"#");
		html_put(out, span_of(s->sections[i].key));
		buf_lit(out, "\">");
		html_put(out, span_of(s->sections[i].title));
		buf_lit(out, "</a>");
	}
	buf_text_put(out, s->count > 1 ? "</nav></header>\n<main>\n" : "</header>\n<main>\n");
	for (size_t i = 0; i < s->count; i++)
		put_section(&s->sections[i], out);
	buf_lit(out, "</main></body></html>\n");
}
