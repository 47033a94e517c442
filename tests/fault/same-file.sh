# Where an output would take the place of another one, or of what is read, nothing is
# written: whatever the name, in all tools.
. tests/fault/lib.sh
cd "$tmp" || exit 1
cp events in.events
cp profiles customers
sum() { cat in.events customers rules scheme | cksum; }
echo 'vip = revenue > 10' > rules
echo 'limit email = 3' > scheme
before=$(sum)

# refused TEXT COMMAND: a usage error that says TEXT, and nothing has changed.
refused() {
	expect 2 "$2"
	said "$1"
	said "name "
	[ "$(sum)" = "$before" ] || fail "files changed: $2"
	for left in .cdp-* new new.why; do
		[ ! -e "$left" ] || fail "left behind: $left: $2"
	done
}

# Two outputs, of the same name or another one.
ln -s new link
ln -s ./link chain
mkdir dir && ln -s .. dir/up
for other in new ./new link chain dir/../new dir/up/new; do
	refused "--unidentified and --stats both write" "cdp-merge in.events -u new --stats $other"
	refused "--output and --stats both write" "cdp-segment -r rules customers --stats $other -o new"
	refused "--rejects and --stats both write" "cdp-ingest in.events --rejects new --stats $other"
done
refused "--excluded and --output both write" "cdp-merge in.events --exclude rules --excluded new -o new"
refused "--changes and --output both write" "cdp-merge in.events --changes new -o new"
refused "--output and --rejects both write 'new.why'" "cdp-churn customers -o new.why --rejects new"
refused "--save-model and --output both write" "cdp-churn customers --save-model new -o new"
refused "--ledger and --model both write" "cdp-merge in.events --match both --ledger new --model new"
echo old > one && ln one two
refused "--unidentified and --output both write" "cdp-merge in.events -u one -o two"
[ "$(cat one two)" = "old
old" ] || fail "hard links changed"
refused "both write to standard output" "cdp-merge in.events -u -"
refused "both write to standard output" "cdp-segment -r rules customers --stats -"
refused "standard output is the file of --stats" "cdp-merge in.events --stats out > out"

# An output and what an option reads.
refused "--output writes 'scheme', which --rules reads" "cdp-merge in.events --rules scheme -o scheme"
refused "which --rules reads" "cdp-segment -r rules customers -o dir/up/rules"
refused "--output writes 'boxes', which --segments reads" "cdp-segment --rfm --segments boxes customers -o boxes"
refused "which --mapping reads" "cdp-ingest -m rules in.events --stats rules"
refused "--output writes './customers', which --unidentified reads" "cdp-report customers --unidentified customers -o ./customers"

# An output and an operand, or what stands on stdin.
refused "--output would replace 'in.events', which is read" "cdp-ingest in.events -o in.events"
refused "--output would replace 'in.events', which is read" "cdp-ingest -o in.events < in.events"
refused "--output would replace 'in.events', which is read" "cdp-merge ./in.events -o in.events"
refused "--stats would replace 'customers', which is read" "cdp-merge --full-events customers --stats customers"
refused "--output would replace 'customers', which is read" "cdp-report overview customers -o customers"
refused "--output would replace 'in.events', which is read" "cdp-ingest /dev/stdin -o in.events < in.events"

# What is written into a file without a name of its own would be read again, without an end.
ln in.events hard
reads="standard output goes into 'in.events', which is read"
refused "$reads" "cdp-ingest in.events >> in.events"
refused "$reads" "cdp-ingest in.events 1<> in.events"
refused "$reads" "cdp-ingest --suggest in.events >> in.events"
refused "standard output goes into 'hard', which is read" "cdp-merge hard >> in.events"
refused "standard output goes into standard input, which is read" "cdp-merge < in.events >> in.events"
refused "standard output goes into '/dev/stdin', which is read" "cdp-merge /dev/stdin < in.events >> in.events"
refused "--output goes into 'in.events', which is read" "cdp-merge in.events -o /dev/stdout >> in.events"
refused "--output goes into 'in.events', which is read" "cdp-merge in.events -o /dev/fd/3 3>> in.events"
refused "--stats goes into 'customers', which is read" "cdp-segment -r rules customers --stats /proc/self/fd/3 3>> customers"
refused "--rejects goes into 'customers', which is read" "cdp-churn customers --rejects /dev/fd/3 -o new 3>> customers"
refused "standard output goes into 'customers', which is read" "cdp-segment -r rules customers >> customers"
refused "standard output goes into 'customers', which is read" "cdp-churn customers >> customers"
for report in "" overview list fields events ids; do
	refused "standard output goes into 'customers', which is read" "cdp-report $report customers >> customers"
done
refused "standard output goes into 'rules', which is read" "cdp-segment -r rules customers >> rules"
refused "standard output goes into 'scheme', which is read" "cdp-merge --rules scheme in.events >> scheme"
# Messages are in the file then, but nothing else, and the run has ended.
for run in "cdp-ingest -q in.events" "cdp-merge in.events" "cdp-report in.events"; do
	cp in.events saved
	sh -c "$run -o new 2>> in.events"
	[ $? = 2 ] || fail "messages go into what is read: $run"
	grep -q "standard error goes into 'in.events', which is read" in.events || fail "no message: $run"
	[ ! -e new ] || fail "left behind: new: $run"
	cat saved > in.events
done
rm hard saved
# Another file that the shell has opened is fine.
expect 0 "cdp-merge -q in.events >> merged && cdp-merge -q in.events -o /dev/fd/3 3>> merged"
[ "$(sort -u merged | wc -l)" = "$(($(wc -l < merged) / 2))" ] || fail "a file that is appended to: $(wc -l < merged) lines"
expect 0 "cdp-report overview customers -o overview && cdp-report overview customers -o overview"

# Profiles that keep all that was read may take its place; devices take everything.
expect 0 "cdp-segment -q -r rules customers -o customers && cdp-churn -q customers -o customers"
grep -q '"segments":\["vip"\]' customers || fail "in place: no segments"
grep -q '"scores"' customers || fail "in place: no scores"
expect 0 "cdp-merge -q --full-events in.events -o full && cdp-merge -q --full-events full -o again && cmp full again"
expect 0 "cdp-merge -q --full-events full -u strangers -o full && cmp full again"
expect 0 "cdp-merge -q --full-events full strangers -u strangers -o full && cmp full again"
expect 0 "cdp-merge -q in.events -u /dev/null --stats /dev/null -o /dev/null"
expect 0 "cdp-merge -q in.events --stats /dev/stderr -u /dev/stderr"
done_testing
