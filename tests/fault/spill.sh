# Law 7: a small --memory spills and changes no byte; kill -9 leaves no file behind.
. tests/fault/lib.sh
big 30000
mkdir "$tmp/scratch"
export TMPDIR="$tmp/scratch"
cdp-merge -q "$tmp/big.events" > "$tmp/want"
expect 0 "cdp-merge -q --memory 1M $tmp/big.events | cmp - $tmp/want"
printf 'where city = "Rome" or orders > 1\n' > "$tmp/leaving"
set -- -q --exclude "$tmp/leaving" --excluded
cdp-merge "$@" "$tmp/gone" "$tmp/big.events" > "$tmp/stayed"
expect 0 "cdp-merge --memory 1M $* $tmp/gone.2 $tmp/big.events | cmp - $tmp/stayed"
cmp -s "$tmp/gone" "$tmp/gone.2" && [ -s "$tmp/gone" ] || fail "who leaves by a condition depends on --memory"
# The event that shows a tie is the same, whether there is room for all that events say or not: ten people have an address.
awk 'BEGIN {
	for (i = 0; i < 20000; i++) {
		printf "{\"type\":\"identify\",\"id\":\"%d\",\"source\":\"crm\",", i
		printf "\"time\":\"2025-%02d-%02dT10:00:00.000Z\",", 12 - int(i / 2000), 28 - int(i / 90) % 28
		printf "\"ids\":{\"user_id\":\"u%d\",\"email\":\"u%d@example.com\"},", i % 500, i % 50
		printf "\"traits\":{\"note\":\"note %d\"}}\n", i
	}
}' > "$tmp/ties"
for how in --links "--explain user_id=u7"; do
	cdp-merge -q --no-events $how "$tmp/ties" > "$tmp/tied"
	expect 0 "cdp-merge -q --no-events --memory 1M $how $tmp/ties | cmp - $tmp/tied"
done
printf 'record,person\ncrm/7,a\ncrm/507,b\ncrm/8,c\ncrm/9,c\n' > "$tmp/truth"
expect 0 "cdp-merge --no-events --eval $tmp/truth $tmp/ties -o $tmp/tied"
said "joined, but two people"
said "one person, but not joined"
cp "$tmp/err" "$tmp/said"
expect 0 "cdp-merge --no-events --memory 1M --eval $tmp/truth $tmp/ties | cmp - $tmp/tied"
cmp "$tmp/err" "$tmp/said" || fail "what --eval says depends on --memory"
# What is counted and said is the same, too: more people than there is room for, who say the same twice.
awk 'BEGIN {
	for (i = 0; i < 30000; i++) {
		printf "{\"type\":\"identify\",\"id\":\"%d\",\"source\":\"crm\",", i
		printf "\"time\":\"2025-01-%02dT10:00:00.000Z\",", i % 2 + 1
		printf "\"ids\":{\"user_id\":\"u%d\"},\"traits\":{\"city\":\"n/a\"}}\n", int(i / 2)
	}
}' > "$tmp/twice"
expect 0 "cdp-merge --stats $tmp/plenty $tmp/twice -o $tmp/tied"
said "taken for no value in traits: city 'n/a' (15000 records)"
cp "$tmp/err" "$tmp/said"
expect 0 "cdp-merge --memory 1M --stats $tmp/little $tmp/twice | cmp - $tmp/tied"
cmp "$tmp/err" "$tmp/said" || fail "what is said depends on --memory"
cmp "$tmp/little" "$tmp/plenty" || fail "--stats depends on --memory"
for delay in 0.02 0.05 0.1; do
	cdp-merge -q --memory 1M "$tmp/big.events" > /dev/null 2>&1 &
	pid=$!
	sleep $delay
	kill -9 $pid 2> /dev/null
	wait $pid 2> /dev/null
done
[ -z "$(ls -A "$tmp/scratch")" ] || fail "left behind: $(ls -A "$tmp/scratch")"
TMPDIR=$tmp/nowhere
expect 3 "cdp-merge -q --memory 1M $tmp/big.events"
said "$tmp/nowhere"
# Two passes over a pipe keep their input, in a spill beyond --memory.
TMPDIR="$tmp/scratch"
cdp-segment -q --rfm "$tmp/want" > "$tmp/rfm"
expect 0 "cat $tmp/want | cdp-segment -q --rfm --memory 1M | cmp - $tmp/rfm"
[ -z "$(ls -A "$tmp/scratch")" ] || fail "left behind: $(ls -A "$tmp/scratch")"
# What --dedupe has kept: the same beyond --memory, and a spill that fails is a failure.
cdp-ingest -q -s shop --dedupe --map id=order_id --map 'event="Order Completed"' "$tmp/big.csv" "$tmp/big.csv" > "$tmp/once"
expect 0 "cdp-ingest -q -s shop --dedupe --memory 1M --map id=order_id --map 'event=\"Order Completed\"' $tmp/big.csv $tmp/big.csv | cmp - $tmp/once"
[ "$(wc -l < "$tmp/once")" = 30000 ] || fail "--dedupe kept $(wc -l < "$tmp/once") of 30000"
[ -z "$(ls -A "$tmp/scratch")" ] || fail "left behind: $(ls -A "$tmp/scratch")"
TMPDIR=$tmp/nowhere
expect 3 "cdp-ingest -q -s shop --dedupe --memory 1M --map id=order_id $tmp/big.csv"
said "$tmp/nowhere"
# A disk that is full: no file may grow beyond 100 blocks.
TMPDIR="$tmp/scratch"
expect 3 "trap '' XFSZ; ulimit -f 100; cdp-ingest -q -s shop --dedupe --memory 1M --map id=order_id $tmp/big.csv > /dev/null"
said "cannot write to a scratch file"
done_testing
