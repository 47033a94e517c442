/* Names of fields, the table of headers, and the manual page that lists it. */
#include <stdio.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "collect/mapping/consent_columns.h"
#include "collect/mapping/field.h"
#include "collect/mapping/mapping.h"
#include "tests/unit/support.h"

static struct arena arena;

/* The field that NAME means, as "section.key/form". */
static void check_name(const char *name, bool identify, const char *want,
		       enum form form)
{
	struct buf got = BUF_INIT;
	struct field f;

	assert_int_equal(field_of_name(span_of(name), identify, &arena, &f, NULL), 0);
	field_put_name(&f, &got);
	assert_string_equal(buf_text(&got), want);
	assert_int_equal(f.form, form);
	buf_release(&got);
}

static void test_names(void **state)
{
	(void)state;
	check_name("event", false, "event", FORM_TEXT);
	check_name("time", false, "time", FORM_MOMENT);
	check_name("id", false, "id", FORM_TEXT);
	check_name("email", false, "ids.email", FORM_EMAIL);
	check_name("ids.email", false, "ids.email", FORM_EMAIL);
	check_name("traits.email", false, "traits.email", FORM_PLAIN);
	check_name("shop_id", false, "ids.shop_id", FORM_TEXT);
	check_name("source_id", false, "ids.%_id", FORM_TEXT);
	check_name("source_order_id", true, "ids.%_order_id", FORM_TEXT);
	assert_span(field_fill_source(SPAN("%_order_id"), SPAN("Shop 2"), &arena), "shop_2_order_id");
	assert_span(field_fill_source(SPAN("email"), SPAN("Shop 2"), &arena), "email");
	check_name("order_id", false, "props.order_id", FORM_TEXT);
	check_name("session_id", false, "props.session_id", FORM_TEXT);
	check_name("ids.ssn", false, "ids.ssn", FORM_TEXT);
	check_name("revenue", false, "props.revenue", FORM_MONEY);
	check_name("props.quantity", false, "props.quantity", FORM_NUMBER);
	check_name("properties.quantity", false, "props.quantity", FORM_NUMBER);
	check_name("city", false, "traits.city", FORM_NAME);
	check_name("utm_source", false, "context.campaign.source", FORM_TEXT);
	check_name("context.page.url", false, "context.page.url", FORM_TEXT);
	check_name("consent.mail", false, "consent.mail", FORM_CONSENT);
	check_name("colour", false, "props.colour", FORM_PLAIN);
	check_name("colour", true, "traits.colour", FORM_PLAIN);
	arena_release(&arena);
}

static void check_refused(const char *name, const char *message)
{
	struct error err = ERROR_INIT;
	struct field f;

	assert_int_equal(field_of_name(span_of(name), false, &arena, &f, &err), -1);
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_error(&err, message);
}

static void test_refused_names(void **state)
{
	(void)state;
	check_refused("traits.", "'traits.' is not a field: write traits.NAME, without further dots");
	check_refused("traits.a.b", "'traits.a.b' is not a field: write traits.NAME, without further dots");
	check_refused("user.name", "unknown field 'user.name': fields are event, time, id, version, type, source, ids.X, "
		      "traits.X, props.X, context.X.Y, consent.X, or a name without a dot");
	arena_release(&arena);
}

static void check_header(const char *header, bool identify, const char *want)
{
	struct buf got = BUF_INIT;
	struct field f;
	unsigned rank;

	if (field_of_header(span_of(header), SPAN("My Shop"), identify, &arena, &f, &rank))
		field_put_name(&f, &got);
	if (strcmp(buf_text(&got), want ? want : ""))
		fail_msg("'%s' is %s", header, buf_text(&got));
	buf_release(&got);
}

static void test_headers(void **state)
{
	(void)state;
	check_header("E-Mail", false, "ids.email");
	check_header("EMAIL_ADDRESS", false, "ids.email");
	check_header("CustomerID", false, "ids.my_shop_id");
	check_header("user_id", false, "ids.user_id");
	check_header("Invoice No", false, "props.order_id");
	check_header("InvoiceDate", false, "time");
	check_header("InvoiceDate", true, NULL);
	check_header("created_at", false, "time");
	check_header("created_at", true, NULL);
	check_header("updated", true, "time");
	check_header("id", true, "ids.my_shop_id");
	check_header("id", false, NULL);
	check_header("Straße", false, "traits.address");
	check_header("PRÉNOM", false, "traits.first_name");
	check_header("quantité", false, "props.quantity");
	check_header("Beløb", false, "props.revenue");
	check_header("Größe", false, NULL);
	check_header("Сумма заказа", false, "props.total");
	check_header("", false, NULL);
	check_header("colour", false, NULL);
	arena_release(&arena);
}

/* Headers of several words: those that mean one thing only, and those with a word that says more. */
static void test_compounds(void **state)
{
	(void)state;
	check_header("order_purchase_timestamp", false, "time");
	check_header("ORDERPURCHASETIMESTAMP", false, "time");
	check_header("Order placed on", false, "time");
	check_header("timestamp_created", false, "time");
	check_header("Bestellt am", false, "time");
	check_header("Zeitpunkt der Bestellung", false, "time");
	check_header("Fecha de la compra", false, "time");
	check_header("Date de la commande", false, "time");
	check_header("Data dell'ordine", false, "time");
	check_header("order_purchase_timestamp", true, NULL);
	check_header("order_approved_at", false, NULL);
	check_header("order_delivered_customer_date", false, NULL);
	check_header("order_estimated_delivery_date", false, NULL);
	check_header("last_order_date", false, NULL);
	check_header("order updated at", false, NULL);
	check_header("Payment due date", false, NULL);
	check_header("order_data", false, NULL);
	check_header("Order on time", false, NULL);
	check_header("Web Order Number", false, "props.order_id");
	check_header("order_uuid", false, "props.order_id");
	check_header("order_item_id", false, NULL);
	check_header("parent_order_id", false, NULL);
	check_header("purchase_order_number", false, NULL);
	check_header("sales_id", false, NULL);
	check_header("Customer Code", false, "ids.my_shop_id");
	check_header("Loyalty Card No.", false, "ids.my_shop_id");
	check_header("customer_unique_id", false, "ids.my_shop_unique_id");
	check_header("customer_type_code", false, NULL);
	check_header("customer_reference", false, NULL);
	check_header("card_number", false, NULL);
	check_header("No receipt", false, NULL);
	check_header("Key Customer", false, NULL);
	check_header("transaction_store_id", false, NULL);
	check_header("customer shop id", false, NULL);
	check_header("Membership Code", false, NULL);
	check_header("Bought at", false, NULL);
	check_header("Bought on", false, "time");
	check_header("Shop customer id", false, "ids.my_shop_id");
	check_header("Customer ID No", false, "ids.my_shop_id");
	check_header("Order Reference No", false, "props.order_id");
	check_header("Store Transaction Key", false, "props.order_id");
	check_header("Externe Bestell-Nr", false, "props.order_id");
	assert_true(field_is_clock(SPAN("order placed time")));
	assert_true(field_is_clock(SPAN("Hora del pedido")));
	assert_true(field_is_clock(SPAN("Uhrzeit der Bestellung")));
	assert_false(field_is_clock(SPAN("Zeitpunkt der Bestellung")));
	assert_false(field_is_clock(SPAN("order_purchase_timestamp")));
	assert_false(field_is_clock(SPAN("order placed datetime")));
	arena_release(&arena);
}

static void check_member(const char *path, const char *want)
{
	struct buf got = BUF_INIT;
	struct field f;
	unsigned rank;

	if (field_of_member(span_of(path), SPAN("shop"), false, &arena, &f, &rank))
		field_put_name(&f, &got);
	if (strcmp(buf_text(&got), want ? want : ""))
		fail_msg("'%s' is %s", path, buf_text(&got));
	buf_release(&got);
}

static void test_members(void **state)
{
	(void)state;
	check_member("userId", "ids.user_id");
	check_member("customer.email", "ids.email");
	check_member("traits.firstName", "traits.first_name");
	check_member("traits.email", "ids.email");
	check_member("context.traits.email", "ids.email");
	check_member("properties.revenue", "props.revenue");
	check_member("properties.email", "props.email");
	check_member("context.userAgent", "context.user_agent");
	check_member("context.page.url", "context.page.url");
	check_member("context.app.Build No", "context.app.build_no");
	check_member("ids.shop_id", "ids.shop_id");
	check_member("consent.mail", "consent.mail");
	check_member("something.else", NULL);
	arena_release(&arena);
}

/* Two rows with one header would leave it to the order of the table. */
static void test_table_has_no_doubles(void **state)
{
	struct map seen = MAP_INIT;
	const char *name, *headers;
	bool added;

	(void)state;
	for (size_t i = 0; field_table_row(i, &name, &headers); i++) {
		struct span rest = span_of(headers);

		while (!span_absent(rest)) {
			struct span word = span_cut(&rest, ' ');

			if (!word.len)
				continue;
			map_put(&seen, word, &added);
			if (!added)
				fail_msg("'%.*s' stands twice", SPAN_ARG(word));
		}
	}
	map_release(&seen);
}

static char *read_page(void)
{
	FILE *file = fopen("man/cdp-mapping.5", "r");
	char *text = mem_zero(1, 1 << 20);

	assert_non_null(file);
	assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
	fclose(file);
	return text;
}

/* Does WORD stand in TEXT, with neither a letter nor a digit beside it? */
static bool has_word(const char *text, struct span word)
{
	const char *p = text;
	char *found;

	for (;; p = found + 1) {
		char before, behind;

		found = memmem(p, strlen(p), word.ptr, word.len);
		if (!found)
			return false;
		before = found == text ? ' ' : found[-1];
		behind = found[word.len];
		if (!((before >= 'a' && before <= 'z') || before == '_') &&
		    !((behind >= 'a' && behind <= 'z') || behind == '_'))
			return true;
	}
}

static void check_listed(const char *page, const char *headers)
{
	struct span rest = span_of(headers);

	while (!span_absent(rest)) {
		struct span word = span_cut(&rest, ' ');

		if (word.len && !has_word(page, word))
			fail_msg("man/cdp-mapping.5 lacks the header '%.*s'", SPAN_ARG(word));
	}
}

static void test_manual_lists_all(void **state)
{
	char *page = read_page();
	const char *name, *headers;
	enum consent_sort sort;

	(void)state;
	for (size_t i = 0; field_table_row(i, &name, &headers); i++)
		check_listed(page, headers);
	for (size_t i = 0; consent_columns_row(i, &name, &sort, &headers); i++)
		check_listed(page, headers);
	for (const char *const *set = mapping_set_names(); *set; set++)
		if (!has_word(page, span_of(*set)))
			fail_msg("man/cdp-mapping.5 lacks the setting '%s'", *set);
	mem_free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused_names),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_compounds),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_table_has_no_doubles),
		cmocka_unit_test(test_manual_lists_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
