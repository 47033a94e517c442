#!/bin/sh
# Every example that a user reads is run, in a copy of testdata/demo: the
# console blocks of README.md and cdp(7) with the output they show, the EXAMPLES of the
# manual pages and of --help.
exec python3 tests/docs.py "$B"
