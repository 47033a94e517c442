#!/bin/sh
# double_metaphone() against the module doublemetaphone of PyPI, which wraps Philips' own
# program: all words of testdata and of the real data, and random ones.  PYTHON names an interpreter
# that has it.
set -eu
python=${PYTHON:-python3}
if ! "$python" -c 'import doublemetaphone' 2>/dev/null; then
	echo "no module doublemetaphone ($python)"
	exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
PATH=$PWD/$B:$PATH

"$python" - "${CDP_DATA:-../shared/data}" > "$folder/words" <<'PY'
import glob, random, re, sys
words = set()
for pattern in ("testdata/**/*", sys.argv[1] + "/identity/*.csv", sys.argv[1] + "/churn/*.csv"):
    for path in glob.glob(pattern, recursive=True):
        try:
            words.update(re.findall("[a-z]+", open(path, encoding="utf-8", errors="ignore").read().lower()))
        except OSError:
            pass
random.seed(2000)
real = sorted(words)
parts = ("a e i o u y b bb c cc ch cz cia ck d dg f g gh gn gg h j jose k l ll m mb n p ph q r rr s sh sc sch sz sio "
         "t th tch tion v w wr wicz x z zz zh um au oi ier ger van von san mc").split()
for _ in range(60000):
    words.add("".join(random.choice(parts) for _ in range(random.randint(1, 6))))
for _ in range(20000):
    words.add(random.choice(["van", "von", "san", "mac", "c", random.choice(real)]) + " " + random.choice(real))
print("word")
print("\n".join(sorted(words)))
PY

cdp-ingest -q -s words --type identify --map id=word --map traits.word=word --map 'traits.code=double_metaphone(word)' \
	"$folder/words" > "$folder/events"
"$python" - "$folder/words" "$folder/events" <<'PY'
import doublemetaphone, json, sys
words = sum(1 for _ in open(sys.argv[1])) - 1
seen = bad = 0
for line in open(sys.argv[2]):
    traits = json.loads(line)["traits"]
    seen += 1
    first, second = (code[:4] for code in doublemetaphone.doublemetaphone(traits["word"]))
    # The module says "" of a second code that is none and of one that is silent.
    wanted = first if second in ("", first) else first + " " + second
    if traits.get("code", "") != wanted:
        bad += 1
        if bad <= 20:
            print(f"{traits['word']}: {traits.get('code')}, wanted {wanted}")
print(f"{words} words, {bad} differ")
sys.exit(bad > 0 or seen != words or words < 60000)
PY
