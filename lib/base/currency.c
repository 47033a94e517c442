#include "base/currency.h"

#include <string.h>

/* ISO 4217, the active codes of circulating money, in order. */
static const char codes[] =
	"AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBHDBIFBMDBNDBOBBRL"
	"BSDBTNBWPBYNBZDCADCDFCHFCLPCNYCOPCRCCUPCVECZKDJFDKKDOPDZDEGP"
	"ERNETBEURFJDFKPGBPGELGHSGIPGMDGNFGTQGYDHKDHNLHRKHTGHUFIDRILS"
	"INRIQDIRRISKJMDJODJPYKESKGSKHRKMFKPWKRWKWDKYDKZTLAKLBPLKRLRD"
	"LSLLYDMADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMYRMZNNADNGNNIONOK"
	"NPRNZDOMRPABPENPGKPHPPKRPLNPYGQARRONRSDRUBRWFSARSBDSCRSDGSEK"
	"SGDSHPSLESOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTNDTOPTRYTTDTWDTZSUAH"
	"UGXUSDUYUUZSVESVNDVUVWSTXAFXCDXCGXOFXPFYERZARZMWZWG";

/* Longer ones before those that they end or begin with. */
static const struct {
	struct span sign;
	const char *code;
} signs[] = {
	{SPAN("US$"), "USD"}, {SPAN("CA$"), "CAD"}, {SPAN("AU$"), "AUD"}, {SPAN("NZ$"), "NZD"},
	{SPAN("HK$"), "HKD"}, {SPAN("MX$"), "MXN"}, {SPAN("NT$"), "TWD"}, {SPAN("A$"), "AUD"},
	{SPAN("C$"), "CAD"}, {SPAN("R$"), "BRL"}, {SPAN("S$"), "SGD"}, {SPAN("$"), "$"},
	{SPAN("\xC2\xA3"), "GBP"}, {SPAN("\xC2\xA5"), "JPY/CNY"}, {SPAN("\xEF\xBF\xA5"), "JPY/CNY"},
	{SPAN("\xE5\x86\x86"), "JPY"}, {SPAN("\xE5\x85\x83"), "CNY"}, {SPAN("\xEC\x9B\x90"), "KRW"},
	{SPAN("\xC2\xA4"), ""},
	{SPAN("\xE2\x82\xAC"), "EUR"}, {SPAN("Euros"), "EUR"}, {SPAN("euros"), "EUR"},
	{SPAN("Euro"), "EUR"}, {SPAN("euro"), "EUR"}, {SPAN("EURO"), "EUR"},
	{SPAN("\xE2\x82\xA1"), "CRC"}, {SPAN("\xE2\x82\xA4"), "GBP"}, {SPAN("\xE2\x82\xA6"), "NGN"},
	{SPAN("\xE2\x82\xA8"), "Rs"}, {SPAN("\xE2\x82\xA9"), "KRW"}, {SPAN("\xE2\x82\xAA"), "ILS"},
	{SPAN("\xE2\x82\xAB"), "VND"}, {SPAN("\xE2\x82\xAD"), "LAK"}, {SPAN("\xE2\x82\xAE"), "MNT"},
	{SPAN("\xE2\x82\xB1"), "PHP"}, {SPAN("\xE2\x82\xB2"), "PYG"}, {SPAN("\xE2\x82\xB4"), "UAH"},
	{SPAN("\xE2\x82\xB5"), "GHS"}, {SPAN("\xE2\x82\xB8"), "KZT"}, {SPAN("\xE2\x82\xB9"), "INR"},
	{SPAN("\xE2\x82\xBA"), "TRY"}, {SPAN("\xE2\x82\xBC"), "AZN"}, {SPAN("\xE2\x82\xBD"), "RUB"},
	{SPAN("\xE2\x82\xBE"), "GEL"}, {SPAN("\xE0\xB8\xBF"), "THB"},
	{SPAN("kr."), "kr"}, {SPAN("kr"), "kr"}, {SPAN("Kr"), "kr"},
	{SPAN("SFr."), "CHF"}, {SPAN("SFr"), "CHF"}, {SPAN("Fr."), "CHF"}, {SPAN("Fr"), "CHF"},
	{SPAN("z\xC5\x82"), "PLN"}, {SPAN("Z\xC5\x82"), "PLN"}, {SPAN("K\xC4\x8D"), "CZK"},
	{SPAN("Rs."), "Rs"}, {SPAN("Rs"), "Rs"}, {SPAN("Ft"), "HUF"}, {SPAN("lei"), "RON"},
	{SPAN("RM"), "MYR"}, {SPAN("Rp"), "IDR"}, {SPAN("TL"), "TRY"},
	{SPAN("\xD0\xBB\xD0\xB2."), "BGN"}, {SPAN("\xD0\xBB\xD0\xB2"), "BGN"},
	{SPAN("\xD1\x80\xD1\x83\xD0\xB1."), "RUB"}, {SPAN("\xD1\x80\xD1\x83\xD0\xB1"), "RUB"},
	{SPAN("\xD0\xB3\xD1\x80\xD0\xBD"), "UAH"},
};

#define SIGNS (sizeof signs / sizeof *signs)

/* The currencies of open signs, and where each is the one that is meant. */
static const struct {
	const char *sign, *code, *region;
} open_signs[] = {
	{"$", "USD", "US"}, {"$", "CAD", "CA"}, {"$", "AUD", "AU"}, {"$", "NZD", "NZ"},
	{"$", "SGD", "SG"}, {"$", "HKD", "HK"}, {"$", "TWD", "TW"}, {"$", "MXN", "MX"},
	{"$", "ARS", "AR"}, {"$", "CLP", "CL"}, {"$", "COP", "CO"}, {"$", "UYU", "UY"},
	{"$", "DOP", "DO"}, {"$", "JMD", "JM"}, {"$", "TTD", "TT"}, {"$", "BBD", "BB"},
	{"$", "BSD", "BS"}, {"$", "BMD", "BM"}, {"$", "BZD", "BZ"}, {"$", "BND", "BN"},
	{"$", "FJD", "FJ"}, {"$", "GYD", "GY"}, {"$", "KYD", "KY"}, {"$", "LRD", "LR"},
	{"$", "NAD", "NA"}, {"$", "SBD", "SB"}, {"$", "SRD", "SR"}, {"$", "XCD", "AG"},
	{"$", "BRL", "BR"}, {"$", "CUP", "CU"},
	{"kr", "SEK", "SE"}, {"kr", "NOK", "NO"}, {"kr", "DKK", "DK"}, {"kr", "ISK", "IS"},
	{"Rs", "INR", "IN"}, {"Rs", "PKR", "PK"}, {"Rs", "LKR", "LK"}, {"Rs", "NPR", "NP"},
	{"Rs", "MUR", "MU"}, {"Rs", "SCR", "SC"},
	{"JPY/CNY", "JPY", "JP"}, {"JPY/CNY", "CNY", "CN"},
};

#define OPEN_SIGNS (sizeof open_signs / sizeof *open_signs)

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Three letters, all large or all small, that are a code; into CODE in capitals. */
static bool read_code(const char *p, char code[4])
{
	bool small = p[0] >= 'a';

	for (int i = 0; i < 3; i++) {
		if (!is_letter(p[i]) || (p[i] >= 'a') != small)
			return false;
		code[i] = (char)(small ? p[i] - 32 : p[i]);
	}
	code[3] = '\0';
	for (size_t i = 0; i + 3 < sizeof codes; i += 3)
		if (codes[i] == code[0] && !memcmp(codes + i, code, 3))
			return true;
	return false;
}

/* Is the text of LEN at one end of S a word by itself, no part of a longer one? */
static bool is_apart(struct span s, size_t len, bool at_end)
{
	char c;

	if (s.len == len)
		return true;
	c = at_end ? s.ptr[s.len - len - 1] : s.ptr[len];
	return !is_letter(c);
}

size_t currency_at(struct span s, bool at_end)
{
	char code[4];

	for (size_t i = 0; i < SIGNS; i++) {
		struct span sign = signs[i].sign;

		/* Nearly all signs begin, and end, otherwise: that needs no call. */
		if (!s.len || (at_end ? s.ptr[s.len - 1] != sign.ptr[sign.len - 1] : s.ptr[0] != sign.ptr[0]))
			continue;
		if ((at_end ? span_ends(s, sign) : span_starts(s, sign)) &&
		    (!is_letter(sign.ptr[at_end ? 0 : sign.len - 1]) || is_apart(s, sign.len, at_end)))
			return sign.len;
	}
	if (s.len < 3 || !read_code(at_end ? s.ptr + s.len - 3 : s.ptr, code) || !is_apart(s, 3, at_end))
		return 0;
	return 3;
}

bool currency_is_code(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
			return false;
	return text.len < CURRENCY_SIZE;
}

void currency_read(struct span sign, char code[CURRENCY_SIZE])
{
	memset(code, 0, CURRENCY_SIZE);
	for (size_t i = 0; i < SIGNS; i++)
		if (span_equal(sign, signs[i].sign)) {
			memcpy(code, signs[i].code, strlen(signs[i].code));
			return;
		}
	if (!currency_is_code(sign))
		return;
	for (size_t i = 0; i < sign.len; i++)
		code[i] = (char)(sign.len == 3 && sign.ptr[i] >= 'a' && sign.ptr[i] <= 'z' ? sign.ptr[i] - 32 : sign.ptr[i]);
}

bool currency_is_open(const char *code)
{
	for (size_t i = 0; i < OPEN_SIGNS; i++)
		if (!strcmp(open_signs[i].sign, code))
			return true;
	return false;
}

static bool may_be(const char *sign, const char *code)
{
	for (size_t i = 0; i < OPEN_SIGNS; i++)
		if (!strcmp(open_signs[i].sign, sign) && !strcmp(open_signs[i].code, code))
			return true;
	return false;
}

bool currency_join(char a[CURRENCY_SIZE], const char *b)
{
	if (!*b || !strcmp(a, b) || may_be(b, a))
		return true;
	if (*a && !may_be(a, b))
		return false;
	memset(a, 0, CURRENCY_SIZE);
	memcpy(a, b, strlen(b));
	return true;
}

void currency_of_region(char code[CURRENCY_SIZE], const char *region)
{
	for (size_t i = 0; i < OPEN_SIGNS; i++)
		if (!strcmp(open_signs[i].sign, code) && !strcmp(open_signs[i].region, region)) {
			memset(code, 0, CURRENCY_SIZE);
			memcpy(code, open_signs[i].code, 3);
			return;
		}
}
