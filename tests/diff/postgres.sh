#!/bin/sh
# Audiences delivered to PostgreSQL: a server of the Debian package, on loopback and for this test alone.
bin=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | tail -n 1)
[ -x "$bin/initdb" ] && [ -x "$bin/pg_ctl" ] || { echo "no PostgreSQL server (Debian: postgresql)"; exit 77; }
PATH=$PWD/$B:$bin:$PATH
tmp=$(mktemp -d)
chmod 755 "$tmp"
if [ "$(id -u)" = 0 ]; then # the server runs as nobody else would
	as() { runuser -u nobody -- "$@"; }
	mkdir "$tmp/server" && chown nobody "$tmp/server"
else
	as() { "$@"; }
	mkdir "$tmp/server"
fi
stop() {
	as "$bin/pg_ctl" -D "$tmp/server/data" -m immediate -w stop > /dev/null 2>&1
	rm -rf "$tmp"
}
trap stop EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
echo of-the-test > "$tmp/server/password"
chmod 644 "$tmp/server/password"
cd "$tmp/server" || exit 1
as "$bin/initdb" -D "$tmp/server/data" -U audience -A scram-sha-256 --pwfile="$tmp/server/password" -E UTF8 --locale=C.UTF-8 -N > "$tmp/log" 2>&1 &&
	as "$bin/pg_ctl" -D "$tmp/server/data" -w -l "$tmp/server/log" \
		-o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off" start >> "$tmp/log" 2>&1 ||
	{ cat "$tmp/log"; echo "the server does not start"; exit 1; }
cd - > /dev/null || exit 1
echo "127.0.0.1:$port:*:audience:of-the-test" > "$tmp/pass"
chmod 600 "$tmp/pass"
export PGPASSFILE="$tmp/pass"
TMPDIR=$tmp python3 tests/diff/databases.py "postgresql://audience@127.0.0.1:$port/postgres" || exit 1
cdp-activate -q --to csv --assume-consent --deliver "postgresql://audience:secret@127.0.0.1:$port/postgres" /dev/null 2> "$tmp/err"
grep -q "a password on the command line is seen by everybody" "$tmp/err" || { cat "$tmp/err"; exit 1; }
PGPASSFILE=/dev/null cdp-activate -q --to csv --assume-consent --allow-empty --deliver "postgresql://audience@127.0.0.1:$port/postgres" /dev/null 2> "$tmp/err"
[ $? = 3 ] && grep -q "cannot connect" "$tmp/err" || { cat "$tmp/err"; exit 1; }
