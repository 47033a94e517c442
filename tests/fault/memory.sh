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
done_testing
