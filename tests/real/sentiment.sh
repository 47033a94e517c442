# Sentiment of the texts that people rated for VADER: the figures of vaderSentiment 3.3.2, text by text (a digest of them,
# made once with it), how they go with the ratings, and with the labels of tweets to airlines.
. tests/real/lib.sh
need social/vader_tweets_GroundTruth.txt social/vader_amazonReviewSnippets_GroundTruth.txt social/vader_nytEditorialSnippets_GroundTruth.txt \
	social/vader_movieReviewSnippets_GroundTruth.txt.gz social/airline_tweets.csv.gz
python3 - "$CDP_DATA/social" > "$tmp/texts" <<'PY'
import gzip, json, sys
for name in ("tweets", "amazonReviewSnippets", "nytEditorialSnippets", "movieReviewSnippets"):
    path = f"{sys.argv[1]}/vader_{name}_GroundTruth.txt"
    opened = gzip.open(path + ".gz") if name.startswith("movie") else open(path, "rb")
    for line in opened.read().decode("utf-8").split("\r\n"):
        if line:
            number, rating, text = line.split("\t", 2)
            print(json.dumps({"of": name, "rating": float(rating), "text": text}))
PY
cdp-ingest -q -s rated --map 'event="Said"' --map props.of=of --map props.rating=rating --map 'props.sentiment=sentiment(text)' \
	"$tmp/texts" > "$tmp/events" || fail "ingest"
python3 - "$tmp/events" > "$tmp/figures" <<'PY'
import hashlib, json, sys
from statistics import correlation
by, all_of = {}, []
for line in open(sys.argv[1]):
    e = json.loads(line)
    p = e["props"]
    by.setdefault(p["of"], []).append((p["rating"], p["sentiment"]))
    all_of.append(f"{p['sentiment']:.4f}")
print(len(all_of), hashlib.sha256("\n".join(all_of).encode()).hexdigest())
for of, rows in by.items():
    print(of, len(rows), f"{correlation(*zip(*rows)):.4f}")
PY
cat "$tmp/figures"
same "figures" "$(cat "$tmp/figures")" "23703 4d2da8aec4a1493c23e85172db08e90bbb1bddf1a21d59cda41dccb1e51e305c
tweets 4200 0.8722
amazonReviewSnippets 3708 0.5896
nytEditorialSnippets 5190 0.5029
movieReviewSnippets 10605 0.4274"
# Of tweets to airlines: what they were labelled against how they sound.
cdp-ingest -q -s airlines --max-rejects 2 --map 'props.label=airline_sentiment' --map 'props.sentiment=sentiment(text)' \
	"$CDP_DATA/social/airline_tweets.csv.gz" > "$tmp/tweets" || fail "airlines"
python3 - "$tmp/tweets" > "$tmp/labels" <<'PY'
import collections, json, sys
table = collections.Counter()
for line in open(sys.argv[1]):
    p = json.loads(line)["props"]
    s = p["sentiment"]
    table[p["label"], "positive" if s >= 0.05 else "negative" if s <= -0.05 else "neutral"] += 1
words = ["negative", "neutral", "positive"]
for label in words:
    print(label, *(table[label, said] for said in words))
PY
cat "$tmp/labels"
same "labels" "$(cat "$tmp/labels")" "negative 4024 1432 3721
neutral 360 997 1741
positive 68 156 2139"
done_testing
