#include "unify/measure/decide.h"

#include "record/table.h"
#include "unify/identity/ledger.h"

enum { CELL_DECISION, CELL_A, CELL_B, CELL_SCORE, CELLS };

static const char *const cell_names[] = {"decision", "record_a", "record_b", "score", NULL};

/* One line, which has to be one of a ledger. */
static int put_line(const struct span *cells, struct buf *lines, struct error *err)
{
	struct span word = span_trim(cells[CELL_DECISION]);
	struct ledger alone = LEDGER_INIT;
	size_t from = lines->len;
	char quoted[ERROR_QUOTE_MAX];
	int bad;

	if (!span_equal(word, SPAN("must-link")) && !span_equal(word, SPAN("cannot-link")))
		return error_usage(err, "decision %s is neither must-link nor cannot-link; leave it empty where "
				   "you do not know", error_quote(word, quoted));
	buf_span(lines, word);
	for (int i = CELL_A; i <= CELL_B; i++) {
		if (span_find_byte(cells[i], '\n') < cells[i].len || !cells[i].len)
			return error_usage(err, "'%s' is empty", cell_names[i]);
		buf_char(lines, ' ');
		buf_span(lines, cells[i]);
	}
	/* What a cell holds must be one end, and no comment. */
	bad = ledger_parse(&alone, span_sub(buf_view(lines), from, lines->len - from), "", err);
	if (!bad && alone.names.count != 2)
		bad = error_usage(err, "record_a and record_b are not one record each");
	ledger_close(&alone);
	err->line = err->column = 0;
	if (bad)
		return -1;
	buf_lit(lines, LEDGER_DECIDED);
	if (!span_absent(cells[CELL_SCORE]) && cells[CELL_SCORE].len &&
	    span_find_byte(cells[CELL_SCORE], '\n') == cells[CELL_SCORE].len) {
		buf_lit(lines, ", score ");
		buf_span(lines, cells[CELL_SCORE]);
	}
	buf_char(lines, '\n');
	return 0;
}

static int check_header(const struct table *t, struct error *err)
{
	if (table_has(t, CELL_DECISION) && table_has(t, CELL_A) && table_has(t, CELL_B))
		return 0;
	error_usage(err, "is no list of --review: it has no columns decision, record_a and record_b");
	return table_fault(t, err);
}

int decide_read(const char *path, struct buf *lines, struct error *err)
{
	struct table *t = table_open(path, cell_names, err);
	struct span cells[CELLS];
	int got;

	if (!t)
		return -1;
	got = check_header(t, err) ? -1 : 1;
	while (got > 0 && (got = table_next(t, cells, err)) > 0) {
		if (span_absent(cells[CELL_DECISION]) || !span_trim(cells[CELL_DECISION]).len)
			continue;
		if (put_line(cells, lines, err))
			got = table_fault(t, err);
	}
	table_close(t);
	return got;
}
