# Law 7: what is remembered beyond --memory lives in unlinked files: the same bytes, in
# less memory; no room for them is a failure.
. tests/fault/lib.sh
mkdir "$tmp/scratch"
export TMPDIR="$tmp/scratch"

# Every event of a customer of its own, and orders of rows that lie together.
awk 'BEGIN {
	for (i = 0; i < 60000; i++)
		printf "{\"type\":\"track\",\"id\":\"e%d\",\"time\":\"2025-%02d-%02dT10:00:00.000Z\",\"source\":\"shop\",\"event\":\"Order Completed\",\"ids\":{\"email\":\"person%d@example.com\",\"user_id\":\"u%d\",\"shop_id\":\"number %d\"},\"traits\":{\"city\":\"Town %d\"},\"props\":{\"order_id\":\"A%d\",\"revenue\":%d.50,\"currency\":\"EUR\"}}\n",
			i, i % 12 + 1, i % 28 + 1, (i * 7919) % 60000, (i * 7919) % 60000, i % 30000, i % 5000, i, i % 90 + 5
}' > "$tmp/many.events"
awk 'BEGIN {
	print "order_id,time,user_id,revenue,currency"
	for (i = 0; i < 400000; i++)
		printf "A%d,2025-01-01,u%d,%d.50,EUR\n", i, i % 1000, i % 90 + 5
}' > "$tmp/orders.csv"

# rss COMMAND: its standard output to $tmp/got; prints the peak of its memory in KiB.
rss() {
	python3 -c 'import resource, subprocess, sys
status = subprocess.call(sys.argv[2:], stdout=open(sys.argv[1], "wb"))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)' "$tmp/got" "$@"
}

# same COMMAND: with little memory it writes the same.
same() {
	much=$(rss "$@") || fail "exit $?: $*"
	mv "$tmp/got" "$tmp/wanted"
	little=$(rss "$@" --memory 1M) || fail "exit $?: $* --memory 1M"
	cmp "$tmp/got" "$tmp/wanted" || fail "--memory changes what comes out: $*"
	echo "$1: $much KiB, with --memory 1M $little"
}

# alike PERCENT COMMAND: and it holds at most PERCENT of what it takes with much; but
# sanitizers have memory of their own.
alike() {
	percent=$1
	shift
	same "$@"
	case $B in
	*asan* | *tsan*) return ;;
	esac
	[ $((little * 100)) -le $((much * percent)) ] ||
		fail "$little KiB with --memory 1M, $much without: $*"
}

alike 85 cdp-merge -q -j 1 "$tmp/many.events"
mv "$tmp/wanted" "$tmp/many.profiles"
alike 92 cdp-merge -q -j 1 --match fuzzy --no-events "$tmp/many.events"
same cdp-report list -t csv --columns id,email,orders --sort -orders,email "$tmp/many.profiles"
same cdp-report rfm "$tmp/many.profiles"
same cdp-churn -q "$tmp/many.profiles"
alike 92 cdp-ingest -q -j 1 -s shop --fold order_id --fold-sum revenue "$tmp/orders.csv"
alike 60 cdp-ingest -q -j 1 -s shop --dedupe "$tmp/orders.csv"
[ -z "$(ls -A "$tmp/scratch")" ] || fail "left behind: $(ls -A "$tmp/scratch")"

# Nothing is left by a process that is killed, and a few descriptors are enough.
mkfifo "$tmp/pipe"
{ cat "$tmp/many.events" && sleep 60; } > "$tmp/pipe" &
writer=$!
cdp-merge -q --memory 1M "$tmp/pipe" > /dev/null 2>&1 &
pid=$!
sleep 0.7
kill -9 $pid || fail "it had ended before it was killed"
kill $writer 2> /dev/null
wait $pid 2> /dev/null
[ -z "$(ls -A "$tmp/scratch")" ] || fail "left behind: $(ls -A "$tmp/scratch")"
expect 0 "ulimit -n 20; cdp-merge -q -j 1 --memory 1M $tmp/many.events | cmp - $tmp/many.profiles"

# A directory that is not there; a disk that is full, after a while or at once.
expect 3 "TMPDIR=$tmp/nowhere cdp-ingest -q -s shop --fold order_id --memory 1M $tmp/orders.csv -o $tmp/new"
said "cannot create a scratch file in '$tmp/nowhere'"
expect 3 "trap '' XFSZ; ulimit -f 10000; cdp-ingest -q -s shop --fold order_id --memory 1M $tmp/orders.csv -o /dev/null"
said "cannot write to a scratch file in '$tmp/scratch'"
expect 3 "trap '' XFSZ; ulimit -f 10000; cdp-merge -q --memory 1M $tmp/many.events -o /dev/null"
said "set TMPDIR to a roomier place"
if mkdir "$tmp/disk" && mount -t tmpfs -o size=10m none "$tmp/disk" 2> /dev/null; then
	expect 3 "TMPDIR=$tmp/disk cdp-ingest -q -s shop --fold order_id --memory 1M $tmp/orders.csv -o /dev/null"
	said "No space left on device"
	umount "$tmp/disk"
fi
done_testing
