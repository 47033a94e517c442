# Offers of Online Retail against its last days, and the likeness of artists of Last.fm by a naive count.
. tests/real/lib.sh
need recommend/lastfm_user_artists.dat.gz recommend/lastfm_artists.dat.gz purchases/online_retail.csv.gz
python3 - "$CDP_DATA/recommend" "$tmp" <<'PY' || bad=1
import collections, gzip, json, sys
data, tmp = sys.argv[1:]
names = dict(l.split("\t")[:2] for l in gzip.open(data + "/lastfm_artists.dat.gz", "rt", encoding="utf-8").read().split("\n")[1:] if l)
heard = collections.defaultdict(list)
for line in gzip.open(data + "/lastfm_user_artists.dat.gz", "rt").read().split("\n")[1:]:
    if line.strip():
        user, artist, _ = line.split("\t")
        heard[user].append(artist)
with open(tmp + "/lastfm", "w") as f:
    for user, artists in heard.items():
        events = [{"type": "track", "id": a, "source": "l", "event": "Order Completed",
                   "props": {"order_id": a, "sku": a, "name": names[a], "quantity": 1}} for a in artists]
        f.write(json.dumps({"type": "profile", "id": f"{int(user):032x}", "as_of": "2011-01-01T00:00:00.000Z",
                            "events": events}, separators=(",", ":")) + "\n")
sets = {u: set(a) for u, a in heard.items()}
fans = collections.Counter(a for s in sets.values() for a in s)
both = collections.Counter(b for s in sets.values() if "227" in s for b in s)
score = {b: n / ((fans[b] * fans["227"]) ** 0.5 + 10) for b, n in both.items() if b != "227" and n > 1}
with open(tmp + "/wanted", "w") as f:
    for b in sorted(score, key=lambda b: (-score[b], -fans[b], b))[:20]:
        f.write(f"{b},{both[b]},{fans[b]},{score[b]:.4f}\n")
PY
cdp-recommend --similar 227 --limit 20 -t json --stats "$tmp/stats" "$tmp/lastfm" > "$tmp/similar" 2> "$tmp/err" || fail "similar: $(cat "$tmp/err")"
python3 - "$tmp" <<'PY' || bad=1
import json, sys
tmp = sys.argv[1]
got = [f"{r['item']},{r['both']},{r['buyers']},{r['score']:.4f}" for r in json.load(open(tmp + "/similar"))["similar"]]
want = open(tmp + "/wanted").read().split()
if got != want or len(got) != 20:
    print("FAIL: like 227 are", got, "wanted", want)
    sys.exit(1)
PY
same "users and artists" "$(sed -n 's/.*"\(buyers\|items\)": \(.*\),/\2/p' "$tmp/stats" | tr '\n' ' ')" "1892 17632 "
# By numpy: B = -P / diag(P), P = inv(X'X + 100 I), of the 2896 artists with the most listeners.
cdp-recommend --model ease --memory 128M --similar 227 --limit 10 -t csv "$tmp/lastfm" > "$tmp/ease" 2> "$tmp/err" || fail "ease: $(cat "$tmp/err")"
same "what adds most to 227" "$(sed 1d "$tmp/ease" | cut -d, -f1,3,4 | tr '\n' ' ')" "154,0.0685608,193 163,0.0608991,156 207,0.0503747,140 735,0.0441141,96 1412,0.0407002,125 599,0.0395232,113 190,0.0378486,162 707,0.0375968,90 1244,0.0364081,58 733,0.0360849,58 "
grep -q "of 17632 items the 2896 that most customers bought are learned" "$tmp/err" || fail "the limit of items is not said: $(cat "$tmp/err")"
cdp-recommend --evaluate "$tmp/lastfm" > "$tmp/out" 2> "$tmp/err"
grep -q "1892 customers bought at no known time" "$tmp/err" || fail "plays without a time have no last day: $(cat "$tmp/err")"
cdp-recommend -q -j 1 "$tmp/lastfm" > "$tmp/one"
shuf "$tmp/lastfm" | cdp-recommend -q -j 3 | sort > "$tmp/three"
sort "$tmp/one" | cmp - "$tmp/three" || fail "another order of customers gives other offers"

# A shop of wholesalers, who buy the same again.
zcat "$CDP_DATA/purchases/online_retail.csv.gz" > "$tmp/retail.csv"
cdp-ingest -q -m testdata/retail.map "$tmp/retail.csv" 2> "$tmp/err" | cdp-merge -q -o "$tmp/profiles" 2>> "$tmp/err" ||
	fail "merge: $(cat "$tmp/err")"
cdp-recommend --evaluate -t csv "$tmp/profiles" > "$tmp/quality" 2> "$tmp/err" || fail "evaluate: $(cat "$tmp/err")"
same "who is evaluated" "$(cut -d, -f1,2 "$tmp/quality" | tr '\n' ' ')" "model,customers cosine,2783 popular,2783 repeat,2783 "
awk -F, 'NR > 1 { ndcg[$1] = $6 } END { exit !(ndcg["popular"] < 0.05 && ndcg["cosine"] > 0.18 && ndcg["repeat"] > 0.29) }' \
	"$tmp/quality" || fail "other figures: $(cat "$tmp/quality")"
cdp-recommend --evaluate --model ease -t csv "$tmp/profiles" 2> /dev/null | awk -F, '$1 == "ease" { exit !($6 > 0.192) }' ||
	fail "ease is no better than it was"
grep -q "does not beat repeat" "$tmp/err" || fail "the baseline is not recommended: $(cat "$tmp/err")"
done_testing
