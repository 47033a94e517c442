/* In place of xlsx.c where libxlsxwriter is not there: xlsx_new refuses, so that nothing else is called. */
#include "text/xlsx.h"

#ifndef CDP_XLSXWRITER

#pragma GCC diagnostic ignored "-Wunused-parameter"

bool xlsx_available(void)
{
	return false;
}

struct xlsx *xlsx_new(const struct xlsx_setup *setup, struct error *err)
{
	error_failed(err, "this program was built without libxlsxwriter, which workbooks need: install libxlsxwriter-dev and build again, or write .csv");
	return NULL;
}

int xlsx_finish(struct xlsx *b, struct output *out, struct error *err)
{
	return xlsx_new(NULL, err) ? 0 : -1;
}

struct xlsx_sheet *xlsx_add(struct xlsx *b, struct span wanted, const struct span *headers, size_t count)
{
	return NULL;
}

void xlsx_free(struct xlsx *b) {}
void xlsx_date(struct xlsx *b, int64_t made) {}
uint64_t xlsx_cut(const struct xlsx *b) { return 0; }
const char *xlsx_name(const struct xlsx_sheet *s) { return ""; }
uint64_t xlsx_rows(const struct xlsx_sheet *s) { return 0; }
size_t xlsx_further(const struct xlsx_sheet *s) { return 0; }
void xlsx_put_text(struct xlsx_sheet *s, struct span text, bool open) {}
void xlsx_put_number(struct xlsx_sheet *s, struct span digits, const struct xlsx_number *how) {}
void xlsx_put_time(struct xlsx_sheet *s, int64_t moment, const struct zone *zone) {}
void xlsx_put_nothing(struct xlsx_sheet *s) {}
void xlsx_put_heading(struct xlsx_sheet *s, struct span text) {}
void xlsx_put_link(struct xlsx_sheet *s, const struct xlsx_sheet *to) {}
void xlsx_end_row(struct xlsx_sheet *s) {}
void xlsx_chart(struct xlsx_sheet *s, enum xlsx_chart kind, const char *title, size_t labels, size_t values, uint64_t rows) {}
void xlsx_heat(struct xlsx_sheet *s, uint64_t first, uint64_t rows, size_t from, size_t to, double most) {}

#endif
