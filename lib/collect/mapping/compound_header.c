#include "collect/mapping/compound_header.h"

#include <stddef.h>

/* So many words make the longest: "web order reference number". */
#define PARTS_MAX 6

/* Words of one language that make one meaning; each list has small Latin letters without accents. */
struct grammar {
	const char *word;	/* of the table of headers: what they mean */
	unsigned rank;		/* so much later */
	const char *subjects;	/* one of these or of the acts must be there... */
	const char *acts;
	const char *units;	/* ...and one of these, or the last word is... */
	const char *ends;	/* ...one of these, which stand nowhere else */
	const char *fillers;	/* may be there */
	const char *before;	/* may be there before the subject: a "transaction store id" is a store's */
	const char *behind;	/* may be there behind it */
};

/* Of all times of an order that of its purchase: others come later. */
static const struct grammar grammars[] = {
	{"purchasedate", 0, "order orders purchase sale sales transaction transactions trans txn trx invoice",
	 "placed purchased ordered sold submitted", "timestamp datetime date time tstamp ts", "at on",
	 "created creation of the was", "", ""},
	/* "Bought at" names a shop. */
	{"purchasedate", 0, "", "bought", "timestamp datetime date time ts", "on", "", "", ""},
	/* Of tickets it is the day of the concert, which any time of the order comes before. */
	{"eventdate", 0, "event", "occurred", "timestamp datetime date time tstamp ts", "at on", "created creation of the was", "", ""},
	{"purchasedate", 0, "bestellung auftrag kauf verkauf rechnung transaktion bestell auftrags verkaufs rechnungs transaktions",
	 "bestellt gekauft verkauft beauftragt", "datum zeitpunkt zeitstempel zeit uhrzeit", "am um", "der des erstellt angelegt aufgegeben und", "", ""},
	{"purchasedate", 0, "commande achat vente facture transaction", "commandee achete achetee vendu passee", "date heure horodatage", "le",
	 "de la l d du cree creee creation et", "", ""},
	{"purchasedate", 0, "pedido compra venta factura transaccion orden", "comprado vendido pedido", "fecha hora fechahora", "el",
	 "de la del creado creada creacion realizado realizada y", "", ""},
	{"purchasedate", 0, "ordine acquisto vendita fattura transazione", "ordinato acquistato venduto", "data ora dataora", "il",
	 "di del dell della creato creata creazione effettuato e", "", ""},
	{"purchasedate", 0, "pedido compra venda fatura encomenda transacao", "comprado vendido", "data hora datahora", "em",
	 "do da de criado criada criacao realizado e", "", ""},
	{"purchasedate", 0, "bestelling aankoop verkoop factuur transactie order", "besteld gekocht verkocht geplaatst", "datum tijdstip tijd", "op",
	 "van de aangemaakt en", "", ""},
	{"purchasedate", 0, "zamowienia zakupu sprzedazy transakcji", "zamowiono kupiono", "data godzina czas", "", "zlozenia utworzenia i", "", ""},
	{"purchasedate", 0, "order ordre kop kjop kob salg", "bestalld bestilt", "datum dato tidpunkt tidspunkt tid", "", "skapad oprettet", "", ""},
	{"created", 0, "", "created creation", "timestamp datetime date time ts", "at on", "of", "", ""},
	{"created", 0, "", "erstellt angelegt", "datum zeitpunkt zeitstempel", "am", "", "", ""},
	{"created", 0, "", "cree creee creation", "date heure", "le", "de", "", ""},
	{"created", 0, "", "creado creada creacion", "fecha hora", "el", "de", "", ""},

	/*
	 * Neither the number of a purchase order, which is the customer's, nor a customer's how many-th order.  What
	 * makes it a number comes last: "no receipt" and "key customer" are answered with yes and no.
	 */
	{"orderid", 3000, "order invoice transaction txn trx receipt bill", "", "", "number num nr no id guid uuid key", "",
	 "web shop store sales online pos external internal ecommerce ecom website unique reference ref", "external internal unique reference ref id"},
	{"orderid", 3000, "bestell bestellungs auftrags rechnungs transaktions beleg bon", "", "", "nummer nr id", "",
	 "shop web online externe interne", ""},

	/* Neither what a customer calls his order ("customer reference") nor a card that pays. */
	{"customernumber", 100, "customer cust client shopper buyer member subscriber patron", "", "",
	 "number num nr no id code guid uuid key identifier", "", "shop loyalty", "account loyalty id"},
	/* Behind a contact's plain "id", which all contacts have; codes of memberships are kinds, such as gold. */
	{"customernumber", 1500, "loyalty membership", "", "", "number num nr no id", "", "", "card member id"},
	{"customernumber", 100, "kunden mitglieds mitglied", "", "", "nummer nr id code schluessel", "", "shop", ""},
};

enum part { PART_SUBJECT = 1, PART_ACT = 2, PART_UNIT = 4, PART_END = 8, PART_FILLER = 16, PART_BEFORE = 32, PART_BEHIND = 64 };

static bool fits(const struct grammar *g, struct span rest, unsigned found, unsigned parts);

/* Begins REST with a word of LIST, such that what is left fits as well? */
static bool begins(const struct grammar *g, const char *list, enum part part, struct span rest, unsigned found, unsigned parts)
{
	struct span words = span_of(list);

	while (words.len) {
		struct span word = span_cut(&words, ' ');

		if (span_starts(rest, word) && (part != PART_END || word.len == rest.len) &&
		    fits(g, span_sub(rest, word.len, rest.len), found | part, parts + 1))
			return true;
	}
	return false;
}

/* Is REST, behind PARTS words of the kinds FOUND, made of words of G? */
static bool fits(const struct grammar *g, struct span rest, unsigned found, unsigned parts)
{
	if (!rest.len)
		return (found & (PART_SUBJECT | PART_ACT)) && (found & (PART_UNIT | PART_END));
	if (parts == PARTS_MAX)
		return false;
	return begins(g, g->subjects, PART_SUBJECT, rest, found, parts) ||
	       begins(g, g->acts, PART_ACT, rest, found, parts) ||
	       begins(g, g->units, PART_UNIT, rest, found, parts) ||
	       begins(g, g->ends, PART_END, rest, found, parts) ||
	       begins(g, g->fillers, PART_FILLER, rest, found, parts) ||
	       (found & PART_SUBJECT ? begins(g, g->behind, PART_BEHIND, rest, found, parts) :
				       begins(g, g->before, PART_BEFORE, rest, found, parts));
}

/* Begins or ends W, which is of a time, with the word for one of the day: "order time", "hora del pedido"? */
static bool names_clock(struct span w)
{
	static const char *const clocks[] = {"time", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd", "godzina"};
	static const char *const moments[] = {"timestamp", "zeitpunkt", "zeitstempel", "tijdstip"};

	if (span_ends(w, SPAN("datetime")))
		return false;
	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
		if (span_starts(w, span_of(moments[i])))
			return false;
	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
		if (span_starts(w, span_of(clocks[i])) || span_ends(w, span_of(clocks[i])))
			return true;
	return false;
}

bool compound_header(struct span squashed, struct compound_header *out)
{
	/* No word of theirs has a digit: made-up keys, of which there can be millions, are done with here. */
	for (size_t i = 0; i < squashed.len; i++)
		if ((unsigned char)(squashed.ptr[i] - '0') < 10)
			return false;
	for (size_t i = 0; i < sizeof grammars / sizeof *grammars; i++) {
		const struct grammar *g = &grammars[i];

		if (!fits(g, squashed, 0, 0))
			continue;
		*out = (struct compound_header){span_of(g->word), g->rank, names_clock(squashed)};
		return true;
	}
	return false;
}
