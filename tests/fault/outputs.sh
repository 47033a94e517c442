# Every option that names a file is known here: those that are written fail on a full disk, and on
# a folder, with status 3 and a message; a new one has to be put on one of the lists.
. tests/fault/lib.sh

read="--decide --format --mapping --schema --key-file --id-key-file --ua-regexes --crawlers --channels
	--sites --rules --eval --exclude --segments --rates --costs --thresholds --previous --since --unidentified:cdp-report --model --products --stock --suppress --suppress-key --state --secrets --lexicon"
# Kept beside a lock, or locked itself, or read before they are written: no device.
kept="--resume --ledger --tombstones"

# written OPTION COMMAND: on /dev/full and on a folder.
written() {
	expect 3 "$2 $1 /dev/full > /dev/null"
	said "No space left on device"
	expect 3 "$2 $1 $tmp > /dev/null"
	[ -s "$tmp/err" ] || fail "no message: $2 $1 a folder"
}

command_of() {
	case $1 in
	cdp-ingest) echo "cdp-ingest -q -s shop -m $demo/shop.map --max-rejects 5 $demo/orders.csv" ;;
	cdp-merge) echo "cdp-merge -q $tmp/events" ;;
	cdp-segment) echo "cdp-segment -q --rfm --clusters 3 $tmp/profiles" ;;
	cdp-activate) echo "cdp-activate -q --to csv --purpose none $tmp/profiles" ;;
	*) echo "$1 -q $tmp/profiles" ;;
	esac
}

echo email=nobody@example.com > "$tmp/leaving"
(umask 077 && echo 0123456789abcdef0123456789abcdef > "$tmp/key")
head -n 1 "$tmp/events" | sed 's/"ids":{[^}]*}/"ids":{}/' > "$tmp/stranger"
cdp-segment -q --rfm "$tmp/profiles" -o "$tmp/segmented"
{
	head -n 1 "$tmp/events"
	echo '{"type":"track",,}'
	head -n 1 "$tmp/events"
} > "$tmp/spoiled"
for tool in cdp-ingest cdp-merge cdp-segment cdp-churn cdp-recommend cdp-activate cdp-report; do
	"$tool" --list-options | awk -F '\t' '$3 ~ /FILE|STATE|SCHEME/ {print $1}' > "$tmp/options"
	while read -r option <&3; do
		command=$(command_of $tool)
		case " $(echo $read $kept) " in
		*" $option "* | *" $option:$tool "*) continue ;;
		esac
		case $option in
		--rejects) command="$command --max-rejects 5 $tmp/spoiled" ;;
		--removals) command="$command --state $tmp/state" ;;
		--excluded) command="$command --exclude $tmp/leaving" ;;
		--unidentified) command="$command $tmp/stranger" ;;
		--changes) [ $tool != cdp-segment ] || command="$command --previous $tmp/segmented" ;;
		esac
		written $option "$command"
	done 3< "$tmp/options"
done
expect 2 "cdp-merge -q --ledger /dev/full $tmp/events"
expect 3 "cdp-merge -q --tombstones $tmp --suppress-key $tmp/key $tmp/events > /dev/null"
said "is a directory"
expect 3 "cdp-merge -q --tombstones $tmp/none/list --suppress-key $tmp/key $tmp/events > /dev/null"
expect 3 "cdp-merge -q --match both --model $tmp/none/model $tmp/events > /dev/null"
done_testing
