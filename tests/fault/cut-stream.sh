# Law 3: every reader of records notices that its writer died, and merge writes nothing.
. tests/fault/lib.sh
: > "$tmp/empty"
head -c -1 "$tmp/events" > "$tmp/e-newline"
head -c -20 "$tmp/events" > "$tmp/e-broken"
(head -c -20 "$tmp/events"; echo) > "$tmp/e-broken-line"
(head -n 1 "$tmp/events" | tr -d '\n'; cat "$tmp/events") > "$tmp/e-two"
for input in empty e-newline e-broken e-broken-line e-two; do
	expect 3 "cdp-merge -q $tmp/$input"
	[ ! -s "$tmp/out" ] || fail "cdp-merge wrote something of a cut stream"
	[ -s "$tmp/err" ] || fail "cdp-merge says nothing of a cut stream"
	expect 3 "cdp-merge -q $tmp/$input -o $tmp/never"
	[ ! -e "$tmp/never" ] || fail "cdp-merge -o left a file of a cut stream"
done
head -c -1 "$tmp/profiles" > "$tmp/p-newline"
head -c -20 "$tmp/profiles" > "$tmp/p-broken"
(head -c -20 "$tmp/profiles"; echo) > "$tmp/p-broken-line"
(head -n 1 "$tmp/profiles" | tr -d '\n'; cat "$tmp/profiles") > "$tmp/p-two"
for input in empty p-newline p-broken p-broken-line p-two; do
	for command in "cdp-segment -q -r $demo/segments.rules" "cdp-segment -q --rfm" "cdp-churn -q" "cdp-report overview" \
		"cdp-recommend --rules" "cdp-recommend -q" "cdp-recommend --evaluate" "cdp-activate -q --to csv --assume-consent"; do
		expect 3 "$command $tmp/$input"
		[ "$(tail -c 1 "$tmp/out")" ] || [ ! -s "$tmp/out" ] || fail "a whole output of a cut stream: $command"
		case $input in
		empty) said "the stream is empty: its writer failed" ;;
		p-newline | p-broken) said "the last line is cut: its writer did not end well" ;;
		esac
		expect 3 "cat $tmp/$input | $command"
	done
done
# A good operand does not hide a cut one.
expect 3 "cdp-segment -q -r $demo/segments.rules $tmp/profiles $tmp/empty"
# A run without a record writes one empty line, and every reader takes that.
echo 'order_id,time,user_id' > "$tmp/none.csv"
expect 0 "cdp-ingest -q $tmp/none.csv | cdp-merge -q | cdp-segment -q -r $demo/segments.rules | cdp-churn -q | od -c"
[ "$(awk 'NR == 1 {print $2}' "$tmp/out")" = '\n' ] || fail "an empty run is not one empty line"
# A writer that is killed leaves a cut stream behind.
big 20000
sh -c "cdp-ingest -q -s shop --map 'event=\"Order Completed\"' $tmp/big.csv --strict --map time=note" > "$tmp/cut" 2> /dev/null
[ $? = 3 ] || fail "--strict did not stop"
expect 3 "cdp-merge -q $tmp/cut"
done_testing
