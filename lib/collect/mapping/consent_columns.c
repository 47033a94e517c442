#include "collect/mapping/consent_columns.h"

#include <stdio.h>
#include <string.h>

#include "collect/mapping/late_member.h"
#include "collect/mapping/value.h"
#include "record/order_status.h"
#include "reference/consent_word.h"
#include "reference/tcf.h"
#include "text/unicode.h"

static const struct {
	const char *purpose;
	enum consent_sort sort;
	const char *headers;	/* squashed, between blanks */
} headers[] = {
	{"marketing", CONSENT_IN_AT,
	 " optindate optinat optintimestamp optedinat optedindate optedinon dateoptin doubleoptindate "
	 "doubleoptinat doidate doitimestamp emailoptindate emailoptinat emailoptintime marketingoptindate "
	 "marketingoptinat consentgivenat consentgivendate consentedat dateofconsent einwilligungsdatum "
	 "einwilligungam datumeinwilligung dateconsentement dateinscriptionnewsletter optindatum datumoptin fechaoptin "
	 "dataoptin datedeconsentement fechaconsentimiento fechadeconsentimiento dataconsenso datadelconsenso datumtoestemming "
	 "toestemmingsdatum dataconsentimento datadeconsentimento datazgody "},
	{"marketing", CONSENT_OUT_AT,
	 " optoutdate optoutat optouttime optouttimestamp optedoutat optedoutdate optedouton dateoptout "
	 "unsubscribedat unsubscribeddate unsubscribedon unsubscribedtime unsubscribedate unsubscribetime "
	 "unsubscribetimestamp unsubtime unsubdate dateunsubscribed emailoptoutdate emailoptoutat "
	 "emailoptouttime emailunsubscribedat marketingoptoutdate marketingoptoutat consentwithdrawnat consentwithdrawndate "
	 "consentrevokedat abmeldedatum abgemeldetam widerrufsdatumeinwilligung datedesinscription "
	 "datedesabonnement datededesinscription datededesabonnement datedisiscrizione optoutdatum datumoptout fechaoptout "
	 "dataoptout abmeldungam abmeldezeitpunkt datumabmeldung ausgetragenam abbestelltam widerrufenam widerrufam "
	 "einwilligungwiderrufenam desinscritle desabonnele dadodebajael desuscritoel fechadedesuscripcion datadisiscrizione "
	 "disiscrittoil datadidisiscrizione uitgeschrevenop afgemeldop uitschrijfdatum datumuitschrijving afmelddatum "
	 "descadastradoem datadescadastro datadedescadastro desinscritoem datawypisania wypisanydnia "},
	{"marketing", CONSENT_LEFT_AT, " fechabaja fechadebaja datarezygnacji "},
	{"newsletter", CONSENT_IN_AT,
	 " newsletteroptindate newsletteroptinat newslettersubscribedat "
	 "newslettersubscribedate newsletteranmeldung newsletteranmeldedatum newslettersignupdate "},
	{"newsletter", CONSENT_OUT_AT,
	 " newsletteroptoutdate newsletteroptoutat newsletterunsubscribedat newsletterunsubscribedate "
	 "newsletterabmeldung newsletterabmeldedatum newsletterabgemeldetam fechabajanewsletter fechadebajanewsletter "
	 "datedesinscriptionnewsletter "},
	{"sms", CONSENT_IN_AT, " smsoptindate smsoptinat smsoptintime smsconsentgivenat smssubscribedat "},
	{"sms", CONSENT_OUT_AT, " smsoptoutdate smsoptoutat smsoptouttime smsunsubscribedat "},
	/* An "inscription" may be that of a course, too, so that it grants nothing. */
	{"marketing", CONSENT_STATUS,
	 " emailstatus subscriberstatus memberstatus contactstatus statutinscription statoiscrizione inschrijfstatus "
	 "statusdainscricao statusinscricao "},
	{"marketing", CONSENT_ANY_STATUS, " status "},
	{"marketing", CONSENT_OUT_WORD, " emailsubscribe "},
	{"tcf_purpose_N", CONSENT_TCF,
	 " tcstring tcfstring tcfconsentstring iabtcftcstring euconsentv2 gdprconsentstring "
	 "tcfeuconsent iabconsentstring "},
};

/* The status of a subscriber is that of mail, not of messages. */
enum { PURPOSE_MARKETING, PURPOSE_NEWSLETTER, PURPOSE_SMS };

static const char *const purposes[] = {
	[PURPOSE_MARKETING] = "marketing", [PURPOSE_NEWSLETTER] = "newsletter", [PURPOSE_SMS] = "sms",
};

#define PURPOSES (sizeof purposes / sizeof *purposes)

/* What the columns of one purpose say in a row. */
struct stated {
	bool in, out;
	bool known_in;			/* by a day in a column of yes and no */
	bool in_day, out_day;		/* with the latest day of each */
	bool out_undated;		/* one is out whenever that was */
	int64_t in_at, out_at;
};

/* What the columns of a row say. */
struct statements {
	struct stated of[PURPOSES];
	bool gone;			/* a status says that the person has left */
	bool surely;			/* in a word that no order or payment has */
	bool waits;			/* or has not confirmed, or cannot be reached */
	bool tcf;			/* there is a string */
	uint32_t tcf_consents;		/* to what all of them consent */
};

bool consent_columns_row(size_t i, const char **purpose, enum consent_sort *sort, const char **words)
{
	if (i >= sizeof headers / sizeof *headers)
		return false;
	*purpose = headers[i].purpose;
	*sort = headers[i].sort;
	*words = headers[i].headers;
	return true;
}

static unsigned purpose_index(const char *name)
{
	unsigned i = 0;

	while (i < PURPOSES && strcmp(purposes[i], name))
		i++;
	return i;
}

/* What may stand above a day of marketing in a path: whose it is and where it is kept, no other purpose. */
static const char neutral_parts[] =
	" profile traits properties props attributes attrs context customer contact user person member subscriber account "
	"lead client data record payload message details fields custom customfields mergefields customattributes privacy "
	"gdpr dsgvo consent consents permissions preferences email mail emailmarketing marketing ";

/* Above a day of opt-out, these say that it is no other channel's. */
static const char other_channels[] =
	" push webpush whatsapp messenger telegram line phone call calls voice fax post postal letter app cookie cookies ";

/* Longer than any word of the lists. */
#define WORD_MAX 64

/* WORD between two blanks; absent where it is none of a list. */
static struct span between_blanks(struct span word, char out[WORD_MAX + 2])
{
	if (!word.len || word.len > WORD_MAX)
		return SPAN_NONE;
	out[0] = out[word.len + 1] = ' ';
	memcpy(out + 1, word.ptr, word.len);
	return (struct span){out, word.len + 2};
}

static bool lists(const char *list, struct span key)
{
	struct span all = span_of(list);

	return span_find(all, key) < all.len;
}

static bool has_word(const char *list, struct span word)
{
	char text[WORD_MAX + 2];
	struct span key = between_blanks(word, text);

	return !span_absent(key) && lists(list, key);
}

static struct consent_kind kind_of_word(struct span word)
{
	struct consent_kind kind = {CONSENT_SORT_NONE, 0};
	char text[WORD_MAX + 2];
	struct span key = between_blanks(word, text);

	for (size_t i = 0; i < sizeof headers / sizeof *headers && !span_absent(key); i++)
		if (lists(headers[i].headers, key))
			kind = (struct consent_kind){headers[i].sort, purpose_index(headers[i].purpose)};
	return kind;
}

/* "sms" above "optInDate" is its purpose; what is above an opt-in must be known to be no other. */
static struct consent_kind kind_below(struct consent_kind kind, struct span above, struct arena *a)
{
	while (kind.sort != CONSENT_SORT_NONE && kind.sort != CONSENT_TCF && !span_absent(above)) {
		struct span part = span_cut(&above, '.');
		struct span word = field_squash(part, a);
		struct buf name = BUF_INIT;
		unsigned purpose;

		buf_printf(&name, "%.*s", SPAN_ARG(word));
		purpose = purpose_index(buf_text(&name));
		buf_release(&name);
		if (purpose < PURPOSES)
			kind.purpose = purpose;
		else if (kind.sort == CONSENT_OUT_AT ? has_word(other_channels, word) : !has_word(neutral_parts, word))
			kind.sort = CONSENT_SORT_NONE;
	}
	return kind;
}

/* "Désinscription" is listed without its accent. */
static struct consent_kind kind_of_header(struct span header, struct arena *a)
{
	return kind_of_word(unicode_strip_marks(field_squash(header, a), a));
}

struct consent_kind consent_kind_of(struct span header, struct arena *a)
{
	struct consent_kind kind = kind_of_header(header, a);
	size_t at = header.len;

	while (at && header.ptr[at - 1] != '.')
		at--;
	if (kind.sort || !at || at == header.len)
		return kind;
	kind = kind_of_header(span_sub(header, at, header.len), a);
	return kind_below(kind, span_sub(header, 0, at - 1), a);
}

bool consent_has_rule(const struct plan *p, struct consent_kind kind)
{
	/* A rule for one of its purposes settles a string of TCF. */
	struct span key = kind.sort == CONSENT_TCF ? SPAN("tcf_purpose_1") : span_of(purposes[kind.purpose]);
	const struct target *t = plan_find(p, SECTION_CONSENT, key);

	return p->consents_settled || (t && t->origin == ORIGIN_MAPPING);
}

static const struct target *target_of_column(const struct plan *p, int column)
{
	for (size_t i = 0; i < p->target_count; i++)
		if (p->targets[i].column == column)
			return &p->targets[i];
	return NULL;
}

static bool is_status(struct consent_kind kind)
{
	return kind.sort == CONSENT_STATUS || kind.sort == CONSENT_ANY_STATUS;
}

/* A column of the header's table that asks who wants no mail. */
static bool is_out_of_mail(const struct target *t)
{
	return t->field.form == FORM_OPT_OUT && t->origin == ORIGIN_TABLE &&
	       span_equal(t->field.key, span_of(purposes[PURPOSE_MARKETING]));
}

void consent_columns_find(struct plan *p)
{
	bool has_consents = p->section_at[SECTION_CONSENT] < p->section_at[SECTION_CONSENT + 1];

	for (size_t i = p->section_at[SECTION_CONSENT]; i < p->section_at[SECTION_CONSENT + 1]; i++)
		p->consents_contested |= p->targets[i].contest != NULL || is_out_of_mail(&p->targets[i]);
	p->consent_columns = arena_alloc(&p->arena, (p->column_count + 1) * sizeof *p->consent_columns);
	for (size_t i = 0; i < p->column_count; i++) {
		struct consent_kind kind = consent_kind_of(p->columns[i].name, &p->arena);
		const struct target *t = kind.sort ? target_of_column(p, (int)i) : NULL;

		if (t && !consent_has_rule(p, kind) && !plan_ignores(p, p->columns[i].name))
			p->consent_columns[p->consent_column_count++] = (struct consent_column){kind, (int)i, t};
	}
	/* A status alone, as an order has it, says nothing. */
	for (size_t i = 0; i < p->consent_column_count; i++)
		p->consents_beside |= has_consents ||
				      !(is_status(p->consent_columns[i].kind) || p->consent_columns[i].kind.sort == CONSENT_LEFT_AT);
}

/* Days that stand for none: those before consent was asked for, and those far off. */
static bool is_no_day(const struct civil *day)
{
	return day->year < 1980 || day->year > 2100;
}

static void note_day(struct stated *s, bool out, const int64_t *day)
{
	bool *known = out ? &s->out_day : &s->in_day;
	int64_t *latest = out ? &s->out_at : &s->in_at;

	*(out ? &s->out : &s->in) = true;
	s->out_undated |= out && !day;
	if (day && (!*known || *day > *latest))
		*latest = *day;
	*known |= day != NULL;
}

static void read_tcf(struct maker *m, struct statements *s, const struct target *t, struct span text)
{
	uint32_t consents;

	if (!tcf_purposes(text, &consents)) {
		maker_note(m, t, TALLY_TCF, text);
		return;
	}
	s->tcf_consents = s->tcf ? s->tcf_consents & consents : consents;
	s->tcf = true;
}

/* No day: a word, or a note.  Who wants no more may have any reason to have said so. */
static void note_word(struct maker *m, struct stated *s, bool out, const struct target *t, struct span text)
{
	const struct null_words *nulls = m->plan->style.nulls;
	enum consent_word word = consent_word_of(text);

	if (word == CONSENT_WORD_NO || word == CONSENT_WORD_OPEN ||
	    word == (out ? CONSENT_WORD_IN : CONSENT_WORD_OUT) ||
	    (nulls && null_words_kinds(nulls, text) & NULL_FORM))
		return;
	if (word == CONSENT_WORD_NONE)
		maker_note(m, t, out ? TALLY_NO_DAY_OUT : TALLY_NO_DAY, text);
	if (out || word != CONSENT_WORD_NONE)
		note_day(s, out, NULL);
}

/* ANY: of whatever; "declined" and "pending" are a payment's, too, and in the row of an order nothing else. */
static void read_status(const struct maker *m, struct statements *s, struct span text, bool any)
{
	static const char waiting[] = " unconfirmed pending bounced cleaned complained spam blacklisted inactive deleted ";
	enum consent_word word = consent_word_of(text);
	char small[16];
	bool others = any && order_status_of(text) != ORDER_STATUS_UNKNOWN;
	size_t len = 0;

	if (others && m->order != ORDER_NONE)
		return;
	s->gone |= word == CONSENT_WORD_OUT;
	s->surely |= word == CONSENT_WORD_OUT && !others;
	s->waits |= word == CONSENT_WORD_OPEN;
	while (len < text.len && len < sizeof small) {
		small[len] = span_lower(text.ptr[len]);
		len++;
	}
	s->waits |= len == text.len && has_word(waiting, (struct span){small, len});
}

/* "subscribed" is what nobody chose there. */
static void read_out_word(struct stated *s, struct span text)
{
	if (consent_word_of(text) == CONSENT_WORD_OUT)
		note_day(s, true, NULL);
}

static void read_day(struct maker *m, struct stated *s, bool out, const struct target *t, struct span text)
{
	struct civil day;
	int64_t at;

	if (!value_day(&m->plan->style, text, &day)) {
		note_word(m, s, out, t, text);
		return;
	}
	if (is_no_day(&day))
		return;
	at = zone_moment(m->plan->style.zone, &day);
	if (!out && m->run.as_of != MOMENT_NONE && at > m->run.as_of) {
		maker_note(m, t, TALLY_NO_DAY, text);
		return;
	}
	/* Which day it is, is only certain where it can be read in one way. */
	note_day(s, out, value_civil(&m->plan->style, text, &day) ? &at : NULL);
}

static void read_cell(struct maker *m, struct statements *s, struct consent_kind kind, const struct target *t,
		      const struct cell *c)
{
	struct span text = span_trim(c->text);
	struct civil day;

	if (kind.sort == CONSENT_SORT_NONE || c->kind == CELL_NONE || c->kind == CELL_RAW || !text.len)
		return;
	if (kind.sort == CONSENT_TCF)
		read_tcf(m, s, t, text);
	else if (is_status(kind))
		read_status(m, s, text, kind.sort == CONSENT_ANY_STATUS);
	else if (kind.sort == CONSENT_LEFT_AT)
		s->surely |= value_day(&m->plan->style, text, &day) && !is_no_day(&day);
	else if (kind.sort == CONSENT_OUT_WORD)
		read_out_word(&s->of[kind.purpose], text);
	else
		read_day(m, &s->of[kind.purpose], kind.sort == CONSENT_OUT_AT, t, text);
}

/* "Opt-in: 2024-03-01": columns of yes and no that hold days. */
static void read_known(struct maker *m, struct statements *s, const struct target *t, const struct cell *c)
{
	struct span text = span_trim(c->text);
	struct civil day;
	unsigned i = 0;
	int64_t at;

	while (i < PURPOSES && !span_equal(t->field.key, span_of(purposes[i])))
		i++;
	if (i == PURPOSES || !value_day(&m->plan->style, text, &day))
		return;
	at = zone_moment(m->plan->style.zone, &day);
	s->of[i].known_in |= t->field.form != FORM_OPT_OUT;
	note_day(&s->of[i], t->field.form == FORM_OPT_OUT, value_civil(&m->plan->style, text, &day) ? &at : NULL);
}

static void read_columns(struct maker *m, const struct row *row, struct statements *s)
{
	const struct plan *p = m->plan;
	struct late_consent late;

	for (size_t i = 0; i < p->consent_column_count; i++) {
		const struct consent_column *c = &p->consent_columns[i];

		read_cell(m, s, c->kind, c->target, &row->cells[c->column]);
	}
	for (size_t i = 0; late_member_consent(m, i, &late); i++)
		read_cell(m, s, late.kind, late.target, late.cell);
}

static void read_known_columns(struct maker *m, const struct row *row, struct statements *s)
{
	const struct plan *p = m->plan;

	for (size_t i = p->section_at[SECTION_CONSENT]; i < p->section_at[SECTION_CONSENT + 1]; i++)
		if (p->targets[i].column >= 0)
			read_known(m, s, &p->targets[i], &row->cells[p->targets[i].column]);
	for (size_t i = 0; i < m->extra_count; i++)
		if (m->extras[i].target->field.section == SECTION_CONSENT)
			read_known(m, s, m->extras[i].target, &m->extras[i].cell);
}

/* Does a column of yes and no say neither, so that a day would decide what nobody has? */
static bool is_open(struct maker *m, struct span purpose)
{
	struct late_consent late;

	for (size_t i = 0; i < m->demoted_count; i++) {
		const struct target *t = m->demoted[i].target;

		if (t->field.section == SECTION_CONSENT && span_equal(t->field.key, purpose))
			return true;
	}
	for (size_t i = 0; late_member_consent(m, i, &late); i++)
		if (late.field && span_equal(late.field->field.key, purpose) &&
		    value_said(m, late.field, span_trim(late.cell->text)) >= SAID_OPEN)
			return true;
	return false;
}

/* The opt-out counts unless an opt-in came after it. */
static bool is_out(const struct stated *s)
{
	return s->out && (s->out_undated || !s->in_day || s->in_at <= s->out_at);
}

static bool says_no(struct maker *m, const struct target *t, const struct cell *c)
{
	return c->kind != CELL_NONE && c->kind != CELL_RAW && !field_is_gpc(t->field.form) &&
	       value_said(m, t, span_trim(c->text)) == SAID_NO;
}

/* Takes ",\"marketing\":\"granted\"" away from INNER on; was it there? */
static bool take_granted(struct span purpose, size_t inner, struct buf *out)
{
	struct span written = buf_since(out, inner);
	struct buf member = BUF_INIT;
	bool found;
	size_t at;

	buf_printf(&member, ",\"%.*s\":\"granted\"", SPAN_ARG(purpose));
	at = span_find(written, buf_view(&member));
	found = at < written.len;
	if (found) {
		memmove(out->ptr + inner + at, out->ptr + inner + at + member.len, written.len - at - member.len);
		out->len -= member.len;
	}
	buf_release(&member);
	return found;
}

static void deny_granted(struct span purpose, size_t inner, struct buf *out)
{
	if (take_granted(purpose, inner, out))
		buf_printf(out, ",\"%.*s\":\"denied\"", SPAN_ARG(purpose));
}

/* Does a column of those who want no mail say so of this one? */
static bool wants_no_mail(struct maker *m, const struct row *row)
{
	const struct plan *p = m->plan;

	for (size_t i = p->section_at[SECTION_CONSENT]; i < p->section_at[SECTION_CONSENT + 1]; i++)
		if (is_out_of_mail(&p->targets[i]) && p->targets[i].column >= 0 &&
		    says_no(m, &p->targets[i], &row->cells[p->targets[i].column]))
			return true;
	return false;
}

/* Who left all mail gets no newsletter, unless that was asked for on a later day. */
static bool left_newsletter(const struct statements *s)
{
	const struct stated *all = &s->of[PURPOSE_MARKETING], *news = &s->of[PURPOSE_NEWSLETTER];

	return is_out(all) && !(news->in_day && all->out_day && !all->out_undated && news->in_at > all->out_at);
}

static bool is_written(struct span purpose, size_t inner, const struct buf *out)
{
	struct span written = buf_since(out, inner);
	struct buf member = BUF_INIT;
	bool is;

	buf_printf(&member, ",\"%.*s\":", SPAN_ARG(purpose));
	is = span_find(written, buf_view(&member)) < written.len;
	buf_release(&member);
	return is;
}

/* A denial outweighs what is written; a grant adds what is not. */
static void settle(struct span purpose, bool granted, size_t inner, struct buf *out)
{
	if (!granted)
		deny_granted(purpose, inner, out);
	if (!is_written(purpose, inner, out))
		buf_printf(out, ",\"%.*s\":\"%s\"", SPAN_ARG(purpose), granted ? "granted" : "denied");
}

/* Of columns that mean one consent the first gives it; a no of any outweighs a yes. */
static void deny_contradicted(struct maker *m, const struct row *row, size_t inner, struct buf *out)
{
	const struct plan *p = m->plan;
	struct late_consent late;

	for (size_t i = p->section_at[SECTION_CONSENT]; i < p->section_at[SECTION_CONSENT + 1]; i++) {
		const struct target *t = &p->targets[i];

		if (t->contest && says_no(m, t, &row->cells[t->column]))
			settle(t->field.key, false, inner, out);
	}
	for (size_t i = 0; late_member_consent(m, i, &late); i++)
		if (late.field && says_no(m, late.field, late.cell))
			settle(late.field->field.key, false, inner, out);
}

static void settle_tcf(uint32_t consents, size_t inner, struct buf *out)
{
	char purpose[24];

	for (unsigned i = 0; i < TCF_PURPOSES; i++) {
		snprintf(purpose, sizeof purpose, "tcf_purpose_%u", i + 1);
		settle(span_of(purpose), consents >> i & 1, inner, out);
	}
}

void consent_columns_put(struct maker *m, const struct row *row, size_t inner, struct buf *out)
{
	struct statements s = {.tcf = false};
	bool any = false;
	const struct consent_kind news = {CONSENT_IN_AT, PURPOSE_NEWSLETTER};

	deny_contradicted(m, row, inner, out);
	read_columns(m, row, &s);
	if (wants_no_mail(m, row) && !consent_has_rule(m->plan, news))
		deny_granted(span_of(purposes[PURPOSE_NEWSLETTER]), inner, out);
	if (s.tcf)
		settle_tcf(s.tcf_consents, inner, out);
	for (size_t i = 0; i < PURPOSES; i++)
		any |= s.of[i].in || s.of[i].out;
	if (!any && !s.gone && !s.waits && !s.surely)
		return;
	read_known_columns(m, row, &s);
	for (size_t i = 0; i < PURPOSES; i++) {
		struct span purpose = span_of(purposes[i]);

		if (is_out(&s.of[i]) || (s.of[i].in && s.gone))
			settle(purpose, false, inner, out);
		else if (s.surely && i != PURPOSE_SMS)
			deny_granted(purpose, inner, out);
		else if (s.of[i].in && !s.waits && !is_open(m, purpose))
			settle(purpose, true, inner, out);
		else if (s.of[i].known_in && s.waits)
			take_granted(purpose, inner, out);
	}
	if (left_newsletter(&s) && !consent_has_rule(m->plan, news))
		deny_granted(span_of(purposes[PURPOSE_NEWSLETTER]), inner, out);
}
