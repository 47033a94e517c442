#!/bin/sh
# Audiences delivered to SQLite.
command -v sqlite3 > /dev/null || { echo "no sqlite3"; exit 77; }
PATH=$PWD/$B:$PATH
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
TMPDIR=$tmp python3 tests/diff/databases.py "sqlite:$tmp/audience.db"
