# Real access logs: Combined, and Combined with fields behind it.  The figures were
# counted independently.
. tests/real/lib.sh
need weblogs/apache_combined_10k.log.gz weblogs/apache_extended_10k.log.gz
log=$CDP_DATA/weblogs/apache_combined_10k.log.gz

# How often each value of a property occurs: count OUT WANT NAME PATTERN
count() {
	same "$3" "$(grep -o "$4" "$tmp/$1" | sort | uniq -c | sort -k1,1nr -k2 |
		sed 's/^ *\([0-9]*\) "[a-z]*":"*\([^"]*\)"*$/\2 \1/' | tr '\n' ';')" "$2"
}

cdp-ingest -s web --max-rejects 1 --rejects "$tmp/bad" --stats "$tmp/stats" "$log" \
	> "$tmp/combined" 2> "$tmp/err" || fail "combined: exit $?"
grep -q ':8899: not a line of format combined: the quote before user_agent' "$tmp/err" || fail "line 8899 is not named: $(cat "$tmp/err")"
same "rejected line" "$(cat "$tmp/bad")" "$(zcat "$log" | sed -n 8899p)"
same "records" "$(wc -l < "$tmp/combined")" 9999
count combined 'GET 9951;HEAD 42;POST 5;OPTIONS 1;' methods '"method":"[A-Z]*"'
count combined '200 9125;304 445;404 213;301 164;206 45;500 3;403 2;416 2;' statuses '"status":[0-9]*'
same "bytes" "$(grep -o '"bytes":[0-9]*' "$tmp/combined" | awk -F: '{s += $2} END {printf "%.0f", s}')" 2747282505
same "days" "$(grep -o '"time":"2015-05-..' "$tmp/combined" | sort | uniq -c | awk '{printf "%s ", $1}')" "1632 2893 2896 2578 "
same "addresses" "$(grep -o '"ip":"[^"]*"' "$tmp/combined" | sort -u | wc -l)" 1753
same "busiest" "$(grep -c '"ip":"66.249.73.135"' "$tmp/combined")" 482
for path in '/favicon.ico 807' '/style2.css 546' '/reset.css 538' '/images/jordan-80.png 533'; do
	same "${path% *}" "$(grep -c "\"path\":\"${path% *}\"" "$tmp/combined")" "${path#* }"
done
zcat "$log" | cdp-ingest -q -j 1 -s web --max-rejects 1 2> /dev/null | cmp - "$tmp/combined" || fail "-j changes the records"

cdp-ingest -q -s web "$CDP_DATA/weblogs/apache_extended_10k.log.gz" > "$tmp/extended" 2> "$tmp/err" || fail "extended: exit $? $(cat "$tmp/err")"
same "extended records" "$(wc -l < "$tmp/extended")" 10000
count extended '200 5519;304 2347;401 1076;302 815;404 171;301 40;500 29;400 3;' "extended statuses" '"status":[0-9]*'
same "extended GET" "$(grep -c '"method":"GET"' "$tmp/extended")" 8882
same "extended POST" "$(grep -c '"method":"POST"' "$tmp/extended")" 1078
same "user names" "$(grep -o '"web_login":"[^"]*"' "$tmp/extended" | sort -u | wc -l)" 6

# The same with the whole format said.
cdp-ingest -q -s web --log-format '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %v %A %p %R %{BALANCER_WORKER_ROUTE}e %X "%{cookie}n" %{UNIQUE_ID}e %I %O %{ratio}n%% %D %{ModSecTimeIn}e %{ApplicationTime}e %{ModSecTimeOut}e %{ModSecAnomalyScoreIn}e %{ModSecAnomalyScoreOut}e' \
	"$CDP_DATA/weblogs/apache_extended_10k.log.gz" > "$tmp/whole" 2> "$tmp/err" || fail "whole: exit $? $(cat "$tmp/err")"
same "whole records" "$(wc -l < "$tmp/whole")" 10000
same "hosts" "$(grep -c '"host":"www.example.com"' "$tmp/whole")" 10000
same "first duration" "$(head -n 1 "$tmp/whole" | grep -o '"duration":[0-9.]*')" '"duration":0.006781'
done_testing
