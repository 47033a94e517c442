# People with slips: 1700, one in eight of them twice (16a and 16b), and a couple that
# share no word.
function pick(n) { seed = (seed * 1103515245 + 12345) % 2147483648; return int(seed / 65536) % n }
function slip(s,   i) { i = pick(length(s)); return substr(s, 1, i) substr("xqjvkzwy", pick(8) + 1, 1) substr(s, i + 2) }
function syllable() { return substr("bdfgklmnprst", pick(12) + 1, 1) substr("aeiou", pick(5) + 1, 1) substr("lnrst", pick(5) + 1, 1) }
function put(id, first, last, born, street, code, city, company) {
	printf "{\"type\":\"identify\",\"id\":\"%s\",\"source\":\"crm\",\"traits\":{\"first_name\":\"%s\",\"last_name\":\"%s\",\"birth_date\":\"%s\",\"address\":\"%s\",\"postcode\":\"%s\",\"city\":\"%s\"%s}}\n",
		id, first, last, born, street, code, city, company ? ",\"company\":\"" company "\"" : ""
}
BEGIN {
	seed = 7
	for (i = 0; i < 90; i++) firsts[i] = syllable() syllable()
	for (i = 0; i < 60; i++) lasts[i] = syllable() syllable() "er"
	for (i = 0; i < 40; i++) cities[i] = syllable() "stad"
	for (p = 0; p < 1700; p++) {
		first = firsts[pick(90)]; last = lasts[pick(60)]; c = pick(40); city = cities[c]; code = 10000 + c * 7
		born = sprintf("%d-%02d-%02d", 1950 + pick(50), pick(12) + 1, pick(28) + 1)
		street = pick(90) + 1 " " syllable() syllable() " street"
		put(p "a", first, last, born, street, code, city)
		if (p % 8 == 0)
			put(p "b", slip(first), pick(2) ? slip(last) : last, substr(born, 1, 9) (substr(born, 10, 1) + 1) % 10,
			    slip(street), pick(2) ? code + pick(9) + 1 : code, pick(2) ? slip(city) : city)
	}
	put("xa", "Katharina", "Fotheringale", "1971-06-24", "17 Old Orchard Lane", "90210", "Westerbrook", "Bluewater Trading House")
	put("xb", "Catharina", "Votheringale", "1971-06-25", "17 Old Orchart Lane", "90211", "Vesterbrook", "Bluewater Tradimg House")
}
