/*
 * The built-in table of header names.  The first of a row's headers wins where
 * a file has several; a header stands in one row only.
 */
#include "collect/mapping/field_table.h"

#define IDS SECTION_IDS
#define TRAITS SECTION_TRAITS
#define PROPS SECTION_PROPS
#define CONTEXT SECTION_CONTEXT
#define CONSENT SECTION_CONSENT

const struct known_field field_table[] = {
	{"type", SECTION_TYPE, "", FORM_TYPE, HINT_NONE, ""},
	{"id", SECTION_ID, "", FORM_TEXT, HINT_NONE, "messageid eventid eventuuid"},
	{"version", SECTION_VERSION, "", FORM_VERSION, HINT_NONE, ""},
	{"time", SECTION_TIME, "", FORM_MOMENT, HINT_NONE,
	 "timestamp time eventtime eventtimestamp datetime occurredat originaltimestamp orderedat "
	 "orderdate ordertime purchasedat purchasedate invoicedate transactiondate transactiontime "
	 "bestelldatum date datum createdat created purchasetime saletime saledate salesdate dateofsale soldat "
	 "soldon placed placedon placedat orderplaced orderplacedat orderedon orderdatetime dateordered "
	 "purchasedon dateofpurchase paymentdate paidat bookingdate bookedat kaufdatum fecha fechapedido "
	 "datecommande dataordine orderdatum besteldatum uhrzeit zeit heure hora ora tijd timeofday "
	 "createddate createdate datecreated creationdate "
	 "ts tstamp eventts eventdate txndate txntime trxdate trxtime transdate transtime transactiondatetime "
	 "saledatetime purchasedatetime posteddate postingdate buchungstag fechadelpedido fechacompra fechadecompra "
	 "fechaventa fechafactura datedecommande dateachat datedachat datefacture datapedido datadopedido datadacompra "
	 "dataacquisto datafattura datazamowienia ordredato bestillingsdato tarih siparistarihi rechnungsdatum "
	 "datazakaza dataoplaty dataprodazhi datapokupki verkaufsdatum auftragsdatum belegdatum "
	 "datumuhrzeit datumundzeit dateheure dateetheure fechahora fechayhora dataora dataeora datahora dataehora datumtijd timestampms timestampsec timestampseconds timestampmillis timestampus timestampns eventtimems eventtimestampms datumobjednavky datumnakupu imerominia imerominiaparaggelias"},
	{"event", SECTION_EVENT, "", FORM_TEXT, HINT_NONE, "event eventname eventtype"},

	{"email", IDS, "email", FORM_EMAIL, HINT_PERSON,
	 "email emailaddress mail mailaddress emailadresse mailadresse customeremail contactemail inviteeemail "
	 "attendeeemail registrantemail participantemail guestemail "
	 "buyeremail requesteremail respondentemail clientemail donoremail payeremail useremail "
	 "subscriberemail billingemail workemail privateemail courriel correo "
	 "recipient recipientemail recipientaddress emailrecipient memberemail primaryemail personemail leademail "
	 "email1 emailadres mailadres correoelectronico correocliente emailcliente kundenemail emailkunde epost "
	 "epostadresse eposta adressemail adresseemail adresemail elpochta elektronnayapochta pochta adreselpochty "
	 "emailovaadresa"},
	{"phone", IDS, "phone", FORM_PHONE, HINT_PERSON,
	 "phone phonenumber mobile mobilephone mobilenumber mobilephonenumber cellphone cell telephone "
	 "telephonenumber tel telefon telefonnummer handy handynummer mobil contactphone contactphonenumber "
	 "customerphone billingphone phoneno mobileno telno cellno cellnumber telefonnr handynr whatsapp whatsappnumber msisdn "
	 "customerphonenumber customermobile customermobilenumber clientphone buyerphone guestphone userphone memberphone "
	 "billingphonenumber "
	 "smsphone smsphonenumber homephone workphone primaryphone phone1 phonemobile telefono numerodetelefono movil "
	 "celular cellulare nomertelefona telefoon telefoonnummer mobiel puhelin "
	 "tilefono kinito"},
	{"user_id", IDS, "user_id", FORM_TEXT, HINT_PERSON, "userid"},
	{"anonymous_id", IDS, "anonymous_id", FORM_TEXT, HINT_NONE, "anonymousid anonid visitorid cookieid"},
	{"device_id", IDS, "device_id", FORM_TEXT, HINT_NONE, "deviceid advertisingid idfa gaid"},
	{" ", IDS, "%_id", FORM_TEXT, HINT_PERSON,
	 "customerid customerno customernr customernumber custid custno clientid clientno clientnumber contactid "
	 "contactno memberid memberno membernumber subscriberid leadid accountid accountno personid "
	 "kundennummer kundennr kundenid "
	 "recordid contactrecordid "
	 "householdkey householdid householdno hhid customerkey memberkey membershipid membershipno "
	 "membershipnumber accountkey accountnumber loyaltyid loyaltynumber idclient codeclient numeroclient nclient "
	 "idcliente clienteid codigocliente numerocliente codcliente codicecliente codigodocliente klantnummer klantnr "
	 "klantid klantcode idklienta klientid numerklienta kundnummer kundnr kundid kundenr musterino musteriid nomerklienta"},
	{" ", IDS, "%_unique_id", FORM_TEXT, HINT_PERSON, "customeruniqueid clientuniqueid"},

	{"first_name", TRAITS, "first_name", FORM_NAME, HINT_PERSON,
	 "firstname givenname forename fname vorname prenom nombre customerfirstname namefirst "
	 "contactfirstname subscriberfirstname voornaam fornavn fornamn imie etunimi imya "
	 "jmeno onoma"},
	{"last_name", TRAITS, "last_name", FORM_NAME, HINT_PERSON,
	 "lastname surname familyname lname nachname nom apellido customerlastname namelast "
	 "contactlastname subscriberlastname apellidos cognome achternaam efternavn efternamn etternavn nazwisko "
	 "sukunimi sobrenome familiya "
	 "prijmeni eponymo"},
	{"name", TRAITS, "name", FORM_NAME, HINT_PERSON, "fullname customername contactname name "
	 "jmenoaprijmeni onomateponymo"},
	{"gender", TRAITS, "gender", FORM_TEXT, HINT_PERSON, "gender sex geschlecht"},
	{"birth_date", TRAITS, "birth_date", FORM_DATE, HINT_PERSON,
	 "birthdate dateofbirth birthday dob geburtsdatum geburtstag"},
	{"age", TRAITS, "age", FORM_PLAIN, HINT_PERSON, "age"},
	{"company", TRAITS, "company", FORM_NAME, HINT_PERSON, "company companyname organization organisation firma "
	 "associatedcompany accountname"},
	{"address", TRAITS, "address", FORM_NAME, HINT_PERSON,
	 "address streetaddress street address1 addressline1 billingaddress strasse adresse "
	 "mailingstreet mailingaddress primarystreet postaladdress"},
	{"address_2", TRAITS, "address_2", FORM_NAME, HINT_PERSON, "address2 addressline2"},
	{"street_number", TRAITS, "street_number", FORM_TEXT, HINT_PERSON, "streetnumber housenumber hausnummer"},
	{"city", TRAITS, "city", FORM_NAME, HINT_PERSON, "city town suburb billingcity ort stadt ville ciudad gorod "
	 "mailingcity primarycity"},
	{"postcode", TRAITS, "postcode", FORM_TEXT, HINT_PERSON,
	 "postcode postalcode zip zipcode billingzip plz postleitzahl codepostal "
	 "mailingpostalcode mailingzip mailingzippostalcode zippostalcode primarypostalcode"},
	{"state", TRAITS, "state", FORM_NAME, HINT_PERSON, "state province bundesland "
	 "stateregion stateprovince mailingstate mailingstateprovince primarystate"},
	{"country", TRAITS, "country", FORM_COUNTRY, HINT_PERSON,
	 "country countrycode countryname billingcountry land pays pais strana "
	 "countryregion mailingcountry primarycountry"},
	{"language", TRAITS, "language", FORM_TEXT, HINT_PERSON, "language sprache "
	 "preferredlanguage languagecode langue idioma"},
	{"username", TRAITS, "username", FORM_TEXT, HINT_PERSON, "username login"},
	{"created_at", TRAITS, "created_at", FORM_PLAIN, HINT_NONE, "signupdate signedupat registeredat registrationdate "
	 "optintime membersince joindate joinedat"},

	{"order_id", PROPS, "order_id", FORM_TEXT, HINT_ORDER,
	 "orderid orderno ordernr ordernumber invoiceno invoiceid invoicenumber transactionid receiptno "
	 "bestellnummer bestellnr rechnungsnummer "
	 "transactionno transactionnr transactionnumber receiptid receiptnumber saleid salesorderno salesordernumber "
	 "purchaseid bonnr bonnummer belegnr belegnummer txnid trxid transid txnno trxno ordernum invoicenum "
	 "orderreference orderref ordercode ncommande nocommande numerocommande numerodecommande commandeid idcommande "
	 "referencecommande ndecommande npedido ndepedido nopedido numeropedido numerodepedido numerodopedido idpedido pedidoid numeroordine "
	 "nordine idordine ordernummer ordrenummer ordrenr bestelnummer bestelnr bestillingsnummer numerzamowienia "
	 "nrzamowienia auftragsnummer auftragsnr bestellid rechnungsnr numerofactura nfactura numerofacture nfacture "
	 "factuurnummer fakturanummer numerofattura siparisno tilausnumero nomerzakaza zakaznomer "
	 "cisloobjednavky cislofaktury arithmosparaggelias kodikosparaggelias"},
	{"revenue", PROPS, "revenue", FORM_MONEY, HINT_MONEY,
	 "revenue amount orderamount ordervalue turnover umsatz betrag "
	 "orderrevenue netrevenue grossrevenue amountpaid paidamount salesamount salesvalue "
	 "netsales grosssales netamount grossamount saleamount transactionamount transactionvalue txnamount trxamount "
	 "transamount purchaseamount purchasevalue "
	 "linetotal lineamount itemtotal extendedprice montant importe importo bedrag belopp belob kwota bestellwert "
	 "auftragswert kaufbetrag zahlbetrag nettobetrag bruttobetrag nettoumsatz bruttoumsatz montantpaye "
	 "importepagado valorpago montantcommande montantdelacommande tutar "
	 "castka poso"},
	{"total", PROPS, "total", FORM_MONEY, HINT_MONEY, "total ordertotal grandtotal totalamount gesamtbetrag "
	 "totalprice totalvalue totalpaid invoicetotal invoiceamount endbetrag gesamtsumme gesamtpreis rechnungsbetrag "
	 "bestellsumme montanttotal totalttc prixtotal importetotal totalpedido totale importototale totaalbedrag "
	 "totaal totalbelopp summa suma sumazamowienia totaldelpedido totaldopedido importedelpedido valortotal "
	 "valordopedido valorpedido bestelbedrag orderbedrag totalbelob kokonaissumma toplamtutar kwotazamowienia summazakaza itogo "
	 "celkem celkovacastka synolo"},
	{"subtotal", PROPS, "subtotal", FORM_MONEY, HINT_MONEY, "subtotal ordersubtotal itemssubtotal zwischensumme soustotal"},
	{"shipping", PROPS, "shipping", FORM_MONEY, HINT_MONEY, "shipping shippingcost freight versandkosten"},
	{"tax", PROPS, "tax", FORM_MONEY, HINT_MONEY, "tax taxes vat mwst"},
	{"discount", PROPS, "discount", FORM_MONEY, HINT_MONEY, "discount discountamount rabatt"},
	{"value", PROPS, "value", FORM_MONEY, HINT_NONE, ""},
	{"currency", PROPS, "currency", FORM_TEXT, HINT_NONE, "currency currencycode waehrung wahrung ordercurrency currencyiso devise moneda moeda valuta waluta valyuta "
	 "ordercurrencycode currencyisocode "
	 "mena nomisma"},
	{" ", PROPS, "status", FORM_PLAIN, HINT_NONE, "statut"},
	{" ", PROPS, "order_status", FORM_PLAIN, HINT_NONE,
	 "orderstatus bestellstatus auftragsstatus statutcommande statutdelacommande estadodelpedido estadopedido "
	 "statoordine statusdopedido bestelstatus statuszamowienia statuszakaza"},
	{" ", PROPS, "payment_status", FORM_PLAIN, HINT_NONE,
	 "paymentstatus zahlungsstatus zahlstatus statutpaiement statutdupaiement estadodelpago estadopago "
	 "statopagamento statusdopagamento betaalstatus statusplatnosci"},
	{" ", PROPS, "financial_status", FORM_PLAIN, HINT_NONE, "financialstatus"},
	{" ", PROPS, "order_state", FORM_PLAIN, HINT_NONE, "orderstate"},
	{" ", PROPS, "payment_state", FORM_PLAIN, HINT_NONE, "paymentstate"},
	{" ", PROPS, "transaction_type", FORM_PLAIN, HINT_NONE, "transactiontype transaktionstyp transaktionsart"},
	{" ", PROPS, "refunded_amount", FORM_MONEY, HINT_NONE, "refundedamount partialrefund partialrefunds partialrefundamount"},
	{" ", PROPS, "amount_refunded", FORM_MONEY, HINT_NONE, "amountrefunded"},
	{" ", PROPS, "refund_amount", FORM_MONEY, HINT_NONE, "refundamount"},
	{" ", PROPS, "refunded", FORM_MONEY, HINT_NONE, "totalrefunded erstattungsbetrag montantrembourse importereembolsado"},
	{"coupon", PROPS, "coupon", FORM_TEXT, HINT_NONE, "coupon couponcode promocode vouchercode gutschein"},
	{"product_id", PROPS, "product_id", FORM_TEXT, HINT_PRODUCT, "productid productno itemid articleid artikelnummer"},
	{"sku", PROPS, "sku", FORM_TEXT, HINT_PRODUCT, "sku stockcode articleno articlenumber itemnumber"},
	{" ", PROPS, "name", FORM_TEXT, HINT_PRODUCT, "productname itemname articlename producttitle artikel"},
	{"brand", PROPS, "brand", FORM_TEXT, HINT_PRODUCT, "brand marke"},
	{"category", PROPS, "category", FORM_TEXT, HINT_PRODUCT, "productcategory"},
	{"variant", PROPS, "variant", FORM_TEXT, HINT_PRODUCT, "productvariant"},
	{"price", PROPS, "price", FORM_MONEY, HINT_PRODUCT, "price unitprice itemprice productprice preis einzelpreis "
	 "prix prixunitaire precio preciounitario prezzo prezzounitario preco precounitario prijs cena pris tsena"},
	{"quantity", PROPS, "quantity", FORM_NUMBER, HINT_PRODUCT, "quantity qty menge anzahl quantite cantidad quantita quantidade aantal ilosc antal kolichestvo"},
	{"position", PROPS, "position", FORM_NUMBER, HINT_PRODUCT, ""},
	{"checkout_id", PROPS, "checkout_id", FORM_TEXT, HINT_ORDER, "checkoutid"},
	{"cart_id", PROPS, "cart_id", FORM_TEXT, HINT_NONE, "cartid basketid"},
	{"list_id", PROPS, "list_id", FORM_TEXT, HINT_NONE, "listid"},
	{"coupon_id", PROPS, "coupon_id", FORM_TEXT, HINT_NONE, "couponid"},
	{"promotion_id", PROPS, "promotion_id", FORM_TEXT, HINT_NONE, "promotionid"},
	{"review_id", PROPS, "review_id", FORM_TEXT, HINT_NONE, "reviewid"},
	{"session_id", PROPS, "session_id", FORM_TEXT, HINT_NONE, "sessionid"},
	{"group_id", PROPS, "group_id", FORM_TEXT, HINT_NONE, "groupid"},
	{"campaign_id", PROPS, "campaign_id", FORM_TEXT, HINT_NONE, "campaignid"},
	{"affiliation", PROPS, "affiliation", FORM_TEXT, HINT_NONE, "affiliation"},

	{"url", CONTEXT, "page.url", FORM_TEXT, HINT_PAGE, "pageurl url"},
	{"path", CONTEXT, "page.path", FORM_TEXT, HINT_PAGE, "pagepath"},
	{"referrer", CONTEXT, "page.referrer", FORM_TEXT, HINT_NONE, "referrer referer pagereferrer"},
	{"page_title", CONTEXT, "page.title", FORM_TEXT, HINT_NONE, "pagetitle"},
	{"utm_source", CONTEXT, "campaign.source", FORM_TEXT, HINT_NONE, "utmsource"},
	{"utm_medium", CONTEXT, "campaign.medium", FORM_TEXT, HINT_NONE, "utmmedium"},
	{"utm_campaign", CONTEXT, "campaign.name", FORM_TEXT, HINT_NONE, "utmcampaign"},
	{"utm_term", CONTEXT, "campaign.term", FORM_TEXT, HINT_NONE, "utmterm"},
	{"utm_content", CONTEXT, "campaign.content", FORM_TEXT, HINT_NONE, "utmcontent"},
	{"ip", CONTEXT, "ip", FORM_TEXT, HINT_NONE, "ip ipaddress clientip remoteaddr"},
	{"user_agent", CONTEXT, "user_agent", FORM_TEXT, HINT_NONE, "useragent"},
	{"locale", CONTEXT, "locale", FORM_TEXT, HINT_NONE, "locale"},

	{" ", CONSENT, "newsletter", FORM_CONSENT, HINT_NONE,
	 "newsletter newsletteroptin newsletterconsent newslettersubscribed newslettersubscription "
	 "newsletterabonniert newsletterangemeldet newslettereinwilligung newsletterabonnent newsletterabonne newsletterinscrit "
	 "abonnementnewsletter abonnenewsletter abonnealanewsletter inscriptionnewsletter inscritnewsletter "
	 "inscritalanewsletter inscriptionalanewsletter suscripcionnewsletter suscritonewsletter suscritoalanewsletter "
	 "suscritoalboletin suscripcionboletin suscripcionalboletin recibirnewsletter boletin iscrizionenewsletter "
	 "iscrittonewsletter iscrittoallanewsletter iscrizioneallanewsletter nieuwsbrief inschrijvingnieuwsbrief "
	 "nieuwsbriefinschrijving ingeschrevennieuwsbrief ingeschrevenvoornieuwsbrief inscritonewsletter inscritonanewsletter "
	 "subscreveunewsletter assinantenewsletter zgodananewsletter zapisanynanewsletter nyhetsbrev nyhedsbrev uutiskirje"},
	{" ", CONSENT, "newsletter", FORM_OPT_OUT, HINT_NONE,
	 "newsletteroptout newsletterunsubscribed newsletterabgemeldet newsletterabbestellt desinscritnewsletter "
	 "desinscritdelanewsletter desabonnenewsletter desabonnedelanewsletter bajanewsletter bajaboletin bajadelboletin "
	 "disiscrittonewsletter disiscrittodallanewsletter nieuwsbriefuitgeschreven uitgeschrevennieuwsbrief "
	 "wypisanyznewslettera"},
	{" ", CONSENT, "marketing", FORM_CONSENT, HINT_NONE,
	 "marketingconsent marketingoptin acceptsmarketing marketingpermission emailconsent emailoptin "
	 "emailmarketingconsent emailmarketing acceptsemailmarketing emailpermission emailsubscribed "
	 "emailmarketingconsentstate emailmarketingstatus optinemail optin optedin subscribed subscriptionstatus "
	 "consent gdpr gdprconsent gdproptin dsgvo einwilligung werbeeinwilligung consentement "
	 "marketingeinwilligung einwilligungmarketing emaileinwilligung einwilligungemail werbungerlaubt werbeerlaubnis "
	 "werbezustimmung marketingzustimmung zustimmungmarketing abonniert consentementmarketing consentementemail "
	 "consentementrgpd rgpd acceptemarketing acceptelemarketing accepteemailing accepteemails acceptelesemails "
	 "acceptelesoffres accordmarketing optinmarketing optincommercial abonne statutabonnement statutdabonnement "
	 "aceptamarketing aceptaelmarketing aceptapublicidad aceptaemails aceptacomunicaciones aceptacomunicacionescomerciales "
	 "autorizamarketing consientemarketing consentimiento consentimientomarketing consentimientoemail suscrito "
	 "estadosuscripcion estadodesuscripcion estadodelasuscripcion consenso consensomarketing consensoemail accettamarketing "
	 "toestemming toestemmingmarketing marketingtoestemming toestemmingemail accepteertmarketing "
	 "aceitamarketing aceitaemails aceitapublicidade aceitacomunicacoes aceitareceberemails consentimento "
	 "consentimentomarketing subscrito estadodasubscricao estadosubscricao zgoda "
	 "zgodamarketingowa zgodamarketing zgodanamarketing zgodaemail zgodahandlowa zgodarodo statussubskrypcji samtycke "
	 "samtykke markedsforingssamtykke marknadsforingssamtycke"},
	{" ", CONSENT, "marketing", FORM_OPT_OUT, HINT_NONE,
	 "optout optedout unsubscribed emailoptout hasoptedoutofemail optedoutofemail unsubscribedfromallemail "
	 "unsubscribedfromemail donotemail hsemailoptout emailunsubscribed donotcontact emailblacklisted "
	 "unsubscribedfromemails emailoptedout marketingoptout optedoutofmarketing "
	 "optedoutofemailmarketinginformation "
	 "abgemeldet ausgetragen abbestellt emailabgemeldet werbesperre werbewiderspruch keinewerbung desinscrit desabonne "
	 "desinscription desabonnement oppositionmarketing nepascontacter nepassolliciter stoppub optoutmarketing baja dadodebaja "
	 "desuscrito nocontactar nomolestar disiscritto disiscrizione revocaconsenso uitgeschreven afgemeld uitschrijving "
	 "descadastrado descadastro desinscrito naocontactar cancelouinscricao cancelousubscricao wypisany wypisanie "
	 "sprzeciwmarketing niekontaktowac avregistrerad avanmald avprenumererad afmeldt avmeldt odhlasen"},
	{" ", CONSENT, "sms", FORM_CONSENT, HINT_NONE,
	 "smsconsent smsoptin smsmarketingconsent smsmarketing acceptssmsmarketing smspermission smssubscribed "
	 "smsmarketingconsentstate"},
	{" ", CONSENT, "sms", FORM_OPT_OUT, HINT_NONE, "smsoptout smsoptedout smsunsubscribed optoutsms"},
	{" ", CONSENT, "phone_calls", FORM_OPT_OUT, HINT_NONE, "donotcall"},
	{" ", CONSENT, "sale_of_data", FORM_GPC, HINT_NONE,
	 "secgpc httpsecgpc cssecgpc headerssecgpc requestheaderssecgpc"},
	{" ", CONSENT, "sale_of_data", FORM_GPC_FLAG, HINT_NONE,
	 "gpc globalprivacycontrol navigatorglobalprivacycontrol"},
};

const size_t field_table_count = sizeof field_table / sizeof *field_table;
