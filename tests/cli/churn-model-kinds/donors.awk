# 300 donors of 2015, who give in December or next to never again; the appeal of 2024 is under way.
function uniform() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
BEGIN {
	seed = 7
	for (c = 1; c <= 300; c++) {
		line = ""; gives = uniform(); leaves = uniform() / 3
		for (year = 2015; year <= 2024; year++) {
			if (year > 2015 && uniform() < leaves)
				break
			if (year > 2015 && uniform() > gives)
				continue
			line = line sprintf("%s{\"type\":\"track\",\"time\":\"%d-12-%02dT09:00:00.000Z\",\"source\":\"appeal\",\"event\":\"Order Completed\",\"props\":{\"order_id\":\"%d-%d\"}}", line == "" ? "" : ",", year, 1 + int(uniform() * 20), c, year)
		}
		printf "{\"type\":\"profile\",\"id\":\"d%03d\",\"as_of\":\"2024-12-20T23:59:59.999Z\",\"events\":[%s]}\n", c, line
	}
}
