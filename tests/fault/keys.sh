# A key that a pipe brings in several pieces is the whole key, in every option that reads one.
. tests/fault/lib.sh
a=0123456789abcdef0123456789abcdef
b=fedcba9876543210fedcba9876543210
printf '%s%s\n' $a $b > "$tmp/key"
printf '%s\n' $a > "$tmp/first"
chmod 600 "$tmp/key" "$tmp/first"
mkfifo -m 600 "$tmp/pipe"
echo '192.0.2.1 - - [01/Mar/2024:09:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "a"' > "$tmp/log"

# whole COMMAND: ends with the option whose key it is.
whole() {
	expect 0 "$1 $tmp/first > $tmp/by.first"
	expect 0 "$1 $tmp/key > $tmp/by.key"
	(printf %s $a; sleep 0.2; printf %s $b; sleep 0.2; echo) > "$tmp/pipe" &
	expect 0 "$1 $tmp/pipe > $tmp/by.pipe"
	wait
	cmp -s "$tmp/by.key" "$tmp/by.first" && fail "the key makes no difference: $1"
	cmp -s "$tmp/by.key" "$tmp/by.pipe" || fail "a key in pieces is another key: $1"
}

whole "cdp-merge -q $tmp/events --id-key-file"
whole "cdp-ingest -q $tmp/log --id-key-file"
printf 'email,city\nann@example.com,Rome\n' > "$tmp/crm.csv"
whole "cdp-ingest -q --type identify --pseudonymize email $tmp/crm.csv --key-file"
# A pipe that never ends is no key.
head -c 100000 /dev/zero > "$tmp/pipe" 2> /dev/null &
expect 2 "cdp-merge -q $tmp/events --id-key-file $tmp/pipe"
said "has at least 4097"
wait
done_testing
