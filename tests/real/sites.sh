# Restaurants and Chicago's early-childhood sites, real and dirty: pairwise F1 of matching at default settings.
# Floors a little below what was measured when this was written: 0.843 and 0.913.
. tests/real/lib.sh
need identity/restaurant_nophone.csv identity/chicago_sites_true_ids.csv

# events SET: its records into $tmp/events, its labels into $tmp/labels
events() {
	python3 - "$CDP_DATA/identity" "$1" "$tmp" <<'PY' || fail "$1: events"
import csv, json, sys
folder, name, out = sys.argv[1:]
if name == "restaurants":
    rows = csv.DictReader(open(f"{folder}/restaurant_nophone.csv", encoding="utf-8"), skipinitialspace=True)
    found = [(r["unique_id"].strip("' "), {k: r[k] for k in ("name", "address", "city")}) for r in rows]
else:
    rows = csv.DictReader(open(f"{folder}/chicago_sites_true_ids.csv", encoding="utf-8", errors="replace"))
    found = [(r["True Id"], {"name": r["Site name"], "address": r["Address"], "postcode": r["Zip"], "phone": r["Phone"]}) for r in rows]
with open(f"{out}/events", "w") as events, open(f"{out}/labels", "w") as labels:
    labels.write("record,person\n")
    for i, (truth, traits) in enumerate(found):
        traits = {k: " ".join(v.split()) for k, v in traits.items() if v and v.strip()}
        events.write(json.dumps({"type": "identify", "id": str(i), "source": name, "traits": traits}) + "\n")
        labels.write(f"{name}/{i},{truth}\n")
PY
}

# f1 SET RECORDS LEAST
f1() {
	events "$1"
	cdp-merge -q --match fuzzy --no-events --eval "$tmp/labels" --stats "$tmp/stats" "$tmp/events" > /dev/null || fail "$1: merge"
	python3 - "$tmp/stats" "$@" <<'PY' || bad=1
import json, sys
told = json.load(open(sys.argv[1]))["eval"]
f = told["pairwise"]["f1"]
print(f"{sys.argv[2]}: precision {told['pairwise']['precision']}, recall {told['pairwise']['recall']}, F1 {f}, B-cubed F1 {told['b_cubed']['f1']}")
sys.exit(told["labels"] != int(sys.argv[3]) or f < float(sys.argv[4]))
PY
}

f1 restaurants 864 .83
f1 chicago 3337 .90
done_testing
