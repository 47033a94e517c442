#!/bin/sh
# Runs the tests: sh tests/check.sh [KIND]...  (all kinds without one).
# B is the build folder; JOBS (default 2) run at a time, the slowest first, and what one prints stays
# together.  Ends with the slowest, and one line: "N passed, N failed, N skipped".
set -u
export B="${B:-build/release}"
export CDP_DATA="${CDP_DATA:-$PWD/../shared/data}"

# What takes longest, longest first: nothing waits for one of these at the end.
slowest='tests/fault/memory.sh tests/fault/resume.sh tests/fault/inputs.sh tests/fault/hostile.sh tests/fault/retry.sh
	tests/fault/nth.sh tests/prop/prop_decisions.c tests/prop/prop_balance.c tests/prop/prop_csv.c tests/prop/prop_resume.c
	tests/prop/prop_changes.c tests/prop/prop_types.c tests/prop/prop_explain.c tests/prop/prop_expr.c tests/lint.sh'

# What builds into $B, which nothing else may read meanwhile: goes before all others, alone.
alone=tests/fault/install.sh

# $1 says "ok", "FAIL" or "SKIP"; the rest names the test.
note() {
	echo "$@" >> "$results"
	[ "$1" = ok ] || echo "  $*"
}

# A cmocka program; its own lines show only when it fails.
program() {
	name=${1#tests/}
	log=$B/${1%.c}.log
	if ${VALGRIND:-} "$B/${1%.c}" > "$log" 2>&1; then
		grep '^SKIP' "$log" | while read -r _ why; do
			note SKIP "$why"
		done
		note ok "${name%.c} ($(grep -c '^\[       OK' "$log") tests)"
	else
		note FAIL "${name%.c}"
		grep -v '^\[ *\(RUN\|OK\) *\]' "$log" | tail -n 40
	fi
}

# A script of its own: 0 passed, 77 skipped (it says why), else failed.
script() {
	log=$B/tests/$(basename "$1").log
	mkdir -p "$B/tests"
	sh "$1" > "$log" 2>&1
	case $? in
	0) note ok "$(basename "$1" .sh)" ;;
	77) note SKIP "$(basename "$1" .sh): $(tail -n 1 "$log")" ;;
	*) note FAIL "$(basename "$1" .sh)"; tail -n 40 "$log" ;;
	esac
}

# The corpus of a fuzz target, replayed.
replay() {
	name=$(basename "$1" .c)
	log=$B/tests/fuzz/$name.log
	if "$B/tests/fuzz/$name" "tests/fuzz/corpus/${name#fuzz_}" > "$log" 2>&1; then
		note ok "replay of $name"
	else
		note FAIL "replay of $name"
		tail -n 20 "$log"
	fi
}

cases() { bash tests/cli.sh "$@"; }

# each HOW FILE...: a job for each that is there.
each() {
	how=$1
	shift
	for file in "$@"; do
		[ ! -f "$file" ] || echo "$how $file"
	done
}

# The jobs of a kind, a line each: one of the functions above, and its arguments.
list() {
	case $1 in
	unit) each program tests/unit/test_*.c tests/prop/prop_*.c ;;
	prop) each program tests/prop/prop_*.c ;;
	diff) each program tests/diff/diff_*.c; each script tests/diff/*.sh ;;
	cli) { [ -n "${CASES:-}" ] && echo "$CASES" || ls tests/cli; } | xargs -n 4 echo cases ;;
	fault) each script tests/fault/[!l]*.sh ;;
	fuzz) each replay tests/fuzz/fuzz_*.c ;;
	docs | lint) echo "script tests/$1.sh" ;;
	real) each script tests/real/[!l]*.sh ;;
	*) echo "no kind of test: $1" >&2; exit 2 ;;
	esac
}

# The slowest to the front.
order() {
	awk -v slowest="$slowest" 'BEGIN { n = split(slowest, names, " "); for (i in names) rank[names[i]] = i }
		{ print ($2 in rank ? rank[$2] : n + 1), $0 }' | sort -s -n -k 1,1 | cut -d ' ' -f 2-
}

# run JOB: what it prints comes out in one piece.
run() {
	said=$(mktemp)
	began=$(date +%s%N)
	"$@" > "$said" 2>&1
	echo "time $((($(date +%s%N) - began) / 100000000)) $2" >> "$results"
	flock "$results" cat "$said"
	rm -f "$said"
}

if [ "${1:-}" = --run ]; then
	shift
	run "$@"
	exit 0
fi

results=$(mktemp)
todo=$(mktemp)
trap 'rm -f "$results" "$todo"' EXIT INT TERM
export results
for kind in ${*:-lint unit diff cli docs fault fuzz real}; do
	list "$kind"
done > "$todo" || exit 2
echo "== ${*:-lint unit diff cli docs fault fuzz real}"
pool() { xargs -r -L 1 -P "$1" sh tests/check.sh --run || echo "FAIL a job did not end" >> "$results"; }
grep "$alone" "$todo" | pool 1
grep -v "$alone" "$todo" | order | pool "${JOBS:-2}"
echo "slowest:$(grep '^time' "$results" | sort -k 2,2nr | head -n "${SLOWEST:-6}" |
	awk '{ printf "%s %s %.1f s", (NR > 1 ? "," : ""), $3, $2 / 10 }')"
passed=$(grep -c '^ok' "$results")
failed=$(grep -c '^FAIL' "$results")
skipped=$(grep -c '^SKIP' "$results")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
