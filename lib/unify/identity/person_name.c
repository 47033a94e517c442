#include "unify/identity/person_name.h"

#include <stdbool.h>

/* In front of a name; what ends with a dot needs it, for Ing and Sig are names.  No first name is among
 * them (Don, Dean, Major). */
static const struct span titles[] = {
	/* English. */
	SPAN("mr"), SPAN("mrs"), SPAN("ms"), SPAN("mx"), SPAN("miss"), SPAN("sir"), SPAN("rev"), SPAN("hon."),
	SPAN("dr"), SPAN("prof"), SPAN("professor"),
	/* German and Dutch. */
	SPAN("herr"), SPAN("herrn"), SPAN("hr"), SPAN("frau"), SPAN("fr"), SPAN("fraeulein"), SPAN("dipl."),
	SPAN("dipl-ing"), SPAN("dipl.-ing"), SPAN("ing."), SPAN("mag."), SPAN("med."), SPAN("dr.med"),
	SPAN("dhr"), SPAN("mevr"), SPAN("mevrouw"), SPAN("mw"), SPAN("meneer"), SPAN("drs"),
	/* French, Spanish, Portuguese, Italian. */
	SPAN("mme"), SPAN("mlle"), SPAN("monsieur"), SPAN("madame"), SPAN("mademoiselle"),
	SPAN("sr"), SPAN("sra"), SPAN("srta"), SPAN("senor"), SPAN("senora"), SPAN("se\xc3\xb1or"), SPAN("se\xc3\xb1ora"),
	SPAN("senhor"), SPAN("senhora"), SPAN("sig."), SPAN("sig.ra"), SPAN("sig.na"), SPAN("signor"), SPAN("signora"),
	SPAN("dott"), SPAN("dott.ssa"), SPAN("dottor"), SPAN("dottoressa"), SPAN("avv."), SPAN("dra"),
	/* The north and the east. */
	SPAN("fru"), SPAN("frk"), SPAN("hra"), SPAN("rva"), SPAN("mgr"), SPAN("mudr"),
};

/* Between two titles or two first names. */
static const struct span joins[] = {
	SPAN("&"), SPAN("+"), SPAN("and"), SPAN("und"), SPAN("et"), SPAN("en"), SPAN("og"), SPAN("och"), SPAN("e"), SPAN("y"), SPAN("i"), SPAN("u."),
};

/* Behind a name. */
static const struct span degrees[] = {
	SPAN("phd"), SPAN("ph.d"), SPAN("m.d."), SPAN("mba"), SPAN("esq"), SPAN("esquire"), SPAN("msc"),
	SPAN("m.sc"), SPAN("bsc"), SPAN("b.sc"), SPAN("dds"), SPAN("cpa"), SPAN("dr"), SPAN("llm"), SPAN("ll.m"), SPAN("csc"),
};

/* Behind a comma and a whole name ("Ann Lee, MD", "Lee Brothers, Inc."): elsewhere they may be names. */
static const struct span behind_comma[] = {
	SPAN("md"), SPAN("jd"), SPAN("rn"), SPAN("dvm"), SPAN("dmd"), SPAN("mph"), SPAN("cfa"), SPAN("psyd"),
	SPAN("inc"), SPAN("llc"), SPAN("llp"), SPAN("ltd"), SPAN("corp"), SPAN("gmbh"),
};

/* "sen." with its dot, for Sen is a name. */
static const struct suffix {
	struct span text;
	unsigned char generation;
} suffixes[] = {
	{SPAN("sr"), GENERATION_SENIOR}, {SPAN("senior"), GENERATION_SENIOR}, {SPAN("snr"), GENERATION_SENIOR},
	{SPAN("sen."), GENERATION_SENIOR}, {SPAN("jr"), GENERATION_JUNIOR}, {SPAN("junior"), GENERATION_JUNIOR},
	{SPAN("jnr"), GENERATION_JUNIOR}, {SPAN("jun."), GENERATION_JUNIOR}, {SPAN("ii"), GENERATION_JUNIOR},
	{SPAN("2nd"), GENERATION_JUNIOR}, {SPAN("iii"), GENERATION_THIRD}, {SPAN("3rd"), GENERATION_THIRD},
	{SPAN("iv"), GENERATION_FOURTH}, {SPAN("4th"), GENERATION_FOURTH},
};

static bool is_word(struct span word, struct span listed)
{
	bool dotted = listed.ptr[listed.len - 1] == '.';

	if (!dotted && word.len > 1 && word.ptr[word.len - 1] == '.')
		word.len--;
	return word.len == listed.len && span_equal_nocase(word, listed);
}

static bool is_listed(const struct span *list, size_t count, struct span word)
{
	for (size_t i = 0; i < count; i++) {
		if (is_word(word, list[i]))
			return true;
	}
	return false;
}

#define IS_LISTED(list, word) is_listed(list, sizeof(list) / sizeof *(list), word)

static unsigned char generation_of(struct span word)
{
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		if (is_word(word, suffixes[i].text))
			return suffixes[i].generation;
	}
	return GENERATION_NONE;
}

static bool is_gap(char c)
{
	return c == ' ' || c == ',' || c == '\t';
}

static struct span trim_gaps(struct span s)
{
	while (s.len && is_gap(s.ptr[0]))
		s = span_sub(s, 1, s.len);
	while (s.len && is_gap(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

static struct span first_word(struct span s)
{
	size_t len = 0;

	while (len < s.len && !is_gap(s.ptr[len]))
		len++;
	return span_sub(s, 0, len);
}

static struct span last_word(struct span s)
{
	size_t from = s.len;

	while (from && !is_gap(s.ptr[from - 1]))
		from--;
	return span_sub(s, from, s.len);
}

/* Does WORD, the last of TEXT, stand behind a comma, and two words before that? */
static bool is_behind_name(struct span text, struct span word)
{
	struct span before = span_trim(span_sub(text, 0, text.len - word.len));

	return before.len && before.ptr[before.len - 1] == ',' && first_word(before).len + 1 < before.len;
}

/* Of a first name it is an initial. */
static bool is_letter(struct span word)
{
	return word.len == 1 && word.ptr[0] >= 'a';
}

/* Degrees and a suffix stand behind a word at least. */
static struct span strip_end(struct span text, unsigned char *generation)
{
	for (;;) {
		struct span word = last_word(text);
		unsigned char found;

		if (word.len == text.len)
			return text;
		found = generation_of(word);
		if (!found && !IS_LISTED(degrees, word) &&
		    !(is_behind_name(text, word) && IS_LISTED(behind_comma, word)))
			return text;
		if (found)
			*generation = found;
		text = trim_gaps(span_sub(text, 0, text.len - word.len));
	}
}

bool person_name_joins(struct span word)
{
	return IS_LISTED(joins, word) && !is_letter(word);
}

static struct span drop_first(struct span text)
{
	return trim_gaps(span_sub(text, first_word(text).len, text.len));
}

/* TEXT, which stood behind a title, without "& Mrs". */
static struct span strip_joined(struct span text)
{
	struct span rest = drop_first(text);

	return IS_LISTED(joins, first_word(text)) && IS_LISTED(titles, first_word(rest)) ? rest : text;
}

struct span person_name_strip(struct span text, bool last, unsigned char *generation)
{
	text = strip_end(trim_gaps(text), generation);
	for (;;) {
		struct span word = first_word(text);

		if (!word.len || (last && word.len == text.len) || !IS_LISTED(titles, word))
			return text;
		text = strip_joined(drop_first(text));
	}
}

/* "Jr., Karl" behind "Weber,": the suffix stands in front of the first name.  Sr. and Dr. without
 * a comma are titles. */
static struct span strip_suffix(struct span text, unsigned char *generation)
{
	struct span word = first_word(text = trim_gaps(text)), rest = drop_first(text);
	unsigned char found = generation_of(word);
	bool closed = rest.len && word.ptr[word.len] == ',';

	if (!rest.len || (!found && !IS_LISTED(degrees, word)) || (!closed && IS_LISTED(titles, word)))
		return text;
	if (found)
		*generation = found;
	return rest;
}

/* "Novak, Jan": what stands behind a comma is the first name. */
static bool cut_at_comma(struct span text, struct person_name *n)
{
	size_t comma = span_find_byte(text, ',');

	if (comma == text.len)
		return false;
	n->last = person_name_strip(span_sub(text, 0, comma), true, &n->generation);
	n->first = person_name_strip(strip_suffix(span_sub(text, comma + 1, text.len), &n->generation), false,
				     &n->generation);
	return n->last.len && n->first.len;
}

struct person_name person_name_cut(struct span whole)
{
	struct person_name n = {0};
	struct span text = person_name_strip(whole, true, &n.generation);

	if (cut_at_comma(text, &n))
		return n;
	n.last = last_word(text);
	n.first = trim_gaps(span_sub(text, 0, text.len - n.last.len));
	return n;
}

struct span person_name_suffix(unsigned char generation)
{
	static const struct span texts[] = {SPAN(""), SPAN("sr"), SPAN("jr"), SPAN("iii"), SPAN("iv")};

	return texts[generation];
}
