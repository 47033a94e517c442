#!/bin/bash
# Runs golden cases: bash tests/cli.sh CASE...  Each is a folder of tests/cli:
# cmd (run by bash in a copy of the folder, tools on PATH), and what it must
# give: stdout, stderr (missing: empty) and exit (missing: 0).  UPDATE=1
# rewrites them: then read `git diff`.
set -u
root=$PWD
tools=$root/$B
export LC_ALL=C.UTF-8 TZ=UTC TESTDATA=$root/testdata CDP_DATA
unset NO_COLOR TMPDIR
export CDP_FORMATS=	# no formats but the built-in ones

# Under valgrind the tools are called through scripts of the same names.
if [ -n "${VALGRIND:-}" ]; then
	shims=$(mktemp -d)
	for tool in "$tools"/cdp-*; do
		printf '#!/bin/sh\nexec %s %s "$@"\n' "$VALGRIND" "$tool" > "$shims/$(basename "$tool")"
		chmod +x "$shims/$(basename "$tool")"
	done
	tools=$shims
fi
PATH=$tools:$PATH

# The file $1 of the case, or nothing.
want() { cat "$case_dir/$1" 2>/dev/null; }

for name in "$@"; do
	case_dir=$root/tests/cli/$name
	scratch=$(mktemp -d)
	cp -R "$case_dir/." "$scratch"
	rm -f "$scratch/stdout" "$scratch/stderr" "$scratch/exit"
	(cd "$scratch" && bash ./cmd) > "$scratch.out" 2> "$scratch.err" < /dev/null
	status=$?
	if [ -n "${UPDATE:-}" ]; then
		for part in out:stdout err:stderr; do
			if [ -s "$scratch.${part%:*}" ]; then
				cp "$scratch.${part%:*}" "$case_dir/${part#*:}"
			else
				rm -f "$case_dir/${part#*:}"
			fi
		done
		rm -f "$case_dir/exit"
		[ $status = 0 ] || echo $status > "$case_dir/exit"
	fi
	exit_wanted=$(want exit)
	if diff=$(diff -u --label wanted/stdout --label stdout <(want stdout) "$scratch.out" &&
		diff -u --label wanted/stderr --label stderr <(want stderr) "$scratch.err") &&
		[ "$status" = "${exit_wanted:-0}" ]; then
		echo "ok $name" >> "$results"
	else
		echo "FAIL $name" >> "$results"
		printf '  FAIL %s (exit %s, wanted %s)\n%s\n' "$name" "$status" "${exit_wanted:-0}" \
			"$(head -n 60 <<< "$diff")"
	fi
	rm -rf "$scratch" "$scratch.out" "$scratch.err"
done
[ -z "${VALGRIND:-}" ] || rm -rf "$shims"
