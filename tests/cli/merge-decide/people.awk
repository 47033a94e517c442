# Forty people of the shop, and one who is there twice; ids as hostile as may be.
function put(id, email, first, last, born, city, money) {
	printf "{\"type\":\"track\",\"event\":\"Order Completed\",\"id\":\"%s\",\"time\":\"2025-0%d-01T10:00:00.000Z\",\"source\":\"my shop\",\"ids\":{\"email\":\"%s\"},\"traits\":{\"first_name\":\"%s\",\"last_name\":\"%s\",\"birth_date\":\"%s\",\"city\":\"%s\"},\"props\":{\"order_id\":\"A%d\",\"revenue\":%s,\"currency\":\"EUR\"}}\n",
		id, 1 + n % 9, email, first, last, born, city, ++n, money
}
BEGIN {
	for (i = 0; i < 40; i++)
		put("o" i, "p" i "@example.com", "Fi" substr("bdfgklmnpr", i % 10 + 1, 1) "a", "La" substr("stvw", i % 4 + 1, 1) "er",
		    1950 + i "-0" i % 9 + 1 "-1" i % 7, i % 2 ? "Bern" : "Graz", "10.50")
	put("7, \\\"rue\\\"", "zoe@example.org", "Zoe", "Marchetti", "1988-11-02", "Bern", "100.25")
	put("8#b", "z.marchetti@example.com", "Zoe", "Marchetti", "1988-02-11", "Bern", "7.05")
}
