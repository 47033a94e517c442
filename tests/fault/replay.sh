#!/bin/sh
# tests/fuzz/replay.c: it must fail when it could not replay what it was given,
# or when that was nothing.
set -u
target=$PWD/$B/tests/fuzz/fuzz_text
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir corpus corpus/below empty
printf 'two' > corpus/b
printf 'one' > corpus/a
printf 'not seen' > corpus/below/c
failed=0

# $1 is the status, $2 what is said; then the operands.
expect() {
	status=$1 said=$2
	shift 2
	got=$("$target" "$@" 2>&1)
	code=$?
	if [ $code != "$status" ] || [ "$got" != "$said" ]; then
		echo "$*: exit $code, wanted $status; said:"
		echo "$got"
		failed=1
	fi
}

expect 0 'corpus/a
corpus/b
2 inputs' corpus
expect 0 'corpus/b
1 inputs' corpus/b
expect 1 '0 inputs'
expect 1 '0 inputs' empty
expect 1 'absent: No such file or directory
corpus/a
1 inputs' absent corpus/a
expect 1 '/proc/self/mem: Input/output error
0 inputs' /proc/self/mem
exit $failed
