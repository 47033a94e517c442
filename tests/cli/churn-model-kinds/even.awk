# 80 customers who buy about every 10 to 40 days, never twice in a hurry; two in five stop.
function uniform() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
function day(n) { return strftime("%Y-%m-%d", 1704103200 + n * 86400, 1) }
BEGIN {
	seed = 42
	for (c = 1; c <= 80; c++) {
		gap = 10 + int(uniform() * 30); at = int(uniform() * 60); line = ""
		stop = c % 5 < 2 ? at + int(uniform() * 200) : 365
		for (n = 1; at <= stop; n++) {
			line = line sprintf("%s{\"type\":\"track\",\"time\":\"%sT09:00:00.000Z\",\"source\":\"shop\",\"event\":\"Order Completed\",\"props\":{\"order_id\":\"%d-%d\",\"revenue\":%d,\"currency\":\"EUR\"}}", n > 1 ? "," : "", day(at), c, n, 10 + int(uniform() * 50))
			at += int(gap * (0.7 + uniform() * 0.6)) + 1
		}
		printf "{\"type\":\"profile\",\"id\":\"c%02d\",\"as_of\":\"2024-12-31T23:59:59.999Z\",\"events\":[%s]}\n", c, line
	}
}
