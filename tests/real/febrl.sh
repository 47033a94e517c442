# Duplicates of known truth at default settings: pairwise F1 of matching.
. tests/real/lib.sh
need identity/febrl_dataset1.csv identity/splink_fake_1000.csv

# febrl FILE SOURCE: its records as events
febrl() {
	sed 's/, /,/g' "$CDP_DATA/identity/febrl_dataset$1.csv" |
		cdp-ingest -q -s "$2" --type identify --map id=rec_id --map traits.first_name=given_name \
			--map traits.last_name=surname --map traits.street_number=street_number \
			--map traits.address=address_1 --map traits.address_2=address_2 --map traits.city=suburb \
			--map traits.postcode=postcode --map traits.state=state --map traits.birth_date=date_of_birth \
			--map ids.ssn=soc_sec_id || fail "ingest $1"
}

# f1 NAME LEAST TRUTH: of the records in $tmp/events; TRUTH has lines "record person"
f1() {
	{
		echo record,person
		sed 's/.*"id":"\([^"]*\)".*"source":"\([^"]*\)".*/\1 \2\/\1/' "$tmp/events" | sort > "$tmp/keys"
		sort "$3" | join "$tmp/keys" - | sed 's/^[^ ]* \([^ ]*\) /\1,/'
	} > "$tmp/labels"
	for match in fuzzy both; do
		cdp-merge -q --match $match --eval "$tmp/labels" --stats "$tmp/stats" "$tmp/events" > "$tmp/profiles" ||
			fail "$1: merge"
		python3 - "$tmp/profiles" "$3" "$2" "$1, $match" "$tmp/stats" <<'PY' || bad=1
import collections, json, sys
truth = dict(line.split() for line in open(sys.argv[2]))
found = {}
for number, line in enumerate(open(sys.argv[1])):
    for event in json.loads(line)["events"]:
        found[event["id"]] = number
for alone, record in enumerate(truth.keys() - found.keys()):
    found[record] = -1 - alone
def pairs(groups):
    return sum(n * (n - 1) // 2 for n in collections.Counter(groups).values())
right = pairs((found[r], truth[r]) for r in truth)
f = 2 * right / (pairs(found.values()) + pairs(truth.values()))
if f < float(sys.argv[3]):
    print(f"FAIL: F1 of {sys.argv[4]} is {f:.5f}, wanted {sys.argv[3]}")
# --eval by itself, and here: two computations.
told = json.load(open(sys.argv[5]))["eval"]
sizes, cells, people = (collections.Counter(x) for x in (found.values(), ((found[r], truth[r]) for r in truth), truth.values()))
cubed = [sum(n * n / side[cell[k]] for cell, n in cells.items()) / len(truth) for k, side in ((0, sizes), (1, people))]
for name, got, wanted in (("F1", told["pairwise"]["f1"], f), ("B-cubed precision", told["b_cubed"]["precision"], cubed[0]),
                          ("B-cubed recall", told["b_cubed"]["recall"], cubed[1]), ("labels", told["labels"], len(truth))):
    if abs(got - wanted) > 1e-5 * wanted:
        print(f"FAIL: --eval of {sys.argv[4]} says {name} {got}, counted {wanted}")
        f = 0
sys.exit(f < float(sys.argv[3]))
PY
	done
}

for set in 1:.999 2:.9987 3:.9992; do
	febrl ${set%:*} crm > "$tmp/events"
	grep -o 'rec-[0-9]*-[a-z]*[-0-9]*' "$tmp/events" | sed 's/rec-\([0-9]*\)-.*/& \1/' > "$tmp/truth"
	f1 "FEBRL ${set%:*}" ${set#*:} "$tmp/truth"
done
{ febrl 4a crm; febrl 4b shop; } > "$tmp/events"
grep -o 'rec-[0-9]*-[a-z]*[-0-9]*' "$tmp/events" | sed 's/rec-\([0-9]*\)-.*/& \1/' > "$tmp/truth"
f1 "FEBRL 4" .9996 "$tmp/truth"
cut -d, -f1-6 "$CDP_DATA/identity/splink_fake_1000.csv" > "$tmp/fake.csv" # the label would be compared
cdp-ingest -q -s fake --type identify --map id=unique_id --map traits.first_name=first_name --map traits.last_name=surname \
	--map traits.birth_date=dob --map traits.city=city --map ids.email=email \
	"$tmp/fake.csv" > "$tmp/events" || fail "ingest fake"
awk -F, 'NR > 1 {print $1, $NF}' "$CDP_DATA/identity/splink_fake_1000.csv" | tr -d '\r' > "$tmp/truth"
f1 "fake_1000" .96 "$tmp/truth"
done_testing
