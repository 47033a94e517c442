#!/bin/sh
# Runs every fuzz target (or those named: sh tests/fuzz/fuzz.sh csv rules) under
# libFuzzer, address and undefined behaviour sanitizers, SECS seconds each, on a
# copy of its corpus.  What the fuzzer finds worth keeping stays in
# build/fuzz/NAME.corpus; a crash fails and says where its input is.
set -u
SECS=${SECS:-60}
CLANG=${CLANG:-clang}
out=build/fuzz
flags='-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined
	-fno-sanitize-recover=all'

command -v "$CLANG" >/dev/null 2>&1 || sh tests/deps.sh clang || exit 1
mkdir -p "$out"

# As the Makefile builds everything, with coverage for the fuzzer.
build() {
	# shellcheck disable=SC2086
	make --no-print-directory B="$out" CC="$CLANG" HARDEN=-fPIE \
		CFLAGS="$(echo $flags) -fsanitize=fuzzer-no-link" "$@"
}

# $1 is the target's name.
fuzz() {
	corpus=$out/$1.corpus
	mkdir -p "$corpus" "$out/$1.crash"
	rm -f "$out/$1.crash/"*
	if [ -d "tests/fuzz/corpus/$1" ]; then
		cp -R "tests/fuzz/corpus/$1/." "$corpus"
	fi
	# The lists are meant to split into words.
	# shellcheck disable=SC2086
	"$CLANG" $flags -pie -fsanitize=fuzzer "$out/tests/fuzz/fuzz_$1.o" \
		"$out/libcdp.a" -o "$out/fuzz_$1" $libs || return 1
	echo "== $1: $SECS seconds, $(ls "$corpus" | wc -l) inputs"
	if "$out/fuzz_$1" -max_total_time="$SECS" -timeout=10 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="$out/$1.crash/" \
		"$corpus" > "$out/$1.log" 2>&1; then
		grep number_of_executed_units "$out/$1.log"
		return 0
	fi
	tail -n 40 "$out/$1.log"
	echo "FAIL $1: the input is" "$out/$1.crash"/*
	return 1
}

if [ $# = 0 ]; then
	for source in tests/fuzz/fuzz_*.c; do
		[ -f "$source" ] || continue
		name=$(basename "$source" .c)
		set -- "$@" "${name#fuzz_}"
	done
fi
[ $# -gt 0 ] || { echo 'fuzz: no targets in tests/fuzz' >&2; exit 1; }
libs=$(make -s libs) || exit 1
build "$out/libcdp.a" $(printf "$out/tests/fuzz/fuzz_%s.o " "$@") || exit 1
failed=0
for name; do
	fuzz "$name" || failed=1
done
exit $failed
