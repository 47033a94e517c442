/*
 * The names are those of Windows (CLDR's windowsZones, where no country is said) and of Rails (the list of
 * ActiveSupport::TimeZone). Left out are offsets, which zone_load reads by itself, and Astana, which changed its zone
 * between versions.
 */
#include "time/zone_alias.h"

#include <stddef.h>

static const struct {
	const char *name;
	const char *zone;
} aliases[] = {
	{"Abu Dhabi", "Asia/Muscat"}, {"Adelaide", "Australia/Adelaide"}, {"Afghanistan Standard Time", "Asia/Kabul"},
	{"Alaska", "America/Juneau"}, {"Alaskan Standard Time", "America/Anchorage"},
	{"Alberta Standard Time", "America/Edmonton"}, {"Aleutian Standard Time", "America/Adak"},
	{"Almaty", "Asia/Almaty"}, {"Altai Standard Time", "Asia/Barnaul"}, {"American Samoa", "Pacific/Pago_Pago"},
	{"Amsterdam", "Europe/Amsterdam"}, {"Arab Standard Time", "Asia/Riyadh"}, {"Arabian Standard Time", "Asia/Dubai"},
	{"Arabic Standard Time", "Asia/Baghdad"}, {"Argentina Standard Time", "America/Argentina/Buenos_Aires"},
	{"Arizona", "America/Phoenix"}, {"Astrakhan Standard Time", "Europe/Astrakhan"}, {"Athens", "Europe/Athens"},
	{"Atlantic Standard Time", "America/Halifax"}, {"Atlantic Time (Canada)", "America/Halifax"},
	{"Auckland", "Pacific/Auckland"}, {"AUS Central Standard Time", "Australia/Darwin"},
	{"Aus Central W. Standard Time", "Australia/Eucla"}, {"AUS Eastern Standard Time", "Australia/Sydney"},
	{"Azerbaijan Standard Time", "Asia/Baku"}, {"Azores", "Atlantic/Azores"},
	{"Azores Standard Time", "Atlantic/Azores"}, {"Baghdad", "Asia/Baghdad"}, {"Bahia Standard Time", "America/Bahia"},
	{"Baku", "Asia/Baku"}, {"Bangkok", "Asia/Bangkok"}, {"Bangladesh Standard Time", "Asia/Dhaka"},
	{"Beijing", "Asia/Shanghai"}, {"Belarus Standard Time", "Europe/Minsk"}, {"Belgrade", "Europe/Belgrade"},
	{"Berlin", "Europe/Berlin"}, {"Bern", "Europe/Zurich"}, {"Bogota", "America/Bogota"},
	{"Bougainville Standard Time", "Pacific/Bougainville"}, {"Brasilia", "America/Sao_Paulo"},
	{"Bratislava", "Europe/Bratislava"}, {"Brisbane", "Australia/Brisbane"},
	{"British Columbia Standard Time", "America/Vancouver"}, {"Brussels", "Europe/Brussels"},
	{"Bucharest", "Europe/Bucharest"}, {"Budapest", "Europe/Budapest"},
	{"Buenos Aires", "America/Argentina/Buenos_Aires"}, {"Cairo", "Africa/Cairo"},
	{"Canada Central Standard Time", "America/Regina"}, {"Canberra", "Australia/Melbourne"},
	{"Cape Verde Is.", "Atlantic/Cape_Verde"}, {"Cape Verde Standard Time", "Atlantic/Cape_Verde"},
	{"Caracas", "America/Caracas"}, {"Casablanca", "Africa/Casablanca"}, {"Caucasus Standard Time", "Asia/Yerevan"},
	{"Cen. Australia Standard Time", "Australia/Adelaide"}, {"Central America", "America/Guatemala"},
	{"Central America Standard Time", "America/Guatemala"}, {"Central Asia Standard Time", "Asia/Bishkek"},
	{"Central Brazilian Standard Time", "America/Cuiaba"}, {"Central Europe Standard Time", "Europe/Budapest"},
	{"Central European Standard Time", "Europe/Warsaw"}, {"Central Pacific Standard Time", "Pacific/Guadalcanal"},
	{"Central Standard Time", "America/Chicago"}, {"Central Standard Time (Mexico)", "America/Mexico_City"},
	{"Central Time (US & Canada)", "America/Chicago"}, {"Chatham Is.", "Pacific/Chatham"},
	{"Chatham Islands Standard Time", "Pacific/Chatham"}, {"Chennai", "Asia/Kolkata"},
	{"Chihuahua", "America/Chihuahua"}, {"China Standard Time", "Asia/Shanghai"}, {"Chongqing", "Asia/Shanghai"},
	{"Copenhagen", "Europe/Copenhagen"}, {"Cuba Standard Time", "America/Havana"}, {"Darwin", "Australia/Darwin"},
	{"Dateline Standard Time", "Etc/GMT+12"}, {"Dhaka", "Asia/Dhaka"}, {"Dublin", "Europe/Dublin"},
	{"E. Africa Standard Time", "Africa/Nairobi"}, {"E. Australia Standard Time", "Australia/Brisbane"},
	{"E. Europe Standard Time", "Europe/Chisinau"}, {"E. South America Standard Time", "America/Sao_Paulo"},
	{"Easter Island Standard Time", "Pacific/Easter"}, {"Eastern Standard Time", "America/New_York"},
	{"Eastern Standard Time (Mexico)", "America/Cancun"}, {"Eastern Time (US & Canada)", "America/New_York"},
	{"Edinburgh", "Europe/London"}, {"Egypt Standard Time", "Africa/Cairo"}, {"Ekaterinburg", "Asia/Yekaterinburg"},
	{"Ekaterinburg Standard Time", "Asia/Yekaterinburg"}, {"Fiji", "Pacific/Fiji"},
	{"Fiji Standard Time", "Pacific/Fiji"}, {"FLE Standard Time", "Europe/Kyiv"}, {"Georgetown", "America/Guyana"},
	{"Georgian Standard Time", "Asia/Tbilisi"}, {"GMT Standard Time", "Europe/London"}, {"Greenland", "America/Nuuk"},
	{"Greenland Standard Time", "America/Nuuk"}, {"Greenwich Standard Time", "Atlantic/Reykjavik"},
	{"GTB Standard Time", "Europe/Bucharest"}, {"Guadalajara", "America/Mexico_City"}, {"Guam", "Pacific/Guam"},
	{"Haiti Standard Time", "America/Port-au-Prince"}, {"Hanoi", "Asia/Bangkok"}, {"Harare", "Africa/Harare"},
	{"Hawaii", "Pacific/Honolulu"}, {"Hawaiian Standard Time", "Pacific/Honolulu"}, {"Helsinki", "Europe/Helsinki"},
	{"Hobart", "Australia/Hobart"}, {"Hong Kong", "Asia/Hong_Kong"}, {"India Standard Time", "Asia/Kolkata"},
	{"Indiana (East)", "America/Indiana/Indianapolis"}, {"International Date Line West", "Pacific/Midway"},
	{"Iran Standard Time", "Asia/Tehran"}, {"Irkutsk", "Asia/Irkutsk"}, {"Islamabad", "Asia/Karachi"},
	{"Israel Standard Time", "Asia/Jerusalem"}, {"Istanbul", "Europe/Istanbul"}, {"Jakarta", "Asia/Jakarta"},
	{"Jerusalem", "Asia/Jerusalem"}, {"Jordan Standard Time", "Asia/Amman"}, {"Kabul", "Asia/Kabul"},
	{"Kaliningrad", "Europe/Kaliningrad"}, {"Kaliningrad Standard Time", "Europe/Kaliningrad"},
	{"Kamchatka", "Asia/Kamchatka"}, {"Karachi", "Asia/Karachi"}, {"Kathmandu", "Asia/Kathmandu"},
	{"Kolkata", "Asia/Kolkata"}, {"Korea Standard Time", "Asia/Seoul"}, {"Krasnoyarsk", "Asia/Krasnoyarsk"},
	{"Kuala Lumpur", "Asia/Kuala_Lumpur"}, {"Kuwait", "Asia/Kuwait"}, {"Kyiv", "Europe/Kyiv"},
	{"La Paz", "America/La_Paz"}, {"Libya Standard Time", "Africa/Tripoli"}, {"Lima", "America/Lima"},
	{"Line Islands Standard Time", "Pacific/Kiritimati"}, {"Lisbon", "Europe/Lisbon"},
	{"Ljubljana", "Europe/Ljubljana"}, {"London", "Europe/London"}, {"Lord Howe Standard Time", "Australia/Lord_Howe"},
	{"Madrid", "Europe/Madrid"}, {"Magadan", "Asia/Magadan"}, {"Magadan Standard Time", "Asia/Magadan"},
	{"Magallanes Standard Time", "America/Punta_Arenas"}, {"Manitoba Standard Time", "America/Winnipeg"},
	{"Marquesas Standard Time", "Pacific/Marquesas"}, {"Marshall Is.", "Pacific/Majuro"},
	{"Mauritius Standard Time", "Indian/Mauritius"}, {"Mazatlan", "America/Mazatlan"},
	{"Melbourne", "Australia/Melbourne"}, {"Mexico City", "America/Mexico_City"},
	{"Mid-Atlantic", "Atlantic/South_Georgia"}, {"Middle East Standard Time", "Asia/Beirut"},
	{"Midway Island", "Pacific/Midway"}, {"Minsk", "Europe/Minsk"}, {"Monrovia", "Africa/Monrovia"},
	{"Monterrey", "America/Monterrey"}, {"Montevideo", "America/Montevideo"},
	{"Montevideo Standard Time", "America/Montevideo"}, {"Morocco Standard Time", "Africa/Casablanca"},
	{"Moscow", "Europe/Moscow"}, {"Mountain Standard Time", "America/Denver"},
	{"Mountain Standard Time (Mexico)", "America/Mazatlan"}, {"Mountain Time (US & Canada)", "America/Denver"},
	{"Mumbai", "Asia/Kolkata"}, {"Muscat", "Asia/Muscat"}, {"Myanmar Standard Time", "Asia/Yangon"},
	{"N. Central Asia Standard Time", "Asia/Novosibirsk"}, {"Nairobi", "Africa/Nairobi"},
	{"Namibia Standard Time", "Africa/Windhoek"}, {"Nepal Standard Time", "Asia/Kathmandu"},
	{"New Caledonia", "Pacific/Noumea"}, {"New Delhi", "Asia/Kolkata"},
	{"New Zealand Standard Time", "Pacific/Auckland"}, {"Newfoundland", "America/St_Johns"},
	{"Newfoundland Standard Time", "America/St_Johns"}, {"Norfolk Standard Time", "Pacific/Norfolk"},
	{"North Asia East Standard Time", "Asia/Irkutsk"}, {"North Asia Standard Time", "Asia/Krasnoyarsk"},
	{"North Korea Standard Time", "Asia/Pyongyang"}, {"Novosibirsk", "Asia/Novosibirsk"},
	{"Nuku'alofa", "Pacific/Tongatapu"}, {"Omsk Standard Time", "Asia/Omsk"}, {"Osaka", "Asia/Tokyo"},
	{"Pacific SA Standard Time", "America/Santiago"}, {"Pacific Standard Time", "America/Los_Angeles"},
	{"Pacific Standard Time (Mexico)", "America/Tijuana"}, {"Pacific Time (US & Canada)", "America/Los_Angeles"},
	{"Pakistan Standard Time", "Asia/Karachi"}, {"Paraguay Standard Time", "America/Asuncion"},
	{"Paris", "Europe/Paris"}, {"Perth", "Australia/Perth"}, {"Port Moresby", "Pacific/Port_Moresby"},
	{"Prague", "Europe/Prague"}, {"Pretoria", "Africa/Johannesburg"}, {"Puerto Rico", "America/Puerto_Rico"},
	{"Quito", "America/Lima"}, {"Qyzylorda Standard Time", "Asia/Qyzylorda"}, {"Rangoon", "Asia/Yangon"},
	{"Riga", "Europe/Riga"}, {"Riyadh", "Asia/Riyadh"}, {"Romance Standard Time", "Europe/Paris"},
	{"Rome", "Europe/Rome"}, {"Russia Time Zone 10", "Asia/Srednekolymsk"}, {"Russia Time Zone 11", "Asia/Kamchatka"},
	{"Russia Time Zone 3", "Europe/Samara"}, {"Russian Standard Time", "Europe/Moscow"},
	{"SA Eastern Standard Time", "America/Cayenne"}, {"SA Pacific Standard Time", "America/Bogota"},
	{"SA Western Standard Time", "America/La_Paz"}, {"Saint Pierre Standard Time", "America/Miquelon"},
	{"Sakhalin Standard Time", "Asia/Sakhalin"}, {"Samara", "Europe/Samara"}, {"Samoa", "Pacific/Apia"},
	{"Samoa Standard Time", "Pacific/Apia"}, {"Santiago", "America/Santiago"},
	{"Sao Tome Standard Time", "Africa/Sao_Tome"}, {"Sapporo", "Asia/Tokyo"}, {"Sarajevo", "Europe/Sarajevo"},
	{"Saratov Standard Time", "Europe/Saratov"}, {"Saskatchewan", "America/Regina"},
	{"SE Asia Standard Time", "Asia/Bangkok"}, {"Seoul", "Asia/Seoul"}, {"Singapore", "Asia/Singapore"},
	{"Singapore Standard Time", "Asia/Singapore"}, {"Skopje", "Europe/Skopje"}, {"Sofia", "Europe/Sofia"},
	{"Solomon Is.", "Pacific/Guadalcanal"}, {"South Africa Standard Time", "Africa/Johannesburg"},
	{"South Sudan Standard Time", "Africa/Juba"}, {"Srednekolymsk", "Asia/Srednekolymsk"},
	{"Sri Jayawardenepura", "Asia/Colombo"}, {"Sri Lanka Standard Time", "Asia/Colombo"},
	{"St. Petersburg", "Europe/Moscow"}, {"Stockholm", "Europe/Stockholm"}, {"Sudan Standard Time", "Africa/Khartoum"},
	{"Sydney", "Australia/Sydney"}, {"Syria Standard Time", "Asia/Damascus"}, {"Taipei", "Asia/Taipei"},
	{"Taipei Standard Time", "Asia/Taipei"}, {"Tallinn", "Europe/Tallinn"}, {"Tashkent", "Asia/Tashkent"},
	{"Tasmania Standard Time", "Australia/Hobart"}, {"Tbilisi", "Asia/Tbilisi"}, {"Tehran", "Asia/Tehran"},
	{"Tijuana", "America/Tijuana"}, {"Tocantins Standard Time", "America/Araguaina"},
	{"Tokelau Is.", "Pacific/Fakaofo"}, {"Tokyo", "Asia/Tokyo"}, {"Tokyo Standard Time", "Asia/Tokyo"},
	{"Tomsk Standard Time", "Asia/Tomsk"}, {"Tonga Standard Time", "Pacific/Tongatapu"},
	{"Transbaikal Standard Time", "Asia/Chita"}, {"Turkey Standard Time", "Europe/Istanbul"},
	{"Turks And Caicos Standard Time", "America/Grand_Turk"}, {"Ulaanbaatar", "Asia/Ulaanbaatar"},
	{"Ulaanbaatar Standard Time", "Asia/Ulaanbaatar"}, {"Urumqi", "Asia/Urumqi"},
	{"US Eastern Standard Time", "America/Indiana/Indianapolis"}, {"US Mountain Standard Time", "America/Phoenix"},
	{"Venezuela Standard Time", "America/Caracas"}, {"Vienna", "Europe/Vienna"}, {"Vilnius", "Europe/Vilnius"},
	{"Vladivostok", "Asia/Vladivostok"}, {"Vladivostok Standard Time", "Asia/Vladivostok"},
	{"Volgograd", "Europe/Volgograd"}, {"Volgograd Standard Time", "Europe/Volgograd"},
	{"W. Australia Standard Time", "Australia/Perth"}, {"W. Central Africa Standard Time", "Africa/Lagos"},
	{"W. Europe Standard Time", "Europe/Berlin"}, {"W. Mongolia Standard Time", "Asia/Hovd"},
	{"Warsaw", "Europe/Warsaw"}, {"Wellington", "Pacific/Auckland"}, {"West Asia Standard Time", "Asia/Tashkent"},
	{"West Bank Standard Time", "Asia/Hebron"}, {"West Central Africa", "Africa/Algiers"},
	{"West Pacific Standard Time", "Pacific/Port_Moresby"}, {"Yakutsk", "Asia/Yakutsk"},
	{"Yakutsk Standard Time", "Asia/Yakutsk"}, {"Yerevan", "Asia/Yerevan"},
	{"Yukon Standard Time", "America/Whitehorse"}, {"Zagreb", "Europe/Zagreb"}, {"Zurich", "Europe/Zurich"},
};

/* "(GMT-05:00) Eastern Time (US & Canada)": as menus show it. */
static struct span cut_offset(struct span name)
{
	size_t close = span_find_byte(name, ')');

	if (!span_starts(name, SPAN("(GMT")) && !span_starts(name, SPAN("(UTC")))
		return name;
	return span_trim(span_sub(name, close + 1, name.len));
}

const char *zone_alias(struct span name)
{
	name = cut_offset(name);
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (span_equal(name, span_of(aliases[i].name)))
			return aliases[i].zone;
	return NULL;
}

const char *zone_alias_row(size_t i)
{
	return i < sizeof aliases / sizeof *aliases ? aliases[i].name : NULL;
}
