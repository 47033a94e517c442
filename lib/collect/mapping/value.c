#include "collect/mapping/value.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/decimal_local.h"
#include "collect/mapping/money.h"
#include "reference/consent_word.h"
#include "reference/country.h"
#include "reference/normal.h"
#include "record/scan.h"
#include "time/date_format.h"
#include "time/date_names.h"
#include "time/date_text.h"

static enum fit reject_value(struct maker *m, const struct target *t,
			     struct span text, const char *what, const char *remedy)
{
	char quoted[ERROR_QUOTE_MAX];

	error_data(m->err, "%s %s in %.*s%s", what, error_quote(text, quoted),
		   SPAN_ARG(t->label), remedy);
	return FIT_REJECT;
}

/* Safe: TEXT needs no escapes. */
static void put_safe(struct buf *out, struct span text)
{
	char *to;

	if (!buf_reserve(out, text.len + 2))
		return;
	to = out->ptr + out->len;
	*to = '"';
	memcpy(to + 1, text.ptr, text.len);
	to[text.len + 1] = '"';
	out->len += text.len + 2;
}

static void put_text(struct buf *out, struct span text, bool plain)
{
	if (plain)
		put_safe(out, text);
	else
		text_encode(out, text);
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* As span_trim, for the usual case that there is nothing to do. */
static inline struct span trim_text(struct span s)
{
	if (s.len && !is_blank(s.ptr[0]) && !is_blank(s.ptr[s.len - 1]))
		return s;
	return span_trim(s);
}

static enum fit put_trimmed(struct buf *out, struct span text, bool plain)
{
	struct span s = trim_text(text);

	if (!s.len)
		return FIT_ABSENT;
	put_text(out, s, plain);
	return FIT_PUT;
}

/* Behind the text whose opening quote is at P, in JSON that was read already. */
static const char *behind_text(const char *p, const char *end)
{
	for (p++; p < end; p++) {
		const char *quote = memchr(p, '"', (size_t)(end - p));
		const char *slash = quote ? quote : end;

		if (!quote)
			return end;
		while (slash > p && slash[-1] == '\\')
			slash--;
		if ((quote - slash) % 2 == 0)
			return quote + 1;
		p = quote;
	}
	return end;
}

/* A JSON array or object on one line: blanks between tokens left out. */
static void put_raw(struct buf *out, struct span raw)
{
	const char *p = raw.ptr, *end = p + raw.len;
	const char *from = p;

	while (p < end) {
		if (*p == '"') {
			p = behind_text(p, end);
		} else if (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t') {
			buf_span(out, span_between(from, p));
			from = ++p;
		} else {
			p++;
		}
	}
	buf_span(out, span_between(from, end));
}

static enum fit put_plain(const struct cell *c, bool plain, struct buf *out)
{
	switch (c->kind) {
	case CELL_NUMBER:
	case CELL_WORD:
		buf_span(out, c->text);
		return FIT_PUT;
	case CELL_RAW:
		put_raw(out, c->text);
		return FIT_PUT;
	default:
		if (!c->text.len)
			return FIT_ABSENT;
		put_text(out, c->text, plain);
		return FIT_PUT;
	}
}

/* Digits with at most one point and at most 6 decimals: as they are. */
static bool is_simple_number(struct span s)
{
	size_t i = s.len > 1 && s.ptr[0] == '-';
	size_t whole = i;
	size_t fraction;

	while (i < s.len && (unsigned char)(s.ptr[i] - '0') < 10)
		i++;
	if (i == whole || i - whole > 18 ||
	    (s.ptr[whole] == '0' && i - whole > 1))
		return false;
	if (i == s.len)
		return true;
	if (s.ptr[i] != '.')
		return false;
	fraction = ++i;
	while (i < s.len && (unsigned char)(s.ptr[i] - '0') < 10)
		i++;
	return i == s.len && i > fraction && i - fraction <= MONEY_SCALE;
}

static bool is_town(struct span key)
{
	return span_equal(key, SPAN("city")) || span_equal(key, SPAN("town"));
}

/* Is a word of KINDS a name where T stands? */
static bool is_name(const struct target *t, unsigned kinds)
{
	struct span key = t->field.key;

	return ((kinds & NULL_PERSON) && span_ends(key, SPAN("name"))) ||
	       ((kinds & NULL_TOWN) && is_town(key));
}

/* "Null", but not "NULL", "null" and "NaN". */
static bool is_name_case(struct span text)
{
	bool small = text.len && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z';

	for (size_t i = 1; i < text.len; i++)
		small = small && text.ptr[i] >= 'a';
	return small;
}

/* Does another cell of the row hold the same bytes?  Then a program wrote "NULL", and it is no name. */
static bool is_repeated(const struct maker *m, struct span text)
{
	const struct row *row = m->run.row;
	size_t count = row ? row->touched_count ? row->touched_count : row->count : 0;

	for (size_t i = 0; i < count; i++) {
		const struct cell *c = &row->cells[row->touched_count ? (size_t)row->touched[i] : i];

		if (c->kind == CELL_TEXT && c->text.ptr != text.ptr && span_equal(c->text, text))
			return true;
	}
	return false;
}

/* Does the cell of T hold a word that is an empty cell in any column?  Then it is counted. */
static bool is_empty_word(struct maker *m, const struct target *t, struct span text)
{
	unsigned kinds = null_words_kinds(m->plan->style.nulls, text);

	if (!(kinds & NULL_CELL))
		return false;
	if (is_name(t, kinds) && !span_equal(span_trim(text), SPAN("NaN")) &&
	    (is_name_case(span_trim(text)) || !is_repeated(m, text))) {
		maker_note(m, t, TALLY_NAMES, text);
		return false;
	}
	maker_note(m, t, TALLY_NOTHING, text);
	return true;
}

/* TEXT has not the form of T: does it say that there is no value?  Then it is counted. */
static bool says_nothing(struct maker *m, const struct target *t, struct span text)
{
	const struct null_words *nulls = m->plan->style.nulls;

	if (!nulls || !(null_words_kinds(nulls, text) & NULL_FORM))
		return false;
	maker_note(m, t, TALLY_NOTHING, text);
	return true;
}

/* A discount of "10%" is none of money: it is kept as written. */
static enum fit put_percent(struct maker *m, const struct target *t, struct span s, struct buf *out)
{
	if (order_money_is_key(t->field.key))
		return reject_value(m, t, s, "a percentage is no amount:", "");
	maker_note(m, t, TALLY_PERCENT, s);
	put_text(out, s, false);
	return FIT_PUT;
}

static bool begins_number(struct span s)
{
	return s.len && ((unsigned char)(*s.ptr - '0') < 10 || *s.ptr == '-' || *s.ptr == '+' || *s.ptr == '.');
}

/*
 * "1.2K": rounded by a program that shows numbers; what it stood for is in another export.  short_number has no currency,
 * so that it is not proposed for "$1.2K".
 */
static enum fit refuse_number(struct maker *m, const struct target *t, struct span s)
{
	struct decimal d;
	char remedy[160];

	if (says_nothing(m, t, s))
		return FIT_ABSENT;
	if (t->column < 0 || !decimal_parse_short(s, m->plan->style.point, &d))
		return reject_value(m, t, s, "bad number", "");
	if (!begins_number(s))
		snprintf(remedy, sizeof remedy, " (shortened; export whole amounts)");
	else
		snprintf(remedy, sizeof remedy, " (shortened; export whole amounts, or take these: --map '%.*s=short_number(%.*s)')",
			 SPAN_ARG(t->field.key), SPAN_ARG(m->plan->columns[t->column].folded));
	return reject_value(m, t, s, "bad number", remedy);
}

/* A column "Sales" may name who sold it. */
static bool says_sales(const struct target *t)
{
	return t->origin == ORIGIN_TABLE && span_equal(t->field.key, SPAN("sales"));
}

static enum fit keep_value(struct maker *m, const struct target *t, struct span s, struct buf *out)
{
	maker_note(m, t, TALLY_KEPT, s);
	put_text(out, s, false);
	return FIT_PUT;
}

/* S, of C, which is no number in its plainest form. */
static enum fit put_money(struct maker *m, const struct target *t, const struct cell *c,
			  struct span s, struct buf *out)
{
	struct decimal d, written;

	switch (money_read(m, t, c, s, &d)) {
	case MONEY_NONE:
		return says_sales(t) && !says_nothing(m, t, s) ? keep_value(m, t, s, out) : refuse_number(m, t, s);
	case MONEY_PERCENT:
		return put_percent(m, t, s, out);
	case MONEY_MIXED:
		return reject_value(m, t, s, "the amounts of the row have two currencies:", "");
	case MONEY_READ:
		break;
	}
	if ((c->kind == CELL_NUMBER || m->plan->style.point == '.') && text_is_number(s) &&
	    decimal_parse(s, &written) && written.scale <= MONEY_SCALE)
		buf_span(out, s);
	else
		decimal_put(out, d);
	return FIT_PUT;
}

static enum fit put_number(struct maker *m, const struct target *t,
			   const struct cell *c, struct buf *out)
{
	char point = c->kind == CELL_NUMBER ? '.' : m->plan->style.point;
	struct span s = trim_text(c->text);
	struct decimal d;

	if (!s.len)
		return FIT_ABSENT;
	if (point == '.' && is_simple_number(s) && span_absent(t->field.currency)) {
		buf_span(out, s);
		return FIT_PUT;
	}
	if (t->field.form == FORM_MONEY)
		return put_money(m, t, c, s, out);
	if (c->kind == CELL_NUMBER ? !decimal_parse(s, &d) :
				     !decimal_parse_local(s, point, &d))
		return refuse_number(m, t, s);
	if (point == '.' && text_is_number(s))
		buf_span(out, s);
	else
		decimal_put(out, d);
	return FIT_PUT;
}

static unsigned two_digits(const char *p)
{
	return (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
}

/* "2024-03-01 09:30:00", blank or T between: digits where they must be. */
static bool is_iso(struct span s)
{
	static const char form[] = "dddd-dd-dd dd:dd:dd";

	if (s.len != sizeof form - 1)
		return false;
	for (size_t i = 0; i < sizeof form - 1; i++) {
		char c = s.ptr[i];

		if (form[i] == 'd' ? (unsigned char)(c - '0') > 9 :
		    form[i] == ' ' ? c != ' ' && c != 'T' : c != form[i])
			return false;
	}
	return true;
}

/*
 * The most common form in UTC, read without arithmetic: the record's form is the same
 * digits.  Days behind the 28th take the long way.
 */
static bool put_iso(struct span s, char out[MOMENT_TEXT])
{
	unsigned month, day;

	if (!is_iso(s))
		return false;
	month = two_digits(s.ptr + 5);
	day = two_digits(s.ptr + 8);
	if (month - 1 > 11 || day - 1 > 27 || two_digits(s.ptr + 11) > 23 ||
	    two_digits(s.ptr + 14) > 59 || two_digits(s.ptr + 17) > 59 ||
	    memcmp(s.ptr, "1980", 4) < 0)
		return false;
	memcpy(out, s.ptr, 19);
	out[10] = 'T';
	memcpy(out + 19, ".000Z", 5);
	return true;
}

bool value_civil(const struct plan_style *style, struct span s, struct civil *civil)
{
	if (!span_absent(style->date_format))
		return date_parse_format(s, style->date_format, civil);
	return date_parse(s, style->dates, civil);
}

bool value_day(const struct plan_style *style, struct span s, struct civil *civil)
{
	/* What two orders read is a day, if not a certain one. */
	return value_civil(style, s, civil) ||
	       (span_absent(style->date_format) && (date_parse(s, DATES_DMY, civil) || date_parse(s, DATES_MDY, civil)));
}

void value_note_hour(struct maker *m, const struct target *t, enum zone_hour hour, struct span s)
{
	if (hour != ZONE_HOUR_PLAIN)
		maker_note(m, t, hour == ZONE_HOUR_SKIPPED ? TALLY_SKIPPED : TALLY_TWICE, s);
}

static bool read_moment(const struct plan_style *style, struct span s,
			char out[MOMENT_TEXT], enum zone_hour *hour)
{
	struct civil civil;
	int64_t moment;

	if (!value_civil(style, s, &civil))
		return false;
	moment = zone_moment(style->zone, &civil);
	*hour = style->utc ? ZONE_HOUR_PLAIN : zone_hour(style->zone, &civil);
	if (moment < MOMENT_MIN || moment > MOMENT_MAX)
		return false;
	moment_format(moment, out);
	return true;
}

static bool ends_in_zone(struct span s)
{
	size_t at = s.len;

	while (at && s.ptr[at - 1] >= 'A' && s.ptr[at - 1] <= 'Z')
		at--;
	return at && date_zone_is_ambiguous(span_sub(s, at, s.len - at));
}

/* What to try when the dates of a column cannot be read. */
static const char *date_remedy(const struct plan_style *style, struct span s)
{
	struct civil civil;
	struct decimal d;

	if (!span_absent(style->date_format))
		return " (it is not in the format of --dates)";
	if (style->dates == DATES_ISO) {
		if (decimal_parse(s, &d) && date_parse(s, DATES_EXCEL, &civil))
			return " (a day number of a spreadsheet? --dates excel)";
		if (date_parse(s, DATES_DMY, &civil) ||
		    date_parse(s, DATES_MDY, &civil))
			return " (give --dates dmy, mdy or ymd)";
	}
	if (style->dates == DATES_DMY && date_parse(s, DATES_MDY, &civil))
		return " (its month stands first: dates are read day first, --dates mdy reads the others)";
	if (style->dates == DATES_MDY && date_parse(s, DATES_DMY, &civil))
		return " (its day stands first: dates are read month first, --dates dmy reads the others)";
	if (ends_in_zone(s))
		return " (its zone stands for several: --map time='date(replace(COLUMN, \"CST\", \"-06:00\"))')";
	if (date_parse_clock(s, &civil))
		return " (a time of the day: --map time='date(concat(DATE, \" \", TIME))' puts two columns together)";
	if (date_is_duration(s))
		return " (a duration? --map time=null, or name the column of the time)";
	/* An impossible date is none in any form. */
	if (span_find_byte(span_sub(s, 0, 6), '-') >= 4 && s.len > 6 && memchr(s.ptr, '-', 6))
		return "";
	if (!memchr("0123456789", s.ptr[0], 10))
		return "";
	return " (--dates says how dates are written, such as '%d.%m.%Y %H:%M')";
}

enum fit value_refuse_date(struct maker *m, const struct target *t, struct span s)
{
	return reject_value(m, t, s, "bad date", date_remedy(&m->plan->style, s));
}

static struct moment_memo *memo_of(struct maker *m, struct span s)
{
	uint64_t tail;

	/* The last bytes differ most; 0x9E37... spreads them (Knuth). */
	memcpy(&tail, s.ptr + s.len - 8, 8);
	return &m->memos[tail * UINT64_C(0x9E3779B97F4A7C15) >> 58];
}

/* Appends S, of T, as a time of our records, when it is one. */
static bool put_time(struct maker *m, const struct target *t, struct span s, struct buf *out)
{
	const struct plan_style *style = &m->plan->style;
	struct moment_memo *memo = NULL;
	char moment[MOMENT_TEXT];
	enum zone_hour hour;

	if (style->utc && span_absent(style->date_format) &&
	    put_iso(s, moment)) {
		put_safe(out, (struct span){moment, MOMENT_TEXT});
		return true;
	}
	if (s.len >= 8 && s.len <= sizeof memo->text) {
		memo = memo_of(m, s);
		if (memo->len == s.len && !memcmp(memo->text, s.ptr, s.len)) {
			put_safe(out, (struct span){memo->moment, MOMENT_TEXT});
			return true;
		}
	}
	if (!read_moment(style, s, moment, &hour))
		return false;
	if (hour != ZONE_HOUR_PLAIN) {
		/* Not remembered, so that each is counted. */
		value_note_hour(m, t, hour, s);
	} else if (memo) {
		memcpy(memo->text, s.ptr, s.len);
		memo->len = s.len;
		memcpy(memo->moment, moment, sizeof moment);
	}
	put_safe(out, (struct span){moment, MOMENT_TEXT});
	return true;
}

/*
 * Days on which nothing happened, that programs write where there is no time: the first and the last that they can
 * write, day 0 of Unix and of spreadsheets, in whatever zone.
 */
static bool is_no_day(const char *moment)
{
	static const char *const days[] = {
		"1970-01-01", "1969-12-31", "9999-12-31", "9999-12-30", "0001-01-01", "0001-01-02", "1753-01-01", "1752-12-31",
		"1899-12-30", "1899-12-31", "1899-12-29", "1900-01-01",
	};

	/* Nearly all are of our days. */
	for (size_t i = 0; *moment != '2' && i < sizeof days / sizeof *days; i++)
		if (!memcmp(moment, days[i], 10))
			return true;
	return false;
}

static enum fit put_moment(struct maker *m, const struct target *t,
			   const struct cell *c, struct buf *out)
{
	struct span s = trim_text(c->text);

	if (!s.len)
		return FIT_ABSENT;
	if (put_time(m, t, s, out)) {
		const struct null_words *nulls = m->plan->style.nulls;

		/* Without its quotes, which stand in OUT as well. */
		if (!nulls || nulls->only || !is_no_day(out->ptr + out->len - MOMENT_TEXT - 1))
			return FIT_PUT;
		out->len -= MOMENT_TEXT + 2;
		maker_note(m, t, TALLY_NOTHING, s);
		return FIT_ABSENT;
	}
	return says_nothing(m, t, s) ? FIT_ABSENT :
		reject_value(m, t, s, "bad date", date_remedy(&m->plan->style, s));
}

/* A column says a time, or nothing; a rule also a number or a text, but no date that
 * is read in two ways. */
static enum fit put_version(struct maker *m, const struct target *t,
			    const struct cell *c, bool plain, struct buf *out)
{
	struct span s = trim_text(c->text);
	bool ruled = t->origin == ORIGIN_MAPPING;
	struct decimal d;

	if (!s.len || c->kind == CELL_RAW)
		return FIT_ABSENT;
	if (ruled && text_is_number(s)) {
		buf_span(out, s);
		return FIT_PUT;
	}
	if (!(ruled && decimal_parse(s, &d)) && put_time(m, t, s, out))
		return FIT_PUT;
	if (!ruled || says_nothing(m, t, s))
		return FIT_ABSENT;
	if (date_fits(s))
		return reject_value(m, t, s, "bad date", date_remedy(&m->plan->style, s));
	return put_trimmed(out, c->text, plain);
}

/* An identifier of people, or an order's number? */
static bool is_key(const struct target *t)
{
	return t->field.form == FORM_TEXT && (t->field.section == SECTION_IDS || t->field.hint == HINT_ORDER);
}

/* "17.0" of a column that a program took for numbers is 17, as in other files. */
static struct span whole_number(struct maker *m, const struct target *t, struct span text)
{
	struct span s = trim_text(text);
	size_t end = 0;

	if (!s.len || (unsigned char)(s.ptr[0] - '0') > 9 || !is_key(t) || normal_spoiled(s) != SPOILED_FRACTION)
		return text;
	while ((unsigned char)(s.ptr[end] - '0') < 10)
		end++;
	maker_note(m, t, TALLY_WHOLE, s);
	return span_sub(s, 0, end);
}

/* Has a spreadsheet changed this identifier? */
static void watch_identifier(struct maker *m, const struct target *t, struct span text)
{
	enum spoiled how;

	if ((unsigned char)(text.ptr[0] - '0') > 9)
		return;
	how = normal_spoiled(text);
	if (how == SPOILED_NOT || (how == SPOILED_FRACTION && is_key(t)))
		return;
	maker_note(m, t, how == SPOILED_ROUNDED ? TALLY_ROUNDED : TALLY_SPOILED, text);
}

/* A day as 2024-03-01; what is none stays as it is. */
static enum fit put_date(struct maker *m, const struct target *t,
			 const struct cell *c, bool plain, struct buf *out)
{
	const struct plan_style *style = &m->plan->style;
	struct span s = trim_text(c->text);
	struct civil civil;

	if (!s.len)
		return FIT_ABSENT;
	if (!value_civil(style, s, &civil)) {
		if (says_nothing(m, t, s))
			return FIT_ABSENT;
		maker_note(m, t, TALLY_KEPT, s);
		put_text(out, s, plain);
		return FIT_PUT;
	}
	buf_printf(out, "\"%04d-%02d-%02d\"", civil.year, civil.month, civil.day);
	return FIT_PUT;
}

/* An address or a number; one that is none is kept as a trait. */
static enum fit put_identifier(struct maker *m, const struct target *t,
			       const struct cell *c, struct buf *out)
{
	struct span s = trim_text(c->text);
	size_t at = out->len;
	unsigned count;

	if (!s.len)
		return FIT_ABSENT;
	buf_char(out, '"');
	count = t->field.form == FORM_EMAIL ? normal_email(s, &m->scratch, out) :
		phone_normal_first(s, m->plan->style.region, out);
	if (!count) {
		out->len = at;
		if (says_nothing(m, t, s))
			return FIT_ABSENT;
		maker_note(m, t, TALLY_KEPT, s);
		return FIT_DEMOTE;
	}
	if (m->plan->style.gmail && t->field.form == FORM_EMAIL)
		normal_gmail(out, at + 1);
	buf_char(out, '"');
	if (count == 1)
		return FIT_PUT;
	maker_note(m, t, TALLY_SEVERAL, s);
	return FIT_BOTH;
}

static enum fit put_name(struct maker *m, const struct cell *c, bool plain,
			 struct buf *out)
{
	if (normal_name_is(c->text)) {
		put_text(out, c->text, plain);
		return FIT_PUT;
	}
	buf_clear(&m->text);
	normal_name(c->text, &m->scratch, &m->text);
	if (!m->text.len)
		return FIT_ABSENT;
	text_encode(out, buf_view(&m->text));
	return FIT_PUT;
}

static enum fit put_country(struct maker *m, const struct target *t,
			    const struct cell *c, bool plain, struct buf *out)
{
	struct span s = trim_text(c->text);
	struct span code;

	if (!s.len)
		return FIT_ABSENT;
	code = country_code(m->plan->style.countries, s);
	if (!span_absent(code)) {
		put_safe(out, code);
		return FIT_PUT;
	}
	if (says_nothing(m, t, s))
		return FIT_ABSENT;
	maker_note(m, t, TALLY_KEPT, s);
	return put_name(m, c, plain, out);
}

/* What C says to the question of T, a column of consents or of who wants no more. */
enum said value_said(struct maker *m, const struct target *t, struct span s)
{
	bool asks_out = t->field.form == FORM_OPT_OUT;
	struct civil civil;

	switch (consent_word_of(s)) {
	case CONSENT_WORD_IN:
		/* A rule that copies the column means it. */
		return asks_out && t->demoted.len ? SAID_NOTHING : SAID_YES;
	case CONSENT_WORD_OUT:
		return SAID_NO;
	case CONSENT_WORD_YES:
		return asks_out ? SAID_NO : SAID_YES;
	case CONSENT_WORD_NO:
		return asks_out ? SAID_NOTHING : SAID_NO;
	case CONSENT_WORD_OPEN:
		return SAID_OPEN;
	case CONSENT_WORD_NONE:
		break;
	}
	/* A rule says that it is a consent; of a column the day on which it was given is as good. */
	if (!t->demoted.len || !value_day(&m->plan->style, s, &civil))
		return SAID_OTHER;
	return asks_out ? SAID_NO : SAID_YES;
}

static enum fit put_consent(struct maker *m, const struct target *t,
			    const struct cell *c, struct buf *out)
{
	struct span s = trim_text(c->text);

	if (!s.len)
		return FIT_ABSENT;
	switch (value_said(m, t, s)) {
	case SAID_YES:
		put_safe(out, SPAN("granted"));
		return FIT_PUT;
	case SAID_NO:
		put_safe(out, SPAN("denied"));
		return FIT_PUT;
	case SAID_NOTHING:
		return FIT_ABSENT;
	case SAID_OPEN:
	case SAID_OTHER:
		break;
	}
	/* A column that was only taken for one: value_note_consent has it. */
	if (t->demoted.len || says_nothing(m, t, s))
		return FIT_ABSENT;
	return reject_value(m, t, s, "neither granted nor denied:", "");
}

bool value_note_consent(struct maker *m, const struct target *t,
			const struct cell *c)
{
	struct span s = trim_text(c->text);
	enum said said;

	if (c->kind == CELL_NONE || !s.len || field_is_gpc(t->field.form))
		return false;
	said = value_said(m, t, s);
	if (said < SAID_OPEN || says_nothing(m, t, s))
		return false;
	/* Whoever was never asked is nobody to ask about. */
	if (said == SAID_OTHER)
		maker_note(m, t, TALLY_KEPT, s);
	return true;
}

/* The header Sec-GPC: only the value 1 counts; servers that log JSON may log an array. */
static enum fit put_gpc(const struct target *t, const struct cell *c, struct buf *out)
{
	struct span s = trim_text(c->text);

	if (!span_equal(s, SPAN("1")) && !span_equal(s, SPAN("[\"1\"]")) &&
	    !(t->field.form == FORM_GPC_FLAG && consent_word_of(s) == CONSENT_WORD_YES))
		return FIT_ABSENT;
	put_safe(out, SPAN("denied"));
	return FIT_PUT;
}

static enum fit put_type(struct maker *m, const struct target *t,
			 const struct cell *c, struct buf *out)
{
	struct span s = trim_text(c->text);
	enum event_type type = event_type_parse(s);

	if (type == EVENT_TYPES)
		return reject_value(m, t, s, "unknown record type", "");
	put_safe(out, event_type_names[type]);
	return FIT_PUT;
}

/* An array or object is no text, no number and no date. */
static enum fit refuse_raw(struct maker *m, const struct target *t,
			   const struct cell *c)
{
	return reject_value(m, t, c->text, "an array or object, not a single value:", "");
}

bool value_is_empty(struct span raw)
{
	return raw.ptr[0] == '{' && !span_trim(span_sub(raw, 1, raw.len - 2)).len;
}

enum fit value_put(struct maker *m, const struct target *t,
		   const struct cell *c, bool plain, struct buf *out)
{
	/* An empty object is no address, no number, and no section. */
	if (c->kind == CELL_RAW && value_is_empty(c->text) &&
	    (t->field.form != FORM_PLAIN || t->names_section))
		return FIT_ABSENT;
	if (field_is_gpc(t->field.form))
		return put_gpc(t, c, out);
	if (c->kind == CELL_RAW && t->field.form != FORM_PLAIN &&
	    t->field.section != SECTION_TRAITS && t->field.section != SECTION_PROPS)
		return refuse_raw(m, t, c);
	if (c->kind == CELL_RAW)
		return put_plain(c, plain, out);
	if (m->plan->style.nulls && null_words_suspect(m->plan->style.nulls, c->text) &&
	    is_empty_word(m, t, c->text))
		return FIT_ABSENT;
	if (t->identifies && c->text.len)
		watch_identifier(m, t, c->text);
	switch (t->field.form) {
	case FORM_EMAIL:
	case FORM_PHONE:
		return put_identifier(m, t, c, out);
	case FORM_NAME:
		return put_name(m, c, plain, out);
	case FORM_COUNTRY:
		return put_country(m, t, c, plain, out);
	case FORM_DATE:
		return put_date(m, t, c, plain, out);
	case FORM_MOMENT:
		return put_moment(m, t, c, out);
	case FORM_VERSION:
		return put_version(m, t, c, plain, out);
	case FORM_NUMBER:
	case FORM_MONEY:
		return put_number(m, t, c, out);
	case FORM_CONSENT:
	case FORM_OPT_OUT:
		return put_consent(m, t, c, out);
	case FORM_GPC:
	case FORM_GPC_FLAG:
		break;
	case FORM_TYPE:
		return put_type(m, t, c, out);
	case FORM_TEXT:
		/* An order's number is one, or there is none. */
		if (t->field.hint == HINT_ORDER && says_nothing(m, t, c->text))
			return FIT_ABSENT;
		return put_trimmed(out, whole_number(m, t, c->text), plain);
	case FORM_PLAIN:
		break;
	}
	return put_plain(c, plain, out);
}

static struct span keep_text(struct maker *m, const struct datum *d)
{
	struct span kept;

	buf_clear(&m->text);
	datum_put_text(d, &m->text);
	kept = arena_copy(&m->scratch, buf_view(&m->text));
	return kept;
}

static void cell_of_datum(struct maker *m, const struct datum *d,
			  struct cell *out)
{
	switch (d->type) {
	case TYPE_UNKNOWN:
	case TYPE_ANY:
		*out = (struct cell){SPAN(""), CELL_NONE};
		break;
	case TYPE_TEXT:
		*out = (struct cell){d->text, CELL_TEXT};
		break;
	case TYPE_NUMBER:
		*out = (struct cell){span_absent(d->written) ? keep_text(m, d) :
				     d->written, CELL_NUMBER};
		break;
	case TYPE_TIME:
	case TYPE_DURATION:
	case TYPE_WINDOW:
		*out = (struct cell){keep_text(m, d), CELL_TEXT};
		break;
	case TYPE_TRUTH:
		*out = (struct cell){d->truth ? SPAN("true") : SPAN("false"),
				     CELL_WORD};
		break;
	case TYPE_JSON:
		*out = (struct cell){d->text, CELL_RAW};
		break;
	case TYPE_LIST:
		buf_clear(&m->text);
		datum_put_value(d, &m->text);
		*out = (struct cell){arena_copy(&m->scratch, buf_view(&m->text)),
				     CELL_RAW};
		break;
	}
}

enum fit value_of(struct maker *m, const struct target *t,
		  const struct row *row, struct cell *out, bool *plain)
{
	struct datum d;

	*plain = row->plain;
	if (t->column >= 0) {
		*out = row->cells[t->column];
		return out->kind == CELL_NONE ? FIT_ABSENT : FIT_PUT;
	}
	*plain = false;
	m->run.row = row;
	m->run.odd_hour = ZONE_HOUR_PLAIN;
	if (expr_eval(t->expr, &m->run, &d, m->err)) {
		char what[sizeof m->err->message];

		memcpy(what, m->err->message, sizeof what);
		error_data(m->err, "%s (in %.*s)", what, SPAN_ARG(t->label));
		return FIT_REJECT;
	}
	value_note_hour(m, t, m->run.odd_hour, m->run.odd_time);
	cell_of_datum(m, &d, out);
	return out->kind == CELL_NONE ? FIT_ABSENT : FIT_PUT;
}
