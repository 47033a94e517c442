#!/bin/sh
# What cdp-forget forgot is in no byte of any file in any spelling; all other lines are as they were.
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
command -v zstd > /dev/null || { echo "no zstd"; exit 77; }
exec python3 tests/diff/forget.py "$B/cdp-forget"
