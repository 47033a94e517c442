/*
 * One file that opens from disk, without script and without a request: inline
 * SVG, a table behind each chart, dark and print styles, and a policy that
 * makes any injected script or beacon dead.
 */
#include "base/moment.h"
#include "report/cell.h"
#include "report/html.h"
#include "report/show_parts.h"

#define ROWS_MAX 200	/* of a table: the whole stays under 150 KB */

static const char style[] =
	":root{--fg:#1b1f24;--dim:#57606a;--bg:#fff;--line:#d0d7de;--bar:#0969da;--heat:9,105,218}"
	"@media(prefers-color-scheme:dark){:root{--fg:#e6edf3;--dim:#9198a1;--bg:#0d1117;--line:#3d444d;"
	"--bar:#4493f8;--heat:68,147,248}}"
	"*{box-sizing:border-box}"
	"body{font:16px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:60rem;"
	"margin:0 auto;padding:1.5rem}"
	"h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .2rem}"
	"p{margin:.2rem 0 .8rem;color:var(--dim)}nav a{color:var(--bar);margin-right:1rem}"
	"figure{margin:0}svg{width:100%;height:auto;margin:.4rem 0}"
	"svg text{font-size:13px;fill:var(--fg)}svg .l{text-anchor:end;fill:var(--dim)}"
	"svg .m{text-anchor:middle;fill:var(--dim)}svg .b{fill:var(--bar)}"
	"svg .g{stroke:var(--line)}svg .c{fill:none;stroke:var(--bar);stroke-width:2}"
	".w{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}"
	"caption{text-align:left;color:var(--dim);padding-bottom:.3rem}"
	"th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}"
	"th{font-weight:600}.n{text-align:right;white-space:nowrap}"
	".h0{background:rgba(var(--heat),.04)}.h1{background:rgba(var(--heat),.10)}"
	".h2{background:rgba(var(--heat),.16)}.h3{background:rgba(var(--heat),.22)}"
	".h4{background:rgba(var(--heat),.28)}.h5{background:rgba(var(--heat),.34)}"
	".h6{background:rgba(var(--heat),.40)}.h7{background:rgba(var(--heat),.46)}"
	".h8{background:rgba(var(--heat),.52)}.h9{background:rgba(var(--heat),.58)}"
	"dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.8rem;margin:.6rem 0}"
	"dl div{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .8rem}"
	"dt{color:var(--dim);font-size:.85rem}dd{margin:0;font-size:1.1rem;font-weight:600;overflow-wrap:anywhere}"
	"@media print{:root{--fg:#000;--dim:#333;--bg:#fff;--line:#999;--bar:#345}body{max-width:none;padding:0}"
	"nav{display:none}section{break-inside:avoid}}";

void html_put(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		switch (c) {
		case '&':
			buf_lit(out, "&amp;");
			break;
		case '<':
			buf_lit(out, "&lt;");
			break;
		case '>':
			buf_lit(out, "&gt;");
			break;
		case '"':
			buf_lit(out, "&quot;");
			break;
		case '\'':
			buf_lit(out, "&#39;");
			break;
		default:
			buf_char(out, c < 0x20 || c == 0x7f ? ' ' : (char)c);
		}
	}
}

static void put_cell_text(const struct section *s, size_t i, struct buf *out)
{
	struct buf text = BUF_INIT;

	if (s->pairs && i % s->column_count == 0)
		cell_put_name(&text, &s->cells[i]);
	else
		cell_put_people(&text, &s->cells[i], &s->columns[i % s->column_count]);
	html_put(out, buf_view(&text));
	buf_release(&text);
}

static double largest(const struct section *s)
{
	double most = 0;

	for (size_t i = 0; i < s->row_count * s->column_count; i++)
		if (i % s->column_count >= s->chart_value &&
		    cell_size(&s->cells[i]) > most)
			most = cell_size(&s->cells[i]);
	return most;
}

static void put_class(const struct section *s, size_t i, double most,
		      struct buf *out)
{
	const struct cell *c = &s->cells[i];
	int level;

	if (!cell_is_number(c))
		return;
	buf_lit(out, " class=\"n");
	if (s->chart == CHART_HEAT && i % s->column_count >= s->chart_value &&
	    most > 0) {
		level = (int)(cell_size(c) / most * 9.999);
		buf_printf(out, " h%d", level < 0 ? 0 : level);
	}
	buf_char(out, '"');
}

static void put_table_head(const struct section *s, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_lit(out, "<div class=\"w\"><table><caption>");
	html_put(out, span_of(s->title));
	if (s->row_count > ROWS_MAX)
		buf_printf(out, " (the first %d of %zu rows)", ROWS_MAX, s->row_count);
	buf_lit(out, "</caption><thead><tr>");
	for (size_t c = 0; c < s->column_count; c++) {
		buf_clear(&text);
		column_put_label(&text, &s->columns[c]);
		buf_text_put(out, s->row_count && cell_is_number(&s->cells[c]) ?
				  "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
		html_put(out, buf_view(&text));
		buf_lit(out, "</th>");
	}
	buf_lit(out, "</tr></thead><tbody>\n");
	buf_release(&text);
}

static void put_table(const struct section *s, struct buf *out)
{
	size_t rows = s->row_count < ROWS_MAX ? s->row_count : ROWS_MAX;
	double most = largest(s);

	put_table_head(s, out);
	for (size_t i = 0; i < rows * s->column_count; i++) {
		bool first = i % s->column_count == 0;

		buf_text_put(out, first ? "<tr><th scope=\"row\"" : "<td");
		put_class(s, i, most, out);
		buf_char(out, '>');
		put_cell_text(s, i, out);
		buf_text_put(out, first ? "</th>" : "</td>");
		if (i % s->column_count == s->column_count - 1)
			buf_lit(out, "</tr>\n");
	}
	buf_lit(out, "</tbody></table></div>\n");
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
	buf_lit(out, "\"><h2>");
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
		svg_put_chart(out, s);
		put_table(s, out);
		buf_lit(out, "</figure>\n");
	}
	buf_lit(out, "</section>\n");
}

static void put_head(const struct sheet *s, struct buf *out)
{
	buf_lit(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src 'unsafe-inline'; img-src data:\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
	html_put(out, span_of(s->title));
	buf_lit(out, "</title>\n<style>");
	buf_text_put(out, style);
	buf_lit(out, "</style></head>\n<body><header><h1>");
	html_put(out, span_of(s->title));
	buf_lit(out, "</h1>\n");
	if (s->as_of != MOMENT_NONE) {
		struct cell as_of = cell_time(s->as_of);

		buf_lit(out, "<p>As of ");
		cell_put_people(out, &as_of, NULL);
		buf_lit(out, " UTC</p>\n");
	}
}

void show_html(const struct sheet *s, struct buf *out)
{
	put_head(s, out);
	buf_lit(out, "<nav aria-label=\"Sections\">");
	for (size_t i = 0; i < s->count; i++) {
		buf_lit(out, "<a href=\"#");
		html_put(out, span_of(s->sections[i].key));
		buf_lit(out, "\">");
		html_put(out, span_of(s->sections[i].title));
		buf_lit(out, "</a>");
	}
	buf_lit(out, "</nav></header>\n<main>\n");
	for (size_t i = 0; i < s->count; i++)
		put_section(&s->sections[i], out);
	buf_lit(out, "</main></body></html>\n");
}
