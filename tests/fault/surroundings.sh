# Where a run happens shows in no byte of it: locale, home, zone of the machine, terminal, clock; and
# options at their edges are taken or refused, with a message.
. tests/fault/lib.sh
localedef -i tr_TR -f UTF-8 "$tmp/tr_TR.UTF-8" || fail "no locale tr_TR to test with: is the package locales there?"

around() {
	expect 0 "$1 $2 > $tmp/want"
	for setting in LC_ALL=C LC_ALL=C.UTF-8 "LOCPATH=$tmp LC_ALL=tr_TR.UTF-8" LC_ALL=xx_XX TZ=Asia/Tokyo TZ=:nowhere \
		COLUMNS=1 TERM=x TMPDIR= '-i PATH="$PATH"' '-u HOME -u TMPDIR' TMPDIR=/nowhere; do
		expect 0 "env $setting $1 $2 2> /dev/null | cmp - $tmp/want"
	done
}

# edge STATUS OPTION VALUE...
edge() {
	wanted=$1 option=$2
	shift 2
	for value; do
		expect "$wanted" "$command $input $option '$value' > /dev/null"
		[ "$wanted" = 0 ] || [ -s "$tmp/err" ] || fail "no message: $option '$value'"
	done
}

edges() {
	command=$1 input=$2
	case $1 in
	*max-rejects*) ;;
	*) edge 0 --max-rejects 0 0% 100% 18446744073709551615 ;;
	esac
	edge 0 --jobs 1 64
	edge 2 --jobs 0 65 -1 1e9 1000000000 99999999999999999999999 '' ' 1' 0x1 1x
	edge 0 --memory 256K 1M 1.5G 18446744073709551615
	edge 2 --memory -1 '' K 1Z '1 G' 99999999999G
	edge 2 --max-rejects 101% -1 % '' 12.5% 1%% 18446744073709551616
	edge 2 --as-of '' 0000-00-00 2024-02-30 10000-01-01 2024-01-01T25:00:00Z 1e400
	edge 2 --tz '' Nowhere/None ../../etc/passwd /etc/passwd UTC+25
	edge 3 -o '' . / "$tmp" /nowhere/x "$tmp/events/x"
}

each around
each edges
done_testing
