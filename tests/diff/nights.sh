#!/bin/sh
# The nightly script as cdp(7) prints it, over some nights of a made shop: see nights.py.  NIGHTS, PEOPLE
# and SEED make it another one (make soak: sixty nights).
set -eu
python3 -c '' 2> /dev/null || { echo 'no python3'; exit 77; }
command -v zstdcat > /dev/null || { echo 'no zstdcat'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed -n '/^#!\/bin\/bash$/,/^\.Ed$/p' man/cdp.7 | sed '/^\.Ed$/d; s/\\e/\\/g' > "$work/nightly.sh"
python3 tests/diff/nights.py "$B" "$work/nightly.sh" "${NIGHTS:-9}" "${PEOPLE:-120}" "${SEED:-1}"
