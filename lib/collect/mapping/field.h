/*
 * Where a value goes in an event record, and how it is made fit: the names that
 * a mapping may assign to, and the built-in table of header names.
 *
 * A name is `event`, `time`, `id`, `version`, `type`; `ids.X`, `traits.X`, `props.X`,
 * `context.X.Y`, `consent.X`; or a bare name that is known (`email`, `city`,
 * `revenue`). A bare name that ends in `_id` and is not known is the number of some
 * source: `shop_id` is `ids.shop_id`; `source_id` and `source_order_id` are those of
 * the source at hand, whatever its name.  Any other bare name is a trait of an identify record and a
 * property of all others.
 */
#ifndef MAPPING_FIELD_H
#define MAPPING_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/span.h"

enum section {
	SECTION_TYPE,
	SECTION_ID,
	SECTION_VERSION,
	SECTION_TIME,
	SECTION_SOURCE,
	SECTION_EVENT,
	SECTION_IDS,
	SECTION_TRAITS,
	SECTION_PROPS,
	SECTION_CONTEXT,
	SECTION_CONSENT,
	SECTIONS,
};

/* How a value is made fit. */
enum form {
	FORM_PLAIN,	/* as it stands */
	FORM_TEXT,	/* always a text, without blanks at its ends */
	FORM_EMAIL,
	FORM_PHONE,
	FORM_NAME,	/* of a person: blanks put right */
	FORM_COUNTRY,	/* ISO 3166-1 alpha-2 where it is known */
	FORM_DATE,	/* a day, else as it stands */
	FORM_MOMENT,	/* a time: what is none rejects the row */
	FORM_NUMBER,	/* what is none rejects the row */
	FORM_MONEY,	/* a number with at most 6 decimals */
	FORM_CONSENT,	/* granted or denied */
	FORM_OPT_OUT,	/* yes is denied; no says nothing, least of all yes */
	FORM_GPC,	/* Global Privacy Control: 1 is denied, all else says nothing */
	FORM_GPC_FLAG,	/* the same as a property: true and yes as well */
	FORM_TYPE,	/* one of the record types */
	FORM_VERSION,	/* a time or a number, of a rule also another text; of a column a time */
};

static inline bool field_is_gpc(enum form form)
{
	return form == FORM_GPC || form == FORM_GPC_FLAG;
}

/* What a field says about its record, for guessing the record's type. */
enum field_hint {
	HINT_NONE,
	HINT_PERSON,
	HINT_ORDER,
	HINT_MONEY,
	HINT_PRODUCT,
	HINT_PAGE,
};

struct field {
	enum section section;
	enum form form;
	enum field_hint hint;
	struct span key;	/* within the section; dots in the context */
	struct span currency;	/* of money, as the header writes it ("Total (EUR)"); absent: it does not */
};

/*
 * The field that NAME, the left side of an assignment, means.  IDENTIFY: the records
 * are identify records.  Keys live in A.  -1 with a usage error for an
 * unknown section or an empty key.
 */
int field_of_name(struct span name, bool identify, struct arena *a,
		  struct field *out, struct error *err);

/* KEY, where it is that of `source_id`, for SOURCE; any other as it is. */
struct span field_fill_source(struct span key, struct span source,
			      struct arena *a);

/*
 * The field that the built-in table gives to a column with this header, or
 * false.  SOURCE names the `<source>_id` of customer numbers.  *RANK orders
 * headers that mean the same field: the smallest wins.  What the header writes behind a word for money, its
 * currency or that taxes are included, is no part of the word; "#" is a number.
 */
bool field_of_header(struct span header, struct span source, bool identify,
		     struct arena *a, struct field *out, unsigned *rank);

/* A header of times that ends with their zone, UTC ("Created (UTC)", "created_utc"): for columns that are read in UTC. */
bool field_of_utc(struct span header, struct span source, bool identify, struct arena *a, struct field *out, unsigned *rank);

/*
 * The same for a member of JSON by its path.  `properties.`, `traits.`,
 * `context.`, `ids.` and `consent.` (and `context.traits.`) at its beginning say the
 * section: so the calls of Segment and our own records find their places.  Of one word
 * that in a section comes before that outside, and that of `context.traits` last.
 */
bool field_of_member(struct span path, struct span source, bool identify,
		     struct arena *a, struct field *out, unsigned *rank);

/*
 * Is the member of JSON at PATH an object that only says a section ("properties",
 * "context.traits")?  Where it is empty, it says nothing.
 */
bool field_is_section(struct span path);

/*
 * May a column of this header hold times of the day ("Time", "Uhrzeit", "order time")?  Does one say the
 * zone of such times ("TimeZone")?
 */
bool field_is_clock(struct span header);
bool field_is_zone(struct span header);

/* "Event Type": the names of events, or types of payments? */
bool field_is_event_type(struct span header);

/* May a column of this header say what happened ("action")?  Nothing reads it unasked. */
bool field_is_action(struct span header);

/* Is F one of the built-in table, rather than a name below a section? */
bool field_is_known(const struct field *f);

/*
 * HEADER as the table's words are: small letters and digits alone, "Invoice No" and "invoiceNo" alike, without accents
 * ("Prénom" is "prenom"), Cyrillic and Greek in Latin letters.
 */
struct span field_squash(struct span header, struct arena *a);

/* A field for a column that nothing names. */
struct field field_of_rest(struct span folded, bool identify);

/* The place as a person writes it: "ids.email". */
void field_put_name(const struct field *f, struct buf *out);

/*
 * Row I of the built-in table, for the test that holds the manual to it: the name
 * and the headers (without marks, in lower case, separated by blanks), or false
 * behind the last.
 */
bool field_table_row(size_t i, const char **name, const char **headers);

#endif
