# What hostile events cost cdp-merge grows with their number, not with its square.
case $B in
*asan* | *tsan*) echo "sanitizers change what time and memory are"; exit 77 ;;
esac
command -v python3 > /dev/null || { echo "no python3"; exit 77; }
exec python3 tests/bench/hostile.py "$B"
