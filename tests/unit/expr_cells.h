/* The row that tests of the language look at: values of every type. */
#ifndef UNIT_EXPR_CELLS_H
#define UNIT_EXPR_CELLS_H

#include "tests/unit/expr_row.h"

static const struct expr_cell cells[] = {
	/* Columns of a file are texts; an empty cell is unknown. */
	{"InvoiceNo", TYPE_TEXT, TYPE_TEXT, "C536379"},
	{"Quantity", TYPE_TEXT, TYPE_TEXT, "-6"},
	{"UnitPrice", TYPE_TEXT, TYPE_TEXT, "2.550"},
	{"Amount", TYPE_TEXT, TYPE_TEXT, "1,234.50 EUR"},
	{"Country", TYPE_TEXT, TYPE_TEXT, "Germany"},
	{"Ort der Lieferung", TYPE_TEXT, TYPE_TEXT, "Köln"},
	{"Empty", TYPE_TEXT, TYPE_UNKNOWN, ""},
	{"Blank", TYPE_TEXT, TYPE_TEXT, "  "},
	{"When", TYPE_TEXT, TYPE_TEXT, "2024-03-01 09:30"},
	{"Tags", TYPE_TEXT, TYPE_TEXT, "red, green,, blue "},
	/* As JSON has them. */
	{"props.revenue", TYPE_ANY, TYPE_NUMBER, "106.50"},
	{"props.digits", TYPE_ANY, TYPE_TEXT, "42"},
	{"props.word", TYPE_ANY, TYPE_TEXT, "forty"},
	{"props.flag", TYPE_ANY, TYPE_TRUTH, "true"},
	{"props.list", TYPE_ANY, TYPE_LIST, "a;b"},
	{"props.until", TYPE_ANY, TYPE_TEXT, "2024-03-05"},
	{"props.none", TYPE_ANY, TYPE_UNKNOWN, ""},
	{"n", TYPE_NUMBER, TYPE_NUMBER, "7"},
	{"unknown_n", TYPE_NUMBER, TYPE_UNKNOWN, ""},
	{"seen", TYPE_TIME, TYPE_TIME, "2024-03-01T09:30:00.000Z"},
	{"never", TYPE_TIME, TYPE_UNKNOWN, ""},
	{"yes", TYPE_TRUTH, TYPE_TRUTH, "true"},
	{"no", TYPE_TRUTH, TYPE_TRUTH, "false"},
	{"maybe", TYPE_TRUTH, TYPE_UNKNOWN, ""},
	{"segments", TYPE_LIST, TYPE_LIST, "vip;lapsed"},
	{"email[]", TYPE_LIST, TYPE_LIST, "a@example.com;b@example.com"},
	{NULL, TYPE_UNKNOWN, TYPE_UNKNOWN, NULL},
};

#endif
