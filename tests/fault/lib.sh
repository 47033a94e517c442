# Sourced by the scripts of this folder: tools on PATH, $tmp, small streams of
# each kind in it, and fail/expect.
set -u
PATH=$PWD/$B:$PATH
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
demo=$PWD/testdata/demo
bad=0

fail() {
	echo "FAIL: $*"
	bad=1
}

# expect STATUS COMMAND: run by sh, its stderr in $tmp/err.
expect() {
	wanted=$1
	shift
	sh -c "$*" > "$tmp/out" 2> "$tmp/err" < /dev/null
	got=$?
	[ "$got" = "$wanted" ] || fail "exit $got, wanted $wanted: $*
$(head -n 5 "$tmp/err")"
}

# said TEXT: the last command's stderr holds it.
said() {
	grep -qF -- "$1" "$tmp/err" || fail "stderr lacks '$1':
$(head -n 5 "$tmp/err")"
}

# big N: N orders of one customer in ten, as events.
big() {
	awk -v n="$1" 'BEGIN {
		print "order_id,time,user_id,revenue,currency,note"
		for (i = 0; i < n; i++)
			printf "A%07d,2025-%02d-%02dT10:00:00Z,u%05d,%d.50,EUR,a note that makes the row longer %d\n",
				i, i % 12 + 1, i % 28 + 1, (i * 7919) % (n / 10 + 1), i % 90 + 5, i
	}' > "$tmp/big.csv"
	cdp-ingest -q -s shop --map 'event="Order Completed"' "$tmp/big.csv" > "$tmp/big.events" ||
		fail "the big input does not ingest"
}

cdp-ingest -q -m "$demo/shop.map" "$demo/orders.csv" > "$tmp/events" 2> /dev/null
cdp-merge -q "$tmp/events" > "$tmp/profiles" || fail "the demo does not merge"

done_testing() {
	exit $bad
}
