# A signal in the middle of a run of each tool: the status says which, and nothing is left, neither
# an output nor a temporary beside it.
case $B in
*asan* | *tsan*) grace=1 ;;
*) grace=0.1 ;;
esac
. tests/fault/lib.sh
mkfifo "$tmp/pipe"
echo email=nobody@example.com > "$tmp/leaving"

# interrupt SIGNAL COMMAND INPUT OPTIONS STATUS: half of INPUT has been written when SIGNAL comes.
interrupt() {
	mkdir "$tmp/here"
	# The shell has its background commands ignore INT and QUIT.
	TMPDIR="$tmp/here" env --default-signal sh -c "ulimit -c 0; exec $2 $tmp/pipe -o $tmp/here/out --stats $tmp/here/stats $4" 2> "$tmp/err" &
	pid=$!
	exec 9> "$tmp/pipe"
	head -n "$(($(wc -l < "$3") / 2))" "$3" >&9
	sleep $grace
	kill -"$1" $pid
	exec 9>&-
	wait $pid 2> /dev/null
	got=$?
	[ $got = "$5" ] || fail "exit $got after SIG$1: $2"
	[ -z "$(ls -A "$tmp/here")" ] || fail "left after SIG$1: $(ls -A "$tmp/here"): $2"
	rm -r "$tmp/here"
}

every() {
	others="--rejects $tmp/here/rejects"
	case $1 in
	"cdp-merge -q") others="$others -u $tmp/here/strangers --exclude $tmp/leaving --excluded $tmp/here/excluded" ;;
	*both*) others="$others --model $tmp/here/model" ;;
	cdp-churn*) others="$others --save-model $tmp/here/model" ;;
	esac
	for signal in TERM:143 INT:130 HUP:129 QUIT:131; do
		interrupt ${signal%:*} "$1" "$2" "$others" ${signal#*:}
	done
}

each every
# A file that may not grow so far; and where that signal is ignored, a message.
big 20000
expect 153 "ulimit -c 0; ulimit -f 100; exec cdp-merge -q $tmp/big.events -o $tmp/large"
[ -z "$(ls -A "$tmp" | grep large)" ] || fail "left after SIGXFSZ: $(ls -A "$tmp")"
expect 3 "trap '' XFSZ; ulimit -f 100; exec cdp-merge -q $tmp/big.events -o $tmp/large"
said "File too large"
done_testing
