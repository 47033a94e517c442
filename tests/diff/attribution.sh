#!/bin/sh
# Credit of touches in random worlds against the definitions: Shapley over all sets, Markov by elimination in fractions.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/attribution.py "$B/cdp-report"
