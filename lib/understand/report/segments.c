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
static bool collect_pairs(const struct labelling *l, struct pairs *pairs)
{
	struct pair pair;

	for (size_t i = 0; labelling_count(l, i, &pair.a); i++)
		for (size_t k = i + 1; labelling_count(l, k, &pair.b); k++) {
			if (!labelling_overlap(l, i, k, &pair.both))
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

static void fill_overlaps(const struct labelling *l, struct sheet *sheet)
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
	if (!collect_pairs(l, &pairs))
		s->note = sheet_text(sheet, "Not counted: there are more than %d segments", OVERLAPS_SEGMENTS);
	else if (!pairs.count)
		s->note = "No two segments share a customer";
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

void segments_fill(const struct labelling *l, uint64_t profiles, struct sheet *sheet)
{
	fill_sizes(l, profiles, sheet);
	fill_overlaps(l, sheet);
}
