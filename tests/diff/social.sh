#!/bin/sh
# The social report, computed a second time over random posts.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/diff/social.py "$B/cdp-report" "${RUNS:-40}"
