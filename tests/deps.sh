#!/bin/sh
# Installs the Debian packages named by the arguments that are not there yet.
# One query answers for all, so a complete system costs a few milliseconds.
# clang (fuzzing, a second opinion on warnings) is an extra: see "make fuzz".
set -u

# A package is there when dpkg says so, whether it is held or not.
missing() {
	have=" $(dpkg-query -W -f='${Package} ${Status}\n' "$@" 2>/dev/null |
		sed -n 's/ [a-z]* ok installed$//p' | tr '\n' ' ')"
	for package; do
		case "$have" in
		*" $package "*) ;;
		*) printf '%s\n' "$package" ;;
		esac
	done
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Lists that cannot be brought up to date may still do.
install() {
	as_root apt-get update -q
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
		--no-install-recommends -o DPkg::Lock::Timeout=60 "$@"
}

give_up() {
	echo "deps: $1; what is missing, by its Debian names:" >&2
	shift
	printf '  %s\n' "$@" >&2
	exit 1
}

[ $# -gt 0 ] || exit 0
wanted=$(missing "$@")
[ -n "$wanted" ] || exit 0

# Package names hold no blanks: splitting is meant.
# shellcheck disable=SC2086
set -- $wanted
command -v apt-get >/dev/null 2>&1 || give_up 'this system has no apt-get' "$@"
if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
	give_up 'neither root nor sudo' "$@"
fi
echo "deps: installing $*" >&2
install "$@" >&2 || install "$@" >&2 || give_up 'apt-get failed twice' "$@"
