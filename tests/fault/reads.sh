# A file that cannot be opened or read for want of descriptors, or since the disk is broken, is named with that reason
# and ends the run with 3, whatever it is read for; a signal in between changes nothing.
. tests/fault/lib.sh
library=$tmp/kill_at.so
${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o "$library" tests/fault/kill_at.c || fail "kill_at.c does not build"
cd "$tmp" || exit 1
EINTR=4 EIO=5 EMFILE=24
echo 0123456789abcdef0123456789abcdef > the.key && chmod 600 the.key
echo 'vip = revenue > 10' > the.segments
echo 'limit email = 3' > the.rules
echo email=nobody@example.com > the.list
echo '# ours' > the.ledger
echo 'city = City' > the.map
expect 0 "cdp-churn -q profiles --save-model the.model"

# reads PART COMMAND: PART is of the path of a file that COMMAND reads.
reads() {
	preload="LD_PRELOAD=$library ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0"
	expect 0 "$2 > wanted"
	for call in OPEN_FAILS READ_FAILS; do
		expect 0 "$preload $call=$1 FAILS_WITH=$EINTR $2 > got"
		cmp -s wanted got || fail "an interrupted call makes another output: $call $2"
	done
	expect 3 "$preload OPEN_FAILS=$1 FAILS_WITH=$EMFILE $2 > got"
	said "Too many open files"
	said "${1##*/}"
	expect 3 "$preload READ_FAILS=$1 FAILS_WITH=$EIO $2 > got"
	said "Input/output error"
	said "${1##*/}"
}

reads zoneinfo/Europe/Berlin "cdp-report -q overview --tz Europe/Berlin profiles"
reads the.key "cdp-merge -q --id-key-file the.key events"
reads the.segments "cdp-segment -q -r the.segments profiles"
reads the.rules "cdp-merge -q --rules the.rules events"
reads the.list "cdp-merge -q --exclude the.list events"
reads the.ledger "cdp-merge -q --ledger the.ledger --review 1 --match both events"
reads the.map "cdp-ingest -q -s shop -m the.map --suggest $demo/orders.csv"
reads the.model "cdp-churn -q --model the.model profiles"
reads events "cdp-merge -q events"
done_testing
