/* What folding does with each property of an order. */
#include "collect/mapping/plan_parts.h"

/* Said once an order, by the names of the e-commerce events. */
static const struct span order_keys[] = {
	SPAN("order_id"), SPAN("checkout_id"), SPAN("affiliation"),
	SPAN("subtotal"), SPAN("total"), SPAN("revenue"), SPAN("shipping"),
	SPAN("tax"), SPAN("discount"), SPAN("coupon"), SPAN("currency"),
	SPAN("value"), SPAN("payment_method"), SPAN("shipping_method"),
};

static bool is_order_key(struct span key)
{
	for (size_t i = 0; i < sizeof order_keys / sizeof *order_keys; i++)
		if (span_equal(key, order_keys[i]))
			return true;
	return false;
}

/* The target that NAME, of an option, means; NULL with a usage error. */
static struct target *find_named(struct plan *p, struct span name,
				 const char *option, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct field f;

	if (field_of_name(name, p->type == EVENT_IDENTIFY, &p->arena, &f, err))
		return NULL;
	for (size_t i = 0; i < p->target_count; i++)
		if (p->targets[i].field.section == f.section &&
		    span_equal(p->targets[i].field.key, f.key))
			return &p->targets[i];
	error_usage(err, "%s: no column gives %s: map one to it first", option,
		    error_quote(name, quoted));
	return NULL;
}

static int set_roles(struct plan *p, const char *names, enum fold_role role,
		     struct error *err)
{
	const char *option = role == ROLE_SUM ? "--fold-sum" : "--fold-keep";
	struct span rest = names ? span_of(names) : SPAN_NONE;
	char quoted[ERROR_QUOTE_MAX];

	while (!span_absent(rest)) {
		struct span name = span_trim(span_cut(&rest, ','));
		struct target *t = find_named(p, name, option, err);

		if (!t)
			return -1;
		if (t->field.section != SECTION_PROPS)
			return error_usage(err, "%s: %s is not a property of the event",
					   option, error_quote(name, quoted));
		t->role = role;
		if (role == ROLE_SUM)
			t->sum = p->sums++;
	}
	if (p->sums > FOLD_SUMS_MAX)
		return error_usage(err, "--fold-sum: at most %d", FOLD_SUMS_MAX);
	return 0;
}

static int refuse_place(const struct plan *p, struct error *err)
{
	error_place(err, p->file, 0, 0);
	return -1;
}

int plan_fold(struct plan *p, struct error *err)
{
	const struct map_settings *set = &p->mapping->set;
	struct target *key;

	if (!set->fold) {
		if (!set->fold_sum && !set->fold_keep)
			return 0;
		return error_usage(err, "--fold-sum and --fold-keep need --fold, which names the field of the order");
	}
	key = find_named(p, span_of(set->fold), "--fold", err);
	if (!key)
		return refuse_place(p, err);
	if (key->field.section != SECTION_PROPS)
		return error_usage(err, "--fold: name a property of the event, such as order_id");
	for (size_t i = 0; i < p->target_count; i++)
		p->targets[i].role = is_order_key(p->targets[i].field.key) ?
			ROLE_KEEP : ROLE_PRODUCT;
	if (set_roles(p, set->fold_sum, ROLE_SUM, err) ||
	    set_roles(p, set->fold_keep, ROLE_KEEP, err))
		return refuse_place(p, err);
	key->role = ROLE_KEEP;
	p->fold = true;
	p->fold_key = (size_t)(key - p->targets);
	return 0;
}
