# Law 7: a small --memory spills and changes no byte; kill -9 leaves no file behind.
. tests/fault/lib.sh
big 30000
mkdir "$tmp/scratch"
export TMPDIR="$tmp/scratch"
cdp-merge -q "$tmp/big.events" > "$tmp/want"
expect 0 "cdp-merge -q --memory 1M $tmp/big.events | cmp - $tmp/want"
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
done_testing
