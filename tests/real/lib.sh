# Sourced by the scripts of this folder, which compare the tools with published
# or independently counted figures on real public data.  $CDP_DATA names its
# folder; without it the script is skipped, visibly.
set -u
PATH=$PWD/$B:$PATH
root=$PWD
bad=0

need() {
	for f in "$@"; do
		[ -e "$CDP_DATA/$f" ] || { echo "no $f under CDP_DATA"; exit 77; }
	done
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
}

fail() {
	echo "FAIL: $*"
	bad=1
}

# same NAME GOT WANTED
same() {
	[ "$2" = "$3" ] || fail "$1 is $2, wanted $3"
}

done_testing() {
	exit $bad
}
