/*
 * Any bytes as a file of baskets, a NUL, and a table of products of the items found there: each is
 * read, or refused with a reason; what may be offered is among the items.
 */
#include "tests/fuzz/target.h"

#include <assert.h>

#include "base/mem.h"
#include "tests/fuzz/memory_file.h"
#include "understand/recommend/basket_file.h"
#include "understand/recommend/catalog.h"

static void expect_fault(void *context, struct span line, const struct error *why)
{
	(void)context;
	assert(line.len && why->kind == ERROR_DATA && why->message[0]);
}

static void pass_progress(void *context, uint64_t bytes, uint64_t total, uint64_t rows)
{
	(void)context;
	(void)bytes;
	(void)total;
	(void)rows;
}

static void read_table(const struct items *items, struct span text)
{
	struct catalog_asked asked = {.only = "category = \"a\" or price < 5 or stock > 1", .prices = true};
	struct error err = ERROR_INIT;
	struct catalog c;
	char path[32];
	int fd = memory_file(text, path);

	asked.products = path;
	if (catalog_load(&c, items, &asked, NULL, &err))
		assert(err.kind == ERROR_USAGE && err.message[0]);
	else
		assert(c.left <= items->count && c.unknown <= c.rows);
	catalog_release(&c);
	asked = (struct catalog_asked){.stock = path};
	if (!catalog_load(&c, items, &asked, NULL, &err))
		assert(c.left <= items->count);
	catalog_release(&c);
	close(fd);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct span text = {size ? (const char *)data : "", size};
	struct span lists = span_cut(&text, '\0');
	struct basket_reading r = {
		.separator = ',', .workers = 1, .fault = expect_fault, .progress = pass_progress,
	};
	struct basket_part *part = mem_zero(1, sizeof *part);
	struct error err = ERROR_INIT;
	struct baskets b;
	char path[32];
	int fd = memory_file(lists, path), bad;

	bad = basket_file_read(&r, path, part, &err);
	assert(!bad || err.message[0]);
	baskets_join(&b, part, 1);
	assert(b.count <= r.rows && (b.starts ? b.starts[b.count] : 0) <= size);
	basket_reading_is_table(&r, &b);
	read_table(&b.items, span_absent(text) ? SPAN("") : text);
	mem_free(part);
	baskets_release(&b);
	basket_reading_release(&r);
	close(fd);
	return 0;
}
