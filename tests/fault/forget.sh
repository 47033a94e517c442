# cdp-forget killed or failing at any step leaves each file whole, old or new; what changes meanwhile is noticed.
. tests/fault/lib.sh
library=$tmp/kill_at.so
${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o "$library" tests/fault/kill_at.c || fail "kill_at.c does not build"
python3 tests/fault/forget_steps.py "$library" > "$tmp/out" 2>&1 || fail "steps: $(cat "$tmp/out")"

# A full disk: as a process sees it that may not write so much, and as a file system that has no more room.
cd "$tmp" || exit 1
for i in $(seq 4000); do echo "line $i of a log that is longer than a process may write, ann@example.com"; done > log
echo jane@example.com >> log
cp log before
expect 1 "trap '' XFSZ; ulimit -f 16; cdp-forget -q -r email=jane@example.com log"
said "cannot write"
cmp -s log before || fail "a full disk has changed the file"
[ "$(find . -name '*.cdp-tmp')" = "" ] || fail "left behind: $(find . -name '*.cdp-tmp')"
expect 3 "cdp-forget -q -r email=jane@example.com log > /dev/full"
said "No space left on device"
cp before log

# What may not be written stays: a folder (root may), and a file.
if [ "$(id -u)" != 0 ]; then
	mkdir closed && cp before closed/log && chmod 555 closed
	expect 1 "cdp-forget -q -r email=jane@example.com closed/log"
	said "cannot create"
	chmod 755 closed
fi
chmod 444 log
if [ "$(id -u)" != 0 ]; then
	expect 1 "cdp-forget -q -r email=jane@example.com log"
	said "Permission denied"
fi
chmod 644 log
printf '\037\213\010cut' > cut.gz
expect 1 "cdp-forget -q -r email=jane@example.com log cut.gz"
said "cut.gz"
[ "$(wc -l < log)" = 4000 ] || fail "the other file was not done"
done_testing
