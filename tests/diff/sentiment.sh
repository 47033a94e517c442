#!/bin/sh
# sentiment() against the module vaderSentiment of PyPI: random texts made of its lexicon, of words that rules name,
# emoji, letters of all scripts and punctuation; and the rated texts of the real data, where they are.  PYTHON names an
# interpreter that has it.
set -eu
python=${PYTHON:-python3}
if ! "$python" -c 'import vaderSentiment' 2>/dev/null; then
	echo "no module vaderSentiment ($python)"
	exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
PATH=$PWD/$B:$PATH
"$python" tests/diff/sentiment.py make "${CDP_DATA:-../shared/data}" > "$folder/texts"
cdp-ingest -q -s texts --map 'event="Said"' --map 'props.n=n' --map 'props.sentiment=sentiment(text)' \
	"$folder/texts" > "$folder/events"
exec "$python" tests/diff/sentiment.py compare "$folder/texts" "$folder/events"
