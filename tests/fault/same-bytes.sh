# Law 2: the same input gives the same bytes for any -j, locale and TZ.
. tests/fault/lib.sh
big 20000
pipe="cdp-ingest -q -s shop --map 'event=\"Order Completed\"' $tmp/big.csv -j @ | cdp-merge -q -j @ |
	cdp-segment -q -j @ --rfm --clusters auto -r $demo/segments.rules | cdp-churn -q -j @ |
	cdp-recommend -q -j @ --item order_id | tee $tmp/scored.@ | cdp-report -j @ -t json"
run() {
	bash -c "set -o pipefail; $(echo "$pipe" | sed "s/@/$1/g")" > "$tmp/report.$1" || fail "the pipe fails with -j $1"
}
run 1
run 4
cmp "$tmp/scored.1" "$tmp/scored.4" || fail "records differ between -j 1 and -j 4"
cmp "$tmp/report.1" "$tmp/report.4" || fail "reports differ between -j 1 and -j 4"
# Records that are judged and hidden, and all that is counted and kept of them.
cat > "$tmp/plan" <<'END'
{"version": "1", "action": "strip", "events": {"Order Completed": {"props": {"properties": {
	"revenue": {"maximum": 60}, "note": {"pattern": "[0-8]$"}, "order_id": {"pattern": "^A00[01]"}}}},
	"Late": {"action": "block", "props": {"required": ["nothing"]}}}}
END
printf '0123456789abcdef0123456789abcdef' > "$tmp/key"
chmod 600 "$tmp/key"
for jobs in 1 4; do
	expect 0 "cd $tmp; cdp-ingest -j $jobs -s shop --map 'event=if(revenue = 5.5, \"Late\", \"Order Completed\")' --as-of 2025-12-01 \
		--schema plan --max-lateness 200d --max-future 1d --dedupe=12h --drop note --pseudonymize user_id --key-file key \
		--max-rejects 100% --rejects bad.$jobs --stats stats.$jobs big.csv big.csv > judged.$jobs; cat bad.$jobs.why >> bad.$jobs"
	sed 's/bad\.[14]/bad/' "$tmp/err" > "$tmp/said.$jobs"
done
for what in judged stats bad said; do
	cmp "$tmp/$what.1" "$tmp/$what.4" || fail "$what differs between -j 1 and -j 4"
	[ "$(wc -c < "$tmp/$what.1")" -gt 300 ] || fail "$what is empty"
done
# Events that much is to be said about: two totals of an order, links refused, values shared by
# too many, numbers of several sources, other contents of one record.  What is said and counted
# is the same in each run, whatever -j.
awk 'BEGIN {
	for (i = 0; i < 240; i++) for (s = 0; s < 2; s++)
		printf "{\"type\":\"track\",\"id\":\"%d\",\"time\":\"2026-01-%02dT10:00:00.000Z\",\"source\":\"%s\",\"event\":\"Order %s\"," \
			"\"ids\":{\"user_id\":\"u%d\",\"email\":\"e%d@example.com\",\"device_id\":\"d%d\",\"customer_id\":\"%d\"}," \
			"\"traits\":{\"first_name\":\"F%d\",\"last_name\":\"L%d\",\"city\":\"C%d\"},\"consent\":{\"mail\":\"%s\"}," \
			"\"props\":{\"order_id\":\"N%d\",\"revenue\":%d,\"currency\":\"%s\"}}\n",
			i % 200, 1 + i % 28, s ? "web" : "till", i % 9 ? "Completed" : "Refunded", i % 17, i % 23, i % 3, i % 31,
			i % 13, i % 11, i % 7, i % 5 ? "granted" : "denied", i % 90, i + s, i % 4 ? "EUR" : "USD"
	for (i = 0; i < 40; i++) for (s = 0; s < 2; s++)
		printf "{\"type\":\"track\",\"id\":\"t%d-%d\",\"time\":\"2026-01-%02dT1%d:00:00.000Z\",\"source\":\"till\",\"event\":\"Order Completed\"," \
			"\"ids\":{\"user_id\":\"v%d\"},\"props\":{\"order_id\":\"T%d\",\"revenue\":%d,\"currency\":\"EUR\"}}\n",
			i, s, 1 + i % 9, s, i % 3, i, i + s
}' > "$tmp/odd.events"
printf 'survive city = source_priority(shop, nowhere)\nlimit email = 2\n' > "$tmp/odd.rules"
awk 'BEGIN { print "order no,customer no,amount,ordered at,free text"
	for (i = 0; i < 300; i++) printf "%s,%d.0,%s,%s,=x%d\n", i % 7 ? 4.1 "e+1" i % 10 : i, i % 40, i % 11 ? i "." i % 10 : "x" i,
		i % 13 ? i % 12 + 1 "/" i % 12 + 1 "/2025" : "soon", i }' > "$tmp/odd.csv"
# odd JOBS RUN: each tool, with all that it says.
odd() {
	( cd "$tmp" || exit
	cdp-ingest -j "$1" -s shop --map 'event="Order Completed"' --max-rejects 100% --dates mdy --stats stats odd.csv > /dev/null; cat stats
	cdp-merge -j "$1" --rules odd.rules --stats stats odd.events > odd.profiles; cat stats
	cdp-merge -j "$1" --match both --links --stats stats odd.events > /dev/null; cat stats
	cdp-merge -q -j "$1" --match both --explain till/7 --explain web/8 odd.events
	cdp-segment -j "$1" --rfm --clusters 3 -r "$demo/segments.rules" --stats stats odd.profiles > odd.segments; cat stats
	cdp-churn -j "$1" --stats stats odd.segments > odd.scores; cat stats
	cdp-report -j "$1" -t json odd.scores; cat odd.profiles odd.scores ) > "$tmp/odd.$2" 2>&1
}
odd 1 first
for text in "two totals" "refused" "shared" "nowhere" "differ" "spreadsheet"; do
	grep -q "$text" "$tmp/odd.first" || fail "nothing is said of '$text': $(cut -c 1-200 "$tmp/odd.first" | head -n 30)"
done
for jobs in 1 2 1 2 4; do
	odd $jobs again
	cmp "$tmp/odd.first" "$tmp/odd.again" || fail "what is said or counted differs between runs, with -j $jobs"
done
localedef -i de_DE -f UTF-8 "$tmp/de_DE.UTF-8" || fail "no locale de_DE to test with: is the package locales there?"
export LOCPATH="$tmp" LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 TZ=Pacific/Apia
run 2
cmp "$tmp/scored.1" "$tmp/scored.2" || fail "locale or TZ changes records"
cmp "$tmp/report.1" "$tmp/report.2" || fail "locale or TZ changes the report"
done_testing
