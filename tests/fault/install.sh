#!/bin/sh
# make install puts tools, manuals and completions in place, the completions
# work, and make uninstall takes everything away again.
set -u
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0
fail() {
	echo "FAIL: $*"
	bad=1
}
[ -x "$B/cdp-ingest" ] || { echo "cdp-ingest is not built"; exit 77; }
# Another compiler than what stands was built by: then all is compiled again, and should be.
before=$(cat "$B/flags")
make -s B="$B" "$B/flags"
[ "$(cat "$B/flags")" = "$before" ] && same=1 || same=
make -s B="$B" DESTDIR="$tmp" PREFIX=/usr install > "$tmp.log" 2>&1 || { cat "$tmp.log"; exit 1; }
[ -z "$same" ] || [ "$(grep -c '^  CC' "$tmp.log")" -le 2 ] || fail "make install compiles again what stands built"
rm -f "$tmp.log"

for source in cmd/cdp-*.c; do
	tool=$(basename "$source" .c)
	[ -x "$tmp/usr/bin/$tool" ] || fail "$tool is not installed"
	"$tmp/usr/bin/$tool" --version | grep -q "^$tool (cdp toolkit)" || fail "$tool does not run"
	script=$tmp/usr/share/bash-completion/completions/$tool
	bash -n "$script" || fail "$tool: the completion is no bash"
	bash -c '
		compopt() { :; }
		source "$1"
		complete() { bash_complete=$*; }
		COMP_WORDS=("$2" --ver) COMP_CWORD=1
		"_${2//-/_}"
		[ "${COMPREPLY[*]}" = --version ] || { echo "$2 --ver: ${COMPREPLY[*]}"; exit 1; }
		COMP_WORDS=("$2" --) COMP_CWORD=1
		"_${2//-/_}"
		"$3" --list-options | cut -f 1 | while read -r option; do
			[[ " ${COMPREPLY[*]} " = *" $option "* ]] || { echo "$2: $option is missing"; exit 1; }
		done' _ "$script" "$tool" "$tmp/usr/bin/$tool" || fail "$tool: the completion does not complete"
done
bash -c '
	compopt() { :; }
	source "$1"
	COMP_WORDS=(cdp-report --to h) COMP_CWORD=2
	_cdp_report
	[ "${COMPREPLY[*]}" = html ] || { echo "--to h: ${COMPREPLY[*]}"; exit 1; }
	COMP_WORDS=(cdp-report -t "") COMP_CWORD=2
	_cdp_report
	[ "${COMPREPLY[*]}" = "text csv json md html excel xlsx" ]' _ \
	"$tmp/usr/share/bash-completion/completions/cdp-report" || fail "choices are not completed"
# complete TOOL WORD ... WANTED: what stands behind the last word
complete() {
	bash -c '
		compopt() { :; }
		source "$1"
		tool=$2 wanted=${!#}
		COMP_WORDS=("${@:2:$#-2}") COMP_CWORD=$(($# - 3))
		"_${tool//-/_}"
		[ "${COMPREPLY[*]}" = "$wanted" ] || { echo "${COMP_WORDS[*]}: ${COMPREPLY[*]}, not $wanted"; exit 1; }' _ \
		"$tmp/usr/share/bash-completion/completions/$1" "$@" || fail "values are not completed"
}
complete cdp-merge --match "" "exact fuzzy both"
complete cdp-merge --link b "both between"
complete cdp-merge --link = be between
complete cdp-ingest --decimal "" ". ,"
complete cdp-ingest -f seg "segment-warehouse segment"
complete cdp-ingest --dates "" "dmy mdy ymd excel"
complete cdp-ingest --anonymize-ip = "8 16 24"
complete cdp-ingest --anonymize-ip 1 ""
complete cdp-ingest --enrich g geo=
complete cdp-segment --segments c classic
complete cdp-report coh cohorts
complete cdp-report ses sessions
complete cdp-churn --unit "" "day week month year"
complete cdp-churn --as-of t today

for page in man/*.[157]; do
	[ -f "$tmp/usr/share/man/man${page##*.}/$(basename "$page")" ] || fail "$page is not installed"
done
make -s B="$B" DESTDIR="$tmp" PREFIX=/usr uninstall > /dev/null || fail "uninstall"
left=$(find "$tmp" ! -type d)
[ -z "$left" ] || fail "left behind: $left"
exit $bad
