#!/bin/sh
# What only a terminal shows: colour, NO_COLOR, and a refusal instead of a wait.
script -qec true /dev/null < /dev/null > /dev/null 2>&1 || { echo "no pseudo-terminal to be had by script(1)"; exit 77; }
. tests/fault/lib.sh

# on_terminal COMMAND: its output and errors, as a terminal got them.
on_terminal() {
	script -qec "$1" /dev/null < /dev/null > "$tmp/out" 2>&1
	got=$?
}
esc=$(printf '\033')
for tool in cdp-ingest cdp-merge 'cdp-segment --rfm' cdp-churn cdp-recommend 'cdp-recommend --rules' 'cdp-activate --to csv --assume-consent' cdp-report 'cdp-report list' 'cdp-report customer x'; do
	on_terminal "timeout 10 $tool"
	[ $got = 2 ] || fail "$tool on a terminal without operand: exit $got"
	grep -q 'nothing to read: name a file' "$tmp/out" || fail "$tool says: $(cat "$tmp/out")"
done
on_terminal "TERM=xterm cdp-report rfm $tmp/profiles"
grep -q "$esc\[48;5;" "$tmp/out" || fail "no heat map in colour"
on_terminal "TERM=xterm NO_COLOR=1 cdp-report rfm $tmp/profiles"
grep -q "$esc" "$tmp/out" && fail "colour in spite of NO_COLOR"
on_terminal "TERM=dumb cdp-report rfm $tmp/profiles"
grep -q "$esc" "$tmp/out" && fail "colour on a dumb terminal"
on_terminal "TERM=xterm cdp-report rfm $tmp/profiles -o $tmp/rfm.txt"
grep -q "$esc" "$tmp/rfm.txt" && fail "colour in a file"

# A waterfall in colour, and as wide as the terminal.
ev='{"type":"identify","source":"crm","id":"%s","ids":{"email":"%s@example.com"},"traits":{"first_name":"%s","last_name":"Berg"}}\n'
for n in ann bob carl dora emil; do printf "$ev" $n $n $n; done > "$tmp/people"
explain="cdp-merge -q --match both --explain crm/ann --explain crm/bob"
on_terminal "TERM=xterm $explain $tmp/people"
grep -q "$esc\[3[12]m" "$tmp/out" || fail "no waterfall in colour"
on_terminal "TERM=xterm NO_COLOR=1 $explain $tmp/people"
grep -q "$esc" "$tmp/out" && fail "a waterfall in colour in spite of NO_COLOR"
bars() { on_terminal "stty cols $1; NO_COLOR=1 LC_ALL=C $explain $tmp/people"; grep '^    sum ' "$tmp/out" | wc -c; }
[ "$(bars 60)" -lt "$(bars 90)" ] || fail "a waterfall takes no notice of the terminal's width"

# DEL, C1 and bidi controls, which JSON and CSV allow as they are.
printf '{"type":"profile","id":"a\177","ids":{"k":["x\302\233","\342\200\256y"]},"traits":{"first_name":"\\u001b[2J"}}\n' > "$tmp/evil"
for report in '' list 'list -t csv' 'list -t json' 'ids -t json' 'fields -t json' 'customer x' 'list -t md' '-t html'; do
	on_terminal "NO_COLOR=1 cdp-report $report $tmp/evil"
	LC_ALL=C grep -qE "$(printf '[\001-\010\013\014\016-\037\177]|\302[\200-\237]|\342\200\256')" "$tmp/out" &&
		fail "cdp-report $report: a control character reached the terminal"
done

# A heat map that is too wide says what it left out.
on_terminal "stty cols 40; NO_COLOR=1 cdp-report cohorts $tmp/profiles"
grep -q 'more columns: make the terminal wider' "$tmp/out" || fail "a wide heat map was not cut"
done_testing
