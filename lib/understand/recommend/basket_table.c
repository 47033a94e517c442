#include "understand/recommend/basket_table.h"

#include <string.h>

static void add_column(struct basket_table *t, const char *key, const char *label)
{
	t->columns[t->rows.column_count++] = (struct column){key, label, NULL, -1};
}

static void begin(struct basket_table *t, const struct baskets *b)
{
	t->baskets = b;
	t->people = !show_streams(t->rows.how.shape);
	t->rows.columns = t->columns;
	for (uint32_t i = 0; i < b->items.count && !t->labelled; i++)
		t->labelled = !span_absent(b->items.list[i].label);
}

void basket_table_begin_sets(struct basket_table *t, const struct baskets *b, struct buf *out)
{
	begin(t, b);
	add_column(t, "items", "Items");
	if (t->labelled && !t->people)
		add_column(t, "names", "Names");
	add_column(t, "length", "Length");
	add_column(t, "count", "Baskets");
	add_column(t, "support", "Support");
	rows_begin(&t->rows, out);
}

void basket_table_begin_rules(struct basket_table *t, const struct baskets *b, struct buf *out)
{
	static const struct column measures[] = {
		{"count", "Baskets", NULL, -1}, {"support", "Support", NULL, -1}, {"confidence", "Confidence", NULL, -1},
		{"coverage", "Coverage", NULL, -1}, {"lift", "Lift", NULL, -1}, {"leverage", "Leverage", NULL, -1},
		{"conviction", "Conviction", NULL, -1}, {"p", "p", NULL, -1}, {"p_holm", "p (Holm)", NULL, -1},
	};

	begin(t, b);
	add_column(t, "left", "Who buys");
	add_column(t, "right", "buys, too");
	if (t->labelled && !t->people) {
		add_column(t, "left_names", NULL);
		add_column(t, "right_name", NULL);
	}
	for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
		t->columns[t->rows.column_count++] = measures[i];
	rows_begin(&t->rows, out);
}

/* An item as the shape shows it. */
static struct span item_text(struct basket_table *t, uint32_t item)
{
	const struct item *i = &t->baskets->items.list[item];
	struct buf text = BUF_INIT;
	struct span copy;

	if (!t->people || span_absent(i->label))
		return i->text;
	buf_printf(&text, "%.*s (%.*s)", SPAN_ARG(i->label), SPAN_ARG(i->text));
	copy = arena_copy(&t->texts, buf_view(&text));
	buf_release(&text);
	return copy;
}

/* A name for people, whatever the shape. */
static struct span name_text(struct basket_table *t, uint32_t item)
{
	return item_name(&t->baskets->items.list[item]);
}

/* COUNT items as a list, but for the one LEFT_OUT. */
static struct cell list_cell(struct basket_table *t, const uint32_t *items, uint32_t count, uint32_t left_out,
			     struct span (*text_of)(struct basket_table *t, uint32_t item))
{
	struct span *list = arena_alloc(&t->texts, count * sizeof *list);
	struct cell cell = {.kind = CELL_LIST};

	for (uint32_t i = 0; i < count; i++)
		if (items[i] != left_out)
			list[cell.list.count++] = text_of(t, items[i]);
	cell.list.items = list;
	return cell;
}

static void put_row(struct basket_table *t, struct buf *out)
{
	buf_clear(&t->packed);
	rows_emit(&t->rows, NULL, t->cells, &t->packed, &t->scratch);
	rows_absorb(&t->rows, buf_view(&t->packed), out);
	arena_clear(&t->texts);
}

void basket_table_put_set(struct basket_table *t, const struct itemsets *s, size_t number, struct buf *out)
{
	const struct itemset *set = &s->sets[number];
	const uint32_t *items = s->items + set->at;
	struct cell *c = t->cells;

	*c++ = list_cell(t, items, set->length, UINT32_MAX, item_text);
	if (t->labelled && !t->people)
		*c++ = list_cell(t, items, set->length, UINT32_MAX, name_text);
	*c++ = cell_count(set->length);
	*c++ = cell_count(set->count);
	*c = cell_share(set->count, t->baskets->count);
	put_row(t, out);
}

void basket_table_put_rule(struct basket_table *t, const struct itemsets *s, const struct rule *rule,
			   struct buf *out)
{
	const struct itemset *set = &s->sets[rule->set];
	const uint32_t *items = s->items + set->at;
	const struct baskets *b = t->baskets;
	struct cell *c = t->cells;

	*c++ = list_cell(t, items, set->length, rule->right, item_text);
	*c++ = cell_text(item_text(t, rule->right));
	if (t->labelled && !t->people) {
		*c++ = list_cell(t, items, set->length, rule->right, name_text);
		*c++ = cell_text(name_text(t, rule->right));
	}
	*c++ = cell_count(rule->count);
	*c++ = cell_share(rule->count, b->count);
	*c++ = cell_share(rule->count, rule->left_count);
	*c++ = cell_share(rule->left_count, b->count);
	*c++ = cell_real(rule_measure(rule, b, MEASURE_LIFT));
	*c++ = cell_real(rule_measure(rule, b, MEASURE_LEVERAGE));
	*c++ = cell_real(rule_measure(rule, b, MEASURE_CONVICTION));
	*c++ = cell_real(rule->p);
	*c = cell_real(rule->p_holm);
	put_row(t, out);
}

bool basket_table_end(struct basket_table *t, struct buf *out)
{
	if (rows_end(&t->rows, out))
		return true;
	buf_release(&t->scratch);
	buf_release(&t->packed);
	arena_release(&t->texts);
	return false;
}
