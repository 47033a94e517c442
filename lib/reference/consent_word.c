#include "reference/consent_word.h"

#include "base/arena.h"
#include "text/unicode.h"

/* In small letters without marks, of which the longest has so many bytes. */
#define WORD_MAX 32

static const char *const words[] = {
	/*
	 * German, French, Spanish and Italian, Portuguese, Polish, Scandinavian, Finnish, Czech, Croatian and
	 * Romanian, Hungarian, Turkish, Lithuanian, Estonian, Greek, Russian, Chinese, Japanese, Korean; and
	 * the boxes of spreadsheets.
	 */
	[CONSENT_WORD_YES] =
		" yes y true t 1 on ja j oui si sim tak kylla ano da igen evet taip jah "
		"\xce\xbd\xce\xb1\xce\xb9 \xd0\xb4\xd0\xb0 \xe6\x98\xaf \xe3\x81\xaf\xe3\x81\x84 \xec\x98\x88 "
		"wahr vrai verdadero verdadeiro vero prawda waar sant checked confirmed "
		"\xe2\x9c\x93 \xe2\x9c\x94 \xe2\x98\x91 \xe2\x9c\x85 ",
	[CONSENT_WORD_NO] =
		" no n false f 0 off nein non nao nie nej nei ei ne nu nem hay\xc4\xb1r hayir nee "
		"\xce\xbf\xcf\x87\xce\xb9 \xd0\xbd\xd0\xb5\xd1\x82 \xe5\x90\xa6 "
		"\xe3\x81\x84\xe3\x81\x84\xe3\x81\x88 \xec\x95\x84\xeb\x8b\x88\xec\x9a\x94 "
		"falsch faux falso falsz onwaar falskt unchecked \xe2\x98\x90 \xe2\x9c\x97 \xe2\x9c\x98 ",
	[CONSENT_WORD_IN] =
		" granted optin optedin subscribed accepted agreed consented doubleoptin allowed permitted "
		"angemeldet abonniert zugestimmt eingewilligt erteilt inscrit abonne accepte suscrito aceptado inscrito "
		"iscritto accettato aangemeld suscrita aceptada inscrita inscrite abonnee acceptee iscritta accettata ingeschreven "
		"abonnent einverstanden akzeptiert subscrito subscrita assinante aceito aceita zapisany zapisana subskrybuje "
		"zgoda wyrazona prenumererad tilmeldt pameldt ",
	[CONSENT_WORD_OUT] =
		" denied optout optedout unsubscribed unsubscribe rejected revoked withdrawn declined refused disallowed "
		"notallowed abgemeldet widerrufen abgelehnt desinscrit desabonne refuse desuscrito rechazado disiscritto "
		"rifiutato afgemeld unsub abbestellt ausgetragen desinscrite desabonnee refusee desuscrita dadodebaja dadadebaja "
		"baja debaja rechazada disiscritta rifiutata uitgeschreven geweigerd ingetrokken descadastrado descadastrada desinscrito "
		"desinscrita recusado recusada wypisany wypisana odmowa wycofana wycofano avregistrerad avanmald afmeldt avmeldt "
		"odhlasen odhlasena ",
	[CONSENT_WORD_OPEN] =
		" neversubscribed notsubscribed didnotsubscribe notset nichtabonniert nichtangemeldet noninscrit nonabonne "
		"nosuscrito noniscritto nietingeschreven nietaangemeld naoinscrito niezapisany ",
};

/* TEXT without blanks, hyphens and underscores, between two blanks; false: longer than any word. */
static bool squash(struct span text, char out[WORD_MAX + 2], size_t *len)
{
	*len = 0;
	out[(*len)++] = ' ';
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == ' ' || c == '-' || c == '_' || c == '\'')
			continue;
		if (*len > WORD_MAX)
			return false;
		out[(*len)++] = span_lower(c);
	}
	out[(*len)++] = ' ';
	return *len > 2;
}

static bool is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

static enum consent_word look_up(struct span text)
{
	char word[WORD_MAX + 2];
	size_t len;

	if (!squash(text, word, &len))
		return CONSENT_WORD_NONE;
	for (unsigned i = CONSENT_WORD_YES; i <= CONSENT_WORD_OPEN; i++)
		if (span_find(span_of(words[i]), (struct span){word, len}) < span_of(words[i]).len)
			return (enum consent_word)i;
	return CONSENT_WORD_NONE;
}

/* What nearly all cells hold, before the long lists are searched. */
static enum consent_word plain_word(struct span text)
{
	static const struct {
		struct span text;
		enum consent_word word;
	} plain[] = {
		{SPAN("yes"), CONSENT_WORD_YES}, {SPAN("true"), CONSENT_WORD_YES}, {SPAN("1"), CONSENT_WORD_YES},
		{SPAN("no"), CONSENT_WORD_NO}, {SPAN("false"), CONSENT_WORD_NO}, {SPAN("0"), CONSENT_WORD_NO},
		{SPAN("granted"), CONSENT_WORD_IN}, {SPAN("subscribed"), CONSENT_WORD_IN},
		{SPAN("denied"), CONSENT_WORD_OUT}, {SPAN("unsubscribed"), CONSENT_WORD_OUT},
	};

	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (text.len == plain[i].text.len && span_equal_nocase(text, plain[i].text))
			return plain[i].word;
	return CONSENT_WORD_NONE;
}

enum consent_word consent_word_of(struct span text)
{
	struct arena a = ARENA_INIT;
	enum consent_word word;

	text = span_trim(text);
	word = plain_word(text);
	if (word != CONSENT_WORD_NONE || !text.len)
		return word;
	if (text.len > 4 * WORD_MAX)
		return CONSENT_WORD_NONE;
	if (is_ascii(text))
		return look_up(text);
	word = look_up(unicode_strip_marks(unicode_fold_case(text, &a), &a));
	arena_release(&a);
	return word;
}
