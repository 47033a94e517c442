# What a script may hand over by mistake: each tool says what is wrong, with status 2 or 3, and
# leaves no output; lines that are all blank are no mistake.
. tests/fault/lib.sh
cd "$tmp" || exit 1
mkdir folder
ln -s loop loop
ln -s nowhere dangling
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
printf 'x' > one
printf '\0' > nul
printf '\037\213' > short.gz
printf '\050\265\057\375' > short.zst
printf '\n%.0s' $(seq 1000) > blank

bad() {
	for input in folder loop dangling socket absent "''" /proc/self/mem nul short.gz short.zst "$2 folder"; do
		rm -f got
		expect 3 "$1 $input -o got"
		[ -s err ] || fail "no message: $1 $input"
		[ ! -e got ] || fail "an output: $1 $input"
	done
	expect 3 "$1 -o got < folder"
	sh -c "$1 one -o got" > out 2> err
	got=$?
	[ $got = 2 ] || [ $got = 3 ] || fail "exit $got: $1 one"
	# An operand that goes away while it waits for its turn is one that is not there.
	expect 3 "(sleep 0.1; rm passing; cat $2) | { cp $2 passing; $1 - passing; }"
	expect 0 "$1 blank > got"
	# Far more operands than files that may be open.
	expect 0 "ulimit -n 30; $1 $(printf " $2%.0s" $(seq 50)) > got"
}

# Cut anywhere, packed input is never taken for a whole one.
cut() {
	for packed in "$2".gz "$2".zst; do
		size=$(wc -c < "$packed")
		for at in $(seq 1 "$3" $((size - 1))); do
			head -c "$at" "$packed" > piece
			sh -c "$1 piece" > out 2> err
			got=$?
			[ $got = 2 ] || [ $got = 3 ] || fail "exit $got: $1 of $at of $size bytes of $packed"
		done
	done
}

each bad
head -n 3 "$demo/orders.csv" > few.csv
head -n 3 events > few.events
head -n 1 profiles > few.profiles
for input in few.csv few.events few.profiles; do
	gzip -kn "$input"
	zstd -q "$input"
done
cut "cdp-ingest -q -s shop -m $demo/shop.map" few.csv 3
cut "cdp-merge -q" few.events 7
cut "cdp-report -q" few.profiles 17
done_testing
