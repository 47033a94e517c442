#include "time/date_names.h"

#include <string.h>

/* In lower case, without accents (a umlaut is a); words of one month separated by blanks. */
static const char *const months[12] = {
	"january jan januar jaenner janner januari januar janvier janv enero ene gennaio gen janeiro "
	"styczen stycznia sty tammikuu ocak",
	"february feb februar feber februari fevrier fevr fev febrero febbraio fevereiro luty lutego lut subat",
	"march mar marz maerz mrz mars marzo marco maart mrt maart marzec marca mart",
	"april apr avril avr abril abr aprile kwiecien kwietnia kwi nisan",
	"may mai mayo maggio mag maio mei maj maja mayis",
	"june jun juni juin junio giugno giu junho czerwiec czerwca cze haziran",
	"july jul juli juillet juil julio luglio lug julho lipiec lipca lip temmuz",
	"august aug aout agosto ago augustus augusti sierpien sierpnia sie agustos",
	"september sept sep septembre septiembre set setiembre settembre setembro wrzesien wrzesnia wrz eylul",
	"october oct oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz ekim",
	"november nov novembre noviembre novembro listopada kasim",
	"december dec dezember dez decembre diciembre dic dicembre dezembro desember grudzien grudnia gru aralik",
};

static const char *const weekdays[7] = {
	"monday mon montag lundi lunes lunedi segunda maandag poniedzialek mandag",
	"tuesday tue tues dienstag mardi martes martedi terca dinsdag wtorek tisdag tirsdag",
	"wednesday wed mittwoch mercredi miercoles mercoledi quarta woensdag sroda onsdag",
	"thursday thu thur thurs donnerstag jeudi jueves giovedi quinta donderdag czwartek torsdag",
	"friday fri freitag vendredi viernes venerdi sexta vrijdag piatek fredag",
	"saturday sat samstag sonnabend samedi sabado sabato zaterdag sobota lordag",
	"sunday sun sonntag dimanche domingo domenica zondag niedziela sondag",
};

static const struct {
	struct span name;
	int minutes;
} zones[] = {
	{SPAN("WET"), 0}, {SPAN("WEST"), 60}, {SPAN("CET"), 60}, {SPAN("CEST"), 120},
	{SPAN("MEZ"), 60}, {SPAN("MESZ"), 120}, {SPAN("EET"), 120}, {SPAN("EEST"), 180},
	{SPAN("MSK"), 180}, {SPAN("EST"), -300}, {SPAN("EDT"), -240}, {SPAN("CDT"), -300},
	{SPAN("MST"), -420}, {SPAN("MDT"), -360}, {SPAN("PST"), -480}, {SPAN("PDT"), -420},
	{SPAN("AKST"), -540}, {SPAN("AKDT"), -480}, {SPAN("HST"), -600}, {SPAN("BRT"), -180},
	{SPAN("SAST"), 120}, {SPAN("WIB"), 420}, {SPAN("HKT"), 480}, {SPAN("SGT"), 480},
	{SPAN("AWST"), 480}, {SPAN("JST"), 540}, {SPAN("KST"), 540}, {SPAN("ACST"), 570},
	{SPAN("ACDT"), 630}, {SPAN("AEST"), 600}, {SPAN("AEDT"), 660}, {SPAN("NZST"), 720},
	{SPAN("NZDT"), 780},
};

static const struct span ambiguous[] = {
	SPAN("CST"), SPAN("IST"), SPAN("BST"), SPAN("AST"), SPAN("ADT"), SPAN("GST"), SPAN("SST"),
};

/* Latin letters with marks, U+00C0 to U+017F, as they are without; 0: none of these. */
static char bare_letter(unsigned code)
{
	static const char first[] = "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo*ouuuuyty";
	static const struct {
		unsigned upto;
		char letter;
	} second[] = {
		{0x105, 'a'}, {0x10D, 'c'}, {0x111, 'd'}, {0x11B, 'e'}, {0x123, 'g'}, {0x127, 'h'},
		{0x133, 'i'}, {0x135, 'j'}, {0x138, 'k'}, {0x142, 'l'}, {0x14B, 'n'}, {0x153, 'o'},
		{0x159, 'r'}, {0x161, 's'}, {0x167, 't'}, {0x173, 'u'}, {0x175, 'w'}, {0x178, 'y'},
		{0x17E, 'z'}, {0x17F, 's'},
	};

	if (code >= 0xC0 && code <= 0xFF)
		return first[code - 0xC0] == '*' ? '\0' : first[code - 0xC0];
	for (size_t i = 0; code > 0xFF && i < sizeof second / sizeof *second; i++)
		if (code <= second[i].upto)
			return second[i].letter;
	return '\0';
}

/* The letter at P in lower case, without its mark, or 0; *SIZE: its bytes. */
static char letter_at(const char *p, const char *end, size_t *size)
{
	unsigned char c = p < end ? (unsigned char)*p : 0;

	*size = 1;
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
		return (char)(c | 0x20);
	if (c < 0xC3 || c > 0xC5 || end - p < 2 || ((unsigned char)p[1] & 0xC0) != 0x80)
		return '\0';
	*size = 2;
	return bare_letter((c & 0x1Fu) << 6 | ((unsigned char)p[1] & 0x3Fu));
}

struct span date_word(struct span text)
{
	const char *p = text.ptr, *end = p + text.len;
	size_t size;

	while (letter_at(p, end, &size))
		p += size;
	return span_between(text.ptr, p);
}

#define WORD_MAX 16

/* In which of the COUNT lists WORD is, from 1, or 0. */
static int find_word(struct span word, const char *const *lists, int count)
{
	const char *p = word.ptr, *end = p + word.len;
	char plain[WORD_MAX];
	size_t len = 0, size;

	while (p < end) {
		char c = letter_at(p, end, &size);

		if (!c || len == WORD_MAX)
			return 0;
		plain[len++] = c;
		p += size;
	}
	for (int i = 0; len && i < count; i++) {
		struct span list = span_of(lists[i]);

		while (!span_absent(list))
			if (span_equal(span_cut(&list, ' '), (struct span){plain, len}))
				return i + 1;
	}
	return 0;
}

int date_month_name(struct span word)
{
	return find_word(word, months, 12);
}

int date_weekday_name(struct span word)
{
	return find_word(word, weekdays, 7);
}

bool date_zone_offset(struct span word, int *minutes)
{
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		if (span_equal(word, zones[i].name)) {
			*minutes = zones[i].minutes;
			return true;
		}
	}
	return false;
}

bool date_zone_is_ambiguous(struct span word)
{
	for (size_t i = 0; i < sizeof ambiguous / sizeof *ambiguous; i++)
		if (span_equal(word, ambiguous[i]))
			return true;
	return false;
}
