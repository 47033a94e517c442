# csv-spectrum: every case must give the values of its JSON.
. tests/real/lib.sh
need hostile/csv-spectrum/csvs
for csv in "$CDP_DATA"/hostile/csv-spectrum/csvs/*.csv; do
	name=$(basename "$csv" .csv)
	cdp-ingest -q -s x "$csv" > "$tmp/events" 2> "$tmp/err" || fail "$name: exit $? $(cat "$tmp/err")"
	python3 - "$tmp/events" "$CDP_DATA/hostile/csv-spectrum/json/$name.json" "$name" <<'PY' || bad=1
import json, sys
want = [{k.strip().lower(): v for k, v in row.items() if v != ""} for row in json.load(open(sys.argv[2]))]
got = []
for line in open(sys.argv[1]):
    if line.strip():
        e = json.loads(line)
        row = {}
        for part in ("props", "traits", "ids"):
            row.update(e.get(part, {}))
        got.append({k: str(v) for k, v in row.items()})
def values(rows):
    return [sorted(r.values()) for r in rows]
if values(got) != values(want):
    print("FAIL:", sys.argv[3], got, "wanted", want)
    sys.exit(1)
PY
done
done_testing
