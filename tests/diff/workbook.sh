#!/bin/sh
# Every report as a workbook against the same report as JSON, cell by cell; read by openpyxl and rewritten by
# LibreOffice, too, where they are there (PYTHON names an interpreter that has openpyxl): see workbook.py.
for python in "${PYTHON:-python3}" python3 /usr/bin/python3; do
	"$python" -c 'import openpyxl' 2> /dev/null && break
	python=python3
done
command -v "$python" > /dev/null || { echo 'no python3'; exit 77; }
"$B/cdp-report" -q -t xlsx --allow-empty < /dev/null 2>&1 | grep -q 'built without' && { echo 'built without libxlsxwriter'; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
cp -r testdata/demo "$folder" || exit 1
"$python" -B tests/diff/workbook.py "$PWD/$B" "$folder/demo"
