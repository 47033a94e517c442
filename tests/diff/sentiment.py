"""Texts to score, and what vaderSentiment says of them: sentiment.sh."""
import glob, gzip, json, random, sys
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

analyzer = SentimentIntensityAnalyzer()


def real_texts(folder):
    for path in sorted(glob.glob(folder + "/social/vader_*_GroundTruth.txt*")):
        opened = gzip.open(path) if path.endswith(".gz") else open(path, "rb")
        for line in opened.read().decode("utf-8").split("\r\n"):
            if line:
                yield line.split("\t", 2)[2]


def random_texts(count):
    random.seed(20140601)
    lexicon, emoji = list(analyzer.lexicon), list(analyzer.emojis)
    rules = list(BOOSTER_DICT) + NEGATE + list(SPECIAL_CASES) + (
        "no no or nor kind of least at very never so this without doubt but but the shit bomb bad ass bus stop yeah right "
        "kiss death to die for beating heart just enough sort of good bad great hate love n't isn't").split()
    plain = "a table I we CEO 7 12.5 \u00fcber stra\u00dfe \u00c4rger \u0130stanbul \u212aelvin \u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2 " \
            "\u6771\u4eac \u0414\u0430 \u01c5 \u2160 \u24b6 x\u00aa \u1d400 e\u0301".split(" ")
    for _ in range(count):
        words = []
        for _ in range(random.randint(0, 14)):
            word = random.choice(random.choice((lexicon, rules, rules, rules, plain, emoji, lexicon)))
            word = random.choice((str, str, str, str.upper, str.capitalize))(word)
            words.append(random.choice(("", "", "", "", "(", "\"", "#", "@")) + word +
                         random.choice(("", "", "", "", ",", "!", "?", "!!", "...", "'s", ")")))
        text = ""
        for word in words:
            text += word + random.choice((" ", " ", " ", " ", "  ", "\n", "\t", "\u00a0", "\u2009", "\u3000", "\x1f", "" if random.random() < 0.2 else " "))
        yield text


def make(folder):
    for n, text in enumerate([*real_texts(folder), *random_texts(12000)]):
        print(json.dumps({"n": n, "text": text}))


def compare(texts, events):
    got = {}
    for line in open(events, encoding="utf-8"):
        props = json.loads(line)["props"]
        got[props["n"]] = props.get("sentiment")
    seen = bad = 0
    for line in open(texts, encoding="utf-8"):
        row = json.loads(line)
        # A text of blanks is none to us.
        wanted = analyzer.polarity_scores(row["text"])["compound"] if row["text"].strip() else got.get(row["n"])
        seen += 1
        if got.get(row["n"]) != wanted:
            bad += 1
            if bad <= 20:
                print(f"{row['text']!r}: {got.get(row['n'])}, wanted {wanted}")
    print(f"{seen} texts, {bad} differ")
    return bad > 0 or seen < 12000


if __name__ == "__main__":
    sys.exit(make(sys.argv[2]) if sys.argv[1] == "make" else compare(*sys.argv[2:]))
