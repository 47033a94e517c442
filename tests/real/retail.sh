# UCI Online Retail: profiles, money and the first cohort, to the last decimal.
. tests/real/lib.sh
need purchases/online_retail.csv.gz
zcat "$CDP_DATA/purchases/online_retail.csv.gz" > "$tmp/retail.csv"
cdp-ingest -q -m testdata/retail.map "$tmp/retail.csv" > "$tmp/events" 2> "$tmp/err" || fail "ingest: $(cat "$tmp/err")"
cdp-merge --stats "$tmp/stats" --unidentified "$tmp/nobody" "$tmp/events" > "$tmp/profiles" 2> "$tmp/err" ||
	fail "merge: $(cat "$tmp/err")"
grep -q '1447682.12' "$tmp/err" || fail "the balance does not state the unidentified money: $(cat "$tmp/err")"
same "unidentified rows" "$(wc -l < "$tmp/nobody")" 135080
same profiles "$(wc -l < "$tmp/profiles")" 4372
python3 - "$tmp" <<'PY' || bad=1
import csv, json, sys
from decimal import Decimal as D
tmp = sys.argv[1]
net, orders, refunds, top, events = D(0), 0, 0, None, 0
for line in open(tmp + "/profiles"):
    p = json.loads(line, parse_float=D, parse_int=D)
    o = p["orders"]
    net += o["revenue"]
    orders += o["count"]
    refunds += o["refunds"]
    events += len(p["events"])
    if p["ids"]["user_id"] == ["14646"]:
        top = o["revenue"]
lost = sum(json.loads(l, parse_float=D, parse_int=D)["props"]["revenue"] for l in open(tmp + "/nobody"))
got = dict(net=net, orders=orders, refunds=refunds, customer_14646=top, events=events, unidentified=lost, all=net + lost)
want = dict(net=D("8300065.814"), orders=18536, refunds=3654, customer_14646=D("279489.02"), events=406829,
            unidentified=D("1447682.12"), all=D("9747747.934"))
for k in want:
    if got[k] != want[k]:
        print(f"FAIL: {k} is {got[k]}, wanted {want[k]}")
sys.exit(got != want)
PY
# Nobody seems to leave this shop for good: each model's optimum is the NBD, and says so.
for kind in bgnbd mbgnbd pareto-nbd; do
	cdp-churn --model-kind $kind "$tmp/profiles" -o /dev/null 2> "$tmp/err" || fail "churn $kind"
	grep -q 'no drop-out was seen' "$tmp/err" || fail "$kind does not see its boundary: $(cat "$tmp/err")"
done
# The cohort of December 2010 by SQL over the file itself.
cdp-report cohorts -t csv "$tmp/profiles" > "$tmp/cohorts.csv" 2> "$tmp/err" || fail "cohorts: $(cat "$tmp/err")"
python3 - "$tmp" <<'PY' || bad=1
import csv, sqlite3, sys
tmp = sys.argv[1]
db = sqlite3.connect(":memory:")
db.execute("create table lines(invoice, moment, customer)")
rows = csv.reader(open(tmp + "/retail.csv", encoding="utf-8"))
head = next(rows)
at = [head.index(c) for c in ("InvoiceNo", "InvoiceDate", "CustomerID")]
db.executemany("insert into lines values(?,?,?)", ([r[i] for i in at] for r in rows))
want = db.execute("""with o as (select customer, (substr(moment,1,4)*12 + substr(moment,6,2)) m from lines
                     where customer <> '' and invoice not like 'C%'),
    f as (select customer, min(m) m0 from o group by customer)
    select m - m0, count(distinct o.customer) from o join f using (customer)
    where m0 = 2010*12 + 12 group by 1 order by 1""").fetchall()
want = [str(n) for _, n in want]
got = next(r for r in csv.reader(open(tmp + "/cohorts.csv")) if r[0] == "2010-12")
got = [c for c in got[1:] if c != ""]
if want[0] != "885" or not any(got[i:i + len(want)] == want for i in range(len(got))):
    print("FAIL: cohort of 2010-12 is", got, "wanted", want)
    sys.exit(1)
PY
# Law 2: the order of rows has no meaning.
(head -n 1 "$tmp/retail.csv"; tail -n +2 "$tmp/retail.csv" | shuf --random-source=/usr/bin/env) > "$tmp/shuffled.csv" 2> /dev/null ||
	(head -n 1 "$tmp/retail.csv"; tail -n +2 "$tmp/retail.csv" | sort -R --random-source="$tmp/retail.csv") > "$tmp/shuffled.csv"
cdp-ingest -q -m testdata/retail.map "$tmp/shuffled.csv" 2> /dev/null | cdp-merge -q > "$tmp/again" 2> /dev/null
cmp "$tmp/profiles" "$tmp/again" || fail "shuffled rows give other profiles"
done_testing
