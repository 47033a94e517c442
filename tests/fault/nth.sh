# Each call for memory, reading, writing, opening, closing, syncing, naming and mapping fails once, in small commands of
# every tool: nth.py says what must hold.  MOST (default 6): so many of each kind and command; 0: all.
. tests/fault/lib.sh
if ldd "$B/cdp-merge" | grep -q 'lib[at]san'; then
	echo "a sanitizer's own malloc() stands in the way of one that fails"
	exit 77
fi
python3 tests/fault/nth.py "$B/tests/fault/fail_nth.so" "${MOST:-6}"
