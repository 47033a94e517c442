/* Doubles as JSON, by their decimal digits. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/document.h"

#define DIGITS_MAX 17	/* enough for any double */

/* Zeros at the end of LEN digits say nothing. */
static size_t significant(const char *digits, size_t len)
{
	while (len > 1 && digits[len - 1] == '0')
		len--;
	return len;
}

/* 0.digits, digits.digits or digits000; the point stands behind POINT digits. */
static void put_plain(struct buf *out, const char *digits, int len, int point)
{
	if (point <= 0) {
		buf_lit(out, "0.");
		for (int i = point; i < 0; i++)
			buf_char(out, '0');
		buf_put(out, digits, (size_t)len);
		return;
	}
	for (int i = 0; i < len || i < point; i++) {
		if (i == point)
			buf_char(out, '.');
		buf_char(out, i < len ? digits[i] : '0');
	}
}

void document_put_number(struct buf *out, double number, int digits)
{
	char text[DIGITS_MAX + 16];
	char *mantissa;
	int exponent;
	size_t len;

	if (!isfinite(number)) {
		buf_lit(out, "null");
		return;
	}
	if (digits < 1 || digits > DIGITS_MAX)
		digits = DIGITS_MAX;
	/* "-d.ddde-xx": the first digit then stands behind the point's place. */
	snprintf(text, sizeof text, "%.*e", digits - 1, fabs(number));
	exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	mantissa = text;
	if (digits > 1) {
		text[1] = text[0];
		mantissa = text + 1;
	}
	len = significant(mantissa, (size_t)digits);
	if (number < 0)
		buf_char(out, '-');
	if (exponent >= -5 && exponent < 15) {
		put_plain(out, mantissa, (int)len, exponent + 1);
		return;
	}
	put_plain(out, mantissa, (int)len, 1);
	buf_printf(out, "e%d", exponent);
}

void document_put_shortest(struct buf *out, double number)
{
	struct buf b = BUF_INIT;
	int digits = 15;

	while (digits < DIGITS_MAX) {
		buf_clear(&b);
		document_put_number(&b, number, digits);
		if (!isfinite(number) || strtod(buf_text(&b), NULL) == number)
			break;
		digits++;
	}
	buf_release(&b);
	document_put_number(out, number, digits);
}
