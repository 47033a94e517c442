# A standard stream that is closed: messages never get into the output, no output is lost in
# silence, and a closed stdin is no empty one.
. tests/fault/lib.sh

closed() {
	expect 0 "$1 $2 > $tmp/want"
	for streams in '<&-' '2>&-' '<&- 2>&-'; do
		expect 0 "$1 $2 $streams > $tmp/got"
		cmp -s "$tmp/want" "$tmp/got" || fail "another output: $1 $2 $streams"
	done
	for streams in '2>&-' '<&- >&-' '<&- 2>&-' '<&- >&- 2>&-'; do
		rm -f "$tmp/got"
		expect 0 "$1 $2 -o $tmp/got --stats $tmp/stats $streams"
		cmp -s "$tmp/want" "$tmp/got" || fail "another output: $1 $2 -o FILE $streams"
	done
	for streams in '>&-' '<&- >&-' '>&- 2>&-' '<&- >&- 2>&-'; do
		expect 3 "$1 $2 $streams"
	done
	expect 3 "$1 <&-"
	said "<stdin>: cannot read: Bad file descriptor"
}

each closed
done_testing
