# Rejects are a file like any other: read under the name of their source after the mapping was mended,
# what passed first and what passes now are together what the whole gives, with the same ids, for every format.
. tests/fault/lib.sh
cat > "$tmp/make.py" <<'END'
import json, random, sys
folder = sys.argv[1]
rnd = random.Random(int(sys.argv[2]))
VALUES = ["1,5", "2", "bad1", "bad2", "17"]

def rows(n):
    """Rows of orders; many are equal, some of them bad."""
    out = []
    for i in range(n):
        out.append([f"A{rnd.randrange(n // 2)}", f"{rnd.randrange(13, 28)}/0{rnd.randrange(1, 9)}/2024",
                    rnd.choice(["rosa@example.com", "otto@example.com", "no address"]),
                    rnd.choice(["", "a \"word\"", "two\nlines", "caf\u00e9", "semi;colon,comma"]), rnd.choice(VALUES)])
    return out

def csv(rs, sep, end):
    quote = lambda c: '"' + c.replace('"', '""') + '"' if any(x in c for x in '",;\n\r') else c
    return "".join(sep.join(map(quote, r)) + end for r in [["order_no", "when", "mail", "note", "v"]] + rs)

def write(name, text, encoding="utf-8"):
    with open(f"{folder}/{name}", "wb") as f:
        f.write(text.encode(encoding))

write("plain.csv", csv(rows(300), ",", "\n"))
write("marked_2024-01-01.csv", "\ufeff" + csv(rows(300), ";", "\r\n"))
write("old.csv", csv(rows(40), "\t", "\r").replace("two\nlines", "two lines"))
write("wide.csv", csv(rows(60), ",", "\n"), "utf-16")
write("empty.csv", "order_no,when,mail,note,v\n")
# Of orders all rows stand together.
orders = [r for r in sorted(rows(200), key=lambda r: r[0])]
for r in orders:
    r[1], r[2] = "13/01/2024", "rosa@example.com"
write("orders.csv", csv(orders, ",", "\n")[:-1])
objects = [dict(zip(["order_no", "when", "mail", "note", "v"], r)) for r in rows(300)]
for i, o in enumerate(objects):
    if rnd.random() < 0.3:
        o["more"] = {"x" + str(rnd.randrange(3)): rnd.randrange(9)}
    if rnd.random() < 0.1:
        o["list"] = [1, {"a": "b"}]
write("lines.ndjson", "".join(json.dumps(o, ensure_ascii=i % 2) + "\n" for i, o in enumerate(objects)) + "{broken\n")
write("document.json", "[" + ",\n".join(json.dumps(o, indent=1) for o in objects[:150]) + "]")
def hit(i):
    return f"/a?v={rnd.choice(VALUES)}&i={rnd.randrange(20)}"
write("access.log", "".join(
    f'192.0.2.{rnd.randrange(5)} - - [01/Mar/2024:09:3{rnd.randrange(2)}:00 +0000] "GET {hit(i)} HTTP/1.1" 200 {i % 3} "-" "curl/8"\n'
    for i in range(200)) + "no line of a log\n")
w3c = "#Software: a server\n#Date: 2024-03-01\n#Fields: time c-ip cs-uri-stem cs-uri-query sc-status\n"
for i in range(200):
    if i == 70:
        w3c += "#Fields: date time cs-uri-query cs-uri-stem c-ip\n"
    if i == 140:
        w3c += "#Date: 2024-03-02\n#Fields: time c-ip cs-uri-stem cs-uri-query sc-status\n"
    path, query = hit(i).split("?")
    ip = f"192.0.2.{rnd.randrange(5)}"
    w3c += f"2024-03-05 10:00:0{i % 9} {query} {path} {ip}\n" if 70 <= i < 140 else f"10:00:0{i % 9} {ip} {path} {query} 200\n"
write("iis.log", w3c)
END

# maps N: mappings of stage N; a value that is not mended rejects its row.
maps() {
	case $1 in
	1) value="V" ;;
	2) value="if(V = 'bad1', '0', V)" ;;
	3) value="if(V = 'bad1' or V = 'bad2', '0', V)" ;;
	esac
	rows="--map event=\"'Paid'\" --map order_id=order_no --map time=when --map email=mail --map revenue=\"$(echo "$value" | sed 's/V/v/g')\""
	logs="--map revenue=\"$(echo "$value" | sed "s/V/replace(url_param(url, 'v'), ',', '.')/g")\""
}

# members: records in one order, as are their members, which stand as the file first shows them.
members() {
	python3 -c 'import json, sys; sys.stdout.writelines(sorted(json.dumps(json.loads(l), sort_keys=True) + "\n" for l in sys.stdin if l.strip()))'
}

# trial FILE OPTIONS...: the mapping is that of $kind.
trial() {
	file=$1
	shift
	common="-q -s src --max-rejects 100% $*"
	for stage in 1 2 3; do
		maps $stage
		[ "$kind" = logs ] && map=$logs || map=$rows
		from=$file
		[ $stage = 1 ] || from=rejects$((stage - 1))
		# UTF-16 is kept as UTF-8; all else keeps its encoding.
		expect 0 "cd $tmp/data; cdp-ingest $common $map --rejects rejects$stage $from > records$stage"
		expect 0 "cd $tmp/data; cdp-ingest $common $map --rejects whole.rejects $file > whole"
		(cd "$tmp/data" && cat records[1-$stage] | members > got; members < whole | diff - got) > "$tmp/differ" ||
			fail "$file, seed $seed, stage $stage: $(head -n 4 "$tmp/differ")"
		(cd "$tmp/data" && { [ ! -e whole.rejects ] && [ ! -e rejects$stage ]; } || cmp whole.rejects rejects$stage) > "$tmp/differ" 2>&1 ||
			fail "$file, seed $seed, stage $stage: rejects differ: $(head -n 4 "$tmp/differ")"
	done
	expect 0 "cd $tmp/data; grep -q . records2 && grep -q . records3"
}

for seed in 1 2; do
	rm -rf "$tmp/data"
	mkdir "$tmp/data"
	python3 "$tmp/make.py" "$tmp/data" $seed || fail "no data"
	kind=rows
	for name in plain.csv marked_2024-01-01.csv old.csv wide.csv lines.ndjson document.json; do
		trial $name --decimal , --dates dmy
	done
	trial orders.csv --decimal , --dates dmy --fold order_id --fold-sum revenue
	kind=logs
	for name in access.log iis.log; do
		trial $name
	done
done
# The header of equal files stands once above the rejects of all.
kind=rows
maps 1
expect 0 "cd $tmp/data; head -n 1 plain.csv > second.csv; sed -n 2,90p plain.csv >> second.csv
	cdp-ingest -q -s src --decimal , --dates dmy --max-rejects 100% $rows --rejects both plain.csv second.csv > first
	grep -c ^order_no both"
[ "$(cat "$tmp/out")" = 1 ] || fail "the header stands $(cat "$tmp/out") times"
maps 3
expect 0 "cd $tmp/data; cdp-ingest -q -s src --decimal , --dates dmy $rows both > second && grep -q . second"
done_testing
