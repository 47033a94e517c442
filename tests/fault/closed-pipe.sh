# A reader that closes early ends us silently; where SIGPIPE is ignored it is a failure.
. tests/fault/lib.sh
big 20000
for command in "cdp-ingest -q -s shop --map 'event=\"Order Completed\"' $tmp/big.csv" "cdp-merge -q $tmp/big.events"; do
	bash -c "set -o pipefail; $command | head -c 100 > /dev/null" 2> "$tmp/err"
	[ $? = 141 ] || fail "not ended by SIGPIPE: $command"
	[ ! -s "$tmp/err" ] || fail "not silent: $(cat "$tmp/err")"
	bash -c "trap '' PIPE; set -o pipefail; $command | head -c 100 > /dev/null" 2> "$tmp/err"
	[ $? = 3 ] || fail "EPIPE is not a failure: $command"
	said "Broken pipe"
done
done_testing
