# No memory is a clear failure with status 3, and no output file appears.
case $B in
*asan* | *tsan*) echo "sanitizers need the address space"; exit 77 ;;
esac
. tests/fault/lib.sh
big 60000
expect 3 "ulimit -v 30000; exec cdp-merge -q -j 1 $tmp/big.events -o $tmp/p"
said "out of memory"
[ ! -e "$tmp/p" ] || fail "an output file appeared"
[ -z "$(find "$tmp" -name '.p.*')" ] || fail "a temporary was left"
# Wherever it ends, it is a message or a whole output; too little for the loader is its own matter.
scarce() {
	for size in $(seq 12000 6000 60000) $(seq 80000 60000 400000); do
		rm -f "$tmp/p"
		sh -c "ulimit -v $size; exec $1 $2 -j 2 -o $tmp/p" > "$tmp/out" 2> "$tmp/err"
		got=$?
		case $got in
		0) [ -e "$tmp/p" ] || fail "no output: $1 with $size KiB" ;;
		3) grep -q "out of memory" "$tmp/err" || fail "$(head -n 1 "$tmp/err"): $1 with $size KiB" ;;
		127) ;;
		*) fail "exit $got: $1 with $size KiB" ;;
		esac
		[ $got = 0 ] || [ -z "$(find "$tmp" -name '*.p.*' -o -name p)" ] || fail "left: $1 with $size KiB"
	done
}
each scarce
done_testing
