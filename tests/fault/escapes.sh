# Hostile data stays data through the whole pipe: see escapes.py; SEEDS="4 5 6" tries others.
. tests/fault/lib.sh
for seed in ${SEEDS:-1 2 3}; do
	mkdir "$tmp/$seed"
	program=$PWD/tests/fault/escapes.py
	(cd "$tmp/$seed" && python3 "$program" "$seed") || bad=1
done
done_testing
