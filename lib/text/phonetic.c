#include "text/phonetic.h"

#include <string.h>

/*
 * By letter: the digit; '0' vowels and Y, which keep equal digits apart; '-'
 * H and W, which do not.
 */
static const char digits[] = "0123012-02245501262301-202";

bool phonetic_soundex(struct span name, char out[4])
{
	int count = 1;
	char last;
	char first = name.len ? span_lower(name.ptr[0]) : 0;

	if (first < 'a' || first > 'z')
		return false;
	out[0] = (char)(first - 32);
	out[1] = out[2] = out[3] = '0';
	last = digits[first - 'a'];
	for (size_t i = 1; i < name.len && count < 4 && name.ptr[i] != ' '; i++) {
		char c = span_lower(name.ptr[i]);
		char digit = c >= 'a' && c <= 'z' ? digits[c - 'a'] : '-';

		if (digit == '-')
			continue;
		if (digit != '0' && digit != last)
			out[count++] = digit;
		last = digit;
	}
	return true;
}

/* The letters of a word in capitals; what is beyond its end is 0. */
struct letters {
	char text[PHONETIC_MAX];
	size_t len;
};

static struct letters letters_of(struct span name)
{
	struct letters l = {{0}, 0};

	for (size_t i = 0; i < name.len && name.ptr[i] != ' ' && l.len < PHONETIC_MAX / 2 - 4; i++) {
		char c = span_lower(name.ptr[i]);

		if (c >= 'a' && c <= 'z')
			l.text[l.len++] = (char)(c - 32);
	}
	return l;
}

static bool is_one_of(char c, const char *list)
{
	return c && strchr(list, c);
}

static bool is_vowel(char c)
{
	return is_one_of(c, "AEIOU");
}

static bool begins(const struct letters *l, size_t at, const char *with)
{
	return !strncmp(l->text + at, with, strlen(with));
}

static bool ends(const struct letters *l, const char *with)
{
	size_t len = strlen(with);

	return l->len >= len && begins(l, l->len - len, with);
}

/* Puts WITH in the place of the LEN letters from AT. */
static void put_over(struct letters *l, size_t at, size_t len, const char *with)
{
	size_t more = strlen(with);

	memmove(l->text + at + more, l->text + at + len, l->len - at - len + 1);
	memcpy(l->text + at, with, more);
	l->len = l->len - len + more;
}

/* A list of pairs: what stands there, what comes in its place; the first that fits. */
static void put_first(struct letters *l, bool end, const char *const (*list)[2])
{
	for (; (*list)[0]; list++) {
		size_t len = strlen((*list)[0]);

		if (end ? !ends(l, (*list)[0]) : !begins(l, 0, (*list)[0]))
			continue;
		put_over(l, end ? l->len - len : 0, len, (*list)[1]);
		return;
	}
}

/* What NYSIIS makes of letter *AT; moves *AT to the last letter that it took. */
static const char *nysiis_code(const struct letters *l, size_t *at, char *own)
{
	size_t i = *at;
	char c = l->text[i], before = l->text[i - 1], next = l->text[i + 1];

	own[0] = c;
	own[1] = '\0';
	if (begins(l, i, "EV")) {
		*at = i + 1;
		return "AF";
	}
	if (begins(l, i, "SCH")) {
		*at = i + 2;
		return "SSS";
	}
	if (begins(l, i, "PH")) {
		*at = i + 1;
		return "FF";
	}
	if (is_vowel(c))
		return "A";
	if (c == 'K')
		return next == 'N' ? "N" : "C";
	if ((c == 'H' && !(is_vowel(before) && is_vowel(next))) || (c == 'W' && is_vowel(before)))
		own[0] = is_vowel(before) ? 'A' : before;
	return c == 'Q' ? "G" : c == 'Z' ? "S" : c == 'M' ? "N" : own;
}

size_t phonetic_nysiis(struct span name, char out[PHONETIC_MAX])
{
	static const char *const starts[][2] = {
		{"MAC", "MCC"}, {"KN", "N"}, {"K", "C"}, {"PH", "FF"}, {"PF", "FF"},
		{"SCH", "SSS"}, {NULL, NULL},
	};
	static const char *const tails[][2] = {
		{"EE", "Y"}, {"IE", "Y"}, {"DT", "D"}, {"RT", "D"}, {"RD", "D"},
		{"NT", "D"}, {"ND", "D"}, {NULL, NULL},
	};
	struct letters l = letters_of(name);
	size_t count = 0;

	put_first(&l, false, starts);
	put_first(&l, true, tails);
	if (!l.len)
		return 0;
	out[count++] = l.text[0];
	for (size_t i = 1; i < l.len; i++) {
		char own[2];

		for (const char *code = nysiis_code(&l, &i, own); *code; code++) {
			if (*code != out[count - 1])
				out[count++] = *code;
		}
	}
	if (count > 1 && out[count - 1] == 'S')
		count--;
	if (count > 2 && out[count - 1] == 'Y' && out[count - 2] == 'A')
		out[--count - 1] = 'Y';
	if (count > 1 && out[count - 1] == 'A')
		count--;
	return count;
}

/* C, G, S, T and H of Metaphone depend on what is around them; "" is silent. */
static const char *metaphone_c(const struct letters *l, size_t i)
{
	char before = i ? l->text[i - 1] : 0;

	if (begins(l, i, "CIA"))
		return "X";
	if (begins(l, i, "CH"))
		return before == 'S' ? "K" : "X";
	if (is_one_of(l->text[i + 1], "IEY"))
		return before == 'S' ? "" : "S";
	return "K";
}

static const char *metaphone_g(const struct letters *l, size_t i)
{
	char before = i ? l->text[i - 1] : 0, next = l->text[i + 1];

	if (next == 'H')
		return is_vowel(l->text[i + 2]) ? "K" : "";
	if (next == 'N' && (i + 2 == l->len || !strcmp(l->text + i, "GNED")))
		return "";
	if (is_one_of(next, "IEY"))
		return before == 'D' ? "" : "J";
	return "K";
}

static const char *metaphone_t(const struct letters *l, size_t i)
{
	if (begins(l, i, "TIA") || begins(l, i, "TIO"))
		return "X";
	if (l->text[i + 1] == 'H')
		return "0";
	return begins(l, i, "TCH") ? "" : "T";
}

static const char *metaphone_h(const struct letters *l, size_t i)
{
	char before = i ? l->text[i - 1] : 0;

	if (is_one_of(before, "CGPST") || (is_vowel(before) && !is_vowel(l->text[i + 1])))
		return "";
	return "H";
}

static const char *metaphone_code(const struct letters *l, size_t i, char *own)
{
	char c = l->text[i], before = i ? l->text[i - 1] : 0, next = l->text[i + 1];

	own[0] = c;
	own[1] = '\0';
	switch (c) {
	case 'A': case 'E': case 'I': case 'O': case 'U':
		return i ? "" : own;
	case 'B':
		return before == 'M' && i + 1 == l->len ? "" : own;
	case 'C':
		return metaphone_c(l, i);
	case 'D':
		return next == 'G' && is_one_of(l->text[i + 2], "EYI") ? "J" : "T";
	case 'G':
		return metaphone_g(l, i);
	case 'H':
		return metaphone_h(l, i);
	case 'K':
		return before == 'C' ? "" : own;
	case 'P':
		return next == 'H' ? "F" : own;
	case 'Q':
		return "K";
	case 'S':
		return next == 'H' || begins(l, i, "SIO") || begins(l, i, "SIA") ? "X" : own;
	case 'T':
		return metaphone_t(l, i);
	case 'V':
		return "F";
	case 'W': case 'Y':
		return is_vowel(next) ? own : "";
	case 'X':
		return "KS";
	case 'Z':
		return "S";
	default:
		return own;
	}
}

size_t phonetic_metaphone(struct span name, char out[PHONETIC_MAX])
{
	static const char *const starts[][2] = {
		{"AE", "E"}, {"GN", "N"}, {"KN", "N"}, {"PN", "N"}, {"WR", "R"},
		{"X", "S"}, {"WH", "W"}, {NULL, NULL},
	};
	struct letters l = letters_of(name);
	size_t count = 0;

	put_first(&l, false, starts);
	for (size_t i = 0; i < l.len; i++) {
		char own[2];

		/* Of doubled letters one counts, but of C. */
		if (i && l.text[i] == l.text[i - 1] && l.text[i] != 'C')
			continue;
		for (const char *code = metaphone_code(&l, i, own); *code; code++)
			out[count++] = *code;
	}
	return count;
}
