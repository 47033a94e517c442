#!/bin/sh
# The page in a browser: axe-core finds nothing serious, in light and in dark, narrow and wide; nothing
# runs over its sides, no figure breaks in two, and paper has every figure that the folded tables have.
# Needs chromium and axe-core (npm; AXE names axe.min.js); pdftotext for the paper.
set -u
axe=${AXE:-}
for place in "${TMPDIR:-/tmp}/axe/node_modules" "$HOME/node_modules" ../node_modules /usr/share/nodejs /usr/local/lib/node_modules; do
	[ -n "$axe" ] || [ ! -f "$place/axe-core/axe.min.js" ] || axe=$place/axe-core/axe.min.js
done
if ! command -v chromium > /dev/null || [ ! -f "${axe:-/nowhere}" ]; then
	echo "page: no chromium or no axe-core (npm install axe-core; AXE=.../axe.min.js)"
	exit 77
fi
exec python3 tests/diff/page.py "$B" "$axe"
