#include "understand/report/segments.h"

#include <stdlib.h>

#include "base/mem.h"
#include "understand/segment/overlaps.h"

/* The names of segments for people and machines alike: as rules ask for them. */
static struct cell name_cell(struct sheet *sheet, struct span name)
{
	return cell_text(arena_copy(&sheet->texts, name));
}

static void fill_sizes(const struct labelling *l, uint64_t profiles, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"segment", "Segment", NULL, -1}, {"customers", "Customers", NULL, -1},
		{"share", "Share", NULL, -1}, {"unknown", "Unknown", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "segments", "Segments", columns, 4);
	struct label_count c;

	s->chart = CHART_BARS;
	s->chart_value = 1;
	s->note = sheet_text(sheet, "Of %llu customers, %llu are in a segment; unknown: a rule or score that "
			     "reads what the profile does not say", (unsigned long long)profiles,
			     (unsigned long long)labelling_labelled(l));
	for (size_t i = 0; labelling_count(l, i, &c); i++) {
		struct cell *row = section_row(s);

		row[0] = name_cell(sheet, c.name);
		row[1] = cell_count(c.customers);
		row[2] = cell_share((double)c.customers, (double)profiles);
		row[3] = cell_count(c.unknown);
	}
}

struct pair {
	struct label_count a, b;
	uint64_t both;
};

struct pairs {
	struct pair *list;
	size_t count, cap;
};

/* The largest first; then by names. */
static int compare_pairs(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;
	int order;

	if (p->both != q->both)
		return p->both < q->both ? 1 : -1;
	order = span_compare(p->a.name, q->a.name);
	return order ? order : span_compare(p->b.name, q->b.name);
}

/* False when nobody counted. */
static bool collect_pairs(const struct segment_source *from, struct pairs *pairs)
{
	struct pair pair;

	for (size_t i = 0; from->count(from->of, i, &pair.a); i++)
		for (size_t k = i + 1; from->count(from->of, k, &pair.b); k++) {
			if (!from->overlap(from->of, i, k, &pair.both))
				return false;
			if (!pair.both)
				continue;
			pairs->list = mem_room(pairs->list, pairs->count, &pairs->cap, sizeof pair);
			pairs->list[pairs->count++] = pair;
		}
	if (pairs->count)
		qsort(pairs->list, pairs->count, sizeof pair, compare_pairs);
	return true;
}

void segments_overlaps_fill(const struct segment_source *from, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"segment", "Segment", NULL, -1}, {"other", "And also", NULL, -1},
		{"customers", "Customers", NULL, -1}, {"share_of_segment", "Of the segment", NULL, -1},
		{"share_of_other", "Of the other", NULL, -1},
		{"share_of_either", "Of both together", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "overlaps", "Overlaps", columns, 6);
	struct pairs pairs = {0};

	s->label_columns = 2;
	if (!collect_pairs(from, &pairs))
		s->empty = s->note = sheet_text(sheet, "Not counted: there are more than %d segments", OVERLAPS_SEGMENTS);
	else if (!pairs.count)
		s->empty = s->note = "No two segments share a customer";
	for (size_t i = 0; i < pairs.count; i++) {
		const struct pair *p = &pairs.list[i];
		struct cell *row = section_row(s);

		row[0] = name_cell(sheet, p->a.name);
		row[1] = name_cell(sheet, p->b.name);
		row[2] = cell_count(p->both);
		row[3] = cell_share((double)p->both, (double)p->a.customers);
		row[4] = cell_share((double)p->both, (double)p->b.customers);
		row[5] = cell_share((double)p->both, (double)(p->a.customers + p->b.customers - p->both));
	}
	mem_free(pairs.list);
}

/* A cell of a labeller's table: its text, or a count. */
static struct cell table_cell(struct sheet *sheet, struct span text, bool label)
{
	uint64_t count;

	if (!label && span_number(text, &count))
		return cell_count(count);
	return cell_text(arena_copy(&sheet->texts, text));
}

static void fill_table(const struct labeller_table *t, struct sheet *sheet)
{
	struct column columns[LABELLER_COLUMNS_MAX];
	struct span rest = buf_view(&t->cells);
	struct section *s;

	for (size_t i = 0; i < t->count; i++)
		columns[i] = (struct column){t->columns[i], NULL, NULL, -1};
	s = sheet_add(sheet, t->key, t->title, columns, t->count);
	s->note = t->note;
	s->label_columns = t->labels;
	for (size_t r = 0; r < t->rows; r++) {
		struct cell *row = section_row(s);

		for (size_t i = 0; i < t->count; i++)
			row[i] = table_cell(sheet, span_cut(&rest, '\0'), i < t->labels);
	}
}

static bool count_label(const void *of, size_t i, struct label_count *out)
{
	return labelling_count(of, i, out);
}

static bool count_both(const void *of, size_t a, size_t b, uint64_t *both)
{
	return labelling_overlap(of, a, b, both);
}

void segments_fill(const struct labelling *l, uint64_t profiles, struct sheet *sheet)
{
	struct segment_source from = {l, count_label, count_both};

	fill_sizes(l, profiles, sheet);
	segments_overlaps_fill(&from, sheet);
	for (size_t i = 0; i < l->notes.table_count; i++)
		fill_table(&l->notes.tables[i], sheet);
}

static void fill_changes(const struct previous *v, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"segment", "Segment", NULL, -1}, {"before", "Before", NULL, -1}, {"entered", "Entered", NULL, -1},
		{"left", "Left", NULL, -1}, {"now", "Now", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "changes", "Since the earlier run", columns, 5);
	struct previous_customers c = previous_customers(v);
	struct previous_count n;

	s->note = sheet_text(sheet, "Of %llu customers before, %llu are gone; %llu are new, %llu have another id, followed by the feed; %llu changed segments",
			     (unsigned long long)c.before, (unsigned long long)c.gone, (unsigned long long)c.added,
			     (unsigned long long)c.followed, (unsigned long long)c.changed);
	for (size_t i = 0; previous_count(v, i, &n); i++) {
		struct cell *row = section_row(s);

		row[0] = name_cell(sheet, n.name);
		row[1] = cell_count(n.before);
		row[2] = cell_count(n.entered);
		row[3] = cell_count(n.left);
		row[4] = cell_count(n.now);
	}
}

static void fill_migration(const struct previous *v, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"from", "From", NULL, -1}, {"to", "To", NULL, -1}, {"customers", "Customers", NULL, -1},
	};
	struct previous_move m;
	struct section *s;

	if (!previous_move(v, 0, &m))
		return;
	s = sheet_add(sheet, "migration", "Migration", columns, 3);
	s->label_columns = 2;
	s->note = "Between segments that exclude each other; none: in none of them, or no customer";
	for (size_t i = 0; previous_move(v, i, &m); i++) {
		struct cell *row = section_row(s);

		row[0] = name_cell(sheet, previous_name(v, m.from));
		row[1] = name_cell(sheet, previous_name(v, m.to));
		row[2] = cell_count(m.customers);
	}
}

void segments_changes_fill(const struct previous *v, struct sheet *sheet)
{
	fill_changes(v, sheet);
	fill_migration(v, sheet);
}
