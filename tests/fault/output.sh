# Law 10: -o FILE is whole or absent, keeps its mode, and leaves nothing behind.
. tests/fault/lib.sh
mkdir "$tmp/dir"
expect 0 "cdp-merge -q $tmp/events -o $tmp/dir/p"
cmp -s "$tmp/profiles" "$tmp/dir/p" || fail "-o FILE differs from stdout"
expect 3 "cdp-merge -q $tmp/events -o $tmp/missing/p"
said "No such file or directory"
expect 3 "cdp-merge -q $tmp/events -o $tmp/events/p"
said "Not a directory"
# A failed run leaves the old file as it was.
chmod 640 "$tmp/dir/p"
head -c -1 "$tmp/events" > "$tmp/cut"
expect 3 "cdp-merge -q $tmp/cut -o $tmp/dir/p"
cmp -s "$tmp/profiles" "$tmp/dir/p" || fail "a failed run changed the output file"
expect 0 "cdp-merge -q --no-events $tmp/events -o $tmp/dir/p"
[ "$(stat -c %a "$tmp/dir/p")" = 640 ] || fail "the mode was not kept"
ln -s p "$tmp/dir/link"
expect 0 "cdp-merge -q $tmp/events -o $tmp/dir/link"
[ -L "$tmp/dir/link" ] || fail "the symlink was replaced"
expect 0 "cdp-merge -q $tmp/events -o $tmp/dir/p.gz && gzip -dc $tmp/dir/p.gz | cmp - $tmp/profiles"
expect 0 "cdp-merge -q $tmp/events -o $tmp/dir/p.zst && cdp-segment -q -r $demo/segments.rules $tmp/dir/p.zst"
# A signal removes the temporary.
mkfifo "$tmp/fifo"
cdp-merge -q "$tmp/fifo" -o "$tmp/dir/late" 2> /dev/null &
pid=$!
exec 9> "$tmp/fifo"
head -n 5 "$tmp/events" >&9
sleep 0.3
kill -TERM $pid
wait $pid 2> /dev/null
exec 9>&-
[ ! -e "$tmp/dir/late" ] || fail "a killed run left its output"
[ "$(ls -A "$tmp/dir" | tr '\n' ' ')" = "link p p.gz p.zst " ] || fail "left behind: $(ls -A "$tmp/dir")"
done_testing
