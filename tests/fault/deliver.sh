# Deliveries to an endpoint that drops, delays and refuses, of runs that are killed: each member arrives once.
. tests/fault/lib.sh
ENDPOINT=$PWD/tests/fault/endpoint.py TMPDIR=$tmp python3 tests/fault/deliver.py "${KILLS:-24}" || bad=1
done_testing
