# Law 10: a run that fails leaves its messages, and --stats; every other file that an option names is as
# it was, in all tools, whatever it was that failed.
. tests/fault/lib.sh
read="--decide --format --mapping --schema --key-file --id-key-file --ua-regexes --crawlers --channels
	--sites --rules --eval --exclude --segments --rates --costs --thresholds --previous --since --unidentified:cdp-report --model:cdp-churn --resume --products --stock --suppress --suppress-key --state --secrets --lexicon"

# Inputs of which too many lines are bad, and such that end in the middle of one.
bad_line='{"type":"track",,}'
for kind in events profiles; do
	(for i in $(seq $(wc -l < "$tmp/$kind")); do echo "$bad_line"; done; cat "$tmp/$kind") > "$tmp/spoiled.$kind"
	head -c -9 "$tmp/$kind" > "$tmp/cut.$kind"
done
echo email=nobody@example.com > "$tmp/leaving"
cdp-segment -q --rfm "$tmp/profiles" -o "$tmp/segmented"
(umask 077 && echo 0123456789abcdef0123456789abcdef > "$tmp/key")
cdp-merge -q --tombstones "$tmp/tombstones" --suppress-key "$tmp/key" "$tmp/events" > /dev/null

command_of() {
	case $1 in
	cdp-ingest) echo "cdp-ingest -q" ;;
	cdp-merge) echo "cdp-merge -q --match both --exclude $tmp/leaving" ;;
	cdp-segment) echo "cdp-segment -q --rfm --clusters 3" ;;
	cdp-activate) echo "cdp-activate -q --to csv --assume-consent" ;;
	*) echo "$1 -q" ;;
	esac
}

kind_of() {
	case $1 in
	cdp-ingest | cdp-merge) echo events ;;
	*) echo profiles ;;
	esac
}

# Yesterday's file, which for options that read it, too, says what they understand.
yesterday() {
	case $1 in
	--ledger) echo "# of yesterday" ;;
	--tombstones) cat "$tmp/tombstones" ;;
	*) echo "of yesterday" ;;
	esac
}

# untouched OPTION COMMAND INPUT: exit 3, and OPTION's file as it was, or not there.
untouched() {
	rm -rf "$tmp/dir"
	mkdir "$tmp/dir"
	if [ "$1" != --model ]; then
		yesterday $1 > "$tmp/dir/file"
		[ $1 != --rejects ] || yesterday $1 > "$tmp/dir/file.why"
		expect 3 "$2 $1 $tmp/dir/file $3 > /dev/null"
		for file in "$tmp"/dir/*; do
			[ "$(cat "$file")" = "$(yesterday $1)" ] || fail "changed: $2 $1 $3"
		done
		rm "$tmp"/dir/*
	fi
	expect 3 "$2 $1 $tmp/dir/file $3 > /dev/null"
	[ -z "$(ls -A "$tmp/dir")" ] || case "$1 $3" in
	"--rejects $tmp/spoiled"*) ;;
	*) fail "left behind: $2 $1 $3: $(ls -A "$tmp/dir")" ;;
	esac
}

for tool in cdp-ingest cdp-merge cdp-segment cdp-churn cdp-recommend cdp-activate cdp-report; do
	kind=$(kind_of $tool)
	command=$(command_of $tool)
	"$tool" --list-options | awk -F '\t' '$3 ~ /FILE|STATE/ {print $1}' > "$tmp/options"
	count=0
	while read -r option <&3; do
		case " $(echo $read) " in
		*" $option "* | *" $option:$tool "*) continue ;;
		esac
		[ $option != --stats ] || continue
		command=$(command_of $tool)
		[ $tool$option != cdp-segment--changes ] || command="$command --previous $tmp/segmented"
		[ $tool$option != cdp-activate--removals ] || command="$command --state $tmp/state"
		[ $option != --tombstones ] || command="$command --suppress-key $tmp/key"
		count=$((count + 1))
		untouched $option "$command" "$tmp/spoiled.$kind"
		untouched $option "$command --strict" "$tmp/spoiled.$kind"
		[ $tool = cdp-ingest ] || untouched $option "$command" "$tmp/cut.$kind"
		# The output itself is on a full disk; a summary stands in its place.
		[ $option = --output ] || [ $option = --partial ] || untouched $option "$command" "$tmp/$kind -o /dev/full"
	done 3< "$tmp/options"
	[ $count -ge 2 ] || fail "$tool: $count options that write"
done

# What shows why: the figures, and the rejects, unless they cost those of an earlier run.
cd "$tmp" || exit 1
rm -rf dir && mkdir dir
expect 3 "cdp-merge -q --rejects dir/bad --stats dir/stats -o dir/out spoiled.events"
said "no output was written"
grep -q '"status": 3' dir/stats || fail "no --stats of a failed run"
[ "$(sort -u dir/bad)" = "$bad_line" ] || fail "the rejects of a failed run: $(head -n 2 dir/bad)"
[ -s dir/bad.why ] || fail "no reasons"
echo old > dir/bad
expect 3 "cdp-merge --rejects dir/bad -o dir/out spoiled.events"
said "'dir/bad' is as it was before"
[ "$(cat dir/bad)" = old ] || fail "rejects of an earlier run are lost"
rm dir/bad
expect 3 "cdp-merge --rejects dir/bad -o dir/out spoiled.events"
[ ! -e dir/bad ] || fail "rejects beside the reasons of an earlier run"
expect 3 "cdp-merge -q spoiled.events > /dev/null"
said "the output is left cut"

# Decisions of a list are no more in the ledger than pins are, and no good run before the end has them.
expect 0 "cdp-merge -q --match both --review 3 events > list"
(head -n 1 list; sed -n 2p list | sed 's/^[^,]*,/must-link,/') > answers
echo "# ours" > ledger
expect 3 "cdp-merge -q --ledger ledger --decide answers -o dir/out spoiled.events"
[ "$(cat ledger)" = "# ours" ] || fail "a failed run has decided: $(cat ledger)"

# Another file has got the ledger's name while a run read: a clear failure, nothing written.
mkfifo pipe
cdp-merge -q --ledger ledger -u dir/u -o dir/out pipe 2> err &
pid=$!
exec 9> pipe
cat events >&9
sleep 0.3
sed -i 's/ours/mine/' ledger
exec 9>&-
wait $pid
[ $? = 3 ] || fail "a ledger that was replaced: exit $?"
said "is another file than the one that this run read"
[ "$(cat ledger)" = "# mine" ] || fail "the ledger that was put there: $(cat ledger)"
[ ! -e dir/out ] && [ ! -e dir/u ] || fail "outputs in spite of the ledger"
expect 0 "cdp-merge -q --ledger ledger -o dir/out events"
grep -q '^# mine' ledger && grep -q '^pin ' ledger || fail "pins: $(head -n 3 ledger)"

# New files are their owner's alone; an old one keeps its mode; --stats is for everybody.
rm -rf dir && mkdir dir
expect 0 "umask 022; cdp-merge -q --match both --model dir/model --ledger dir/ledger -u dir/u --rejects dir/bad --stats dir/stats -o dir/out events"
[ "$(cd dir && stat -c '%a %n' * | grep -v '^600')" = "644 stats" ] || fail "modes: $(stat -c '%a %n' dir/*)"
expect 0 "cdp-report -q dir/out -o dir/report.html && cdp-churn -q dir/out --save-model dir/purchases -o dir/scored"
[ "$(cd dir && stat -c '%a %n' * | grep -v '^600')" = "644 stats" ] || fail "modes: $(stat -c '%a %n' dir/*)"
chmod 640 dir/out dir/u
expect 0 "cdp-merge -q -u dir/u -o dir/out events"
[ "$(stat -c %a dir/out dir/u | sort -u)" = 640 ] || fail "a mode was not kept"
done_testing
