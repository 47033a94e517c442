# Hostile files of several MB give the same bytes for any -j: records, messages, rejects and reasons.
. tests/fault/lib.sh
cat > "$tmp/make.py" << 'PYTHON'
import random, sys
r = random.Random(20260301)
out = sys.argv[1]
plain = lambda: r.choice(['red', 'caf\u00e9', '', '5" pipe', 'a b', '\U0001f600', '-', '0', 'x' * r.randrange(60)]).encode()
hostile = lambda: r.choice([b'"open', b'"a"b', b'x\0y', b'\xff', b'\r', b'"multi\nline"', b'"q""q"', b'"two\r\nlines, a comma"',
                            b'"', b'y' * r.choice([10, 70000]), b'\xed\xa0\x80', b',', b'\n', b'""'])
with open(out + '/rows.csv', 'wb') as f:
    f.write(b'order_id,time,email,amount,note\n')
    for i in range(60000):
        row = [b'%d' % (i // 3 % 15000), b'2026-%02d-%02d' % (r.randrange(1, 13), r.randrange(1, 29)),
               b'u%d@example.com' % r.randrange(999), b'%d.5' % r.randrange(99), plain()]
        if r.random() < .02:
            row[r.randrange(5)] = hostile()
        f.write(b','.join(row) + r.choice([b'\n', b'\n', b'\r\n']))
with open(out + '/orders.csv', 'wb') as f:
    f.write(b'order_id,time,sku,price\n')
    for i in range(60000):
        for line in range(r.randrange(1, 5)):
            f.write(b'%d,2026-01-01,S%d,%s\n' % (i, line, b'oops' if r.random() < .005 else b'1.5'))
with open(out + '/lines.ndjson', 'wb') as f:
    for i in range(40000):
        line = b'{"id":"m%d","email":"u%d@example.com","note":"%s","deep":{"k%d":[%d]}}' % (
            i % 30000, i % 999, b'x' * r.randrange(90), r.choice([1, 2, i]), i)
        if r.random() < .02:
            at = r.randrange(len(line))
            line = line[:at] + r.choice([b'"', b'}', b'{', b'\\', b'\0', b'\xff', b'', b'[' * 3000, b'\n']) + line[at + 1:]
        f.write(line + b'\n')
with open(out + '/list.json', 'wb') as f:
    f.write(b'[')
    for i in range(30000):
        f.write(b',\n' if i else b'')
        f.write(r.choice([b'5', b'"]"', b'{"a":1,"a":2}']) if r.random() < .01 else
                b'{"email":"u%d@example.com", "n":\n %d, "text":"%s"}' % (i % 999, i, r.choice([b'[', b'\\"', b'{}', b'y' * 99])))
    f.write(b']')
with open(out + '/wide.csv', 'wb') as f:
    f.write(b'\xff\xfe' + 'a,b\n'.encode('utf-16-le'))
    for i in range(80000):
        f.write(('%d,\u00e9\U0001f600\n' % i).encode('utf-16-le') if r.random() > .01 else b'\x0a\xd8\n\0')
PYTHON
python3 "$tmp/make.py" "$tmp"

# same NAME ARGUMENT...: -j 1, 2 and 4 agree in all that they write, and all but what was meant to be bad is there.
same() {
	name=$1
	shift
	for j in 1 2 4; do
		(cd "$tmp" && cdp-ingest -s x --map 'event="e"' --max-rejects 90% -j $j --rejects "bad.$j" \
			--stats "stats.$j" "$@" "$name" > "out.$j" 2> "err.$j")
		[ $? = 0 ] || fail "$name: -j $j fails: $(tail -n 1 "$tmp/err.$j")"
	done
	for part in out err bad stats; do
		for j in 2 4; do
			cmp "$tmp/$part.1" "$tmp/$part.$j" || fail "$name: $part differs between -j 1 and -j $j"
		done
	done
	cmp "$tmp/bad.1.why" "$tmp/bad.4.why" || fail "$name: reasons differ between -j 1 and -j 4"
	[ -s "$tmp/bad.1" ] || fail "$name: nothing was rejected"
	# Law 1: the balance adds up to what was written and rejected.
	python3 - "$tmp" << 'PYTHON' || fail "$name: the balance does not add up"
import json, sys
s = json.load(open(sys.argv[1] + '/stats.1'))
assert s['rows'] == sum(s[k] for k in ('mapped', 'folded', 'duplicate', 'rejected', 'ignored')), s
assert s['records'] == open(sys.argv[1] + '/out.1', 'rb').read().count(b'\n'), s
assert s['rejected'] == open(sys.argv[1] + '/bad.1.why', 'rb').read().count(b'\n'), s
PYTHON
}
same rows.csv --decimal .
same orders.csv --fold order_id
same lines.ndjson
same list.json
same wide.csv
done_testing
