# Lines and records beyond 64 MiB are told clearly, and cost no more memory than that.
. tests/fault/lib.sh

# long BEFORE BEHIND: the line of a file that is too long.
long() {
	printf '%s' "$1"
	head -c 100000000 /dev/zero | tr '\0' x
	printf '%s\n' "$2"
}

# The line is rejected by its number and kept as it is; the rest goes on.
costs_itself() {
	expect 0 "cdp-ingest -s x --map 'event=\"e\"' --max-rejects 1 --rejects $tmp/bad $tmp/$1"
	said "$1:$2: a line is longer than 64 MiB"
	said "1 rejected"
	[ "$(grep -c '"source":"x"' "$tmp/out")" = "$3" ] || fail "$1: not $3 records"
	sed -n "$2p" "$tmp/$1" | cmp -s - "$tmp/bad" || cmp -s "$tmp/bad" "$tmp/$1.bad" ||
		fail "$1: the rejects are not what they should be"
}

(echo a,b; echo 1,2; long 1, ''; echo 3,4) > "$tmp/line.csv"
(echo a,b; sed -n 3p "$tmp/line.csv") > "$tmp/line.csv.bad"
costs_itself line.csv 3 2
expect 0 "cdp-ingest -q --map 'event=\"e\"' --max-rejects 1 $tmp/bad"
rm "$tmp"/line.csv*
(echo '{"a":1}'; long '{"a":"' '"}'; echo '{"a":2}') > "$tmp/line.ndjson"
costs_itself line.ndjson 2 2
case $B in
*asan* | *tsan*) ;;
*) expect 0 "ulimit -v 700000; exec cdp-ingest -q -j 1 --max-rejects 1 $tmp/line.ndjson" ;;
esac
rm "$tmp"/line.ndjson*
request='192.0.2.1 - - [17/May/2024:10:05:03 +0000] "GET /'
(echo "$request HTTP/1.1\" 200 5"; long "$request" ' HTTP/1.1" 200 5'; echo "$request HTTP/1.1\" 200 6") > "$tmp/line.log"
costs_itself line.log 2 2
rm "$tmp"/line.log* "$tmp"/bad*

# The first line says what a file is.
long a b > "$tmp/first.csv"
expect 3 "cdp-ingest -q -s x $tmp/first.csv"
said "first.csv:1: a line is longer than 64 MiB: is this a text file with line ends?"
rm "$tmp/first.csv"

# A document may well be one line, as long as it likes.
(printf '[{"a":0}'; yes ',{"a":"some text that makes it long"}' | head -n 2500000 | tr -d '\n'; echo ']') > "$tmp/one.json"
expect 0 "cdp-ingest -s x $tmp/one.json"
said "2500001 rows = 2500001 mapped"
rm "$tmp/one.json"

# A quote that does not close costs its line; the others are rows again.
(echo a,b; echo '1,"open'; yes '2,some text behind an open quote' | head -n 2300000) > "$tmp/open.csv"
expect 1 "cdp-ingest -s x --map 'event=\"e\"' $tmp/open.csv"
said "open.csv:2: a quote that is opened here is never closed"
said "2300001 rows = 2300000 mapped + 0 folded + 0 duplicate + 1 rejected"
(printf '['; printf '{"a":"'; head -c 68000000 /dev/zero | tr '\0' x; printf '"},{"a":1}]') > "$tmp/long.json"
expect 3 "cdp-ingest -q -s x $tmp/long.json"
said "64 MiB"
done_testing
