# Unusual input costs a few times what plain input costs, not a hundred times, and no more memory.
case $B in
*asan* | *tsan* | *valgrind*) echo "sanitizers have costs of their own"; exit 77 ;;
esac
exec python3 tests/bench/cliffs.py "$B" --check
