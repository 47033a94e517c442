#include "cmd/segment_why.h"

#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/segment_sizes.h"
#include "understand/report/customer.h"
#include "understand/report/pack.h"

static const struct column columns[] = {
	{"customer", "Customer", NULL, -1}, {"segment", "Segment", NULL, -1},
	{"in", "In it", NULL, -1}, {"part", "Because of", NULL, -1},
	{"held", "Held", NULL, -1}, {"values", "Values", NULL, -1},
};
#define COLUMNS (sizeof columns / sizeof *columns)

void why_start(struct segment_why *w, struct labelling *l)
{
	for (size_t i = 0; i < w->keys.count; i++) {
		if (*w->keys.values[i])
			w->asked = true;
		else
			l->explain = true;
	}
	if (!w->asked)
		return;
	w->found = mem_zero(w->keys.count, sizeof *w->found);
	w->sheet.title = "Why customers are in segments";
	w->rows = sheet_add(&w->sheet, "why", "Segments", columns, COLUMNS);
	w->rows->label_columns = 2;
}

void why_check_operands(struct tool *t, const struct segment_why *w)
{
	char quoted[ERROR_QUOTE_MAX];

	if (!w->keys.count || w->asked || !t->operand_count || !access(t->operands[0], F_OK) ||
	    !strcmp(t->operands[0], "-"))
		return;
	tool_usage(t, "no file %s; to ask for a customer write --explain=%s",
		   error_quote(span_of(t->operands[0]), quoted), t->operands[0]);
}

void why_release(struct segment_why *w)
{
	mem_free(w->found);
	opt_list_release(&w->keys);
	sheet_release(&w->sheet);
}

/* The rows of one profile on their way. */
struct why_way {
	struct span label;
	struct buf *out;
};

static struct cell truth_cell(int truth)
{
	return cell_text(truth == 1 ? SPAN("yes") : truth ? SPAN("unknown") : SPAN("no"));
}

/* A row travels behind this mark; the number of a key that was found alone. */
#define WHY_ROW UINT32_MAX

static void put_row(void *context, const struct label_part *part)
{
	const struct why_way *way = context;
	const uint32_t mark = WHY_ROW;
	struct cell row[COLUMNS] = {
		cell_text(way->label), cell_text(part->segment), truth_cell(part->in),
		cell_text(part->part), truth_cell(part->held), cell_text(part->values),
	};

	buf_put(way->out, &mark, sizeof mark);
	pack_cells(way->out, row, COLUMNS);
}

int why_profile(const struct segment_why *w, struct labelling *l, unsigned worker,
		const struct profile *p, struct buf *out, struct error *err)
{
	struct buf scratch = BUF_INIT;
	struct why_way way = {.out = out};
	bool found = false;
	int failed = 0;

	for (uint32_t i = 0; i < w->keys.count; i++) {
		if (!*w->keys.values[i] || !customer_matches(p, span_of(w->keys.values[i]), &scratch))
			continue;
		found = true;
		buf_put(out, &i, sizeof i);
	}
	buf_clear(&scratch);
	if (found) {
		way.label = customer_label(p, &scratch);
		failed = labelling_parts(l, worker, p, put_row, &way, err);
	}
	buf_release(&scratch);
	return failed;
}

void why_absorb(struct segment_why *w, struct span bytes)
{
	while (bytes.len) {
		struct cell *row;
		uint32_t mark;

		memcpy(&mark, bytes.ptr, sizeof mark);
		bytes = span_sub(bytes, sizeof mark, bytes.len - sizeof mark);
		if (mark != WHY_ROW) {
			w->found[mark]++;
			continue;
		}
		row = section_row(w->rows);
		unpack_cells(&bytes, row, COLUMNS, &w->sheet.texts);
		for (size_t i = 0; i < COLUMNS; i++)
			if (row[i].kind == CELL_TEXT)
				row[i].text = arena_copy(&w->sheet.texts, row[i].text);
	}
}

void why_finish(struct tool *t, struct segment_why *w)
{
	struct show how = sizes_shape(t, "output", t->output_path, t->out);
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < w->keys.count; i++) {
		if (!*w->keys.values[i] || w->found[i])
			continue;
		tool_say(t, "nobody has '%s': cdp-report ids lists every identifier", w->keys.values[i]);
		t->answers_1 = true;
	}
	if (w->rows->row_count)
		show_sheet(&how, &w->sheet, &text);
	tool_write(t, buf_view(&text));
	buf_release(&text);
}
