/* The type of the records, where neither an option nor the mapping says it. */
#include "collect/mapping/plan_parts.h"

struct hints {
	bool person;
	bool order;
	bool money;
	bool product;
	bool page;
	bool dated;
	bool named;	/* an event */
};

static void take_hint(struct hints *h, const struct field *f)
{
	if (f->section == SECTION_TIME)
		h->dated = true;
	if (f->section == SECTION_EVENT)
		h->named = true;
	switch (f->hint) {
	case HINT_PERSON:
		h->person = true;
		break;
	case HINT_ORDER:
		h->order = true;
		break;
	case HINT_MONEY:
		h->money = true;
		break;
	case HINT_PRODUCT:
		h->product = true;
		break;
	case HINT_PAGE:
		h->page = true;
		break;
	case HINT_NONE:
		break;
	}
}

/*
 * Money, orders and products make an event; a file of people without them is
 * identify records; a web address makes a page view.
 */
void plan_guess_type(struct plan *p)
{
	struct hints h = {0};

	p->type = EVENT_TRACK;
	p->type_guessed = true;
	for (size_t i = 0; i < p->target_count; i++)
		take_hint(&h, &p->targets[i].field);
	for (size_t i = 0; i < p->column_count; i++) {
		struct field f;
		unsigned rank;

		if (plan_table_field(p, i, &f, &rank))
			take_hint(&h, &f);
	}
	if (h.named || h.order || h.money || h.product)
		return;
	if (h.page && h.dated)
		p->type = EVENT_PAGE;
	else if (h.person && !plan_has(p, SECTION_TIME, SPAN("")))
		p->type = EVENT_IDENTIFY;
}
