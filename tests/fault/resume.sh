# --resume: nothing lost, and nothing doubled but by kills, whatever happens to the files and to us.
# TRIALS (default 50) kills at random moments; SEED chooses them.
. tests/fault/lib.sh
logs=$tmp/logs
mkdir "$logs"
cd "$logs" || exit 1

# line N...: lines of a log, each of its own.
line() {
	for n in "$@"; do
		printf '192.0.2.%d - - [01/Mar/2024:09:30:%02d +0000] "GET /page/%d HTTP/1.1" 200 5 "-" "Mozilla/5.0"\n' \
			$((n % 250)) $((n % 60)) "$n"
	done
}

# resume FILE...: one run; what it read is appended to all.
runs=0
resume() {
	runs=$((runs + 1))
	expect 0 "cdp-ingest -s access --resume state -o out.$runs $*"
	[ ! -e "out.$runs" ] || grep . "out.$runs" >> all
}

# new N: so many records came out of the last run.
new() { [ "$(grep -c . "out.$runs")" = "$1" ] || fail "$(grep -c . "out.$runs") new records, wanted $1 ($2)"; }

# whole FILE...: all that came is what one run over FILEs gives.
whole() {
	cdp-ingest -q -s access "$@" | sort > wanted
	sort all | cmp -s - wanted || fail "the outputs together are not one run over $*"
}

# An unfinished line waits; the state is ours alone.
line 1 2 > access.log
line 3 | head -c 40 >> access.log
resume access.log
new 2 "a line without its end waits"
said "40 left for the next run"
[ "$(stat -c %a state)" = 600 ] || fail "the state's mode is $(stat -c %a state)"
resume access.log
new 0 "nothing was added"
line 3 | tail -c +41 >> access.log
line 3 >> access.log
resume access.log
new 2 "the rest of the line, and an equal one"
# Renamed; the old file gets lines yet.  Any order of operands.
line 4 >> access.log
mv access.log access.log.1
line 5 >> access.log.1
line 6 > access.log
resume access.log access.log.1
new 3 "renamed"
# Compressed, the next one renamed.
line 7 >> access.log.1
gzip access.log.1
mv access.log.1.gz access.log.2.gz
mv access.log access.log.1
line 8 > access.log
resume access.log.1 access.log.2.gz access.log
new 2 "compressed with a line nobody had read"
gzip -c access.log.1 | head -c 60 > access.log.1.gz
expect 3 "cdp-ingest -s access --resume state -o never access.log.1.gz access.log"
said "the file is cut"
rm access.log.1.gz
zstd -q --rm access.log.1
resume access.log access.log.1.zst access.log.2.gz
new 0 "compressed otherwise"
# Copied and truncated, and grown beyond what was read before the next run.
line 9 >> access.log
cp access.log access.log.0
line 10 11 12 13 14 > access.log
resume access.log.0 access.log access.log.1.zst access.log.2.gz
new 6 "copied and truncated"
# A copy under a new name, and the file itself put back with another inode.
cp access.log copy.log
cp access.log back && mv back access.log
line 15 >> access.log
resume copy.log access.log
new 1 "copied and restored"
# A copy made before its file grew.
cp access.log access.log.bak
line 18 >> access.log
mv access.log access.log.5
line 19 > access.log
resume access.log access.log.5
new 2 "before the copy is looked at"
# It holds less than was read, so nothing tells it from another file: its records come once more, with the ids they had.
expect 0 "cdp-ingest -q -s access --resume state -o twice access.log.bak access.log access.log.5"
sort -u all twice > both
sort -u all | cmp -s - both || fail "a copy from before has other records"
[ "$(grep -c . twice)" = 6 ] || fail "$(grep -c . twice) records of a copy from before, wanted 6"
mv access.log.5 access.log
rm access.log.bak
# Written anew in its place, with the same length: another text.
sed 's/page/pagf/' access.log > other && cat other > access.log
resume access.log
new 7 "rewritten in place"
line 10 11 12 13 14 15 18 > before.log
line 19 > nineteen.log
whole access.log.2.gz access.log.1.zst access.log.0 before.log nineteen.log access.log

# long LINE...: runs over a file that gets longer at the line numbers given.
long() {
	rm -f state* part.* more
	n=0
	for lines in "$@"; do
		n=$((n + 1))
		head -n "$lines" whole.log > long.log
		expect 0 "cdp-ingest -q --max-rejects 9 --resume state -o part.$n long.log"
	done
	cdp-ingest -q -s long --max-rejects 9 whole.log 2> /dev/null > wanted
	cat part.* | grep . | cmp -s - wanted || fail "$# runs over $what are not one"
}

# With directives that change what a row is, and with records of several lines.
for what in w3c csv; do
	if [ $what = w3c ]; then
		awk 'BEGIN { for (i = 0; i < 4000; i++) {
			if (i % 900 == 0) print i % 1800 ? "#Fields: time cs-uri-stem sc-status\n#Date: 2024-03-02" : \
				"#Fields: date time sc-status cs-uri-stem\n#Date: 2024-03-01"
			t = sprintf("09:%02d:%02d", i / 60 % 60, i % 60 / 7)
			if (i % 1800 < 900) print "2024-03-01", t, "200 /a"; else print t, "/b 200" } }' > whole.log
	else
		awk 'BEGIN { print "order_id,date,note"; for (i = 0; i < 4000; i++)
			printf i % 3 ? "A%d,13/02/2024,plain\n" : i == 3999 ? "B,xx/02/2024,bad\n" : "A%d,14/02/2024,\"two\nlines\"\n", i / 7 }' > whole.log
	fi
	all=$(wc -l < whole.log)
	long 1000 3001 3002 3500 "$all"
	echo worse >> long.log
	expect 0 "cdp-ingest --resume state --max-rejects 9 --rejects rejects -o more long.log; cat rejects.why"
	grep -q '"line":'$((all + 1)), "$tmp/out" || fail "the line is wrong: $(cat "$tmp/out")"
done
rm -f state* long.log whole.log
line 10 11 12 13 14 15 > access.log
resume access.log

# What cannot be followed, and states that cannot be used.
cp state good
again="cdp-ingest --resume state -o never"
expect 2 "$again < access.log"
said "follows files: name them"
expect 2 "$again -"
said "standard input has no position"
mkfifo pipe
expect 2 "(cat access.log > pipe & $again pipe)"
said "pipe: --resume follows regular files"
expect 2 "$again --preview access.log"
expect 2 "cdp-ingest --final access.log"
# A state that cannot be written is refused before anything is read.
expect 2 "cdp-ingest --resume state.xlsx -o never access.log"
said "'state.xlsx' is a workbook by its name"
grep -q "rows =" "$tmp/err" && fail "the files were read in vain"
for damage in "echo '{\"type\":\"track\"}'" : "head -c 100 good" "sed 's/cdp-resume 2/cdp-resume 1/' good" \
	"sed 's/\"offset\":\"/&x/' good"; do
	eval "$damage" > state
	expect 3 "$again access.log"
	said "'state' is no state of --resume that this version can read: name another file, or bring back a good copy"
done
# A position that was changed fits no text: the file is read from its beginning.
sed 's/"offset":"\([0-9]\)/"offset":"1\1/' good > state
touch access.log
expect 0 "cdp-ingest -s access --resume state -o changed access.log"
cdp-ingest -q -s access access.log | cmp -s - changed || fail "a changed position gave other records"
[ ! -e never ] || fail "a run that failed left its output"
cp good state
# Two runs at once: the second does not wait.
exec 8> state.lock
flock 8
expect 3 "$again access.log"
said "another run is using the state 'state'"
exec 8>&-
# An output that may not have been fetched is not replaced.
line 16 >> access.log
echo kept > never
expect 3 "$again access.log"
said "'never' exists and may hold what an earlier run read"
[ "$(cat never)" = kept ] || fail "an output was replaced"
rm never
# Failed runs commit nothing; a rerun gives everything.
cmp -s state good || fail "a run that failed changed the state"
expect 3 "cdp-ingest --resume state --stats /dev/full -o never access.log"
expect 3 "cdp-ingest --resume state access.log > /dev/full"
expect 3 "cdp-ingest --resume state -o missing/never access.log"
echo 'no line of a log' >> access.log
line 17 >> access.log
expect 3 "cdp-ingest --resume state --strict -o never access.log"
expect 3 "cdp-ingest --resume state -o never access.log"
said "more than 10%"
cmp -s state good && [ ! -e never ] || fail "a run that failed changed the state"
expect 0 "cdp-ingest --resume state --max-rejects 1 -o rest access.log"
[ "$(grep -c . rest)" = 2 ] || fail "the rerun gave $(grep -c . rest) records"
cdp-ingest -q -s access --max-rejects 1 access.log 2> /dev/null | tail -n 2 | cmp -s - rest ||
	fail "the rerun gave other records"
# A full disk and a folder that cannot be written, where the state should go.
if [ "$(id -u)" != 0 ]; then
	mkdir closed
	cp state closed/state
	: > closed/state.lock
	chmod 555 closed
	expect 3 "cdp-ingest --resume closed/state -o never access.log"
	[ ! -e never ] || fail "an output without its state"
fi
expect 3 "cdp-ingest --resume missing/state -o never access.log"
said "missing/state"
cp state good
expect 0 "(ulimit -f 0; trap '' XFSZ; cdp-ingest --resume state access.log 2>&1 > /dev/null) |
	grep -q \"cannot write to 'state': File too large\""
cmp -s state good || fail "a state that could not be written was changed"
ls -A | grep '\.tmp$' && fail "something is left behind"
cd - > /dev/null || exit 1

# Killed -9 before each of its steps, in a soak before each of the next run's, too.
library=$tmp/kill_at.so
${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o "$library" tests/fault/kill_at.c || fail "kill_at.c does not build"
# A step that fails, as on a full disk (a close among them: network disks say "full" only then): the run ends
# with 3, or has only failed to tidy up, and the next one gives all that its state does not know.
mkdir "$tmp/steps" && cd "$tmp/steps" || exit 1
line 1 2 3 > access.log
for step in $(seq 1 40); do
	rm -f state* .state* out.*
	LD_PRELOAD=$library FAIL_AT=$step cdp-ingest -q -j 1 --resume state -o out.1 access.log 2> err
	status=$?
	[ $status = 0 ] || [ $status = 3 ] || fail "step $step fails: exit $status"
	expect 0 "cdp-ingest -q --resume state -o out.2 access.log"
	found=$(cat out.* | sort -u | grep -c .)
	[ "$found" = 3 ] || fail "step $step fails: exit $status, and $found of 3 records ($(cat err))"
done
cd - > /dev/null || exit 1
[ "${TRIALS:-0}" -ge 1000 ] && pairs=yes || pairs=no
python3 tests/fault/resume_steps.py "$library" $pairs || fail "killed steps"

# Killed -9 at random moments.
seed=${SEED:-$(date +%s)}
python3 tests/fault/resume_kill.py "${TRIALS:-50}" "$seed" || fail "killed runs"
done_testing
