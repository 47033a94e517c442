#!/bin/sh
# Who came back in random worlds, counted from the definition, against cdp-report retention.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/retention.py "$B/cdp-report"
