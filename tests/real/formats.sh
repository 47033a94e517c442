# Real samples of the event formats are recognised, and ingest whole.
. tests/real/lib.sh
need events/rudderstack_export_109.ndjson events/snowplow_enriched_sample.tsv events/ga4_bigquery_export.ndjson
export CDP_FORMATS=

# whole FILE FORMAT ROWS: into $tmp/events
whole() {
	cdp-ingest -s real "$CDP_DATA/events/$1" > "$tmp/events" 2> "$tmp/err" || fail "$1: exit $?: $(cat "$tmp/err")"
	grep -q "recognised as $2:" "$tmp/err" || fail "$1 is not recognised as $2: $(cat "$tmp/err")"
	grep -q " $3 rows = $3 mapped + 0 folded + 0 duplicate + 0 rejected + 0 ignored; $3 records" "$tmp/err" ||
		fail "$1: $(tail -n 1 "$tmp/err")"
}

# check NAME PROGRAM: of the events as the list `events`
check() {
	python3 - "$tmp/events" "$2" <<'PY' || fail "$1"
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
exec(sys.argv[2])
PY
}

whole rudderstack_spec_samples.ndjson segment 27
check "types of calls" '
import collections
c = collections.Counter(e["type"] for e in events)
assert c == {"track": 21, "alias": 1, "group": 1, "identify": 2, "page": 1, "screen": 1}, c
merge = [e for e in events if e["type"] == "identify" and "phone" in e["ids"]]
assert merge[0]["ids"] == {"user_id": "1hKOmRA4GRlm", "email": "alex@example.com", "phone": "+12025550146"}, merge
group = [e for e in events if e["type"] == "group"][0]
assert "traits" not in group and group["props"]["employees"] == 450, group'
whole rudderstack_batch.json segment 1
check "the batch" '
assert events[0]["time"] == "2019-08-12T05:08:30.909Z" and events[0]["event"] == "Demo Track", events'
whole rudderstack_batch_with_identify.json segment 2
check "the identify call of the batch" '
assert events[0]["type"] == "identify" and events[0]["traits"]["city"] == "Kolkata", events[0]
assert events[0]["ids"]["email"] == "identify@test.com", events[0]'
whole rudderstack_track.json segment 1
whole rudderstack_export_109.ndjson segment 109
check "the export" '
raw = [json.loads(l) for l in open("'"$CDP_DATA"'/events/rudderstack_export_109.ndjson")]
for e, r in zip(events, raw):
    assert e["id"] == r["messageId"] and e["event"] == r["event"] and e["ids"]["user_id"] == r["userId"]
    assert e["time"] == r["timestamp"], (e["time"], r["timestamp"])
    filled = {k for k, v in r["properties"].items() if v is not None and v != "" and v != {}}
    assert len(e["props"]) >= len(filled), (len(e["props"]), filled)'
# Without its timestamp the rule of the clocks gives the same time, to the millisecond.
python3 - "$CDP_DATA/events/rudderstack_export_109.ndjson" > "$tmp/skew.ndjson" <<'PY'
import json, sys
for line in open(sys.argv[1]):
    call = json.loads(line)
    del call["timestamp"]
    print(json.dumps(call))
PY
cdp-ingest -q -s real "$tmp/skew.ndjson" > "$tmp/skewed" || fail "skew: exit $?"
cut -d '"' -f 12 "$tmp/skewed" > "$tmp/times"
cut -d '"' -f 12 "$tmp/events" | paste - "$tmp/times" | awk '{
	split($1, a, /[:.Z]/); split($2, b, /[:.Z]/)
	d = (a[3] - b[3]) * 1000 + a[4] - b[4]
	if (d > 2 || d < -2) bad++
} END { exit bad > 0 }' || fail "the clock-skew rule gives other times than RudderStack did"
whole snowplow_enriched_sample.tsv snowplow 32
check "snowplow" '
header = open("'"$CDP_DATA"'/events/snowplow_enriched_header.tsv").read().rstrip("\n").split("\t")
rows = [dict(zip(header, l.rstrip("\n").split("\t"))) for l in open("'"$CDP_DATA"'/events/snowplow_enriched_sample.tsv")]
for e, r in zip(events, rows):
    assert e["id"] == r["event_id"]
    assert e["time"] == (r["true_tstamp"] or r["derived_tstamp"] or r["collector_tstamp"]).replace(" ", "T") + "Z" or len(r["derived_tstamp"]) != 23, (e["time"], r["derived_tstamp"])
    assert (e["type"] == "page") == (r["event"] == "page_view")
    if r["contexts"]:
        assert e["props"]["contexts"] == json.loads(r["contexts"])["data"]
    if r["unstruct_event"]:
        data = json.loads(r["unstruct_event"])["data"]["data"]
        for k, v in data.items():
            if isinstance(v, str) and v and k.islower():
                assert v in [str(x) for x in e["props"].values()], (k, v, e["props"])
order = [e for e in events if e.get("event") == "Order Completed"]
assert [(o["props"]["order_id"], o["props"]["revenue"]) for o in order] == [("T12345", 230), ("0000", 10.0)], order
assert len(order[0]["props"]["products"]) == 2'
whole ga4_bigquery_export.ndjson ga4 3
check "ga4" '
raw = [json.loads(l) for l in open("'"$CDP_DATA"'/events/ga4_bigquery_export.ndjson")]
for e, r in zip(events, raw):
    assert e["event"] == r["event_name"]
    params = {p["key"]: next(v for v in p["value"].values() if v is not None) for p in r["event_params"]}
    assert e["context"]["page"]["url"] == params["page_location"]
    assert e["props"]["session_id"] == params["ga_session_id"]
assert events[0]["time"] == "2022-05-27T19:30:18.347Z" and events[0]["ids"] == {"anonymous_id": "745846450.1644156613"}'
done_testing
