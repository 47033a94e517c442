# Sourced by the scripts of this folder: tools on PATH, $tmp, small streams of
# each kind in it, fail/expect, and a run of each tool.
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

# A run of each tool, a line each: the command, a bar, what it reads.
runs() {
	cat <<- END
		cdp-ingest -q -s shop -m $demo/shop.map --max-rejects 5%|$demo/orders.csv
		cdp-merge -q|$tmp/events
		cdp-merge -q --match both|$tmp/events
		cdp-segment -q --rfm -r $demo/segments.rules|$tmp/profiles
		cdp-segment -q --clusters auto|$tmp/profiles
		cdp-churn -q|$tmp/profiles
		cdp-recommend -q --item order_id|$tmp/profiles
		cdp-recommend -q --baskets --item order_id --support 1|$tmp/profiles
		cdp-activate -q --to meta --assume-consent|$tmp/profiles
		cdp-report -q|$tmp/profiles
		cdp-report -q list --sort -revenue|$tmp/profiles
	END
}

# each FUNCTION: is called with the command and the input of each run.
each() {
	runs > "$tmp/runs"
	while IFS='|' read -r command input <&3; do
		"$1" "$command" "$input"
	done 3< "$tmp/runs"
}

done_testing() {
	exit $bad
}
