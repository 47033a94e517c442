# The outputs of a run take their names together: killed or failing at any step, it loses nothing.
. tests/fault/lib.sh
library=$tmp/kill_at.so
${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o "$library" tests/fault/kill_at.c || fail "kill_at.c does not build"
python3 tests/fault/outputs_steps.py "$library" > "$tmp/out" 2>&1 || fail "steps: $(cat "$tmp/out")"
done_testing
