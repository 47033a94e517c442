# Lines and records beyond 64 MiB are told clearly, and cost no more memory than that.
. tests/fault/lib.sh
(echo a,b; printf '1,'; head -c 68000000 /dev/zero | tr '\0' x; echo; echo 1,2) > "$tmp/line.csv"
expect 3 "cdp-ingest -q -s x $tmp/line.csv"
said "line.csv:2: a line is longer than 64 MiB"
# A quote that does not close costs its line; the others are rows again.
(echo a,b; echo '1,"open'; yes '2,some text behind an open quote' | head -n 2300000) > "$tmp/open.csv"
expect 1 "cdp-ingest -s x $tmp/open.csv"
said "open.csv:2: a quote that is opened here is never closed"
said "2300001 rows = 2300000 mapped + 0 folded + 0 duplicate + 1 rejected"
(printf '['; printf '{"a":"'; head -c 68000000 /dev/zero | tr '\0' x; printf '"},{"a":1}]') > "$tmp/long.json"
expect 3 "cdp-ingest -q -s x $tmp/long.json"
said "64 MiB"
done_testing
