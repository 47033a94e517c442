# Sources that make up keys, tags and names: one row of very many, or rows that never
# have the same.  Nothing of it takes time that grows by the square, or is known under a wrong name.
. tests/fault/lib.sh
cd "$tmp" || exit 1
run="timeout 120 cdp-ingest -s x"
python3 - << 'END'
import itertools, json

def write(name, *rows):
    with open(name, "w") as f:
        for row in rows:
            f.write(json.dumps(row) + "\n")

many = range(100000)
write("keys.json", {"k%d" % i: i for i in many})
write("after.json", {"a": 1}, {"k%d" % i: 1 for i in range(10001)}, {"b": 2, "a": 3})
write("never.json", *({"k%d" % i: 1} for i in range(30000)))
alike = ["k%sx" % "".join(s) for s in itertools.product(" -/:;,", repeat=6)]
write("alike.json", *([{"a": 1}] * 20000), {k: 1 for k in alike[:30000]}, *([{"b": 1}] * 20000))
write("planned.json", {k: 1 for k in alike[:9000]}, *([{"a": 1}] * 20000), {k: 1 for k in alike[9000:29000]})
write("entries.json", {"p": [{"k": "k%d" % i, "v": i} for i in many]})
write("tags.json", {"t": " ".join("#t%d @m%d" % (i, i) for i in many)})
END

expect 0 "$run keys.json | tr ',' '\n' | grep -c '^\"k[0-9]*\":[0-9]*'"
grep -qx 99999 out || fail "keys of one row are lost: $(cat out)"
# Behind a row with too many columns their numbers mean others.
expect 0 "$run after.json"
said "kept as props: a"
said "came later: k0, k1, k2, k3, k4, k5, k6, k7, k8, k9 and more"
tail -n 1 out | grep -q '"props":{"a":3,"b":2}' || fail "a row behind it is read wrong: $(tail -n 1 out)"
expect 0 "$run never.json"
said "k98, k99 and 9900 more"
said "came later: k10000, k10001"
for j in 1 2 3; do
	expect 0 "$run -j $j never.json"
	cat out err | cksum >> sums
done
[ "$(sort -u sums | wc -l)" = 1 ] || fail "-j changes what is said of keys that came late"
# Names that fold to one name are numbered.
expect 0 "$run alike.json"
grep -q '"k_x_30000":1' out || fail "the last of 30,000 names alike has no number of its own"
expect 0 "$run planned.json"
grep -q '"k_x_20000":1' out || fail "the last of 20,000 names alike that came late has no number"

expect 0 "$run --map 'props.* = entries(p, \"k\", \"v\")' entries.json"
grep -q '"k99999":99999' out || fail "entries() lost the last"
expect 0 "$run --map 'h = hashtags(t)' --map 'm = mentions(t)' tags.json"
grep -q '"t99999"' out || fail "hashtags() lost the last"
grep -q '"m99999"' out || fail "mentions() lost the last"
done_testing
