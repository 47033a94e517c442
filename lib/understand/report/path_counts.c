#include "understand/report/path_counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void release_table(struct path_table *t)
{
	map_release(&t->keys);
	mem_free(t->rows);
}

void path_counts_release(struct path_counts *c)
{
	map_release(&c->names);
	release_table(&c->paths);
	release_table(&c->after);
	release_table(&c->before);
	mem_free(c->list);
}

/* ---- counting ---- */

static struct path_count *find_row(struct path_table *t, const uint32_t *names, size_t length)
{
	size_t at = map_put(&t->keys, (struct span){(const char *)names, length * sizeof *names}, NULL);

	while (t->cap < t->keys.count) {
		size_t before = t->cap;

		t->rows = mem_room(t->rows, before, &t->cap, sizeof *t->rows);
		memset(t->rows + before, 0, (t->cap - before) * sizeof *t->rows);
	}
	return &t->rows[at];
}

static void count_path(struct path_table *t, const uint32_t *names, size_t length, uint64_t unit)
{
	struct path_count *row = find_row(t, names, length);

	row->times++;
	row->units += row->last != unit;
	row->last = unit;
}

void path_counts_step(struct path_counts *c, const struct path_rules *rules, uint32_t name, int64_t time)
{
	c->steps++;
	if (c->count && c->list[c->count - 1].name == name && !rules->keep_repeats) {
		c->list[c->count - 1].end = time;
		c->repeats++;
		return;
	}
	c->list = mem_room(c->list, c->count, &c->cap, sizeof *c->list);
	c->list[c->count++] = (struct path_step){name, time, time};
}

/* The paths that begin with the step FIRST. */
static void count_paths_from(struct path_counts *c, const struct path_rules *rules, size_t first)
{
	uint32_t names[PATH_LENGTH_MAX];

	for (size_t i = 0; i < rules->length && first + i < c->count; i++) {
		const struct path_step *step = &c->list[first + i];

		if (i && step->start - c->list[first].end > rules->window)
			return;
		names[i] = step->name;
		if (i)
			count_path(&c->paths, names, i + 1, c->units);
	}
}

/* What lies behind the step AT, which may be in front of the first (SIZE_MAX). */
static void count_after(struct path_counts *c, const struct path_rules *rules, size_t at)
{
	const struct path_step *anchor = &c->list[at == SIZE_MAX ? 0 : at];
	uint32_t names[PATH_LENGTH_MAX];

	count_path(&c->after, names, 0, c->units);
	for (size_t i = 0; i < rules->length; i++) {
		bool ends = ++at >= c->count || c->list[at].start - anchor->end > rules->window;

		names[i] = ends ? PATH_END : c->list[at].name;
		count_path(&c->after, names, i + 1, c->units);
		if (ends)
			return;
	}
}

static void count_before(struct path_counts *c, const struct path_rules *rules, size_t at)
{
	const struct path_step *anchor = &c->list[at];
	uint32_t names[PATH_LENGTH_MAX];

	count_path(&c->before, names, 0, c->units);
	for (size_t i = 0; i < rules->length; i++) {
		bool ends = !at || anchor->start - c->list[at - 1].end > rules->window;

		names[i] = ends ? PATH_END : c->list[--at].name;
		count_path(&c->before, names, i + 1, c->units);
		if (ends)
			return;
	}
}

/* The first step whose name has MARK; as many as there are: none has. */
static size_t find_marked(const struct path_counts *c, uint64_t mark)
{
	size_t i = 0;

	while (i < c->count && !(c->names.entries[c->list[i].name].number & mark))
		i++;
	return i;
}

void path_counts_end(struct path_counts *c, const struct path_rules *rules)
{
	size_t at;

	if (!c->count)
		return;
	c->units++;
	for (size_t i = 0; i < c->count; i++)
		count_paths_from(c, rules, i);
	if (rules->after) {
		at = rules->from_start ? SIZE_MAX : find_marked(c, PATH_FROM);
		if (at != c->count)
			count_after(c, rules, at);
	}
	if (rules->before) {
		at = find_marked(c, PATH_TO);
		if (at != c->count)
			count_before(c, rules, at);
	}
	c->count = 0;
}

/* ---- adding up ---- */

/* The numbers of KEY, where NUMBERS has what stands for each; how many. */
static size_t translate(struct span key, const uint32_t *numbers, uint32_t *out)
{
	size_t length = key.len / sizeof *out;

	if (length)
		memcpy(out, key.ptr, key.len);
	for (size_t i = 0; i < length; i++)
		out[i] = out[i] == PATH_END ? PATH_END : numbers[out[i]];
	return length;
}

static void merge_table(struct path_table *t, const struct path_table *other, const uint32_t *numbers)
{
	uint32_t names[PATH_LENGTH_MAX];

	for (size_t i = 0; i < other->keys.count; i++) {
		size_t length = translate(other->keys.entries[i].key, numbers, names);
		struct path_count *row = find_row(t, names, length);

		row->units += other->rows[i].units;
		row->times += other->rows[i].times;
	}
}

void path_counts_merge(struct path_counts *c, const struct path_counts *other)
{
	uint32_t *numbers = mem_zero(other->names.count + 1, sizeof *numbers);

	for (size_t i = 0; i < other->names.count; i++)
		numbers[i] = (uint32_t)map_put(&c->names, other->names.entries[i].key, NULL);
	merge_table(&c->paths, &other->paths, numbers);
	merge_table(&c->after, &other->after, numbers);
	merge_table(&c->before, &other->before, numbers);
	c->units += other->units;
	c->steps += other->steps;
	c->repeats += other->repeats;
	mem_free(numbers);
}

/* ---- in order ---- */

static int compare_entries(const void *a, const void *b)
{
	const struct map_entry *const *x = a, *const *y = b;

	return span_compare((*x)->key, (*y)->key);
}

/* Sorts the names into LABELS; which place each has. */
static uint32_t *sort_names(const struct map *names, struct span *labels)
{
	const struct map_entry **order = mem_zero(names->count + 1, sizeof *order);
	uint32_t *places = mem_zero(names->count + 1, sizeof *places);

	for (size_t i = 0; i < names->count; i++)
		order[i] = &names->entries[i];
	qsort(order, names->count, sizeof *order, compare_entries);
	for (size_t i = 0; i < names->count; i++) {
		labels[i] = order[i]->key;
		places[order[i] - names->entries] = (uint32_t)i;
	}
	mem_free(order);
	return places;
}

static int compare_numbers(const struct path_row *a, const struct path_row *b)
{
	for (size_t i = 0; i < a->length && i < b->length; i++)
		if (a->names[i] != b->names[i])
			return a->names[i] < b->names[i] ? -1 : 1;
	return 0;
}

static int compare_in_tree(const void *a, const void *b)
{
	const struct path_row *x = a, *y = b;

	if (x->units != y->units)
		return x->units > y->units ? -1 : 1;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return compare_numbers(x, y);
}

static int compare_in_list(const void *a, const void *b)
{
	const struct path_row *x = a, *y = b;

	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	if (x->units == y->units && x->times != y->times)
		return x->times > y->times ? -1 : 1;
	return compare_in_tree(a, b);
}

/* The names in their order, so that what is written does not show in which order they came. */
static uint32_t *put_names(struct partial *p, const struct map *names)
{
	struct span *labels = mem_zero(names->count + 1, sizeof *labels);
	uint32_t *places = sort_names(names, labels);

	partial_rows(p, "names", names->count);
	for (size_t i = 0; i < names->count; i++) {
		struct partial_row row = {.key = labels[i], .text = SPAN_NONE};

		partial_put(p, "names", &row);
	}
	mem_free(labels);
	return places;
}

static int compare_rows(const void *a, const void *b)
{
	const struct path_row *x = a, *y = b;
	int order = compare_numbers(x, y);

	return order ? order : (x->length > y->length) - (x->length < y->length);
}

enum { NUMBER_UNITS, NUMBER_TIMES, NUMBER_LENGTH, NUMBER_NAMES, NUMBERS = NUMBER_NAMES + PATH_LENGTH_MAX };

static void put_table(struct partial *p, const struct path_table *t, const uint32_t *places)
{
	struct path_row *rows = mem_zero(t->keys.count + 1, sizeof *rows);
	struct arena numbers = {0};

	for (size_t i = 0; i < t->keys.count; i++) {
		struct span key = t->keys.entries[i].key;
		uint32_t *names = arena_alloc(&numbers, key.len + 1);
		size_t length = translate(key, places, names);

		rows[i] = (struct path_row){t->rows[i].units, t->rows[i].times, names, length};
	}
	qsort(rows, t->keys.count, sizeof *rows, compare_rows);
	partial_rows(p, "paths", t->keys.count);
	for (size_t i = 0; i < t->keys.count; i++) {
		struct partial_row row = {.count = NUMBERS};

		row.numbers[NUMBER_UNITS] = partial_wide(rows[i].units);
		row.numbers[NUMBER_TIMES] = partial_wide(rows[i].times);
		row.numbers[NUMBER_LENGTH] = partial_wide((__int128)rows[i].length);
		for (size_t k = 0; k < rows[i].length; k++)
			row.numbers[NUMBER_NAMES + k] = partial_wide(rows[i].names[k]);
		partial_put(p, "paths", &row);
	}
	mem_free(rows);
	arena_release(&numbers);
}

/* NUMBERS: of the summary's names, COUNT, those of C. */
static void take_path(struct partial *p, struct path_table *t, const uint32_t *numbers, size_t count, const struct partial_row *row)
{
	uint64_t length = partial_natural(p, row->numbers[NUMBER_LENGTH]);
	uint32_t names[PATH_LENGTH_MAX];
	struct path_count *to;

	if (length > PATH_LENGTH_MAX)
		partial_fail(p, "a path is too long");
	for (size_t i = 0; i < length && !partial_failed(p); i++) {
		uint64_t name = partial_natural(p, row->numbers[NUMBER_NAMES + i]);

		if (name != PATH_END && name >= count)
			partial_fail(p, "a path has a step without a name");
		else
			names[i] = name == PATH_END ? PATH_END : numbers[name];
	}
	if (partial_failed(p))
		return;
	to = find_row(t, names, length);
	to->units += partial_natural(p, row->numbers[NUMBER_UNITS]);
	to->times += partial_natural(p, row->numbers[NUMBER_TIMES]);
}

static void take_tables(struct path_counts *c, struct partial *p)
{
	struct path_table *const tables[] = {&c->paths, &c->after, &c->before};
	size_t count = partial_rows(p, "names", 0), had = 0, cap = 0;
	struct partial_row row;
	uint32_t *numbers = NULL;

	while (had < count && partial_take(p, "names", 0, &row)) {
		numbers = mem_room(numbers, had, &cap, sizeof *numbers);
		numbers[had++] = (uint32_t)map_put(&c->names, row.key, NULL);
	}
	for (size_t k = 0; k < 3; k++) {
		size_t rows = partial_rows(p, "paths", 0);

		while (rows-- && partial_take(p, "paths", NUMBERS, &row))
			take_path(p, tables[k], numbers, had, &row);
	}
	mem_free(numbers);
}

void path_counts_carry(struct path_counts *c, struct partial *p)
{
	uint32_t *places;

	partial_count(p, "units", &c->units);
	partial_count(p, "steps", &c->steps);
	partial_count(p, "repeats", &c->repeats);
	if (partial_reads(p)) {
		take_tables(c, p);
		return;
	}
	places = put_names(p, &c->names);
	put_table(p, &c->paths, places);
	put_table(p, &c->after, places);
	put_table(p, &c->before, places);
	mem_free(places);
}

void path_list_make(struct path_list *l, const struct path_counts *c, const struct path_table *table, bool tree)
{
	uint32_t *places;

	*l = (struct path_list){.count = table->keys.count};
	l->labels = mem_zero(c->names.count + 1, sizeof *l->labels);
	l->rows = mem_zero(l->count + 1, sizeof *l->rows);
	places = sort_names(&c->names, l->labels);
	for (size_t i = 0; i < l->count; i++) {
		struct span key = table->keys.entries[i].key;
		uint32_t *names = arena_alloc(&l->numbers, key.len + 1);
		size_t length = translate(key, places, names);

		l->rows[i] = (struct path_row){table->rows[i].units, table->rows[i].times, names, length};
	}
	qsort(l->rows, l->count, sizeof *l->rows, tree ? compare_in_tree : compare_in_list);
	mem_free(places);
}

void path_list_release(struct path_list *l)
{
	mem_free(l->labels);
	mem_free(l->rows);
	arena_release(&l->numbers);
}
