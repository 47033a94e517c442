#!/bin/sh
# Runs the tests: sh tests/check.sh [KIND]...  (all kinds without one).
# B is the build folder.  Ends with one line: "N passed, N failed, N skipped".
set -u
export B="${B:-build/release}"
export CDP_DATA="${CDP_DATA:-$PWD/../shared/data}"
results=$(mktemp)
trap 'rm -f "$results"' EXIT INT TERM
export results

# $1 says "ok", "FAIL" or "SKIP"; the rest names the test.
note() {
	echo "$@" >> "$results"
	[ "$1" = ok ] || echo "  $*"
}

# Every cmocka program of a folder; its own lines show only when it fails.
programs() {
	for source in "$1"/*_*.c; do
		[ -f "$source" ] || continue
		program=$B/${source%.c}
		name=${source#tests/}
		log=$B/${source%.c}.log
		if ${VALGRIND:-} "$program" > "$log" 2>&1; then
			grep '^SKIP' "$log" | while read -r _ why; do
				note SKIP "$why"
			done
			note ok "${name%.c} ($(grep -c '^\[       OK' "$log") tests)"
		else
			note FAIL "${name%.c}"
			grep -v '^\[ *\(RUN\|OK\) *\]' "$log" | tail -n 40
		fi
	done
}

kind_unit() { programs tests/unit; programs tests/prop; }
kind_diff() { programs tests/diff; for s in tests/diff/*.sh; do script "$s"; done; }

# A script of its own: 0 passed, 77 skipped (it says why), else failed.
script() {
	[ -f "$1" ] || return 0
	log=$B/tests/$(basename "$1").log
	mkdir -p "$B/tests"
	sh "$1" > "$log" 2>&1
	case $? in
	0) note ok "$(basename "$1" .sh)" ;;
	77) note SKIP "$(basename "$1" .sh): $(tail -n 1 "$log")" ;;
	*) note FAIL "$(basename "$1" .sh)"; tail -n 40 "$log" ;;
	esac
}

kind_cli() {
	if [ -n "${CASES:-}" ]; then
		printf '%s\n' $CASES
	else
		for c in tests/cli/*/cmd; do
			[ -f "$c" ] && basename "$(dirname "$c")"
		done
	fi | xargs -r -n 4 -P "${JOBS:-2}" bash tests/cli.sh
}

kind_fault() { for s in tests/fault/[!l]*.sh; do script "$s"; done; }

# The corpora of the fuzz targets, replayed.
kind_fuzz() {
	for source in tests/fuzz/fuzz_*.c; do
		[ -f "$source" ] || continue
		name=$(basename "$source" .c)
		corpus=tests/fuzz/corpus/${name#fuzz_}
		log=$B/tests/fuzz/$name.log
		if "$B/tests/fuzz/$name" "$corpus" > "$log" 2>&1; then
			note ok "replay of $name"
		else
			note FAIL "replay of $name"
			tail -n 20 "$log"
		fi
	done
}

kind_docs() { script tests/docs.sh; }
kind_lint() { script tests/lint.sh; }
kind_real() { for s in tests/real/[!l]*.sh; do script "$s"; done; }

for kind in ${*:-lint unit diff cli docs fault fuzz real}; do
	echo "== $kind"
	"kind_$kind"
done
passed=$(grep -c '^ok' "$results")
failed=$(grep -c '^FAIL' "$results")
skipped=$(grep -c '^SKIP' "$results")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
