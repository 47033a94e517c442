# 90 customers who buy every 3 to 32 days up to the end of the year.
BEGIN {
	for (i = 0; i < 90; i++) {
		gap = 3 + i % 30
		printf "{\"type\":\"profile\",\"id\":\"%02d\",\"as_of\":\"2024-12-31T23:59:59.999Z\",\"events\":[", i
		first = 1 + i % 7
		for (day = first; day <= 366; day += gap) {
			split("31 29 31 30 31 30 31 31 30 31 30 31", length_of, " ")
			rest = day
			for (month = 1; rest > length_of[month]; month++)
				rest -= length_of[month]
			printf "%s{\"type\":\"track\",\"time\":\"2024-%02d-%02dT12:00:00.000Z\",\"event\":\"Order Completed\",\"props\":{\"revenue\":%d}}", \
				(day > first ? "," : ""), month, rest, 5 + (i * 7 + day) % 20
		}
		print "]}"
	}
}
