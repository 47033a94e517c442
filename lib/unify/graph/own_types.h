/*
 * Whose number is it?  Customer 17 of the shop is not customer 17 of the CRM, so
 * a type whose name ends in _id, and that is not one in all sources
 * (identity_rules_is_shared), is somebody's own:
 *
 *	shop_id		the source shop's, whoever writes it, where the events have
 *			a source with such a name (sources.h)
 *	customer_id	else the source's that writes it
 *
 * A reader of lines does not know which sources will come, so it takes the second
 * for granted, but for the source's own name, and writes "crm.shop_id"
 * (fragment_identifiers).  When all is read, those whose source is there turn out
 * to be plain shop_ids.  So another source can join what was apart, and the order
 * of events changes nothing.
 *
 * A previous_id (of Segment's alias) names an anonymous_id or a user_id: when an
 * event has it as the one, or else as the other, it turns out to be that.
 */
#ifndef GRAPH_OWN_TYPES_H
#define GRAPH_OWN_TYPES_H

#include "unify/graph/customers.h"
#include "unify/index/events.h"
#include "unify/graph/links.h"
#include "unify/index/sources.h"

/*
 * Finds the identifiers that are another one (t->turned), and changes fragments
 * and events accordingly: once duplicates are judged, before anything looks at
 * identifiers.  -1: too many.
 */
int own_types_turn(struct identifiers *t, const struct identity_rules *r,
		   const struct sources *s, struct fragments *p, struct events *v,
		   struct links *l, struct error *err);

/* A type of sources, some of whose values customers have from several of them. */
struct own_values {
	struct span base;	/* borrowed, as owners are */
	size_t count;		/* such values */
	struct span *owners;	/* the sources that have them, by name */
	size_t owner_count;
};

struct own_types {
	struct own_values *list;	/* by priority */
	size_t count, cap;
};

#define OWN_TYPES_INIT ((struct own_types){0})

/* After customers_settle: what no customer has does not count. */
void own_types_find(struct own_types *o, const struct identifiers *t, const struct graph *g,
		    const struct customers *c);
void own_types_release(struct own_types *o);

#endif
